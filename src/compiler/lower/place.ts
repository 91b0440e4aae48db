// Places in memory: what a pointer points to, fields, elements, members of tuples.
import { ProgType } from '../bpf/uapi.js';
import type { TypedExpression } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import { memberOffsets, rawSizeOf } from '../types/layout.js';
import type { Field, Type } from '../types/type.js';
import type { Operand } from './lowering.js';
import { isWord, loadRaw, loadStored, type MemoryOperand, memory, unbound } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';

type Form<Kind extends TypedExpression['kind']> = Extract<TypedExpression, { kind: Kind }>;

/** The value at a place: read when it is a word. */
export function lowerPlace(
  lowering: ProgramLowering,
  expression: Form<'field' | 'deref' | 'index'>,
): Operand {
  if (expression.kind === 'field' && expression.field.bits !== undefined) {
    return { kind: 'word', value: loadBits(lowering, placeOf(lowering, expression), expression.field) };
  }
  const place = placeOf(lowering, expression);
  if (expression.kind === 'field' && expression.field.dataLoc) {
    return { kind: 'word', value: lowering.builder.offset(place.address, place.offset) };
  }
  // A struct is read as bytes, which the verifier allows of no pointer that it knows the type of.
  if (holdsStruct(expression.type)) return { ...place, btf: false };
  if (!isWord(expression.type)) return place;
  return { kind: 'word', value: loadRaw(lowering, place, expression.type) };
}

function holdsStruct(type: Type): boolean {
  return type.kind === 'struct' || (type.kind === 'array' && holdsStruct(type.of));
}

/** The address of a place that a pointer leads to. */
export function addressOfPlace(lowering: ProgramLowering, expression: TypedExpression): ValueId {
  const { address, offset, btf } = placeOf(lowering, expression);
  const place = lowering.builder.offset(address, offset);
  return btf ? unbound(lowering, place) : place;
}

/** Where the value of an expression lies. */
function placeOf(lowering: ProgramLowering, expression: TypedExpression): MemoryOperand {
  switch (expression.kind) {
    case 'deref': {
      const { type } = expression.pointer;
      const space = type.kind === 'pointer' ? type.space : 'kernel';
      const btf = isTracked(lowering, expression.pointer);
      return { kind: 'memory', address: lowering.word(expression.pointer), offset: 0, space, btf };
    }
    case 'field': {
      const object = placeOf(lowering, expression.object);
      return { ...object, offset: object.offset + expression.field.offset };
    }
    case 'index':
      return elementOf(lowering, expression);
    default: {
      const operand = lowering.operand(expression);
      if (operand.kind === 'memory') return operand;
      throw new InternalError(`a ${expression.kind} is no place in memory`);
    }
  }
}

function elementOf(lowering: ProgramLowering, { object, index, type }: Form<'index'>): MemoryOperand {
  const { builder } = lowering;
  const size = rawSizeOf(type);
  const base: MemoryOperand =
    object.type.kind === 'pointer'
      ? { ...memory(lowering.word(object)), space: object.type.space }
      : placeOf(lowering, object);
  if (index.kind === 'integer') return { ...base, offset: base.offset + Number(index.value) * size };
  let at = lowering.word(index);
  if (object.type.kind === 'array' || object.type.kind === 'string') {
    const count = object.type.kind === 'array' ? object.type.count : object.type.size;
    const last = builder.const(count - 1);
    const chosen = at;
    at = builder.select(
      'ugt',
      chosen,
      last,
      () => last,
      () => chosen,
    );
  }
  const address = builder.binary(
    'add',
    builder.offset(base.address, base.offset),
    builder.binaryImm('mul', at, size),
  );
  // The verifier wants constant offsets of what it tracks: read it as any kernel memory.
  return { kind: 'memory', address, offset: 0, space: base.space === 'user' ? 'user' : 'kernel', btf: false };
}

/** Does the verifier still know this pointer's BTF type? */
export function isTracked(lowering: ProgramLowering, pointer: TypedExpression): boolean {
  const { type } = pointer;
  if (type.kind !== 'pointer' || type.space !== 'kernel' || type.to.kind !== 'struct') return false;
  switch (pointer.kind) {
    case 'builtin':
      return type.btf === true;
    case 'args-field':
      return type.btf === true && lowering.programType === ProgType.BPF_PROG_TYPE_TRACING;
    case 'variable':
      return lowering.variables.isTracked(pointer.variable);
    case 'field':
      return pointer.field.bits === undefined && isTrackedPlace(lowering, pointer.object);
    case 'convert': {
      const from = pointer.operand.type;
      const same = from.kind === 'pointer' && from.to.kind === 'struct' && from.to.name === type.to.name;
      return same && isTracked(lowering, pointer.operand);
    }
    default:
      return false;
  }
}

/** The verifier may take this pointer's word for a typed one, whatever we call its type by now. */
export function mayBeTracked(lowering: ProgramLowering, pointer: TypedExpression): boolean {
  const { type } = pointer;
  if (type.kind !== 'pointer' || type.space !== 'kernel') return false;
  switch (pointer.kind) {
    case 'variable':
      return true;
    case 'convert':
      return mayBeTracked(lowering, pointer.operand);
    case 'ternary':
      return mayBeTracked(lowering, pointer.then) || mayBeTracked(lowering, pointer.else);
    default:
      return isTracked(lowering, pointer);
  }
}

function isTrackedPlace(lowering: ProgramLowering, place: TypedExpression): boolean {
  if (place.kind === 'deref') return isTracked(lowering, place.pointer);
  if (place.kind === 'field') return isTrackedPlace(lowering, place.object);
  return false;
}

/** A bitfield, out of its storage unit. */
function loadBits(lowering: ProgramLowering, place: MemoryOperand, field: Field): ValueId {
  const { builder } = lowering;
  const { type, bits } = field;
  if (bits === undefined) throw new InternalError('no bitfield');
  // Not by BTF: the verifier checks bitfields against the unit's own members.
  const unit = loadRaw(lowering, { ...place, btf: false }, unitOf(type));
  const up = builder.binaryImm('shl', unit, 64 - bits.offset - bits.width);
  const signed = type.kind === 'integer' && type.signed;
  return builder.binaryImm(signed ? 'ashr' : 'lshr', up, 64 - bits.width);
}

function unitOf(type: Type): Type {
  return type.kind === 'integer' ? { ...type, signed: false } : type;
}

/** Member of a tuple or record. */
export function lowerMember(lowering: ProgramLowering, { object, index, type }: Form<'member'>): Operand {
  const types =
    object.type.kind === 'tuple'
      ? object.type.elements
      : object.type.kind === 'record'
        ? object.type.fields.map(field => field.type)
        : [];
  const offset = memberOffsets(types).offsets[index];
  if (offset === undefined) throw new InternalError(`no member ${index}`);
  const operand = lowering.operand(object);
  if (operand.kind !== 'memory') throw new InternalError('a tuple that is not in memory');
  const place: MemoryOperand = { ...operand, offset: operand.offset + offset };
  return isWord(type) ? { kind: 'word', value: loadStored(lowering, place, type) } : place;
}
