// The object's parts: sections by kind of program, symbols, relocations, names that loaders know.
import test from 'ava';
import { AttachType, ProgType } from '../../../../src/compiler/bpf/uapi.js';
import { compile } from '../../../../src/compiler/compile.js';
import { writeObject } from '../../../../src/compiler/elf/object.js';
import { type ServedTarget, sectionName } from '../../../../src/compiler/elf/section-name.js';
import { dependencies } from '../../../../src/compiler/elf/standalone.js';
import type { ProgramSpec, TargetSpec } from '../../../../src/compiler/object-spec.js';
import { fixtureKernel } from '../../../harness/fixture-kernel.js';

function specOf(text: string) {
  const { spec } = compile({ name: 'test', text }, fixtureKernel('6.12'));
  if (spec === undefined) throw new Error(text);
  return spec;
}

/** Name, type and size of each section. */
function sectionsOf(bytes: Uint8Array): { name: string; type: number; size: number }[] {
  const view = new DataView(bytes.buffer);
  const start = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  const at = (i: number) => start + i * 64;
  const names = Number(view.getBigUint64(at(view.getUint16(62, true)) + 24, true));
  return Array.from({ length: count }, (_, i) => {
    const from = names + view.getUint32(at(i), true);
    const name = new TextDecoder().decode(bytes.subarray(from, bytes.indexOf(0, from)));
    return { name, type: view.getUint32(at(i) + 4, true), size: Number(view.getBigUint64(at(i) + 32, true)) };
  });
}

test('a section for each kind of program, callbacks in .text, maps of one value as data', t => {
  const spec = specOf(`BEGIN { @one = 1; } END { @two = "x"; }
    tracepoint:syscalls:sys_enter_openat { @[pid] = count(); for ($kv : @list) { @sum += 1; } @list[1] = 1; }
    interval:s:1 { } interval:ms:10 { }`);
  const sections = sectionsOf(writeObject(spec));
  const names = sections.map(s => s.name);
  for (const name of [
    '.bss',
    '.maps',
    '.text',
    'license',
    '.BTF',
    '.BTF.ext',
    '.symtab',
    '.strtab',
    '.rel.text',
  ])
    t.is(names.filter(n => n === name).length, 1, name);
  t.deepEqual(
    names.filter(n => /^(raw_tp|tracepoint|perf_event)/.test(n)),
    ['raw_tp', 'tracepoint/syscalls/sys_enter_openat', 'perf_event'],
  );
  t.true(names.includes('.data.AT_one'));
  t.is(sections.find(s => s.name === '.bss')?.type, 8); // SHT_NOBITS
  t.is(sections.find(s => s.name === '.bss')?.size, spec.globals.size);
});

test('the same spec gives the same bytes', t => {
  const spec = specOf('BEGIN { @a[comm] = hist(pid); printf("%s", comm); }');
  t.deepEqual(writeObject(spec), writeObject(JSON.parse(JSON.stringify(spec))));
});

