// BTF blob -> BtfView: names to ids, ids to our types, each when asked and then remembered. Written for hostile bytes too:
// chains of typedefs, pointers and anonymous members are followed to a fixed depth, beyond which a type is `void`.
import type { Field, IntegerType, PointerType, StructType, Type } from '../types/type.js';
import { BOOL, integer, UINT64, VOID } from '../types/type.js';
import type { BlobWalks } from './blob.js';
import { BtfBlob } from './blob.js';
import type { BtfView, Parameter, Prototype } from './btf-view.js';
import { declarationOf } from './declaration.js';
import { joinBtf } from './join.js';
import { BtfInt, BtfKind } from './kind.js';
import { isModifier, resolved } from './modifier.js';
import { structFields } from './struct-fields.js';

const mask = (...kinds: readonly number[]): number => kinds.reduce((bits, kind) => bits | (1 << kind), 0);

const KIND_MASK = {
  struct: mask(BtfKind.BTF_KIND_STRUCT),
  union: mask(BtfKind.BTF_KIND_UNION),
  enum: mask(BtfKind.BTF_KIND_ENUM, BtfKind.BTF_KIND_ENUM64),
  typedef: mask(BtfKind.BTF_KIND_TYPEDEF),
  base: mask(BtfKind.BTF_KIND_INT, BtfKind.BTF_KIND_FLOAT),
  func: mask(BtfKind.BTF_KIND_FUNC),
  var: mask(BtfKind.BTF_KIND_VAR),
} as const;

type NamedKind = keyof typeof KIND_MASK;

const DEPTH = 32;
/** Functions looked up one by one, before all are indexed. */
const FEW = 64;

/** Typedefs of the functions that trace events hand their arguments to (include/trace/bpf_probe.h). */
const TRACEPOINT = 'btf_trace_';
/** Functions with the same parameters, named. */
const TRACEPOINT_CALLERS = ['__traceiter_', '__bpf_trace_'];

/** Arguments of a function that a trampoline can pass on (MAX_BPF_FUNC_ARGS, include/linux/bpf.h), and of what kinds. */
const MOST_TRACED = 12;
const PASSED = mask(
  BtfKind.BTF_KIND_INT,
  BtfKind.BTF_KIND_PTR,
  BtfKind.BTF_KIND_ENUM,
  BtfKind.BTF_KIND_ENUM64,
);

/** What a pointer in the context of a tracing program may point to on every kernel (numbers from 6.0 on). */
const LOADED_THROUGH = mask(BtfKind.BTF_KIND_STRUCT, BtfKind.BTF_KIND_UNION);

/** Undefined when the bytes are no BTF. `walks`: the host passes native ones. */
export function readBtf(bytes: Uint8Array, walks?: BlobWalks): BtfReader | undefined {
  const blob = BtfBlob.open(bytes, walks);
  return blob === undefined ? undefined : new BtfReader(blob);
}

/** Of a module: its types and those of vmlinux (`base`) together, names meaning the module's own first. */
export function readModuleBtf(
  base: BtfReader,
  bytes: Uint8Array,
  module: string,
  walks?: BlobWalks,
): BtfReader | undefined {
  const joined = joinBtf(base.blob.bytes, bytes);
  const blob = joined && BtfBlob.open(joined, walks);
  return blob && new BtfReader(blob, { name: module, firstId: base.blob.typeCount });
}

export class BtfReader implements BtfView {
  readonly blob: BtfBlob;
  readonly #module: { readonly name: string; readonly firstId: number } | undefined;
  readonly #types = new Map<number, Type>();
  readonly #fields = new Map<number, readonly Field[]>();
  readonly #ids = new Map<string, number>();
  #functions: Map<string, number> | undefined;
  #asked = 0;

  /** `module`: whose types begin at an id; those before it are vmlinux's. */
  constructor(blob: BtfBlob, module?: { readonly name: string; readonly firstId: number }) {
    this.blob = blob;
    this.#module = module;
  }

  struct(name: string, tag?: 'struct' | 'union'): StructType | undefined {
    const id =
      tag === undefined ? this.#find(name, 'struct') || this.#find(name, 'union') : this.#find(name, tag);
    const type = id === 0 ? undefined : this.typeOf(id);
    return type?.kind === 'struct' ? type : undefined;
  }

  typeByName(name: string): Type | undefined {
    const words = name.trim().split(/\s+/);
    const last = words[words.length - 1]!;
    if (words.length === 2 && (words[0] === 'struct' || words[0] === 'union'))
      return this.struct(last, words[0]);
    const kinds: readonly NamedKind[] =
      words.length === 2 && words[0] === 'enum' ? ['enum'] : ['typedef', 'base', 'enum', 'struct', 'union'];
    const spelled = kinds.length === 1 ? last : words.join(' ');
    const base = kinds.length === 1 ? undefined : baseType(words);
    if (base !== undefined) return base;
    for (const kind of kinds) {
      const id = this.#find(spelled, kind);
      if (id !== 0) return this.typeOf(id);
    }
    return undefined;
  }

