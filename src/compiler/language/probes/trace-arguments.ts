// Arguments of kernel functions and raw tracepoints by their types (BTF): where each lies in the context, and how it is loaded.
// A trampoline's context is an array of u64, one for each argument; a kprobe's the registers.

import { ProgType } from '../../bpf/uapi.js';
import type { Parameter } from '../../btf/btf-view.js';
import type { Lowering, Operand } from '../../lower/lowering.js';
import { rawSizeOf } from '../../types/layout.js';
import type { Field, Type } from '../../types/type.js';

/** Bytes of a word of the context. */
const WORD = 8;

/** Parameters as fields; `place` gives the offset of a word of arguments, undefined when it is out of reach. */
export function wordFields(
  params: readonly Parameter[],
  place: (slot: number) => number | undefined,
): readonly Field[] {
  const fields: Field[] = [];
  let slot = 0;
  for (const { name, type, float } of params) {
    if (float !== undefined) {
      fields.push({ name, type, offset: 0, unreadable: float });
      continue;
    }
    const offset = place(slot);
    if (offset === undefined || rawSize(type) > 2 * WORD) break; // what is larger lies on the stack, as do all after it
    fields.push({ name, type, offset });
    slot += Math.max(1, Math.ceil(rawSize(type) / WORD));
  }
  return fields;
}

/** A trampoline's: pointers to structs are known to the verifier, unless it would not load them at all. */
export function trampolineFields(params: readonly Parameter[]): readonly Field[] {
  const known = params.map(param => ({ ...param, type: param.loadable ? trusted(param.type) : param.type }));
  return wordFields(known, slot => slot * WORD);
}

/** An argument of a trampoline's: what the verifier would not let be loaded is read as any memory of the kernel is. */
export function loadTrampolined(lowering: Lowering, field: Field, params: readonly Parameter[]): Operand {
  const param = params.find(each => each.name === field.name);
  return param?.loadable === false
    ? narrowed(lowering, contextWord(lowering, field.offset), field.type)
    : loadTyped(lowering, field);
}

function trusted(type: Type): Type {
  const known = type.kind === 'pointer' && type.to.kind === 'struct' && type.to.size > 0;
  return known ? { ...type, btf: true } : type;
}

function rawSize(type: Type): number {
  return type.kind === 'void' ? WORD : rawSizeOf(type);
}

/** What must be alike in targets that share a program using args. */
export function fieldsKey(fields: readonly Field[] | undefined): string {
  return JSON.stringify(fields?.map(({ name, offset, type }) => [name, offset, typeKey(type)]));
}

function typeKey(type: Type): unknown {
  switch (type.kind) {
    case 'pointer':
      return ['*', type.space, typeKey(type.to)];
    case 'array':
      return [type.count, typeKey(type.of)];
    case 'struct':
      return [
        type.tag,
        type.name,
        type.layout.from === 'btf' ? [type.layout.id, type.layout.module] : type.size,
      ];
    case 'integer':
      return [type.size, type.signed, type.enum?.name];
    default:
      return type.kind;
  }
}

/** A field of args out of the context. The verifier wants whole words of a trampoline's. */
export function loadTyped(lowering: Lowering, { type, offset }: Field): Operand {
  const { builder, context, programType } = lowering;
  if (type.kind !== 'integer' && type.kind !== 'bool' && type.kind !== 'pointer') {
    return programType === ProgType.BPF_PROG_TYPE_KPROBE
      ? { kind: 'memory', address: context, offset, space: 'ctx', btf: false }
      : copyWords(lowering, offset, rawSizeOf(type));
  }
  const isTracing = programType === ProgType.BPF_PROG_TYPE_TRACING;
  const tracked = isTracing && type.kind === 'pointer' && type.btf === true;
  const value = builder.load(WORD, context, offset, { invariant: true, kind: tracked ? 'btf' : 'scalar' });
  return narrowed(lowering, { kind: 'word', value }, type);
}

/** The part of a word that a type fills. */
export function narrowed({ builder }: Lowering, word: Operand, type: Type): Operand {
  if (word.kind !== 'word') return word;
  if (type.kind === 'bool') return { kind: 'word', value: builder.extend(word.value, 1, false) };
  if (type.kind !== 'integer' || type.size === 8) return word;
  return { kind: 'word', value: builder.extend(word.value, type.size, type.signed) };
}

/** A struct by value, word by word. */
function copyWords(lowering: Lowering, offset: number, size: number): Operand {
  const { builder, context } = lowering;
  const words = Math.ceil(size / WORD);
  const address = lowering.temporary(words * WORD);
  for (let i = 0; i < words; i++) {
    builder.store(
      WORD,
      address,
      i * WORD,
      builder.load(WORD, context, offset + i * WORD, { invariant: true }),
    );
  }
  return { kind: 'memory', address, offset: 0, space: 'none', btf: false };
}

/** A word of the context as a mere number, also where the verifier would not let it be loaded. */
function contextWord(lowering: Lowering, offset: number): Operand {
  const { builder, context } = lowering;
  const to = lowering.temporary(WORD);
  builder.call('probe_read_kernel', [to, builder.const(WORD), builder.offset(context, offset)]);
  return { kind: 'word', value: builder.load(WORD, to, 0) };
}

/** An argument, or the return value, as a mere number whatever the verifier knows of it: bpf_get_func_arg (5.17). */
export function traceWord(lowering: Lowering, which: number | 'return'): Operand {
  const { builder, context } = lowering;
  const to = lowering.temporary(WORD);
  builder.store(WORD, to, 0, builder.const(0));
  if (which === 'return') builder.call('get_func_ret', [context, to]);
  else builder.call('get_func_arg', [context, builder.const(which), to]);
  return { kind: 'word', value: builder.load(WORD, to, 0) };
}
