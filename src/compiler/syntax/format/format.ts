// Source text -> the same program in its usual form: only white space changes, and the `;` that ends a block. Comments,
// lines of the preprocessor and groups parted by an empty line stay where they are.
//
// The text is read as tokens, not printed from the syntax tree, so that nothing of it can be lost; the tree says what
// tokens cannot (casts, types, which blocks are values), and afterwards that the result means the same.
import { Diagnostics, type SourceFile } from '../../diagnostics/diagnostic.js';
import type { Program } from '../ast.js';
import { dumpAst } from '../dump.js';
import { parse } from '../parse.js';
import { optionEnd, startsProbeAt } from '../parser/attach-point.js';
import { declarationDoc } from './definition.js';
import { type Doc, group, hardLine, join, render } from './document.js';
import { expressionDoc, type Layout } from './expression.js';
import { type Piece, PieceReader, Unformattable } from './piece.js';
import { blockDoc, layoutFor, withSemicolon } from './statement.js';
import {
  type Bracket,
  factsOf,
  first,
  isBracket,
  isPunctuation,
  isWord,
  type Node,
  readNode,
  withoutLeading,
} from './tree.js';
import { leadingDoc, linesDoc, pieceDoc } from './trivia.js';

/** Columns of a line, where its words allow. */
const WIDTH = 100;

export interface Formatted {
  /** Ends in a line break; undefined when the program is broken, as the diagnostics say. */
  readonly text: string | undefined;
  readonly diagnostics: Diagnostics;
}

export function format(source: SourceFile): Formatted {
  const unix = { ...source, text: source.text.replaceAll('\r\n', '\n') };
  const { program, diagnostics } = parseAny(unix);
  if (diagnostics.hasErrors) return { text: undefined, diagnostics };
  try {
    const text = print(unix.text, program);
    const again = parseAny({ ...unix, text });
    if (again.diagnostics.hasErrors || dumpAst(again.program) !== dumpAst(program)) {
      throw new Unformattable({ start: 0, end: 0 });
    }
    return { text, diagnostics };
  } catch (error) {
    if (!(error instanceof Unformattable)) throw error;
    const own = new Diagnostics();
    own.error('not-formattable', error.span, error.message, {
      hint: 'conditions of the preprocessor must hold whole statements or probes; the text is left as it is.',
    });
    return { text: undefined, diagnostics: own };
  }
}

/** A file of definitions, to be included, needs no probe. */
function parseAny(source: SourceFile): { program: Program; diagnostics: Diagnostics } {
  const { program, diagnostics } = parse(source, { params: [], verbatim: true });
  const others = diagnostics.list.filter(({ code }) => code !== 'no-probes');
  if (others.length === diagnostics.list.length) return { program, diagnostics };
  const kept = new Diagnostics();
  for (const { severity, code, span, message } of others) {
    if (severity === 'error') kept.error(code, span, message);
  }
  return { program, diagnostics: kept };
}

interface Item {
  readonly head: Piece;
  readonly doc: Doc;
}

function print(text: string, program: Program): string {
  const reader = new PieceReader(text);
  const layout = layoutFor(factsOf(program));
  const items: Item[] = [];
  while (!reader.atEnd) items.push(readItem(reader, layout));
  const end = reader.token();
  // What takes several lines is parted from others by an empty one.
  const large = items.map(({ doc }) => render(doc, 0, WIDTH).includes('\n'));
  const docs = items.map((item, i): Doc => {
    const parts = i > 0 && (large[i - 1] || large[i]) && !hasBlank(item.head);
    return [parts ? hardLine : '', leadingDoc(item.head, i === 0), item.doc];
  });
  const rest = linesDoc(end.leading, docs.length === 0);
  const out = render(join(rest.length === 0 ? docs : [...docs, rest], hardLine), 0, WIDTH);
  return out.trim() === '' ? '' : `${out.trimEnd()}\n`;
}

/** Is there an empty line anywhere between what comes before and the piece? */
function hasBlank({ leading, blankBefore }: Piece): boolean {
  return blankBefore || leading.some(trivia => trivia.blankBefore);
}

