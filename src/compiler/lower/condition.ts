// Conditions as branches: && and || short-circuit, comparisons end a block directly, nothing becomes 0 or 1 on the way.
import type { TypedBinaryOperator, TypedExpression } from '../check/typed.js';
import type { BlockId, CompareOp } from '../ir/ir.js';
import type { Type } from '../types/type.js';
import { isWord } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';
import { branchOnEqual } from './string.js';

/** Ends the current block; the caller seals both targets. */
export function branchOn(
  lowering: ProgramLowering,
  condition: TypedExpression,
  then: BlockId,
  otherwise: BlockId,
): void {
  const { builder } = lowering;
  switch (condition.kind) {
    case 'integer':
      builder.jump(condition.value === 0n ? otherwise : then);
      return;
    case 'logical': {
      const next = builder.newBlock();
      if (condition.operator === '&&') branchOn(lowering, condition.left, next, otherwise);
      else branchOn(lowering, condition.left, then, next);
      builder.seal(next);
      builder.moveTo(next);
      branchOn(lowering, condition.right, then, otherwise);
      return;
    }
    case 'unary':
      if (condition.operator !== '!') break;
      branchOn(lowering, condition.operand, otherwise, then);
      return;
    case 'convert':
      if (condition.type.kind !== 'bool' || !isWord(condition.operand.type)) break;
      branchOn(lowering, condition.operand, then, otherwise);
      return;
    case 'binary': {
      const { operator, left, right } = condition;
      if (!isComparison(operator)) break;
      if (isWord(left.type)) {
        const a = lowering.word(left);
        builder.branch(compareOp(operator, left.type), a, lowering.word(right), then, otherwise);
      } else if (operator === '==') branchOnEqual(lowering, left, right, then, otherwise);
      else branchOnEqual(lowering, left, right, otherwise, then);
      return;
    }
    default:
      break;
  }
  if (condition.type.kind === 'string') {
    const address = lowering.addressAs(condition, condition.type);
    builder.branchIf(builder.load(1, address, 0), then, otherwise);
    return;
  }
  builder.branchIf(lowering.word(condition), then, otherwise);
}

export function isComparison(
  operator: TypedBinaryOperator,
): operator is '==' | '!=' | '<' | '<=' | '>' | '>=' {
  return ['==', '!=', '<', '<=', '>', '>='].includes(operator);
}

const COMPARISONS = { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' } as const;

export function compareOp(operator: '==' | '!=' | '<' | '<=' | '>' | '>=', type: Type): CompareOp {
  if (operator === '==') return 'eq';
  if (operator === '!=') return 'ne';
  const signed = type.kind === 'integer' && type.signed;
  return `${signed ? 's' : 'u'}${COMPARISONS[operator]}`;
}
