// args: all arguments of the attach point, as a struct of their values. The checker turns args.NAME into one field of the context,
// which costs no more than that.
import { type Diagnostics, InternalError, type Span } from '../../diagnostics/diagnostic.js';
import type { Size } from '../../ir/ir.js';
import { alignUp, rawSizeOf } from '../../types/layout.js';
import type { Field, StructType, Type } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';

/** The struct, laid out as in C; undefined where an argument is an array, or lies behind the record. */
export function argsStruct(fields: readonly Field[]): StructType | undefined {
  const members: Field[] = [];
  let at = 0;
  for (const { name, type, dataLoc } of fields) {
    if (dataLoc || (!isWord(type) && type.kind !== 'struct')) return undefined;
    const size = rawSizeOf(type);
    at = alignUp(at, isWord(type) ? size : 8);
    members.push({ name, type, offset: at });
    at += size;
  }
  return {
    kind: 'struct',
    tag: 'struct',
    name: 'args',
    size: alignUp(at, 8),
    layout: { from: 'fields', fields: members },
  };
}

function isWord({ kind }: Type): boolean {
  return kind === 'integer' || kind === 'bool' || kind === 'pointer';
}

/** Those that BPF can compute with. */
function readable(fields: readonly Field[]): readonly Field[] {
  return fields.filter(field => field.unreadable === undefined);
}

function warnOfUnreadable(fields: readonly Field[], diagnostics: Diagnostics, span: Span): void {
  const left = fields.filter(field => field.unreadable !== undefined);
  if (left.length === 0) return;
  const names = left.map(({ name, unreadable }) => `${name} (${unreadable})`).join(', ');
  diagnostics.warn('unreadable-field', span, `args is without ${names}: BPF has no floating point`);
}

export const args: BuiltinEntry = {
  name: 'args',
  // Undefined when it is no value here; the checker tells why.
  type: ({ probeType, target, env, diagnostics }, span) => {
    const fields = probeType.args?.(target, env) ?? [];
    warnOfUnreadable(fields, diagnostics, span);
    return readable(fields).length === 0 ? undefined : argsStruct(readable(fields));
  },
  pure: true,
  contextual: true,
  doc: {
    summary: 'Arguments of the attach point, by name; all of them as a struct.',
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
    seeAlso: ['probe', 'argN'],
  },
  lower: (lowering, { type, span }) => {
    const { builder, probeType, targets, env } = lowering;
    const fields = readable(probeType.args?.(targets[0]!, env) ?? []);
    if (type.kind !== 'struct' || type.layout.from !== 'fields') throw new InternalError('args is no struct');
    const address = lowering.temporary(type.size);
    for (let at = 0; at < type.size; at += 8) builder.store(8, address, at, builder.const(0));
    for (const [i, member] of type.layout.fields.entries()) {
      const field = fields[i]!;
      if (member.type.kind === 'struct') {
        lowering.store({ kind: 'args-field', field, type: member.type, span }, address, member.offset);
        continue;
      }
      const value = probeType.lowerArg?.(lowering, field);
      if (value?.kind !== 'word') throw new InternalError(`${member.name} of args is no word`);
      builder.store(rawSizeOf(member.type) as Size, address, member.offset, value.value);
    }
    return { kind: 'memory', address, offset: 0, space: 'none', btf: false };
  },
};
