// C definitions as documents: a member a line, enumerators too, unless all of it was written on one line and fits.
import { type Doc, group, hardLine, join, line, nest } from './document.js';
import { expressionDoc, type Layout, nodeDoc } from './expression.js';
import type { Piece } from './piece.js';
import {
  type Bracket,
  first,
  isBracket,
  isPunctuation,
  isWord,
  type Node,
  parted,
  split,
  withoutLeading,
} from './tree.js';
import { leadingDoc, linesDoc, pieceDoc } from './trivia.js';

/** One declaration, with the `;` that ends it, if any. */
export function declarationDoc(nodes: readonly Node[], layout: Layout): Doc {
  const assigned = nodes.findIndex(node => isPunctuation(node, '='));
  if (assigned > 0) {
    // An enumerator: `A = 1 << 3,`
    const end = nodes.at(-1);
    const closed = isPunctuation(end, ',') ? [end as Piece] : [];
    const value = nodes.slice(assigned + 1, nodes.length - closed.length);
    return [
      declarationDoc(nodes.slice(0, assigned), layout),
      ' ',
      pieceDoc(nodes[assigned] as Piece),
      ' ',
      expressionDoc(value, layout),
      closed.map(pieceDoc),
    ];
  }
  return nodes.map((node, i) => {
    const before = nodes[i - 1];
    const isEnum = isWord(nodes[i - 1], 'enum') || isWord(nodes[i - 2], 'enum');
    const doc = isBracket(node, '{') ? bodyDoc(node, isEnum, layout) : partDoc(node, layout);
    return [glue(before, node), doc];
  });
}

/** Sizes and the like are expressions; the parameters of a function are declarations. */
function partDoc(node: Node, layout: Layout): Doc {
  if (!isBracket(node, '(')) return nodeDoc(node, layout);
  return [pieceDoc(node.open), declarationDoc(node.items, layout), pieceDoc(node.close)];
}

function bodyDoc({ open, items, close }: Bracket, isEnum: boolean, layout: Layout): Doc {
  const parts = split(items, isEnum ? ',' : ';');
  if (parts.length === 0 && close.leading.length === 0) return [pieceDoc(open), pieceDoc(close)];
  const short = !parted(items[0]) && !close.first;
  const edge = short ? line() : hardLine;
  const lines = parts.map((part, i): Doc => {
    const [head, ...rest] = part as [Node, ...Node[]];
    return [leadingDoc(first(head), i === 0), declarationDoc([withoutLeading(head), ...rest], layout)];
  });
  const comments = linesDoc(close.leading, lines.length === 0);
  const all = comments.length === 0 ? lines : [...lines, comments];
  return group([
    pieceDoc(open),
    nest([edge, join(all, short ? line() : hardLine)]),
    edge,
    pieceDoc({ ...close, leading: [] }),
  ]);
}

function glue(before: Node | undefined, node: Node): string {
  if (before === undefined || isPunctuation(node, ',', ';') || isBracket(node, '[')) return '';
  if (isPunctuation(before, '*')) return '';
  // `f(int)`, `__attribute__((packed))`, but `void (*f)(int)`.
  if (isBracket(node, '(')) return isWord(before) && isPunctuation(node.items[0], '*') ? ' ' : '';
  return ' ';
}
