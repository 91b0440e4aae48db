// Types of a BTF blob as C definitions, as bpftool and libbpf print them: declarators inside out, anonymous structs in place,
// holes that a compiler would not make by itself as unnamed bitfields, packed where members say so.
import type { BtfBlob } from './blob.js';
import { BtfKind } from './kind.js';

const DEPTH = 32;
const POINTER = 8; // bytes

/** Bytes; 0 where there is no size. */
export function sizeOfType(blob: BtfBlob, id: number, depth = DEPTH): number {
  if (depth === 0) return 0;
  switch (blob.kind(id)) {
    case BtfKind.BTF_KIND_INT:
    case BtfKind.BTF_KIND_STRUCT:
    case BtfKind.BTF_KIND_UNION:
    case BtfKind.BTF_KIND_ENUM:
    case BtfKind.BTF_KIND_ENUM64:
    case BtfKind.BTF_KIND_FLOAT:
      return blob.sizeOrType(id);
    case BtfKind.BTF_KIND_PTR:
      return POINTER;
    case BtfKind.BTF_KIND_ARRAY:
      return blob.word(id, 2) * sizeOfType(blob, blob.word(id, 0), depth - 1);
    case BtfKind.BTF_KIND_TYPEDEF:
    case BtfKind.BTF_KIND_VOLATILE:
    case BtfKind.BTF_KIND_CONST:
    case BtfKind.BTF_KIND_RESTRICT:
    case BtfKind.BTF_KIND_TYPE_TAG:
      return sizeOfType(blob, blob.sizeOrType(id), depth - 1);
    default:
      return 0;
  }
}

interface Member {
  readonly name: string;
  readonly type: number;
  readonly offset: number; // bits
  readonly width: number; // bits of a bitfield, else 0
}

/** Types that carry a word before or behind what they change. */
const QUALIFIERS: Readonly<Record<number, string>> = {
  [BtfKind.BTF_KIND_VOLATILE]: 'volatile',
  [BtfKind.BTF_KIND_CONST]: 'const',
  [BtfKind.BTF_KIND_RESTRICT]: 'restrict',
};

/** Printer of a blob's types. */
export class CText {
  readonly #blob: BtfBlob;
  /** Bytes, of structs and unions. */
  readonly #alignment = new Map<number, number>();

  constructor(blob: BtfBlob) {
    this.#blob = blob;
  }

  /** `struct a {...}`, `enum b {...}`, `typedef int c`, without the `;` behind it. */
  definition(type: number): string {
    if (this.#blob.kind(type) !== BtfKind.BTF_KIND_TYPEDEF) return this.body(type, 0);
    return `typedef ${this.declaration(this.#blob.sizeOrType(type), this.#blob.name(type), 0)}`;
  }

  /** `int (*name)(char *)`; without a name as in a list of parameters. */
  declaration(type: number, name: string, level: number, depth = DEPTH): string {
    return this.#wrap(type, name, level, depth);
  }

  /** Inside out: what is written around the name, then the type that is written before it. */
  #wrap(type: number, inner: string, level: number, depth: number): string {
    const blob = this.#blob;
    if (depth === 0) return `void ${inner}`;
    const kind = blob.kind(type);
    const next = blob.sizeOrType(type);
    switch (kind) {
      case BtfKind.BTF_KIND_PTR: {
        const pointed = this.#untagged(next);
        const outer = blob.kind(pointed);
        const around = outer === BtfKind.BTF_KIND_ARRAY || outer === BtfKind.BTF_KIND_FUNC_PROTO;
        return this.#wrap(
          pointed,
          around ? `(*${inner})` : inner.startsWith('(') ? `* ${inner}` : `*${inner}`,
          level,
          depth - 1,
        );
      }
      case BtfKind.BTF_KIND_ARRAY:
        return this.#wrap(blob.word(type, 0), `${inner}[${blob.word(type, 2)}]`, level, depth - 1);
      case BtfKind.BTF_KIND_FUNC_PROTO:
        return this.#wrap(next, `${inner}(${this.#parameters(type, level, depth - 1)})`, level, depth - 1);
      case BtfKind.BTF_KIND_TYPE_TAG:
        return this.#wrap(next, inner, level, depth - 1);
      case BtfKind.BTF_KIND_VOLATILE:
      case BtfKind.BTF_KIND_CONST:
      case BtfKind.BTF_KIND_RESTRICT: {
        const word = QUALIFIERS[kind]!;
        // Of a pointer it stands behind the star, of anything else before the type.
        if (this.#isPointer(next))
          return this.#wrap(next, ` ${word}${inner === '' ? '' : ' '}${inner}`, level, depth - 1);
        const words = this.#wrap(next, inner, level, depth - 1);
        const said = kind === BtfKind.BTF_KIND_RESTRICT || words.startsWith(`${word} `);
        return said ? words : `${word} ${words}`;
      }
      default: {
        const base = this.#base(type, level);
        return inner === '' ? base : `${base} ${inner}`;
      }
    }
  }

