// Members of a BTF struct or union as fields, those of anonymous members lifted into it, bitfields placed in storage units.
//
//   member: name_off:32 | type:32 | offset:32, with the struct's flag set: bitfield_size:8 bit_offset:24
import type { Field, Type } from '../types/type.js';
import { integer } from '../types/type.js';
import type { BtfBlob } from './blob.js';
import { BtfKind } from './kind.js';
import { resolved } from './modifier.js';

const DEPTH = 16;
/** More than any real struct has: a bound for hostile nesting. */
const MOST_FIELDS = 20_000;

/** Empty for ids that are no struct or union. `typeOf` turns ids into types. */
export function structFields(blob: BtfBlob, id: number, typeOf: (id: number) => Type): Field[] {
  const fields: Field[] = [];
  let visited = 0;
  const visit = (struct: number, base: number, depth: number): void => {
    const packed = blob.flag(struct);
    const count = blob.vlen(struct);
    for (let i = 0; i < count && visited < MOST_FIELDS; i++) {
      visited++;
      const name = blob.string(blob.word(struct, i * 3));
      const type = blob.word(struct, i * 3 + 1);
      const offset = blob.word(struct, i * 3 + 2);
      const bit = base + (packed ? offset & 0xff_ffff : offset);
      const width = packed ? offset >>> 24 : oldWidth(blob, type);
      if (name === '') {
        // That of struct vm_fault is constant.
        const plain = resolved(blob, type);
        if (isComposite(blob, plain) && depth > 0) visit(plain, bit, depth - 1);
      } else if (width === 0) fields.push(plainField(name, type, Math.floor(bit / 8), typeOf));
      else fields.push(bitfield(name, typeOf(type), bit, width));
    }
  };
  if (isComposite(blob, id)) visit(id, 0, DEPTH);
  return fields;
}

function isComposite(blob: BtfBlob, id: number): boolean {
  const kind = blob.kind(id);
  return kind === BtfKind.BTF_KIND_STRUCT || kind === BtfKind.BTF_KIND_UNION;
}

/** Without the flag a bitfield's width is that of its integer type, when it is less than its size. */
function oldWidth(blob: BtfBlob, type: number): number {
  if (blob.kind(type) !== BtfKind.BTF_KIND_INT) return 0;
  const bits = blob.word(type, 0) & 0xff;
  return bits < blob.sizeOrType(type) * 8 ? bits : 0;
}

/** The type is made when asked for: of task_struct's 250 members a script wants two. */
function plainField(name: string, id: number, offset: number, typeOf: (id: number) => Type): Field {
  return {
    name,
    get type() {
      return typeOf(id);
    },
    offset,
  };
}

/** A bitfield at a bit of its struct, in the storage unit that it is read from. */
export function bitfield(name: string, type: Type, bit: number, width: number): Field {
  if (type.kind !== 'integer' && type.kind !== 'bool') return { name, type, offset: Math.floor(bit / 8) };
  const size = type.kind === 'integer' ? type.size : 1;
  // The unit of its own type or, in packed structs, the smallest wider one that holds it whole.
  for (const bytes of [1, 2, 4, 8] as const) {
    const unit = Math.floor(bit / (bytes * 8)) * bytes;
    const inside = bit - unit * 8;
    if (bytes < size || inside + width > bytes * 8) continue;
    const storage = bytes === size ? type : integer(bytes, type.kind === 'integer' && type.signed);
    return { name, type: storage, offset: unit, bits: { offset: inside, width } };
  }
  // None does: read from the byte in which it starts.
  const start = Math.floor(bit / 8);
  const signed = type.kind === 'integer' && type.signed;
  const wide = ([1, 2, 4, 8] as const).find(bytes => bytes * 8 >= bit - start * 8 + width) ?? 8;
  return { name, type: integer(wide, signed), offset: start, bits: { offset: bit - start * 8, width } };
}
