// args: all arguments of the attach point, as a struct of their values. The checker turns args.NAME into one field of the context,
// which costs no more than that.
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { Size } from '../../ir/ir.js';
import { alignUp, rawSizeOf } from '../../types/layout.js';
import type { Field, StructType } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';

/** The struct, laid out as in C; undefined where an argument is more than a word, or lies behind the record. */
export function argsStruct(fields: readonly Field[]): StructType | undefined {
  const members: Field[] = [];
  let at = 0;
  for (const { name, type, dataLoc } of fields) {
    if (dataLoc || (type.kind !== 'integer' && type.kind !== 'bool' && type.kind !== 'pointer'))
      return undefined;
    const size = rawSizeOf(type);
    at = alignUp(at, size);
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

export const args: BuiltinEntry = {
  name: 'args',
  // Undefined when it is no value here; the checker tells why.
  type: ({ probeType, target, env }) => {
    const fields = probeType.args?.(target, env);
    return fields === undefined || fields.length === 0 ? undefined : argsStruct(fields);
  },
  pure: true,
  contextual: true,
  doc: {
    summary:
      'Arguments of the attach point, by name; all of them as a struct where they are numbers and pointers.',
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
    seeAlso: ['probe', 'argN'],
  },
  lower: (lowering, { type }) => {
    const { builder, probeType, targets, env } = lowering;
    const fields = probeType.args?.(targets[0]!, env) ?? [];
    if (type.kind !== 'struct' || type.layout.from !== 'fields') throw new InternalError('args is no struct');
    const address = lowering.temporary(type.size);
    for (let at = 0; at < type.size; at += 8) builder.store(8, address, at, builder.const(0));
    for (const [i, member] of type.layout.fields.entries()) {
      const value = probeType.lowerArg?.(lowering, fields[i]!);
      if (value?.kind !== 'word') throw new InternalError(`${member.name} of args is no word`);
      builder.store(rawSizeOf(member.type) as Size, address, member.offset, value.value);
    }
    return { kind: 'memory', address, offset: 0, space: 'none', btf: false };
  },
};