  #untagged(type: number): number {
    let at = type;
    for (let i = 0; i < DEPTH && this.#blob.kind(at) === BtfKind.BTF_KIND_TYPE_TAG; i++)
      at = this.#blob.sizeOrType(at);
    return at;
  }

  #isPointer(type: number): boolean {
    return this.#blob.kind(this.#untagged(type)) === BtfKind.BTF_KIND_PTR;
  }

  #parameters(type: number, level: number, depth: number): string {
    const blob = this.#blob;
    const count = blob.vlen(type);
    if (count === 0) return 'void';
    return Array.from({ length: count }, (_, i) => {
      const [name, of] = [blob.string(blob.word(type, 2 * i)), blob.word(type, 2 * i + 1)];
      if (of === 0 && i === count - 1 && count > 1) return '...';
      return this.declaration(of, name, level, depth);
    }).join(', ');
  }

  /** A type that nothing is wrapped around: by its name, or its body when it has none. */
  #base(type: number, level: number): string {
    const blob = this.#blob;
    const name = blob.name(type);
    switch (blob.kind(type)) {
      case BtfKind.BTF_KIND_STRUCT:
        return name === '' ? this.body(type, level) : `struct ${name}`;
      case BtfKind.BTF_KIND_UNION:
        return name === '' ? this.body(type, level) : `union ${name}`;
      case BtfKind.BTF_KIND_ENUM:
      case BtfKind.BTF_KIND_ENUM64:
        return name === '' ? this.body(type, level) : `enum ${name}`;
      case BtfKind.BTF_KIND_FWD:
        return `${blob.flag(type) ? 'union' : 'struct'} ${name}`;
      case BtfKind.BTF_KIND_INT:
      case BtfKind.BTF_KIND_FLOAT:
      case BtfKind.BTF_KIND_TYPEDEF:
        return name === '_Bool' ? 'bool' : name;
      default:
        return 'void';
    }
  }

  body(type: number, level: number): string {
    const kind = this.#blob.kind(type);
    if (kind === BtfKind.BTF_KIND_ENUM || kind === BtfKind.BTF_KIND_ENUM64)
      return this.#enumBody(type, level);
    return this.#structBody(type, level);
  }

  #enumBody(type: number, level: number): string {
    const blob = this.#blob;
    const wide = blob.kind(type) === BtfKind.BTF_KIND_ENUM64;
    const signed = blob.flag(type);
    const step = wide ? 3 : 2;
    const values = Array.from({ length: blob.vlen(type) }, (_, i) => {
      const low = BigInt(blob.word(type, i * step + 1));
      const bits = wide ? low | (BigInt(blob.word(type, i * step + 2)) << 32n) : low;
      const value = signed ? BigInt.asIntN(wide ? 64 : 32, bits) : bits;
      return `${tabs(level + 1)}${blob.string(blob.word(type, i * step))} = ${value}${wide ? (signed ? 'LL' : 'ULL') : ''},\n`;
    });
    const head = `enum ${blob.name(type)}`.trimEnd();
    if (values.length === 0) return head;
    return `${head} {\n${values.join('')}${tabs(level)}}${this.#enumMode(type)}`;
  }

  /** Of another size than an int's. */
  #enumMode(type: number): string {
    const size = this.#blob.sizeOrType(type);
    if (size === 1) return ' __attribute__((mode(byte)))';
    if (size !== 8 || this.#blob.kind(type) === BtfKind.BTF_KIND_ENUM64) return '';
    return ' __attribute__((mode(word)))';
  }

  #structBody(type: number, level: number): string {
    const blob = this.#blob;
    const isStruct = blob.kind(type) === BtfKind.BTF_KIND_STRUCT;
    const head = `${isStruct ? 'struct' : 'union'} ${blob.name(type)}`.trimEnd();
    const size = blob.sizeOrType(type);
    const members = this.#members(type);
    if (members.length === 0 && size === 0) return `${head} {}`;
    const packed = isStruct && this.#isPacked(type);
    const lines: string[] = [];
    const pad = (padding: readonly string[]) =>
      lines.push(...padding.map(text => `${tabs(level + 1)}${text};\n`));
    let end = 0;
    let inBits = false;
    for (const { name, type: of, offset, width } of members) {
      if (isStruct) pad(holes(end, offset, packed ? 1 : this.#alignOf(of), inBits && width > 0));
      const bits = width > 0 ? `: ${width}` : '';
      lines.push(`${tabs(level + 1)}${this.declaration(of, name, level + 1)}${bits};\n`);
      inBits = width > 0;
      end = offset + (width > 0 ? width : 8 * sizeOfType(blob, of));
    }
    if (isStruct) pad(holes(end, 8 * size, this.#alignOf(type), false));
    return `${head} {\n${lines.join('')}${tabs(level)}}${packed ? ' __attribute__((packed))' : ''}`;
  }

  #members(type: number): Member[] {
    const blob = this.#blob;
    return Array.from({ length: blob.vlen(type) }, (_, i) => {
      const [name, of, word] = [
        blob.word(type, 3 * i),
        blob.word(type, 3 * i + 1),
        blob.word(type, 3 * i + 2),
      ];
      const [offset, width] = blob.flag(type) ? [word & 0xffffff, word >>> 24] : [word, 0];
      return { name: blob.string(name), type: of, offset, width };
    });
  }

  /** A struct whose members do not lie where their alignment would put them is taken for packed: 1. */
  #alignOf(type: number, depth = DEPTH): number {
    const blob = this.#blob;
    if (depth === 0) return 1;
    switch (blob.kind(type)) {
      case BtfKind.BTF_KIND_INT:
      case BtfKind.BTF_KIND_ENUM:
      case BtfKind.BTF_KIND_ENUM64:
      case BtfKind.BTF_KIND_FLOAT:
        return Math.min(POINTER, Math.max(1, blob.sizeOrType(type)));
      case BtfKind.BTF_KIND_PTR:
        return POINTER;
      case BtfKind.BTF_KIND_ARRAY:
        return this.#alignOf(blob.word(type, 0), depth - 1);
      case BtfKind.BTF_KIND_STRUCT:
      case BtfKind.BTF_KIND_UNION: {
        let align = this.#alignment.get(type);
        if (align === undefined) {
          align = this.#isPacked(type, depth - 1) ? 1 : this.#mostAligned(type, depth - 1);
          this.#alignment.set(type, align);
        }
        return align;
      }
      case BtfKind.BTF_KIND_TYPEDEF:
      case BtfKind.BTF_KIND_VOLATILE:
      case BtfKind.BTF_KIND_CONST:
      case BtfKind.BTF_KIND_RESTRICT:
      case BtfKind.BTF_KIND_TYPE_TAG:
        return this.#alignOf(blob.sizeOrType(type), depth - 1);
      default:
        return 1;
    }
  }

  #mostAligned(type: number, depth: number): number {
    return Math.max(1, ...this.#members(type).map(member => this.#alignOf(member.type, depth)));
  }

  #isPacked(type: number, depth = DEPTH): boolean {
    const off = this.#members(type).some(
      ({ type: of, offset, width }) => width === 0 && offset % (8 * this.#alignOf(of, depth)) !== 0,
    );
    return off || this.#blob.sizeOrType(type) % this.#mostAligned(type, depth) !== 0;
  }
}