  fields(id: number): readonly Field[] {
    let found = this.#fields.get(id);
    if (found === undefined) {
      found = structFields(this.blob, this.#complete(id), type => this.typeOf(type));
      this.#fields.set(id, found);
    }
    return found;
  }

  enumerator(name: string): { readonly value: bigint; readonly type: Type } | undefined {
    const offset = this.blob.nameOffset(name);
    if (offset < 0) return undefined;
    const found = this.blob.findEnumerator(offset);
    if (found === undefined) return undefined;
    return { value: this.#enumValue(found.id, found.index), type: this.typeOf(found.id) };
  }

  variable(name: string): { readonly id: number; readonly type: Type } | undefined {
    const id = this.#find(name, 'var');
    return id === 0 ? undefined : { id, type: this.typeOf(this.blob.sizeOrType(id)) };
  }

  /** For 'btf_trace_NAME' the typedef's prototype is given without its first parameter (void *), which programs do not see. */
  func(name: string): ReturnType<BtfView['func']> {
    const found = this.#prototypeOf(name);
    if (found === undefined) return undefined;
    const { id, proto, names, skip } = found;
    const params: Parameter[] = [];
    for (let i = skip; i < this.blob.vlen(proto); i++) {
      const id = this.blob.word(proto, i * 2 + 1);
      const name = this.blob.string(this.blob.word(names, i * 2));
      const plain = resolved(this.blob, id);
      const float = this.blob.kind(plain) === BtfKind.BTF_KIND_FLOAT ? { float: this.blob.name(plain) } : {};
      params.push({ name, type: this.typeOf(id), loadable: this.#isLoadable(id), ...float });
    }
    const obstacle = skip === 0 ? this.#obstacle(proto) : undefined;
    const returns = this.typeOf(this.blob.sizeOrType(proto));
    return { id, params, returns, ...(obstacle === undefined ? {} : { obstacle }) };
  }

  prototype(name: string): Prototype | undefined {
    const { blob } = this;
    const found = this.#prototypeOf(name);
    if (found === undefined) return undefined;
    const { proto, names, skip } = found;
    const params: { name: string; declaration: string }[] = [];
    for (let i = skip; i < blob.vlen(proto); i++) {
      const declaration = declarationOf(blob, blob.word(proto, i * 2 + 1));
      params.push({ name: blob.string(blob.word(names, i * 2)), declaration });
    }
    return { params, returns: declarationOf(blob, blob.sizeOrType(proto)) };
  }

  /** Of a function; or of a tracepoint, whose first parameter programs do not see, and whose names only the caller has. */
  #prototypeOf(name: string): { id: number; proto: number; names: number; skip: number } | undefined {
    const { blob } = this;
    const isProto = (id: number) => blob.kind(id) === BtfKind.BTF_KIND_FUNC_PROTO;
    if (!name.startsWith(TRACEPOINT)) {
      const id = this.#find(name, 'func');
      const proto = blob.sizeOrType(id);
      return id !== 0 && isProto(proto) ? { id, proto, names: proto, skip: 0 } : undefined;
    }
    const typedef = this.#find(name, 'typedef');
    const proto = blob.sizeOrType(blob.sizeOrType(typedef));
    if (typedef === 0 || !isProto(proto)) return undefined;
    const event = name.slice(TRACEPOINT.length);
    let caller = 0; // a name that is not there costs a search through all
    for (const prefix of TRACEPOINT_CALLERS) caller ||= this.#find(prefix + event, 'func');
    const names = caller === 0 ? proto : blob.sizeOrType(caller);
    return { id: typedef, proto, names: isProto(names) ? names : proto, skip: 1 };
  }

  /** btf_distill_func_proto() of kernel/bpf/btf.c. */
  #obstacle(proto: number): string | undefined {
    const { blob } = this;
    const count = blob.vlen(proto);
    if (count > MOST_TRACED) return `it has ${count} arguments, more than ${MOST_TRACED}`;
    const returns = blob.kind(resolved(this.blob, blob.sizeOrType(proto)));
    if (blob.sizeOrType(proto) !== 0 && ((PASSED >>> returns) & 1) === 0)
      return 'it returns a struct or union by value';
    for (let i = 0; i < count; i++) {
      const id = resolved(this.blob, blob.word(proto, i * 2 + 1));
      if (id === 0) return 'it takes a variable number of arguments';
      const struct = blob.kind(id) === BtfKind.BTF_KIND_STRUCT;
      if (struct && blob.sizeOrType(id) <= 16) continue;
      if (((PASSED >>> blob.kind(id)) & 1) === 0)
        return `it takes a ${struct ? 'large struct' : 'union or a floating-point number'} by value`;
    }
    return undefined;
  }

  /** btf_ctx_access() of kernel/bpf/btf.c, as far as types go. */
  #isLoadable(id: number): boolean {
    const { blob } = this;
    const plain = resolved(this.blob, id);
    if (blob.kind(plain) !== BtfKind.BTF_KIND_PTR) return blob.kind(plain) !== BtfKind.BTF_KIND_FLOAT;
    const target = blob.sizeOrType(plain);
    if (target === 0) return true; // void; not `const void` before 6.13
    return ((LOADED_THROUGH >>> blob.kind(resolved(this.blob, target))) & 1) === 1;
  }

  idOf(name: string, kind: 'struct' | 'union' | 'typedef' | 'func' | 'var'): number | undefined {
    return this.#find(name, kind) || undefined;
  }

  *names(kind: 'struct' | 'func' | 'tracepoint'): Iterable<string> {
    const wanted = {
      func: KIND_MASK.func,
      struct: KIND_MASK.struct | KIND_MASK.union,
      tracepoint: KIND_MASK.typedef,
    }[kind];
    const prefix = kind === 'tracepoint' ? TRACEPOINT : '';
    for (let id = this.#module?.firstId ?? 1; id < this.blob.typeCount; id++) {
      if (((wanted >>> this.blob.kind(id)) & 1) === 0) continue;
      const name = this.blob.name(id);
      if (name !== '' && name.startsWith(prefix)) yield name.slice(prefix.length);
    }
  }

  /** The type of an id; qualifiers and typedefs are seen through. Unknown ids and functions are `void`. */
  typeOf(id: number, depth = DEPTH): Type {
    const known = this.#types.get(id);
    if (known !== undefined) return known;
    if (depth === 0) return VOID; // a cycle: not remembered, since the answer depends on where it was entered
    const type = this.#build(id, depth);
    this.#types.set(id, type);
    return type;
  }

  #build(id: number, depth: number): Type {
    const blob = this.blob;
    switch (blob.kind(id)) {
      case BtfKind.BTF_KIND_INT:
        return this.#integer(id);
      case BtfKind.BTF_KIND_FLOAT:
        return { kind: 'array', of: integer(1, false), count: blob.sizeOrType(id) };
      case BtfKind.BTF_KIND_PTR:
        return this.#pointer(id, depth);
      case BtfKind.BTF_KIND_ARRAY:
        return { kind: 'array', of: this.typeOf(blob.word(id, 0), depth - 1), count: blob.word(id, 2) };
      case BtfKind.BTF_KIND_STRUCT:
      case BtfKind.BTF_KIND_UNION:
      case BtfKind.BTF_KIND_FWD:
        return this.#structType(id);
      case BtfKind.BTF_KIND_ENUM:
      case BtfKind.BTF_KIND_ENUM64:
        return this.#enumType(id);
      case BtfKind.BTF_KIND_TYPEDEF:
      case BtfKind.BTF_KIND_VOLATILE:
      case BtfKind.BTF_KIND_CONST:
      case BtfKind.BTF_KIND_RESTRICT:
      case BtfKind.BTF_KIND_TYPE_TAG:
      case BtfKind.BTF_KIND_VAR:
        return this.typeOf(blob.sizeOrType(id), depth - 1);
      default:
        return VOID;
    }
  }

