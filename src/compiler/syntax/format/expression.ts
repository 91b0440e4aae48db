// Expressions as documents: spaces by the tokens on either side, breaks behind commas and binary operators, the loosest
// first, so that what belongs together stays together.
import { PRECEDENCE } from '../parser/expression.js';
import { align, type Doc, fill, group, hardLine, line, nest } from './document.js';
import type { Piece } from './piece.js';
import {
  type Bracket,
  type Facts,
  first,
  isBracket,
  isPunctuation,
  isWord,
  last,
  type Node,
  parted,
  split,
} from './tree.js';
import { pieceDoc } from './trivia.js';

/** Hands blocks within expressions to the file of statements, which imports this one. */
export interface Layout {
  readonly facts: Facts;
  /** `closes`: the last one ends in `;` even where it was left out. */
  readonly statements: (block: Bracket, closes: boolean) => Doc;
}

/** Binds looser than any binary operator. */
export const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>='];

const KEYWORDS_BEFORE_SPACE = ['if', 'for', 'while', 'unroll', 'return', 'else', 'in', 'let', 'comptime'];
const UNARY = ['-', '!', '~', '*', '&', '++', '--', '+'];

/** What stands between commas. */
export function expressionDoc(nodes: readonly Node[], layout: Layout): Doc {
  const question = nodes.findIndex(node => isPunctuation(node, '?'));
  if (question > 0) return ternaryDoc(nodes, question, layout);
  const operators = binaryOperators(nodes, layout.facts);
  const loosest = Math.min(...operators.map(({ precedence }) => precedence));
  if (operators.length === 0) return tightDoc(nodes, layout);
  const items: Doc[] = [];
  const separators = [];
  let start = 0;
  for (const { at, precedence } of operators) {
    if (precedence !== loosest) continue;
    const operator = nodes[at] as Piece;
    items.push([group(expressionDoc(nodes.slice(start, at), layout)), ' ', pieceDoc(operator)]);
    separators.push(line(parted(operator) || parted(nodes[at + 1])));
    start = at + 1;
  }
  items.push(group(expressionDoc(nodes.slice(start), layout)));
  return fill(items, separators);
}

function ternaryDoc(nodes: readonly Node[], question: number, layout: Layout): Doc {
  let depth = 0;
  const colon = nodes.findIndex((node, i) => {
    if (i <= question) return false;
    if (isPunctuation(node, '?')) depth++;
    return isPunctuation(node, ':') && depth-- === 0;
  });
  if (colon < 0) return tightDoc(nodes, layout);
  const condition = expressionDoc(nodes.slice(0, question), layout);
  const [asked, otherwise] = [nodes[question] as Piece, nodes[colon] as Piece];
  const then = nodes.slice(question + 1, colon);
  const tail = [pieceDoc(otherwise), ' ', align(group(expressionDoc(nodes.slice(colon + 1), layout)))];
  if (then.length === 0) return [group(condition), ' ', pieceDoc(asked), ...tail];
  const value = align(group(expressionDoc(then, layout)));
  return group([group(condition), line(), pieceDoc(asked), ' ', value, line(), ...tail]);
}

interface Operator {
  readonly at: number;
  readonly precedence: number;
}

/** Those at this level. */
function binaryOperators(nodes: readonly Node[], facts: Facts): Operator[] {
  return nodes.flatMap((node, at) => {
    if (node.kind !== 'punctuation' && !isWord(node, 'in')) return [];
    const { text } = node as Piece;
    if (!Object.hasOwn(PRECEDENCE, text) || facts.inType(node as Piece)) return [];
    if (!endsOperand(nodes[at - 1], facts) || nodes[at + 1] === undefined) return [];
    return [{ at, precedence: PRECEDENCE[text as keyof typeof PRECEDENCE] }];
  });
}

/** Can this be the end of what an operator applies to? Then `-` behind it subtracts. */
function endsOperand(node: Node | undefined, facts: Facts): boolean {
  if (node === undefined) return false;
  if (node.kind === 'bracket') return !facts.isCast(node);
  if (node.kind === 'punctuation') return node.text === '++' || node.text === '--';
  return !isWord(node, ...KEYWORDS_BEFORE_SPACE);
}