function readItem(reader: PieceReader, layout: Layout): Item {
  const at = reader.position;
  const starts = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.test(reader.text);
  };
  if (starts(/config\s*[={]/y)) return configItem(reader, layout);
  if (starts(/(?:macro|fn|subprog)\s+\w/y)) return functionItem(reader, layout);
  if (starts(/(?:struct|union|enum|typedef)[\s{]/y)) return definitionItem(reader, layout);
  if (starts(/(?:let\s+[@$]|import\b)/y)) return simpleItem(reader, layout);
  return probeItem(reader, layout);
}

function itemOf(nodes: readonly Node[], doc: (nodes: readonly Node[]) => Doc): Item {
  const [head, ...rest] = nodes as [Node, ...Node[]];
  return { head: first(head), doc: doc([withoutLeading(head), ...rest]) };
}

/** Tokens up to what `ends` says of them. */
function readUntil(reader: PieceReader, ends: (node: Node, before: readonly Node[]) => boolean): Node[] {
  const nodes: Node[] = [];
  for (;;) {
    const node = readNode(reader);
    if (node.kind === 'end') throw new Unformattable(first(node).span);
    nodes.push(node);
    if (ends(node, nodes)) return nodes;
  }
}

/** `config = { key = value; }` */
function configItem(reader: PieceReader, layout: Layout): Item {
  const nodes = readUntil(reader, node => isBracket(node, '{'));
  return itemOf(nodes, all => [spaced(all.slice(0, -1)), ' ', blockDoc(all.at(-1) as Bracket, layout, true)]);
}

/** `macro name(...)`, its block on a line of its own. */
function functionItem(reader: PieceReader, layout: Layout): Item {
  const nodes = readUntil(reader, node => isBracket(node, '{'));
  return itemOf(nodes, all => [
    group(expressionDoc(all.slice(0, -1), layout)),
    hardLine,
    blockDoc(all.at(-1) as Bracket, layout),
  ]);
}

/** A C definition, which may lack its `;`. */
function definitionItem(reader: PieceReader, layout: Layout): Item {
  const goesOn = /(?:;|__attribute__\b)/y;
  const nodes = readUntil(reader, (node, before) => {
    if (isPunctuation(node, ';')) return true;
    if (!before.some(each => isBracket(each, '{')) || isWord(before[0], 'typedef')) return false;
    if (isWord(node, '__attribute__')) return false;
    goesOn.lastIndex = reader.position;
    return !goesOn.test(reader.text);
  });
  return itemOf(nodes, all => declarationDoc(all, layout));
}

/** `let @a = hash(1);`, `import "a";` */
function simpleItem(reader: PieceReader, layout: Layout): Item {
  const nodes = readUntil(reader, (node, before) => {
    if (isPunctuation(node, ';')) return true;
    const complete = isWord(before[0], 'import') ? node.kind === 'string' : isBracket(node, '(');
    return complete && reader.text[reader.position] !== ';';
  });
  return itemOf(nodes, all => spaced(withSemicolon(all), layout));
}

function spaced(nodes: readonly Node[], layout?: Layout): Doc {
  return nodes.map((node, i) => {
    const gap = i === 0 || isPunctuation(node, ';') || isBracket(node, '(') ? '' : ' ';
    return [gap, layout === undefined ? pieceDoc(node as Piece) : expressionDoc([node], layout)];
  });
}

/** Attach points a line each, `/predicate/`, and the block. */
function probeItem(reader: PieceReader, layout: Layout): Item {
  const points: Piece[] = [];
  let at = reader.position;
  for (;;) {
    const end = attachPointEnd(reader.text, at);
    if (end === at) break;
    points.push(reader.raw(end));
    at = reader.position;
    if (reader.text[at] === ',') points.push(reader.token());
    else if (!reader.text.startsWith('||', at) && points.at(-1)?.text !== '||') break;
    at = reader.position;
  }
  const [head] = points;
  if (head === undefined) throw new Unformattable({ start: at, end: at + 1 });
  const docs: Doc[] = points.map((point, i) => {
    const before = points[i - 1];
    const gap: Doc = before === undefined || point.text === ',' ? '' : before.text === ',' ? hardLine : ' ';
    return [gap, pieceDoc(i === 0 ? { ...point, leading: [] } : point)];
  });
  if (reader.text[reader.position] === '/') docs.push(hardLine, predicateDoc(reader, layout));
  if (reader.text[reader.position] === '{')
    docs.push(hardLine, blockDoc(readNode(reader) as Bracket, layout));
  return { head, doc: docs };
}

/** Up to white space, `,` or `{`, quotes apart. */
function attachPointEnd(text: string, start: number): number {
  if (text[start] === '/' || text[start] === '#') return start;
  let at = start;
  for (; at < text.length && !/[\s,{]/.test(text[at]!); at++) {
    at = (text[at - 1] === ':' ? optionEnd(text, at) : undefined) ?? at;
    if (text[at] !== '"') continue;
    for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
  }
  return at;
}

/** The `/` that ends it is the one that a block, the next probe, or nothing follows. */
function predicateDoc(reader: PieceReader, layout: Layout): Doc {
  const open = reader.token();
  const { text } = reader;
  const ends = (slash: number) => {
    const next = reader.position;
    return (
      text[next] === '{' ||
      reader.atEnd ||
      (text.slice(slash, next).includes('\n') && startsProbeAt(text, next))
    );
  };
  const nodes = readUntil(reader, node => isPunctuation(node, '/') && ends((node as Piece).span.end));
  const close = nodes.pop() as Piece;
  return [pieceDoc(open), { kind: 'align', doc: group(expressionDoc(nodes, layout)) }, pieceDoc(close)];
}