  #integer(id: number): Type {
    const encoding = (this.blob.word(id, 0) >>> 24) & 0xf;
    const size = this.blob.sizeOrType(id);
    if ((encoding & BtfInt.BTF_INT_BOOL) !== 0 && size === 1) return BOOL;
    if (size === 16) return { kind: 'array', of: UINT64, count: 2 }; // __int128
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return VOID;
    // Plain char carries no sign bit in BTF of kernels built with -funsigned-char (6.2); the language has it signed.
    const signed = (encoding & BtfInt.BTF_INT_SIGNED) !== 0 || (size === 1 && this.blob.name(id) === 'char');
    return integer(size, signed);
  }

  /** `__user` pointers are told from kernel ones where the compiler left a type tag (5.17 and later, clang builds). */
  #pointer(id: number, depth: number): PointerType {
    let target = this.blob.sizeOrType(id);
    let space: PointerType['space'] = 'kernel';
    for (let i = 0; i < depth && isModifier(this.blob, target); i++) {
      if (this.blob.kind(target) === BtfKind.BTF_KIND_TYPE_TAG && this.blob.name(target) === 'user')
        space = 'user';
      target = this.blob.sizeOrType(target);
    }
    return { kind: 'pointer', to: this.typeOf(target, depth - 1), space };
  }

  #structType(id: number): StructType {
    const kind = this.blob.kind(id);
    const forward = kind === BtfKind.BTF_KIND_FWD;
    const union = forward ? this.blob.flag(id) : kind === BtfKind.BTF_KIND_UNION;
    return {
      kind: 'struct',
      tag: union ? 'union' : 'struct',
      name: this.blob.name(id),
      size: forward ? 0 : this.blob.sizeOrType(id),
      layout: { from: 'btf', id, ...this.#ownerOf(id) },
    };
  }

  #enumType(id: number): IntegerType {
    const count = this.blob.vlen(id);
    const step = this.blob.kind(id) === BtfKind.BTF_KIND_ENUM64 ? 3 : 2;
    const values: [string, string][] = [];
    let negative = false;
    for (let i = 0; i < count; i++) {
      const value = this.#enumValue(id, i);
      negative ||= value < 0n;
      values.push([this.blob.string(this.blob.word(id, i * step)), value.toString()]);
    }
    const size = this.blob.sizeOrType(id);
    const known = size === 1 || size === 2 || size === 8 ? size : 4;
    // Before 6.0 the flag bit was never set: values alone tell the sign.
    return { ...integer(known, negative), enum: { name: this.blob.name(id), values } };
  }

  #enumValue(id: number, index: number): bigint {
    const signed = this.blob.flag(id);
    if (this.blob.kind(id) === BtfKind.BTF_KIND_ENUM64) {
      const low = BigInt(this.blob.word(id, index * 3 + 1));
      const whole = (BigInt(this.blob.word(id, index * 3 + 2)) << 32n) | low;
      return signed ? BigInt.asIntN(64, whole) : whole;
    }
    return BigInt(this.blob.word(id, index * 2 + 1) | 0);
  }

  /** A forward declaration's definition, where the blob has one. */
  #complete(id: number): number {
    if (this.blob.kind(id) !== BtfKind.BTF_KIND_FWD) return id;
    return this.#find(this.blob.name(id), this.blob.flag(id) ? 'union' : 'struct');
  }

  #find(name: string, kind: NamedKind): number {
    if (kind === 'func' && (this.#functions !== undefined || ++this.#asked > FEW))
      return this.#function(name);
    const key = `${kind} ${name}`;
    let id = this.#ids.get(key);
    if (id === undefined) {
      const offset = this.blob.nameOffset(name);
      const own = this.#module === undefined ? 0 : this.#module.firstId - 1;
      id = offset < 0 ? 0 : this.blob.find(offset, KIND_MASK[kind], own);
      if (id === 0 && own > 0 && offset >= 0) id = this.blob.find(offset, KIND_MASK[kind]);
      this.#ids.set(key, id);
    }
    return id;
  }

  /** With an index of all functions, which costs 20 ms and is worth it for many of them. */
  #function(name: string): number {
    if (this.#functions === undefined) {
      this.#functions = new Map();
      for (let id = this.blob.typeCount - 1; id > 0; id--) {
        if (this.blob.kind(id) === BtfKind.BTF_KIND_FUNC) this.#functions.set(this.blob.name(id), id);
      }
      const own = this.#module?.firstId ?? this.blob.typeCount;
      for (let id = this.blob.typeCount - 1; id >= own; id--) {
        if (this.blob.kind(id) === BtfKind.BTF_KIND_FUNC) this.#functions.set(this.blob.name(id), id);
      }
    }
    return this.#functions.get(name) ?? 0;
  }

  #ownerOf(id: number): { readonly module?: string } {
    return this.#module !== undefined && id >= this.#module.firstId ? { module: this.#module.name } : {};
  }
}

/** C's own spellings ('unsigned long', 'short int'), which need no BTF; LP64. */
export function baseType(words: readonly string[]): Type | undefined {
  const rest = words.filter(word => word !== 'int');
  const unsigned = rest.includes('unsigned');
  const size = rest.filter(word => word !== 'unsigned' && word !== 'signed').join(' ');
  switch (size) {
    case '':
      return words[0] !== '' ? integer(4, !unsigned) : undefined;
    case 'char':
      return words.includes('int') ? undefined : integer(1, !unsigned);
    case 'short':
      return integer(2, !unsigned);
    case 'long':
    case 'long long':
      return integer(8, !unsigned);
    case 'void':
      return words.length === 1 ? VOID : undefined;
    case '_Bool':
    case 'bool':
      return words.length === 1 ? BOOL : undefined;
    default:
      return undefined;
  }
}
