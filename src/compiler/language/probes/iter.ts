// iter: a program for each object of a kind that the kernel has: tasks, their files and mappings, sockets, maps. It runs when
// the session reads the iterator, once over all objects, and the session ends with it. Kinds and fields are those of BTF:
// struct bpf_iter__NAME is the context, bpf_iter_NAME what the program is loaded for.
import { AttachType, ProgType } from '../../bpf/uapi.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env } from '../../env.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering } from '../../lower/lowering.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { hasWildcard } from '../../types/glob.js';
import type { Field, StructType, Type } from '../../types/type.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';

const USAGE = 'iter:NAME or iter:NAME:PIN';
const BPF_FS = '/sys/fs/bpf';
/** What every context begins with: struct bpf_iter_meta. */
const META = 'meta';

/** What the attacher is told. */
export interface IteratorData {
  /** -p: of objects that belong to tasks, those of this process. */
  readonly pid?: number;
  /** The kernel goes through that process alone (bpf_iter_link_info.task, 6.1); else the program tells them apart. */
  readonly pidByLink?: boolean;
  /** Where the link is pinned, an absolute path. */
  readonly pin?: string;
}

export const iter: ProbeTypeEntry = {
  name: 'iter',
  aliases: ['it'],
  program: ({ parts }) => ({
    type: ProgType.BPF_PROG_TYPE_TRACING,
    expectedAttachType: AttachType.BPF_TRACE_ITER,
    attachTo: { kind: 'iter', name: parts[1] ?? '' },
  }),
  requires: { btf: true, kernel: [5, 8] },
  origin: 'event',
  // The program runs in the reader, which is us: -p is about the objects (`enter`, or the link).
  process: 'ignored',
  usage: USAGE,
  doc: {
    summary:
      'For each object of a kind: iter:task, iter:task_file, iter:task_vma, iter:tcp, iter:bpf_map and others.',
    detail:
      'The object is in the fields of ctx; `tsbpf -lv iter:*` shows which there are. The session ends after the last object; but for' +
      ' BEGIN and END a script has no other probe then. With -p the tasks of that process are gone through. With a name behind' +
      ' the kind the iterator is pinned there, in /sys/fs/bpf, and runs whenever that file is read; printf() writes into the file then.',
    example: 'iter:task { printf("%s %d\\n", ctx.task.comm, ctx.task.pid); }',
    seeAlso: ['ctx', 'begin', 'end'],
  },
  expand: (point, env, diagnostics) => {
    const parts = operands(point, 1, 2, USAGE, diagnostics);
    if (parts === undefined) return [];
    const target = read(point, env, diagnostics);
    return target === undefined ? [] : [target];
  },
  fieldsOf: 'ctx',
  args: ({ parts }, env) => contextFields(parts[1] ?? '', env)?.filter(field => field.name !== META),
  ctx: {
    type: ({ diagnostics, target, env }, _which, span) => {
      const names = contextFields(target.parts[1] ?? '', env)?.map(field => field.name) ?? [];
      diagnostics.error('no-args', span, 'ctx is no value by itself: name a field, ctx.NAME', {
        hint: `${target.name} has: ${names.filter(name => name !== META).join(', ')}`,
      });
      return undefined;
    },
    lower: ({ context }) => ({ kind: 'word', value: context }),
  },
  lowerArg: (lowering, field) => ({
    kind: 'word',
    value: lowering.entered.get(field.name) ?? plain(lowering, field),
  }),
  list: function* (pattern, env) {
    for (const name of kinds(env)) if (pattern.matches(`iter:${name}`)) yield `iter:${name}`;
  },
  describe: (listed, env) => {
    const params = env.btf()?.prototype(`bpf_iter_${listed.replace(/^iter:/, '')}`)?.params ?? [];
    return params
      .filter(({ name }) => name !== META)
      .map(({ name, declaration }) => `${declaration} ${name}`);
  },
  // After the last object the program is called once more, without one.
  enter: (lowering, { parts, data }) => {
    const fields = contextFields(parts[1] ?? '', lowering.env) ?? [];
    for (const field of fields)
      if (field.name !== META && isObject(field)) lowering.entered.set(field.name, objectOf(lowering, field));
    const { pid, pidByLink } = data as IteratorData;
    if (pid !== undefined && pidByLink !== true) leaveUnlessOf(lowering, pid);
  },
  sent: holdReader,
};

