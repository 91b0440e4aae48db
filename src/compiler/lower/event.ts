// Events: one record each, laid out by types/record-layout.ts. A record of fixed size is built in the ring where there is one;
// one with long strings is put together in scratch memory and sent with its true length.
import { shownType } from '../btf/shown-type.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import { alignUp, compactAlignOf, compactSizeOf } from '../types/layout.js';
import {
  type LayoutField,
  RECORD_HEADER_SIZE,
  type RecordLayout,
  TAIL_TRUNCATED,
} from '../types/record-layout.js';
import type { Type } from '../types/type.js';
import { sendBytes, sendRecord } from './channel.js';
import { isForeignText } from './foreign-text.js';
import type { EventField } from './lowering.js';
import { copy, isWord } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';
import { type Destination, readText, sourceOf } from './string.js';

/** Strings that may be longer than this are sent with their own length. */
const FIXED_STRING = 64;

export function layoutRecord(
  fields: readonly { readonly name: string; readonly type: Type }[],
): RecordLayout {
  let at = RECORD_HEADER_SIZE;
  let align = 4;
  const placed: LayoutField[] = fields.map(({ name, type }) => {
    const tail = type.kind === 'string' && type.size > FIXED_STRING;
    const own = tail ? 4 : compactAlignOf(type);
    align = Math.max(align, own);
    const offset = alignUp(at, own);
    at = offset + (tail ? 4 : compactSizeOf(type));
    return { name, type, offset, storage: tail ? 'tail' : 'fixed' };
  });
  return { size: alignUp(at, align), fields: placed };
}

export function lowerEmit(
  lowering: ProgramLowering,
  entry: string,
  fields: readonly EventField[],
  data: unknown,
  span: Span,
): void {
  const layout = layoutRecord(
    fields.map(field => ({
      name: field.name,
      type: shownType(field.value.type, lowering.env),
    })),
  );
  const site = lowering.object.addSite(lowering.probeIndex, entry, layout, span, data);
  if (layout.fields.some(field => field.storage === 'tail')) sendTails(lowering, layout, fields, site);
  else sendFixed(lowering, layout, fields, site);
}

function sendFixed(
  lowering: ProgramLowering,
  layout: RecordLayout,
  fields: readonly EventField[],
  site: number,
): void {
  const { builder } = lowering;
  // Evaluated first: what they do must happen even if the ring is full, and the ring is held for a short time.
  const values = fields.map(({ value }, index) => prepare(lowering, value, fields.slice(index + 1)));
  sendRecord(lowering, layout.size, record => {
    builder.store(4, record, 0, builder.const(site));
    layout.fields.forEach((field, index) => {
      values[index]!(record, field.offset);
    });
  });
}

/** Evaluates a field, before those that are `later`; what is returned stores it. */
function prepare(
  lowering: ProgramLowering,
  value: EventField['value'],
  later: readonly EventField[],
): (to: ValueId, offset: number) => void {
  const { builder } = lowering;
  const { type } = value;
  if (isWord(type)) {
    const word = !('kind' in value)
      ? value.operand.kind === 'word'
        ? value.operand.value
        : builder.const(0)
      : lowering.word(value);
    const size = compactSizeOf(type) as 1 | 2 | 4 | 8;
    return (to, offset) => builder.store(size, to, offset, word);
  }
  if (!('kind' in value)) {
    const { operand } = value;
    return (to, offset) => {
      if (operand.kind === 'memory') copy(lowering, to, offset, operand, compactSizeOf(type));
    };
  }
  // Tuples and the like are stored member by member: their words have to be there before the record is reserved.
  const others = later.flatMap(field => ('kind' in field.value ? [field.value] : []));
  const built = value.kind === 'tuple' || value.kind === 'record' || lowering.hasEffect(value);
  if (built || others.some(other => lowering.hasEffect(other))) {
    const place = lowering.loadable(value, others);
    return (to, offset) => copy(lowering, to, offset, place, compactSizeOf(type));
  }
  if (isForeignText(value) && compactSizeOf(value.type) === compactSizeOf(type)) {
    // Readers of events stop at the NUL.
    return (to, offset) => {
      const text = lowering.operand(value);
      if (text.kind === 'memory') copy(lowering, to, offset, text, compactSizeOf(type));
    };
  }
  return (to, offset) => lowering.storeAs(value, type, to, offset);
}

function sendTails(
  lowering: ProgramLowering,
  layout: RecordLayout,
  fields: readonly EventField[],
  site: number,
): void {
  const { builder } = lowering;
  const room = layout.fields
    .filter(field => field.storage === 'tail')
    .reduce((sum, field) => sum + compactSizeOf(field.type), 0);
  const buffer = lowering.temporary(layout.size + room);
  builder.store(4, buffer, 0, builder.const(site));
  let used = builder.const(0);
  layout.fields.forEach((field, index) => {
    const { value } = fields[index]!;
    if (field.storage === 'fixed') {
      prepare(lowering, value, [])(buffer, field.offset);
      return;
    }
    const size = compactSizeOf(field.type);
    const to = {
      address: builder.binary('add', builder.offset(buffer, layout.size), used),
      offset: 0,
      padded: false,
    };
    const length = readTail(lowering, value, size, to);
    const word = builder.newLocal('length');
    builder.write(word, length);
    builder.ifThen('eq', length, builder.const(size), () => {
      builder.write(word, builder.binaryImm('or', length, TAIL_TRUNCATED));
    });
    builder.store(4, buffer, field.offset, builder.read(word));
    used = builder.binary('add', used, length);
  });
  sendBytes(lowering, buffer, builder.binaryImm('add', used, layout.size), layout.size + room);
}

/** Puts a string's bytes into the tail; gives their number, at most `size`. */
function readTail(
  lowering: ProgramLowering,
  value: EventField['value'],
  size: number,
  to: Destination,
): ValueId {
  if ('kind' in value) {
    const text = lowering.peeled(value);
    if (text.kind === 'call' && text.entry.name === 'str' && text.call.args[0]?.type.kind !== 'string') {
      const { call, type } = text;
      const own = type.kind === 'string' ? Math.min(size, type.size) : size;
      let length = lowering.builder.const(0);
      lowering.during(text.span, () => {
        length = readText(lowering, sourceOf(lowering, call.args[0]!), own, call.args[1], to);
      });
      return length;
    }
    const address = lowering.addressAs(text, text.type);
    const own = text.type.kind === 'string' ? Math.min(size, text.type.size) : size;
    return readText(lowering, { address, space: 'kernel' }, own, undefined, to);
  }
  const { operand } = value;
  if (operand.kind !== 'memory') return lowering.builder.const(0);
  const address = lowering.builder.offset(operand.address, operand.offset);
  return readText(lowering, { address, space: operand.space }, size, undefined, to);
}
