// tracepoint: static events of the kernel. `args` are the fields of the event's record, which is the program's context
// (perf tracepoint: record of tracefs `events/CATEGORY/NAME/format`, loads at constant offsets).
import { ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env, TracepointField } from '../../env.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { globPattern, hasWildcard } from '../../types/glob.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { tracepointFields } from './tracepoint-field.js';

const LIST = 'tsbpf -l "tracepoint:*" lists them';

const USAGE = 'tracepoint:CATEGORY:EVENT';

export const tracepoint: ProbeTypeEntry = {
  name: 'tracepoint',
  aliases: ['t'],
  program: () => ({ type: ProgType.BPF_PROG_TYPE_TRACEPOINT }),
  origin: 'event',
  process: 'filter',
  usage: USAGE,
  doc: {
    summary: 'A static event of the kernel; wildcards allowed.',
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s %s\\n", comm, str(args.filename)); }',
    seeAlso: ['args'],
  },
  expand: (point, env, diagnostics) => {
    const parts = operands(point, 2, 2, USAGE, diagnostics);
    if (parts === undefined) return [];
    const [category = '', name = ''] = parts;
    if (hasWildcard(category) || hasWildcard(name))
      return matching(`${category}:${name}`, point, env, diagnostics);
    if (env.tracepoint(category, name) !== undefined) return [targetOf(`${category}:${name}`)];
    reportUnknown(category, name, point, env, diagnostics);
    return [];
  },
  args: ({ parts }, env) => {
    const format = env.tracepoint(parts[1] ?? '', parts[2] ?? '');
    return format === undefined ? undefined : tracepointFields(format, env);
  },
  lowerArg: ({ builder, context }, field) => {
    const { type } = field;
    if (field.dataLoc) {
      const word = builder.load(4, context, field.offset, { invariant: true });
      const from = field.dataLoc === 'record' ? context : builder.offset(context, field.offset + 4);
      return { kind: 'word', value: builder.binary('add', from, builder.binaryImm('and', word, 0xffff)) };
    }
    if (type.kind === 'integer' || type.kind === 'pointer' || type.kind === 'bool') {
      const size = type.kind === 'integer' ? type.size : type.kind === 'bool' ? 1 : 8;
      const signed = type.kind === 'integer' && type.signed;
      return { kind: 'word', value: builder.load(size, context, field.offset, { signed, invariant: true }) };
    }
    return { kind: 'memory', address: context, offset: field.offset, space: 'ctx', btf: false };
  },
  // Arguments of system calls are addresses of the caller.
  space: ({ parts }) => (parts[1] === 'syscalls' ? 'user' : 'kernel'),
  // Targets whose fields lie alike can share a program: those that it looks at.
  shareKey: ({ parts }, env, _words, used) => {
    const format = env.tracepoint(parts[1] ?? '', parts[2] ?? '');
    const fields = format?.fields.filter(f => !f.common && (used === undefined || used.has(f.name))) ?? [];
    return fields.map(f => `${f.declaration} ${f.name} ${f.offset} ${f.size} ${f.signed}`).join(';');
  },
  cookies: (_target, env) => env.has('perf_link'),
  list: function* (pattern, env) {
    for (const name of env.tracepoints())
      if (pattern.matches(`tracepoint:${name}`)) yield `tracepoint:${name}`;
  },
  describe: (name, env) => {
    const [, category = '', event = ''] = name.split(':');
    const fields = env.tracepoint(category, event)?.fields ?? [];
    return fields.filter(field => !field.common).map(declare);
  },
};

/** 'char[16]', comm -> 'char comm[16]'; '__data_loc char[]' stays whole before the name. */
function declare(field: TracepointField): string {
  const [, type, dimensions] = /^(.*?)((?:\[[^\]]*\])*)$/s.exec(field.declaration) ?? [];
  if (/^__(data|rel)_loc\b/.test(field.declaration)) return `${field.declaration} ${field.name}`;
  return `${type} ${field.name}${dimensions}`;
}

function targetOf(name: string): ExpandedTarget {
  return { name: `tracepoint:${name}`, parts: ['tracepoint', ...name.split(':')] };
}

function matching(
  glob: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const pattern = globPattern(glob);
  const names = env.tracepoints().filter(name => pattern.test(name));
  if (names.length === 0) {
    diagnostics.error('unmatched-probe', point.span, `no tracepoint matches ${glob}`, { hint: LIST });
  }
  return names.map(targetOf);
}

function reportUnknown(
  category: string,
  name: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): void {
  const all = env.tracepoints();
  const siblings = all
    .filter(full => full.startsWith(`${category}:`))
    .map(full => full.slice(category.length + 1));
  const known = siblings.length > 0;
  const namesakes = all.filter(full => full.endsWith(`:${name}`));
  const hint = known
    ? didYouMean(name, siblings)
    : namesakes.length > 0
      ? `did you mean "tracepoint:${namesakes[0]}"?`
      : didYouMean(category, new Set(all.map(full => full.slice(0, full.indexOf(':')))));
  const message = known
    ? `there is no tracepoint ${category}:${name}`
    : `there is no tracepoint category "${category}"`;
  const span = point.parts[known ? 2 : 1]?.span ?? point.span;
  const fallback = known ? `tsbpf -l "tracepoint:${category}:*" lists them` : LIST;
  diagnostics.error('unknown-probe', span, message, { hint: hint ?? fallback });
}
