// Expressions: a word in a register, or a value in memory.
import type { TypedBinaryOperator, TypedExpression } from '../check/typed.js';
import { assertNever, InternalError } from '../diagnostics/diagnostic.js';
import type { BinaryOp, ValueId } from '../ir/ir.js';
import { rawSizeOf } from '../types/layout.js';
import type { IntegerType, Type } from '../types/type.js';
import { branchOn, compareOp, isComparison } from './condition.js';
import type { Operand } from './lowering.js';
import { lowerMapAdd, lowerMapRead } from './map.js';
import { copy, isWord, memory, unbound } from './memory.js';
import { addressNumber } from './packet/address.js';
import { readsPacket } from './packet/mention.js';
import { lowerPacket } from './packet/read.js';
import { addressOfPlace, lowerMember, lowerPlace, mayBeTracked } from './place.js';
import type { ProgramLowering } from './program-lowering.js';

type Form<Kind extends TypedExpression['kind']> = Extract<TypedExpression, { kind: Kind }>;

export function lowerExpression(lowering: ProgramLowering, expression: TypedExpression): Operand {
  const { builder } = lowering;
  switch (expression.kind) {
    case 'integer':
      return word(builder.const(expression.value));
    case 'string':
      return lowering.text(expression.bytes);
    case 'variable':
      return lowering.variables.read(expression.variable);
    case 'map-read':
      return lowerMapRead(lowering, expression.map, expression.key);
    case 'builtin':
      return expression.entry.lower(lowering, expression);
    case 'call':
      return lowerCall(lowering, expression);
    case 'unary':
      return word(lowerUnary(lowering, expression));
    case 'binary':
      return word(
        isComparison(expression.operator)
          ? lowerComparison(lowering, expression)
          : lowerArithmetic(
              lowering,
              expression.operator,
              lowering.word(expression.left),
              () => lowering.word(expression.right),
              expression.type,
              expression.right.kind === 'integer' ? expression.right.value : undefined,
            ),
      );
    case 'logical':
      return word(truth(lowering, expression));
    case 'ternary':
      return lowerTernary(lowering, expression);
    case 'packet':
      return lowerPacket(lowering, expression);
    case 'inet-constant':
      return lowering.text(expression.bytes);
    case 'address-in':
    case 'set-in':
      return word(truth(lowering, expression));
    case 'block':
      lowering.comparing(undefined, () => lowering.statements(expression.body));
      return lowering.operand(expression.value);
    case 'convert':
      return lowerConvert(lowering, expression);
    case 'args-field': {
      const { lowerArg } = lowering.probeType;
      if (lowerArg === undefined) throw new InternalError('args where there are none');
      return lowerArg(lowering, expression.field);
    }
    case 'address':
      return word(lowerAddress(lowering, expression));
    case 'field':
    case 'deref':
    case 'index':
      return lowerPlace(lowering, expression);
    case 'member':
      return lowerMember(lowering, expression);
    case 'update':
      return word(lowerUpdate(lowering, expression, false));
    case 'tuple':
    case 'record':
      return memory(lowering.address(expression));
    case 'map':
      throw new InternalError(`${expression.map.name} as a value`);
    default:
      return assertNever(expression);
  }
}

function word(value: ValueId): Operand {
  return { kind: 'word', value };
}

function lowerCall(lowering: ProgramLowering, { entry, call }: Form<'call'>): Operand {
  switch (entry.role) {
    case 'value':
      return entry.lower(lowering, call);
    case 'async':
      entry.lower(lowering, call);
      return { kind: 'none' };
    case 'aggregation':
      throw new InternalError(`${entry.name}() outside of an assignment`);
    default:
      return assertNever(entry);
  }
}

/** Narrows a 64-bit result to the type. */
export function narrow({ builder }: ProgramLowering, value: ValueId, type: Type): ValueId {
  if (type.kind !== 'integer' || type.size === 8) return value;
  return builder.extend(value, type.size, type.signed);
}

