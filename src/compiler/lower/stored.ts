// Values as they are stored (types/layout.ts): in keys, map values, tuples and events. Integers take 8 bytes, strings are
// followed by zeros up to their size, padding is zero.
import type { TypedExpression, VariableInfo } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import { memberOffsets, sizeOf } from '../types/layout.js';
import type { Type } from '../types/type.js';
import { mentionsIn } from './capture.js';
import { branchOn } from './condition.js';
import { copyForeignText, isForeignText } from './foreign-text.js';
import { clear, copy, isWord, loadStored, type MemoryOperand, memory, storeBytes } from './memory.js';
import { copyAddress } from './packet/read.js';
import type { ProgramLowering } from './program-lowering.js';

/** Without conversions that only change a string's size (within tuples too): storing does those on the way. */
export function peeled(expression: TypedExpression): TypedExpression {
  let at = expression;
  while (at.kind === 'convert' && at.type.kind === at.operand.type.kind && !isWord(at.type)) at = at.operand;
  return at;
}

/** Writes an expression as a value of type `to`, which is its own or one of the same kind. */
export function storeAs(
  lowering: ProgramLowering,
  expression: TypedExpression,
  to: Type,
  address: ValueId,
  offset: number,
): void {
  const { builder } = lowering;
  if (isWord(to)) {
    builder.store(8, address, offset, lowering.word(expression));
    return;
  }
  const value = peeled(expression);
  switch (value.kind) {
    case 'string':
      if (to.kind === 'string') {
        storeBytes(lowering, address, offset, value.bytes, to.size);
        return;
      }
      break;
    case 'tuple':
    case 'record': {
      const members = value.kind === 'tuple' ? value.elements : value.fields;
      storeMembers(lowering, members, value.type, to, address, offset);
      return;
    }
    case 'ternary':
      storeChoice(lowering, value, to, address, offset);
      return;
    case 'call':
      if (value.entry.name === 'str' && value.type.kind === 'string' && to.kind === 'string') {
        // str() of a text reads nothing: it would leave the offer to another.
        if (to.size >= value.type.size && value.call.args[0]?.type.kind !== 'string') {
          lowering.offerDestination({ address, offset, padded: true, size: to.size });
        }
      } else if (value.entry.name === 'ntop') {
        lowering.offerDestination({ address, offset, padded: true, size: sizeOf(to) });
      }
      break;
    default:
      break;
  }
  const operand = lowering.operand(value);
  if (operand.kind !== 'memory') throw new InternalError(`a ${value.type.kind} that is not in memory`);
  if (operand.address === address && operand.offset === offset && operand.space === 'none') {
    // str() or ntop() has put it into its place.
    clear(lowering, address, offset + sizeOf(value.type), sizeOf(to) - sizeOf(value.type));
    return;
  }
  if (isForeignText(value)) {
    const size = Math.min(sizeOf(value.type), sizeOf(to));
    copyForeignText(lowering, operand, size, { address, offset });
    clear(lowering, address, offset + size, sizeOf(to) - size);
    return;
  }
  copyStored(lowering, operand, value.type, to, address, offset);
}

/** In the order in which they are written, each in the place that it has in `to`. */
function storeMembers(
  lowering: ProgramLowering,
  members: readonly TypedExpression[],
  own: Type,
  to: Type,
  address: ValueId,
  offset: number,
): void {
  const types = memberTypes(to);
  const { offsets, size } = memberOffsets(types);
  let end = 0;
  types.forEach((type, index) => {
    clear(lowering, address, offset + end, offsets[index]! - end);
    end = offsets[index]! + sizeOf(type);
  });
  clear(lowering, address, offset + end, size - end);
  members.forEach((member, i) => {
    const index = partnerOf(own, to, i);
    storeAs(lowering, member, types[index]!, address, offset + offsets[index]!);
  });
}

/** Where the member at `index` of `from` is in `to`: the fields of records go by their names. */
function partnerOf(from: Type, to: Type, index: number): number {
  if (from.kind !== 'record' || to.kind !== 'record') return index;
  const name = from.fields[index]!.name;
  return to.fields.findIndex(field => field.name === name);
}

function storeChoice(
  lowering: ProgramLowering,
  choice: Extract<TypedExpression, { kind: 'ternary' }>,
  to: Type,
  address: ValueId,
  offset: number,
): void {
  const { builder } = lowering;
  const yes = builder.newBlock();
  const no = builder.newBlock();
  const join = builder.newBlock();
  branchOn(lowering, choice.condition, yes, no);
  for (const [block, arm] of [
    [yes, choice.then],
    [no, choice.else],
  ] as const) {
    builder.enter(block);
    storeAs(lowering, arm, to, address, offset);
    builder.jump(join);
  }
  builder.enter(join);
}

function memberTypes(type: Type): readonly Type[] {
  if (type.kind === 'tuple') return type.elements;
  if (type.kind === 'record') return type.fields.map(field => field.type);
  throw new InternalError(`a ${type.kind} has no members`);
}