/** Without breaks of its own. */
function tightDoc(nodes: readonly Node[], layout: Layout): Doc {
  return nodes.map((node, i) => [
    glue(nodes[i - 1], node, nodes[i - 2], layout.facts),
    nodeDoc(node, layout),
  ]);
}

export function nodeDoc(node: Node, layout: Layout): Doc {
  if (node.kind !== 'bracket') return pieceDoc(node);
  return isBracket(node, '{') ? valueBlockDoc(node, layout) : listDoc(node, layout);
}

/** `(a, b)`, `[a, b]`; the fields of a record are `name=value`. */
function listDoc({ open, items, close }: Bracket, layout: Layout): Doc {
  const parts = split(items, ',');
  const docs = parts.map(part => {
    const comma = part.at(-1);
    if (!isPunctuation(comma, ',')) return group(fieldDoc(part, layout));
    return [group(fieldDoc(part.slice(0, -1), layout)), pieceDoc(comma as Piece)];
  });
  const separators = parts.slice(1).map(part => line(parted(part[0])));
  return group([pieceDoc(open), align(fill(docs, separators)), pieceDoc(close)]);
}

function fieldDoc(nodes: readonly Node[], layout: Layout): Doc {
  if (!isWord(nodes[0]) || !isPunctuation(nodes[1], '=')) return expressionDoc(nodes, layout);
  const [name, equals, ...value] = nodes as [Piece, Piece, ...Node[]];
  const apart = isPunctuation(value[0], '~') ? ' ' : ''; // =~ is another operator
  return [pieceDoc(name), pieceDoc(equals), apart, expressionDoc(value, layout)];
}

/** `{ a; b }` as a value: on one line where it was written on one, and fits. */
function valueBlockDoc(block: Bracket, layout: Layout): Doc {
  const { open, items, close } = block;
  if (items.length === 0 && close.leading.length === 0) return [pieceDoc(open), pieceDoc(close)];
  const short = !parted(items[0]) && !close.first && split(items, ';').length === 1;
  const edge = short ? line() : hardLine;
  return group([
    pieceDoc(open),
    nest([edge, layout.statements(block, layout.facts.endsInSemicolon(block))]),
    edge,
    pieceDoc({ ...close, leading: [] }),
  ]);
}

/** What stands between two nodes that follow each other. */
export function glue(before: Node | undefined, node: Node, earlier: Node | undefined, facts: Facts): string {
  if (before === undefined) return '';
  const left = last(before);
  const right = first(node);
  if (isPunctuation(node, ',', ';', ')', ']')) return '';
  if (isPunctuation(node, '.', '->', '..') || isPunctuation(before, '.', '->', '..')) {
    // 1 ..5 and $t.0 .1 must not become numbers of another kind.
    const number = before.kind === 'integer' && right.span.start > left.span.end;
    return number ? ' ' : '';
  }
  if (isPunctuation(node, ':') || isPunctuation(before, ':', ',', ';')) return ' ';
  if (isPunctuation(node, ...ASSIGNMENTS) || isPunctuation(before, ...ASSIGNMENTS)) return ' ';
  if (isBracket(node, '{') || isBracket(before, '{')) return ' ';
  if (before.kind === 'bracket' && facts.isCast(before)) return '';
  if (node.kind === 'bracket')
    return isWord(before, ...KEYWORDS_BEFORE_SPACE) || endsInStar(before, facts) ? ' ' : '';
  if (node.kind === 'punctuation' && facts.inType(node)) return isWord(before) ? ' ' : '';
  if (before.kind === 'punctuation' && UNARY.includes(before.text) && !endsOperand(before, facts)) {
    return collides(before.text, node) ? ' ' : '';
  }
  if (before.kind === 'punctuation' && UNARY.includes(before.text)) {
    // `++` and `--` are before or behind; what is before them tells.
    return endsOperand(earlier, facts) ? ' ' : '';
  }
  if (isPunctuation(node, '++', '--')) return '';
  return ' ';
}

function endsInStar(node: Node, facts: Facts): boolean {
  return node.kind === 'punctuation' && node.text === '*' && facts.inType(node);
}

/** `- -x` must not become `--x`. */
function collides(text: string, node: Node): boolean {
  return node.kind === 'punctuation' && text.at(-1) === node.text[0] && '+-&'.includes(node.text[0]!);
}
