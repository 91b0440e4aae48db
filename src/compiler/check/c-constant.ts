// Constant expressions of C, calculated: array sizes, bitfields, enumerators, macros of headers.
import type { CConstant, CType } from '../syntax/ast.js';
import type { Type } from '../types/type.js';
import { wrap } from './integer.js';

/** What the names and types in an expression are. */
export interface ConstantNames {
  readonly valueOf: (name: string) => bigint | undefined;
  readonly typeOf: (type: CType) => Type | undefined;
  readonly sizeOf: (type: Type) => number;
}

/** Why there is no value, and where. */
export interface ConstantProblem {
  readonly at: CConstant;
  readonly message: string;
}

/** As C calculates it, in 64 bits; `report` is told of the first thing that stands in the way. */
export function calculateConstant(
  constant: CConstant,
  names: ConstantNames,
  report: (problem: ConstantProblem) => void,
): bigint | undefined {
  const visit = (node: CConstant): bigint | undefined => {
    const fail = (message: string): undefined => {
      report({ at: node, message });
      return undefined;
    };
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'name':
        return names.valueOf(node.name) ?? fail(`there is no constant "${node.name}"`);
      case 'sizeof': {
        const type = names.typeOf(node.type);
        return type && BigInt(names.sizeOf(type));
      }
      case 'cast': {
        const value = visit(node.operand);
        const type = value === undefined ? undefined : names.typeOf(node.type);
        return type?.kind === 'integer' && value !== undefined ? wrap(value, type) : value;
      }
      case 'unary': {
        const value = visit(node.operand);
        if (value === undefined) return undefined;
        return node.operator === '-' ? -value : node.operator === '~' ? ~value : value === 0n ? 1n : 0n;
      }
      case 'ternary': {
        const condition = visit(node.condition);
        return condition === undefined ? undefined : visit(condition === 0n ? node.else : node.then);
      }
      case 'binary': {
        const left = visit(node.left);
        if (left === undefined) return undefined;
        if (node.operator === '&&' && left === 0n) return 0n;
        if (node.operator === '||' && left !== 0n) return 1n;
        const right = visit(node.right);
        if (right === undefined) return undefined;
        if ((node.operator === '/' || node.operator === '%') && right === 0n) return fail('division by zero');
        const shift = node.operator === '<<' || node.operator === '>>';
        if (shift && (right < 0n || right > 63n)) {
          return fail(`a shift by ${right} bits: 0 to 63 are possible`);
        }
        return BigInt.asIntN(65, calculate(node.operator, left, right));
      }
    }
  };
  return visit(constant);
}

function calculate(
  operator: Extract<CConstant, { kind: 'binary' }>['operator'],
  a: bigint,
  b: bigint,
): bigint {
  const bool = (value: boolean) => (value ? 1n : 0n);
  switch (operator) {
    case '&&':
    case '||':
      return bool(b !== 0n);
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '==':
      return bool(a === b);
    case '!=':
      return bool(a !== b);
    case '<':
      return bool(a < b);
    case '<=':
      return bool(a <= b);
    case '>':
      return bool(a > b);
    case '>=':
      return bool(a >= b);
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}