const SECTIONS: readonly (readonly [
  expected: string,
  program: Partial<ProgramSpec>,
  type: string,
  parts: string[],
])[] = [
  [
    'tracepoint/sched/sched_switch',
    { type: ProgType.BPF_PROG_TYPE_TRACEPOINT },
    'tracepoint',
    ['tracepoint', 'sched', 'sched_switch'],
  ],
  ['raw_tp', { type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT }, 'begin', ['begin']],
  [
    'raw_tp/sched_switch',
    { type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT },
    'rawtracepoint',
    ['rawtracepoint', 'sched_switch'],
  ],
  ['perf_event', { type: ProgType.BPF_PROG_TYPE_PERF_EVENT }, 'interval', ['interval', 's', '1']],
  ['kprobe/vfs_read', { type: ProgType.BPF_PROG_TYPE_KPROBE }, 'kprobe', ['kprobe', 'vfs_read']],
  [
    'kretprobe/vfs_read',
    { type: ProgType.BPF_PROG_TYPE_KPROBE },
    'kretprobe',
    ['kretprobe', 'vmlinux', 'vfs_read'],
  ],
  [
    'kprobe.multi/vfs_read',
    { type: ProgType.BPF_PROG_TYPE_KPROBE, expectedAttachType: AttachType.BPF_TRACE_KPROBE_MULTI },
    'kprobe',
    ['kprobe', 'vfs_read'],
  ],
  [
    'uprobe/bin/bash:readline',
    { type: ProgType.BPF_PROG_TYPE_KPROBE },
    'uprobe',
    ['uprobe', '/bin/bash', 'readline'],
  ],
  [
    'fentry/vfs_read',
    {
      type: ProgType.BPF_PROG_TYPE_TRACING,
      expectedAttachType: AttachType.BPF_TRACE_FENTRY,
      attachTo: { kind: 'func', name: 'vfs_read' },
    },
    'fentry',
    ['fentry', 'vfs_read'],
  ],
  [
    'fexit.s/vfs_read',
    {
      type: ProgType.BPF_PROG_TYPE_TRACING,
      expectedAttachType: AttachType.BPF_TRACE_FEXIT,
      attachTo: { kind: 'func', name: 'vfs_read' },
      flags: 1 << 4,
    },
    'fexit',
    ['fexit', 'vfs_read'],
  ],
  [
    'tp_btf/sched_switch',
    {
      type: ProgType.BPF_PROG_TYPE_TRACING,
      expectedAttachType: AttachType.BPF_TRACE_RAW_TP,
      attachTo: { kind: 'typedef', name: 'btf_trace_sched_switch' },
    },
    'rawtracepoint',
    ['rawtracepoint', 'sched_switch'],
  ],
  [
    'iter/task',
    {
      type: ProgType.BPF_PROG_TYPE_TRACING,
      expectedAttachType: AttachType.BPF_TRACE_ITER,
      attachTo: { kind: 'iter', name: 'task' },
    },
    'iter',
    ['iter', 'task'],
  ],
  ['xdp', { type: ProgType.BPF_PROG_TYPE_XDP }, 'xdp', ['xdp', 'eth0']],
  [
    'tcx/ingress',
    { type: ProgType.BPF_PROG_TYPE_SCHED_CLS, expectedAttachType: AttachType.BPF_TCX_INGRESS },
    'tc',
    ['tc', 'eth0'],
  ],
];

for (const [expected, program, type, parts] of SECTIONS) {
  test(`section ${expected}`, t => {
    const target: TargetSpec = { name: parts.join(':'), parts, program: 0 };
    const spec = { name: 'p', title: 'p', functions: [], ...program } as unknown as ProgramSpec;
    t.is(sectionName(spec, [{ type, target } as ServedTarget]), expected);
  });
}

test('a program of several targets names none of them', t => {
  const target = (name: string): ServedTarget => ({
    type: 'tracepoint',
    target: { name, parts: ['tracepoint', 'sched', name], program: 0 },
  });
  const spec = { name: 'p', title: 'p', functions: [], type: ProgType.BPF_PROG_TYPE_TRACEPOINT };
  t.is(sectionName(spec, [target('a'), target('b')]), 'tracepoint');
});

test('what a program loses without us is told, with its place', t => {
  const spec = specOf(
    'BEGIN { printf("%d %d", cpid, ncpus); } tracepoint:sched:sched_switch { @ = count(); }',
  );
  const told = dependencies(spec)
    .map(d => d.message)
    .join('\n');
  t.regex(told, /printf\(\) sends an event/);
  t.regex(told, /begin runs only when it is called/);
  t.regex(told, /cpid is 0/);
  t.regex(told, /number of CPUs is 0/);
  t.notRegex(told, /elapsed/);
  t.deepEqual(dependencies(specOf('tracepoint:sched:sched_switch { @[pid] = count(); }')), []);
});
