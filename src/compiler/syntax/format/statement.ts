// Blocks and their statements as documents.
import { type Doc, group, hardLine, indent, join, nest } from './document.js';
import { ASSIGNMENTS, expressionDoc, glue, type Layout, nodeDoc } from './expression.js';
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
  withoutLeading,
  withoutTrailing,
} from './tree.js';
import { leadingDoc, linesDoc, pieceDoc } from './trivia.js';

const HEADED = ['if', 'for', 'while', 'unroll'];

export function layoutFor(facts: Facts): Layout {
  const layout: Layout = { facts, statements: (block, closes) => statementsDoc(block, closes, layout) };
  return layout;
}

/** `{`, a line for each statement, `}`. */
export function blockDoc(
  block: Bracket,
  layout: Layout,
  closes: boolean = layout.facts.endsInSemicolon(block),
): Doc {
  const { open, items, close } = block;
  if (items.length === 0 && close.leading.length === 0) {
    return [pieceDoc(open), open.trailing.length === 0 ? '' : hardLine, pieceDoc(close)];
  }
  return [
    pieceDoc(open),
    nest([hardLine, layout.statements(block, closes)]),
    hardLine,
    pieceDoc({ ...close, leading: [] }),
  ];
}

/** Statements, then the comments before the closing brace. */
function statementsDoc(block: Bracket, closes: boolean, layout: Layout): Doc {
  const statements = statementsOf(block.items);
  const lines = statements.map((nodes, i): Doc => {
    const [head, ...rest] = nodes as [Node, ...Node[]];
    const bare = [withoutLeading(head), ...rest];
    const complete = closes && i === statements.length - 1 && !isBlock(nodes) ? withSemicolon(bare) : bare;
    return [leadingDoc(first(head), i === 0), statementDoc(complete, layout)];
  });
  const comments = linesDoc(block.close.leading, lines.length === 0);
  return join(comments.length === 0 ? lines : [...lines, comments], hardLine);
}

/** Each with its `;`; empty ones are left out when nothing hangs on them. */
function statementsOf(items: readonly Node[]): Node[][] {
  const statements: Node[][] = [];
  for (let i = 0; i < items.length; ) {
    const end = statementEnd(items, i);
    const nodes = items.slice(i, end);
    i = end;
    const [only] = nodes;
    const empty = nodes.length === 1 && isPunctuation(only, ';');
    if (!empty || first(only!).leading.length + last(only!).trailing.length > 0) statements.push(nodes);
  }
  return statements;
}

/** Index behind the statement that begins at `start`. */
function statementEnd(items: readonly Node[], start: number): number {
  if (isBracket(items[start], '{')) return start + 1;
  if (isWord(items[start], ...HEADED)) {
    let end = start + 1;
    while (end < items.length && !isBracket(items[end], '{')) end++;
    end++;
    if (!isWord(items[end], 'else')) return end;
    return isWord(items[end + 1], 'if') ? statementEnd(items, end + 1) : end + 2;
  }
  const semicolon = items.findIndex((node, i) => i >= start && isPunctuation(node, ';'));
  return semicolon < 0 ? items.length : semicolon + 1;
}

function isBlock(nodes: readonly Node[]): boolean {
  return isBracket(nodes[0], '{') || isWord(nodes[0], ...HEADED);
}

/** The `;` that the last statement of a block may lack goes before the comment behind it. */
export function withSemicolon(nodes: readonly Node[]): readonly Node[] {
  const end = nodes.at(-1);
  if (end === undefined || isPunctuation(end, ';')) return nodes;
  const { node, trailing } = withoutTrailing(end);
  const { span } = last(node);
  const semicolon: Piece = {
    kind: 'punctuation',
    text: ';',
    span: { start: span.end, end: span.end },
    leading: [],
    trailing,
    blankBefore: false,
    first: false,
  };
  return [...nodes.slice(0, -1), node, semicolon];
}

