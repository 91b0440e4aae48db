// Pieces in brackets, and what only the syntax tree knows of them: which parentheses are casts, which `*` belong to types,
// which blocks are values.
import type { Program } from '../ast.js';
import { isScalarTypeName } from '../token.js';
import { type Piece, type PieceReader, Unformattable } from './piece.js';

export type Node = Piece | Bracket;

export interface Bracket {
  readonly kind: 'bracket';
  readonly open: Piece;
  readonly items: readonly Node[];
  readonly close: Piece;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The next token, or all up to the bracket that closes it. */
export function readNode(reader: PieceReader): Node {
  const open = reader.token();
  const closing = open.kind === 'punctuation' ? CLOSING[open.text] : undefined;
  if (closing === undefined) return open;
  const items: Node[] = [];
  for (;;) {
    const next = readNode(reader);
    if (next.kind === 'end') throw new Unformattable(open.span);
    if (isPunctuation(next, closing)) return { kind: 'bracket', open, items, close: next as Piece };
    if (isPunctuation(next, ')', ']', '}')) throw new Unformattable(first(next).span);
    items.push(next);
  }
}

export function isPunctuation(node: Node | undefined, ...texts: readonly string[]): boolean {
  return node?.kind === 'punctuation' && texts.includes(node.text);
}

export function isWord(node: Node | undefined, ...texts: readonly string[]): boolean {
  return node?.kind === 'word' && (texts.length === 0 || texts.includes(node.text));
}

export function isBracket<Open extends '(' | '[' | '{'>(
  node: Node | undefined,
  open: Open,
): node is Bracket & { readonly open: { readonly text: Open } } {
  return node?.kind === 'bracket' && node.open.text === open;
}

/** The first and the last piece of a node. */
export const first = (node: Node): Piece => (node.kind === 'bracket' ? node.open : node);
export const last = (node: Node): Piece => (node.kind === 'bracket' ? node.close : node);

/** A line break stands between a node and the one before it. */
export function parted(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const piece = first(node);
  return piece.first || piece.leading.some(trivia => trivia.first);
}

/** The node with no comments behind it, and those comments. */
export function withoutTrailing(node: Node): { node: Node; trailing: Piece['trailing'] } {
  const { trailing } = last(node);
  if (trailing.length === 0) return { node, trailing };
  if (node.kind === 'bracket') return { node: { ...node, close: { ...node.close, trailing: [] } }, trailing };
  return { node: { ...node, trailing: [] }, trailing };
}

/** The node without what leads it, which is printed by itself. */
export function withoutLeading(node: Node): Node {
  if (first(node).leading.length === 0) return node;
  if (node.kind === 'bracket') return { ...node, open: { ...node.open, leading: [] } };
  return { ...node, leading: [] };
}

/** Split at a separator, which ends each part but perhaps the last. */
export function split(nodes: readonly Node[], separator: string): Node[][] {
  const parts: Node[][] = [];
  let part: Node[] = [];
  for (const node of nodes) {
    part.push(node);
    if (!isPunctuation(node, separator)) continue;
    parts.push(part);
    part = [];
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

export interface Facts {
  /** `(type)` before an operand. */
  isCast(bracket: Bracket): boolean;
  /** Within a type as written in an expression. */
  inType(piece: Piece): boolean;
  /** A block of statements whose last one is no value: it may end in `;`. */
  endsInSemicolon(block: Bracket): boolean;
}

export function factsOf(program: Program): Facts {
  const casts = new Set<number>();
  const blocks = new Set<number>();
  const types: { start: number; end: number }[] = [];
  const visit = (node: unknown, inMacro: boolean): void => {
    if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return;
    if (!Array.isArray(node)) {
      const { kind, span, type } = node as { kind?: string; span?: Span; type?: { span: Span } };
      if (kind === 'cast' && type !== undefined) casts.add(type.span.start);
      if (kind === 'type-name' && span !== undefined) types.push(span);
      if (kind === 'block' && span !== undefined && !inMacro) blocks.add(span.start);
      if (kind === 'macro') inMacro = true;
    }
    for (const child of Object.values(node)) visit(child, inMacro);
  };
  visit(program, false);
  return {
    isCast: ({ open, items }) =>
      open.text === '(' &&
      items[0] !== undefined &&
      (casts.has(first(items[0]).span.start) || isTypeAlone(items)),
    inType: ({ span }) => types.some(type => type.start <= span.start && span.end <= type.end),
    endsInSemicolon: ({ open }) => blocks.has(open.span.start),
  };
}

type Span = { start: number; end: number };

/** `struct a *`, `uint64 *`: by their words alone, for what lies in conditions that do not hold. */
function isTypeAlone(items: readonly Node[]): boolean {
  const [word, ...rest] = items;
  const tagged = isWord(word, 'struct', 'union', 'enum') && isWord(rest[0]);
  if (!tagged && !(word?.kind === 'word' && isScalarTypeName(word.text))) return false;
  return rest.slice(tagged ? 1 : 0).every(node => isPunctuation(node, '*'));
}