const UNITS = [
  ['long', 64],
  ['int', 32],
  ['short', 16],
  ['char', 8],
] as const;

/**
 * Unnamed bitfields between two offsets in bits: nothing where a compiler would leave the hole by itself, because what
 * follows is aligned to `align` bytes.
 */
function holes(from: number, to: number, align: number, inBits: boolean): string[] {
  if (from >= to) return [];
  const out: string[] = [];
  let at = from;
  const roundUp = (value: number, unit: number) => Math.ceil(value / unit) * unit;
  const [name, unit] = UNITS.find(([, bits]) => roundUp(at, bits) <= to) ?? UNITS[3];
  const start = roundUp(at, unit);
  if (start > at && start <= to) {
    const natural = start === to && roundUp(at, align * 8) === start;
    const swallowed = start !== to && to - start <= start - at;
    if (inBits || (start === to && !natural) || swallowed) out.push(`${name}: ${inBits ? start - at : 0}`);
    at = start;
  }
  for (; to - at >= unit; at += unit) out.push(`${name}: ${unit}`);
  if (at < to) {
    const rest = to - at;
    const smallest = UNITS.findLast(([, bits]) => bits >= rest) ?? UNITS[0];
    out.push(`${smallest[0]}: ${rest}`);
  }
  return out;
}

function tabs(level: number): string {
  return '\t'.repeat(level);
}