function lowerUnary(lowering: ProgramLowering, expression: Form<'unary'>): ValueId {
  const { builder } = lowering;
  switch (expression.operator) {
    case '!':
      return truth(lowering, expression);
    case '-': {
      const value = builder.binary('sub', builder.const(0), lowering.word(expression.operand));
      return narrow(lowering, value, expression.type);
    }
    case '~': {
      const value = builder.binaryImm('xor', lowering.word(expression.operand), -1n);
      return narrow(lowering, value, expression.type);
    }
    default:
      return assertNever(expression.operator);
  }
}

function lowerComparison(lowering: ProgramLowering, expression: Form<'binary'>): ValueId {
  const { operator, left, right } = expression;
  if (!isComparison(operator) || !isWord(left.type) || readsPacket([left, right])) {
    return truth(lowering, expression);
  }
  const a = lowering.word(left);
  return lowering.builder.compare(compareOp(operator, left.type), a, lowering.word(right));
}

/** A condition as 0 or 1. */
function truth(lowering: ProgramLowering, condition: TypedExpression): ValueId {
  return lowering.builder.truth((yes, no) => branchOn(lowering, condition, yes, no));
}

/**
 * Arithmetic of a type on words of that type; `right` is evaluated after the left, and only once. `literal` is its value
 * when it is a constant.
 */
export function lowerArithmetic(
  lowering: ProgramLowering,
  operator: TypedBinaryOperator,
  left: ValueId,
  right: () => ValueId,
  type: Type,
  literal: bigint | undefined,
): ValueId {
  const { builder } = lowering;
  const { size, signed } = integerOf(type);
  const plain = (fn: BinaryOp) => {
    const b = right();
    if (size === 4 && !signed) return builder.binary(fn, left, b, 32);
    return narrow(lowering, builder.binary(fn, left, b), type);
  };
  switch (operator) {
    case '+':
      return plain('add');
    case '-':
      return plain('sub');
    case '*':
      return plain('mul');
    case '&':
      return builder.binary('and', left, right());
    case '|':
      return builder.binary('or', left, right());
    case '^':
      return builder.binary('xor', left, right());
    case '<<':
      return narrow(lowering, builder.binary('shl', left, right()), type);
    case '>>':
      return builder.binary(signed ? 'ashr' : 'lshr', left, right());
    case '/':
    case '%': {
      const fn = `${signed ? 's' : 'u'}${operator === '/' ? 'div' : 'mod'}` as const;
      const b = right();
      const divide = () => narrow(lowering, builder.binary(fn, left, b), signed ? type : { kind: 'void' });
      if (literal !== undefined && literal !== 0n) return divide();
      return builder.select('ne', b, builder.const(0), divide, () => {
        lowering.divisionByZero();
        return builder.const(1);
      });
    }
    default:
      throw new InternalError(`${operator} is a comparison`);
  }
}

function integerOf(type: Type): IntegerType {
  return type.kind === 'integer' ? type : { kind: 'integer', size: 8, signed: false };
}

function lowerTernary(lowering: ProgramLowering, expression: Form<'ternary'>): Operand {
  const { builder } = lowering;
  const { condition, then, else: otherwise, type } = expression;
  const yes = builder.newBlock();
  const no = builder.newBlock();
  const join = builder.newBlock();
  const scalar = isWord(type);
  const result = builder.newLocal('ternary');
  const to = scalar || type.kind === 'void' ? undefined : lowering.temporary(lowering.storedSize(type));
  branchOn(lowering, condition, yes, no);
  for (const [block, arm] of [
    [yes, then],
    [no, otherwise],
  ] as const) {
    builder.enter(block);
    if (scalar) builder.write(result, lowering.word(arm));
    else if (to !== undefined) lowering.storeAs(arm, type, to, 0);
    else lowering.operand(arm);
    if (!builder.ended) builder.jump(join);
  }
  builder.enter(join);
  if (scalar) return word(builder.read(result));
  return to === undefined ? { kind: 'none' } : memory(to);
}