function statementDoc(nodes: readonly Node[], layout: Layout): Doc {
  if (isBracket(nodes[0], '{')) return nodes.map(node => blockDoc(node as Bracket, layout));
  if (isWord(nodes[0], ...HEADED)) return headedDoc(nodes, layout);
  const end = nodes.at(-1);
  if (!isPunctuation(end, ';')) return simpleDoc(nodes, layout);
  return [simpleDoc(nodes.slice(0, -1), layout), pieceDoc(end as Piece)];
}

/** `if (...) { ... } else { ... }`, loops alike. */
function headedDoc(nodes: readonly Node[], layout: Layout): Doc {
  const docs: Doc[] = [];
  let head: Node[] = [];
  const flush = () => {
    if (head.length > 0) docs.push(' ', group(headDoc(head, layout)));
    head = [];
  };
  for (const [i, node] of nodes.entries()) {
    const keyword = isWord(node, ...HEADED, 'else') && (i === 0 || head.length === 0);
    if (isBracket(node, '{')) {
      flush();
      docs.push(' ', blockDoc(node, layout));
    } else if (keyword) docs.push(i === 0 ? '' : ' ', pieceDoc(node as Piece));
    else head.push(node);
  }
  flush();
  return docs;
}

/** A condition; `$x : @map` and `$i : 0..10`, in parentheses or not. */
function headDoc(nodes: readonly Node[], layout: Layout): Doc {
  const [only] = nodes;
  if (nodes.length === 1 && isBracket(only, '(') && isPunctuation(only.items[1], ':')) {
    return [pieceDoc(only.open), headDoc(only.items, layout), pieceDoc(only.close)];
  }
  if (!isPunctuation(nodes[1], ':')) return indent(expressionDoc(nodes, layout));
  const [variable, colon, ...over] = nodes as [Piece, Piece, ...Node[]];
  return [pieceDoc(variable), ' ', pieceDoc(colon), ' ', rangeDoc(over, layout)];
}

/** `a..b` is tight, also where a and b are sums. */
function rangeDoc(nodes: readonly Node[], layout: Layout): Doc {
  const dots = nodes.findIndex(node => isPunctuation(node, '..'));
  if (dots < 0) return expressionDoc(nodes, layout);
  const [before, after] = [nodes.slice(0, dots), nodes.slice(dots + 1)];
  const gap = glue(before.at(-1), nodes[dots]!, undefined, layout.facts);
  return [expressionDoc(before, layout), gap, pieceDoc(nodes[dots] as Piece), expressionDoc(after, layout)];
}

/** An assignment, a declaration, a value. */
function simpleDoc(nodes: readonly Node[], layout: Layout): Doc {
  const assigned = nodes.findIndex(node => isPunctuation(node, ...ASSIGNMENTS));
  if (assigned > 0) {
    const target = nodes.slice(0, assigned);
    const value = nodes.slice(assigned + 1);
    return group([
      isWord(target[0], 'let') ? declaredDoc(target, layout) : expressionDoc(target, layout),
      ' ',
      pieceDoc(nodes[assigned] as Piece),
      ' ',
      valueDoc(value, layout),
    ]);
  }
  if (isWord(nodes[0], 'let')) return declaredDoc(nodes, layout);
  if (isWord(nodes[0], 'return') && nodes.length > 1) {
    return [pieceDoc(nodes[0] as Piece), ' ', valueDoc(nodes.slice(1), layout)];
  }
  return valueDoc(nodes, layout);
}

/** Further lines are indented, but for those of blocks. */
function valueDoc(nodes: readonly Node[], layout: Layout): Doc {
  const doc = group(expressionDoc(nodes, layout));
  return nodes.some(node => isBracket(node, '{')) ? doc : indent(doc);
}

/** `let $x: type` */
function declaredDoc(nodes: readonly Node[], layout: Layout): Doc {
  return nodes.map((node, i) => {
    const before = nodes[i - 1];
    const gap = isPunctuation(node, ':') ? '' : glue(before, node, nodes[i - 2], layout.facts);
    return [gap, nodeDoc(node, layout)];
  });
}