function read(point: AttachPoint, env: Env, diagnostics: Diagnostics): ExpandedTarget | undefined {
  const [, kind, pin] = point.parts;
  if (kind === undefined) return undefined;
  if (hasWildcard(kind.text)) {
    const hint = 'tsbpf -l "iter:*" lists them';
    diagnostics.error('attach-point', kind.span, 'iter probe type does not support wildcards', { hint });
    return undefined;
  }
  if (env.btf() !== undefined && contextFields(kind.text, env) === undefined) {
    const hint = didYouMean(kind.text, kinds(env)) ?? 'tsbpf -l "iter:*" lists them';
    diagnostics.error('unknown-probe', kind.span, `this kernel has no iterator "${kind.text}"`, { hint });
    return undefined;
  }
  if (NEEDS_MAP.includes(kind.text)) {
    const message = `iter:${kind.text} goes through one map, and there is no way to name it`;
    diagnostics.error('attach-point', kind.span, message, { hint: 'iter:bpf_map goes through all maps' });
    return undefined;
  }
  if (pin?.text === '') {
    diagnostics.error('attach-point', pin.span, 'the name to pin the iterator by is empty', { hint: USAGE });
    return undefined;
  }
  const { targetPid } = env;
  if (targetPid !== undefined && !kind.text.startsWith('task')) {
    const message = `iter:${kind.text} has no process that -p could choose`;
    diagnostics.error('attach-point', kind.span, message, { hint: 'iter:task, task_file and task_vma have' });
    return undefined;
  }
  const name = `iter:${kind.text}`;
  const data: IteratorData = {
    ...(targetPid === undefined ? {} : { pid: targetPid, pidByLink: scopesByLink(env) }),
    ...(pin === undefined ? {} : { pin: pin.text.startsWith('/') ? pin.text : `${BPF_FS}/${pin.text}` }),
  };
  return { name, parts: ['iter', kind.text], data, ...(pin === undefined ? {} : { mode: 'pin' }) };
}

/** bpf_iter_link_info.map. */
const NEEDS_MAP: readonly string[] = ['bpf_map_elem', 'bpf_sk_storage_map', 'sockmap'];

/** Fields of the context, the verifier's pointers marked as such. */
function contextFields(name: string, env: Env): readonly Field[] | undefined {
  const btf = env.btf();
  const struct: StructType | undefined = btf?.struct(`bpf_iter__${name}`);
  if (
    btf === undefined ||
    struct?.layout.from !== 'btf' ||
    btf.idOf(`bpf_iter_${name}`, 'func') === undefined
  )
    return undefined;
  return btf.fields(struct.layout.id).map(field => ({ ...field, type: known(field.type) }));
}

function known(type: Type): Type {
  return type.kind === 'pointer' && type.to.kind === 'struct' && type.to.size > 0
    ? { ...type, btf: true }
    : type;
}

function isObject({ type }: Field): boolean {
  return type.kind === 'pointer';
}

/** Kinds of objects, sorted. */
function kinds(env: Env): readonly string[] {
  const btf = env.btf();
  if (btf === undefined) return [];
  const names = [...btf.names('struct')].flatMap(name => /^bpf_iter__(\w+)$/.exec(name)?.[1] ?? []);
  return [...new Set(names)].filter(name => btf.idOf(`bpf_iter_${name}`, 'func') !== undefined).sort();
}

/** A pointer that is not null: the verifier wants that tested, of this very value. */
function objectOf(lowering: Lowering, { offset, type }: Field): ValueId {
  const { builder, context } = lowering;
  const kind = type.kind === 'pointer' && type.btf === true ? 'btf' : 'scalar';
  const value = builder.load(8, context, offset, { kind });
  builder.ifThen('eq', value, builder.const(0), () => lowering.leave(), { likely: 'else' });
  return value;
}

function plain({ builder, context }: Lowering, { offset, type }: Field): ValueId {
  const size = type.kind === 'integer' ? type.size : 8;
  const signed = type.kind === 'integer' && type.signed;
  return builder.load(size, context, offset, { signed, invariant: true });
}

/** bpf_iter_link_info.task: 6.1. */
function scopesByLink({ kernelVersion: [major, minor] }: Env): boolean {
  return major > 6 || (major === 6 && minor >= 1);
}

function leaveUnlessOf(lowering: Lowering, pid: number): void {
  const { builder, env, entered } = lowering;
  const task = entered.get('task');
  const tgid = fieldOf(env, 'task_struct', 'tgid');
  if (task === undefined || tgid === undefined) return;
  const own = builder.load(4, task, tgid.offset);
  builder.ifThen('ne', own, builder.const(pid), () => lowering.leave(), { likely: 'else' });
}

/**
 * One byte into the iterator's file for each event: the session reads as many at a time as the ring has room for, and takes the
 * events out of it in between, so that none is lost, however many objects there are.
 */
function holdReader(lowering: Lowering): void {
  const { builder, targets } = lowering;
  if (targets[0]?.mode === 'pin') return;
  const file = seqFile(lowering);
  const byte = lowering.text(Uint8Array.of(1));
  if (file !== undefined && byte.kind === 'memory')
    builder.call('seq_write', [file, byte.address, builder.const(1)]);
}

/** ctx.meta.seq: the file that is being read. */
export function seqFile({ builder, context, env }: Lowering): ValueId | undefined {
  const seq = fieldOf(env, 'bpf_iter_meta', 'seq');
  if (seq === undefined) return undefined;
  return builder.load(8, builder.load(8, context, 0, { kind: 'btf' }), seq.offset, { kind: 'btf' });
}

function fieldOf(env: Env, struct: string, name: string): Field | undefined {
  const type = env.btf()?.struct(struct);
  return type?.layout.from === 'btf'
    ? env
        .btf()
        ?.fields(type.layout.id)
        .find(field => field.name === name)
    : undefined;
}