function lowerConvert(lowering: ProgramLowering, expression: Form<'convert'>): Operand {
  const { builder } = lowering;
  const { operand, type } = expression;
  if (type.kind === 'pointer' && !isWord(operand.type)) {
    const place = lowering.operand(operand);
    if (place.kind !== 'memory') throw new InternalError('an address of what is not in memory');
    return word(builder.offset(place.address, place.offset));
  }
  if (operand.type.kind === 'array' || type.kind === 'array') return lowerArrayCast(lowering, operand, type);
  if (type.kind === 'integer' && operand.type.kind === 'inet') {
    return word(narrow(lowering, addressNumber(lowering, operand), type));
  }
  if (!isWord(type)) {
    const to = lowering.temporary(lowering.storedSize(type));
    lowering.storeAs(operand, type, to, 0);
    return memory(to);
  }
  if (type.kind === 'bool' && operand.type.kind !== 'bool') return word(truth(lowering, operand));
  const { type: from } = operand;
  const given = lowering.word(operand);
  const value = type.kind === 'integer' && mayBeTracked(lowering, operand) ? unbound(lowering, given) : given;
  if (type.kind !== 'integer' || type.size === 8) return word(value);
  const fits =
    from.kind === 'bool' ||
    (from.kind === 'integer' && from.size < type.size && (!from.signed || type.signed)) ||
    (from.kind === 'integer' && from.size === type.size && from.signed === type.signed);
  return word(fits ? value : builder.extend(value, type.size, type.signed));
}

/** Between an array and an integer of its bytes in memory, missing ones being 0; or between arrays of the same bytes. */
function lowerArrayCast(lowering: ProgramLowering, operand: TypedExpression, type: Type): Operand {
  const { builder } = lowering;
  if (operand.type.kind === 'string') return memory(lowering.addressAs(operand, operand.type));
  if (operand.type.kind !== 'array') {
    const to = lowering.temporary(8);
    const value = lowering.word(operand);
    // Its own bytes only, not those that its sign would add.
    const { type: from } = operand;
    const narrow = from.kind === 'integer' && from.size !== 8;
    builder.store(8, to, 0, narrow ? builder.extend(value, from.size, false) : value);
    return memory(to);
  }
  const from = lowering.operand(operand);
  if (from.kind !== 'memory') throw new InternalError('an array that is not in memory');
  if (type.kind !== 'integer') return from;
  const to = lowering.temporary(8);
  builder.store(8, to, 0, builder.const(0));
  copy(lowering, to, 0, from, rawSizeOf(operand.type));
  return word(builder.load(type.size, to, 0, { signed: type.signed }));
}

/** As a number, of which the verifier knows nothing: it may be stored, calculated with and handed to a probe read. */
function lowerAddress(lowering: ProgramLowering, { of }: Form<'address'>): ValueId {
  if (of.kind === 'variable') return unbound(lowering, lowering.variables.addressOf(of.variable));
  if (of.kind === 'map') return unbound(lowering, lowering.builder.map(of.map.name));
  return addressOfPlace(lowering, of);
}

/** x++ and friends; a map's value is computed only when it is wanted. */
export function lowerUpdate(
  lowering: ProgramLowering,
  { operator, prefix, target, type }: Form<'update'>,
  statement: boolean,
): ValueId {
  const { builder } = lowering;
  const step = type.kind === 'pointer' && type.to.kind !== 'void' ? Math.max(1, rawSizeOf(type.to)) : 1;
  const by = builder.const(operator === '++' ? step : -step);
  if (target.kind === 'map') {
    const wanted = statement ? undefined : prefix ? 'new' : 'old';
    return narrow(lowering, lowerMapAdd(lowering, target.map, target.key, by, wanted), type);
  }
  const old = lowering.variables.word(target.variable);
  const next = narrow(lowering, builder.binary('add', old, by), target.variable.type);
  lowering.variables.setWord(target.variable, next);
  return prefix ? next : old;
}
