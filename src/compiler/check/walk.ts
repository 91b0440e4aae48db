// Looks for expressions anywhere below a node of the syntax tree, by its shape: any object with a `kind` is a node.
import type { Expression } from '../syntax/ast.js';

/** Whether any expression at or below `node` satisfies `test`. */
export function someExpression(node: object, test: (expression: Expression) => boolean): boolean {
  if ('kind' in node && 'span' in node && test(node as Expression)) return true;
  return Object.values(node).some(
    (value: unknown) =>
      typeof value === 'object' &&
      value !== null &&
      !ArrayBuffer.isView(value) &&
      someExpression(value, test),
  );
}
