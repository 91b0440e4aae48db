// The value of a block: that of its last statement, when this is an expression, a block with a value, or an `if` both of whose
// branches have one.
import type { Block, Expression, Statement } from './ast.js';

/** Undefined when the block gives none. */
export function blockValue({ span, statements }: Block): Expression | undefined {
  const last = statements.at(-1);
  const value = last && statementValue(last);
  if (value === undefined) return undefined;
  return { kind: 'block-expression', span, statements: statements.slice(0, -1), value };
}

function statementValue(node: Statement): Expression | undefined {
  switch (node.kind) {
    case 'expression-statement':
      return node.expression;
    case 'block':
      return blockValue(node);
    case 'if': {
      const { condition, span } = node;
      const then = blockValue(node.then);
      const otherwise = node.else && statementValue(node.else);
      if (then === undefined || otherwise === undefined) return undefined;
      return { kind: 'if-expression', span, condition, then, else: otherwise };
    }
    default:
      return undefined;
  }
}
