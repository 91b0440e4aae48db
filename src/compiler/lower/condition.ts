// Conditions as branches: && and || short-circuit, comparisons end a block directly, nothing becomes 0 or 1 on the way.
import type { TypedBinaryOperator, TypedExpression } from '../check/typed.js';
import type { BlockId, CompareOp } from '../ir/ir.js';
import type { Type } from '../types/type.js';
import { isWord } from './memory.js';
import { branchOnRanges, branchOnSameAddress, isAddress } from './packet/address.js';
import { readsPacket } from './packet/mention.js';
import { branchOnPacket } from './packet/read.js';
import type { ProgramLowering } from './program-lowering.js';
import { branchOnSet } from './set.js';
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
      builder.enter(next);
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
      const { operator } = condition;
      if (!isComparison(operator)) break;
      lowering.comparing(otherwise, () => branchOnComparison(lowering, condition, operator, then, otherwise));
      return;
    }
    case 'packet':
      if (branchOnPacket(lowering, condition, then, otherwise)) return;
      break;
    case 'address-in': {
      const { operand, ranges } = condition;
      lowering.comparing(otherwise, () => branchOnRanges(lowering, operand, ranges, then, otherwise));
      return;
    }
    case 'set-in': {
      const { operand, set } = condition;
      lowering.comparing(otherwise, () => branchOnSet(lowering, operand, set, then, otherwise));
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
  // Without its header such a number is 0: as well it can go straight to where 0 goes.
  const absent = lowering.absent ?? (isZeroWhenAbsent(condition) ? otherwise : undefined);
  builder.branchIf(
    lowering.comparing(absent, () => lowering.word(condition)),
    then,
    otherwise,
  );
}

function branchOnComparison(
  lowering: ProgramLowering,
  { left, right }: Extract<TypedExpression, { kind: 'binary' }>,
  operator: '==' | '!=' | '<' | '<=' | '>' | '>=',
  then: BlockId,
  otherwise: BlockId,
): void {
  const { builder } = lowering;
  if (isWord(left.type)) {
    const a = lowering.word(left);
    builder.branch(compareOp(operator, left.type), a, lowering.word(right), then, otherwise);
    return;
  }
  const [equal, different] = operator === '==' ? [then, otherwise] : [otherwise, then];
  if (isAddress(left.type) && isAddress(right.type)) {
    branchOnSameAddress(lowering, left, right, equal, different, otherwise);
  } else branchOnEqual(lowering, left, right, equal, different);
}

/** Whenever something it reads of the packet is not there, it is 0. */
function isZeroWhenAbsent(expression: TypedExpression): boolean {
  const { kind } = expression;
  if (kind === 'packet') return !readsPacket(expression.index);
  if (kind === 'convert') return isZeroWhenAbsent(expression.operand);
  if (kind !== 'binary') return false;
  const { operator, left, right } = expression;
  const safe = (side: TypedExpression) => isZeroWhenAbsent(side) || !readsPacket(side);
  if (operator === '&' || operator === '*') {
    return (isZeroWhenAbsent(left) || isZeroWhenAbsent(right)) && safe(left) && safe(right);
  }
  return (operator === '<<' || operator === '>>') && isZeroWhenAbsent(left) && !readsPacket(right);
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