/** Copies a stored value to a place of type `to`. */
export function copyStored(
  lowering: ProgramLowering,
  from: MemoryOperand,
  type: Type,
  to: Type,
  address: ValueId,
  offset: number,
): void {
  if (isWord(to)) {
    lowering.builder.store(8, address, offset, loadStored(lowering, from, type));
    return;
  }
  if (type.kind === 'string' && to.kind === 'string') {
    const size = Math.min(type.size, to.size);
    copy(lowering, address, offset, from, size);
    clear(lowering, address, offset + size, to.size - size);
    return;
  }
  if (type.kind === 'buffer' && to.kind === 'buffer' && type.size < to.size) {
    copy(lowering, address, offset, from, sizeOf(type));
    clear(lowering, address, offset + sizeOf(type), to.size - type.size);
    return;
  }
  if (type.kind === 'inet' && type.family !== undefined && to.kind === 'inet' && to.family === undefined) {
    copyAddress(lowering, from, type.family === 4 ? 'ip' : 'ip6', to, address, offset);
    return;
  }
  const size = sizeOf(to);
  if ((to.kind !== 'tuple' && to.kind !== 'record') || hasSameLayout(type, to)) {
    copy(lowering, address, offset, from, size);
    return;
  }
  const types = memberTypes(to);
  const own = memberTypes(type);
  const { offsets } = memberOffsets(types);
  const sources = memberOffsets(own).offsets;
  clear(lowering, address, offset, size);
  own.forEach((member, i) => {
    const index = partnerOf(type, to, i);
    const source = { ...from, offset: from.offset + sources[i]! };
    copyStored(lowering, source, member, types[index]!, address, offset + offsets[index]!);
  });
}

/** Do values of the two types lie in memory alike? */
export function hasSameLayout(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind !== 'tuple' && a.kind !== 'record') return sizeOf(a) === sizeOf(b);
  const [first, second] = [memberTypes(a), memberTypes(b)];
  return (
    first.length === second.length &&
    first.every((type, i) => partnerOf(a, b, i) === i && hasSameLayout(type, second[i]!))
  );
}

/** Parts of an expression, in order of evaluation. */
function parts(expression: TypedExpression): readonly TypedExpression[] {
  switch (expression.kind) {
    case 'map-read':
      return expression.key === undefined ? [] : [expression.key];
    case 'call':
      return expression.call.args;
    case 'unary':
    case 'convert':
    case 'address-in':
    case 'set-in':
      return [expression.operand];
    case 'packet':
      return expression.index === undefined ? [] : [expression.index];
    case 'binary':
    case 'logical':
      return [expression.left, expression.right];
    case 'ternary':
      return [expression.condition, expression.then, expression.else];
    case 'field':
    case 'member':
      return [expression.object];
    case 'address':
      return expression.of.kind === 'map' ? [] : [expression.of];
    case 'deref':
      return [expression.pointer];
    case 'index':
      return [expression.object, expression.index];
    case 'tuple':
      return expression.elements;
    case 'record':
      return expression.fields;
    case 'update': {
      const { target } = expression;
      return target.kind === 'map' && target.key !== undefined ? [target.key] : [];
    }
    default:
      return [];
  }
}

/** Does more than compute: its evaluation must not be skipped or repeated. */
export function hasEffect(expression: TypedExpression): boolean {
  if (expression.kind === 'update' || expression.kind === 'block') return true;
  if (expression.kind === 'call' && expression.entry.role === 'value') {
    if (['delete', 'find'].includes(expression.entry.name)) return true;
  }
  // Taking a stack (or an address of a process) may send an event: not while a record is reserved.
  if (expression.kind === 'builtin' && expression.type.kind === 'stack') return true;
  if (expression.kind === 'call' && ['stack', 'usym'].includes(expression.type.kind)) return true;
  if (expression.kind === 'binary' && ['/', '%'].includes(expression.operator)) return true;
  return parts(expression).some(hasEffect);
}

/**
 * A value in memory that plain loads reach, and that stays what it is while `later` is evaluated: what lies in a variable or a
 * map is copied when that might change it.
 */
export function loadable(
  lowering: ProgramLowering,
  expression: TypedExpression,
  later: readonly TypedExpression[],
): MemoryOperand {
  const { type } = expression;
  const isLiteral = peeled(expression).kind === 'string';
  if (!isLiteral && later.some(hasEffect)) {
    const kept = lowering.temporary(sizeOf(type));
    storeAs(lowering, expression, type, kept, 0);
    return memory(kept);
  }
  if (isWord(type) || isLiteral) return memory(lowering.address(expression));
  const operand = lowering.operand(expression);
  if (operand.kind !== 'memory') return memory(lowering.address(expression));
  if (operand.space === 'none' || operand.space === 'ctx' || operand.btf) return operand;
  const size = sizeOf(type);
  const to = lowering.temporary(size);
  copy(lowering, to, 0, operand, size);
  return memory(to);
}

/** The same by its address, which may have any alignment. */
export function addressBefore(
  lowering: ProgramLowering,
  expression: TypedExpression,
  later: readonly TypedExpression[],
): ValueId {
  if (!later.some(hasEffect)) return lowering.address(expression);
  const { address, offset } = loadable(lowering, expression, later);
  return lowering.builder.offset(address, offset);
}

/** Does it read this variable? */
export function mentions(expression: TypedExpression, variable: VariableInfo): boolean {
  if (expression.kind === 'variable') return expression.variable === variable;
  if (expression.kind === 'block') return mentionsIn(expression).all.has(variable);
  return parts(expression).some(part => mentions(part, variable));
}
