// Event records as a program would send them: a layout made from typed arguments, and the bytes that fit it.
import type { RecordView } from '../../src/compiler/language/effects.js';
import type { SiteSpec } from '../../src/compiler/object-spec.js';
import {
  alignOf,
  alignUp,
  compactAlignOf,
  compactSizeOf,
  memberOffsets,
  sizeOf,
} from '../../src/compiler/types/layout.js';
import {
  type LayoutField,
  RECORD_HEADER_SIZE,
  type RecordLayout,
} from '../../src/compiler/types/record-layout.js';
import type { Type } from '../../src/compiler/types/type.js';
import type { Value } from '../../src/compiler/types/value.js';

export type Argument = readonly [type: Type, value: Value | string | number];

/** Strings of 64 bytes or more go to the tail when `tail` is set. */
export function layoutOf(types: readonly Type[], tail: boolean): RecordLayout {
  let at = RECORD_HEADER_SIZE;
  const fields = types.map((type, i): LayoutField => {
    const inTail = tail && type.kind === 'string' && type.size >= 64;
    at = alignUp(at, inTail ? 4 : compactAlignOf(type));
    const offset = at;
    at += inTail ? 4 : compactSizeOf(type);
    return { name: `arg${i}`, type, offset, storage: inTail ? 'tail' : 'fixed' };
  });
  return { size: alignUp(at, 8), fields };
}

/** A printf site and one event of it. */
export function printfEvent(
  format: string,
  args: readonly Argument[],
  options: { readonly tail?: boolean; readonly id?: number } = {},
): { site: SiteSpec; view: RecordView } {
  const layout = layoutOf(
    args.map(([type]) => type),
    options.tail ?? false,
  );
  const id = options.id ?? 0;
  const site: SiteSpec = { probe: 0, id, entry: 'printf', layout, span: [0, 0], data: { format } };
  return {
    site,
    view: encodeRecord(
      layout,
      args.map(([, value]) => value),
      id,
    ),
  };
}

/** At an odd place of a larger batch, among bytes that are not zero. */
export function encodeRecord(
  layout: RecordLayout,
  values: readonly (Value | string | number)[],
  id: number,
): RecordView {
  const bytes = new Uint8Array(layout.size + 8192).fill(0xee);
  const data = new DataView(bytes.buffer);
  const offset = 8;
  bytes.fill(0, offset, offset + layout.size);
  data.setUint32(offset, id, true);
  let tail = offset + layout.size;
  layout.fields.forEach((field, i) => {
    const at = offset + field.offset;
    const value = values[i];
    if (field.storage === 'tail') {
      const text = bytesOf(value as string | Uint8Array);
      data.setUint32(at, text.length, true);
      bytes.set(text, tail);
      tail += text.length;
    } else if (field.type.kind === 'integer') {
      for (let b = 0; b < field.type.size; b++)
        bytes[at + b] = Number((BigInt(value as bigint) >> BigInt(8 * b)) & 0xffn);
    } else if (field.type.kind === 'bool') {
      bytes[at] = Number(value);
    } else {
      store(field.type, value, bytes, data, at);
    }
  });
  return { bytes, data, offset, length: tail - offset };
}

function store(type: Type, value: unknown, bytes: Uint8Array, data: DataView, at: number): void {
  switch (type.kind) {
    case 'string': {
      const text = bytesOf(value as string | Uint8Array);
      bytes.fill(0, at, at + type.size);
      bytes.set(text, at);
      return;
    }
    case 'buffer': {
      const content = bytesOf(value as string | Uint8Array);
      data.setUint32(at, content.length, true);
      bytes.set(content, at + 4);
      return;
    }
    case 'inet':
    case 'mac':
      bytes.set(value as Uint8Array, at);
      return;
    case 'tuple':
    case 'record': {
      const types = type.kind === 'tuple' ? type.elements : type.fields.map(field => field.type);
      const { offsets } = memberOffsets(types);
      types.forEach((member, i) => {
        store(member, (value as unknown[])[i], bytes, data, at + (offsets[i] ?? 0));
      });
      return;
    }
    default:
      if (sizeOf(type) !== 8 || alignOf(type) !== 8) throw new TypeError(`cannot store ${type.kind}`);
      data.setBigUint64(at, BigInt.asUintN(64, BigInt(value as bigint | number | boolean)), true);
  }
}

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Uint8Array.from(Buffer.from(text, 'latin1')) : text;
}
