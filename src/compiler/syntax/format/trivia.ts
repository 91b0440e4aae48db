// A piece with what hangs on it, as a document.
import { type Doc, freshLine, hardLine } from './document.js';
import type { Piece, Trivia } from './piece.js';

export function pieceDoc(piece: Piece): Doc {
  if (piece.leading.length === 0 && piece.trailing.length === 0) return piece.text;
  // Where no space stands before the piece there is one before the comment instead.
  const closes = [',', ';', ')', ']'].includes(piece.text);
  const before = piece.leading.map((trivia, i): Doc => {
    const next = piece.leading[i + 1] ?? piece;
    const alone = next.first && (trivia.first || trivia.kind !== 'block-comment');
    if (alone) return [freshLine, triviaDoc(trivia), hardLine];
    return [closes && i === 0 ? ' ' : '', triviaDoc(trivia), next === piece && closes ? '' : ' '];
  });
  return [...before, piece.text, trailingDoc(piece.trailing)];
}

function trailingDoc(trailing: readonly Trivia[]): Doc {
  return trailing.map(trivia => [' ', triviaDoc(trivia)]);
}

export function triviaDoc({ kind, text, column }: Trivia): Doc {
  if (kind === 'block-comment') return { kind, text, column };
  return { kind, text };
}

/** What leads a piece that begins a line, with the empty lines between; `atStart`: none is wanted before it. */
export function leadingDoc(piece: Piece, atStart: boolean): Doc {
  const blank = (wanted: boolean, i: number): Doc => (wanted && !(atStart && i === 0) ? hardLine : '');
  const before = piece.leading.map((trivia, i): Doc => {
    const next = piece.leading[i + 1] ?? piece;
    return [blank(trivia.blankBefore, i), triviaDoc(trivia), next.first ? hardLine : ' '];
  });
  return [...before, blank(piece.blankBefore, piece.leading.length)];
}

/** Comments before a closing brace, a line each. */
export function linesDoc(trivia: readonly Trivia[], atStart: boolean): Doc[] {
  return trivia.map((each, i): Doc => {
    const blank = each.blankBefore && !(atStart && i === 0);
    return [i === 0 ? '' : hardLine, blank ? hardLine : '', triviaDoc(each)];
  });
}
