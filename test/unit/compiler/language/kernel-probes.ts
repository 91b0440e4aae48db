// Probes of kernel functions: what attach points become, what the words of the context read, which targets share a program.
import test from 'ava';
import { AttachType, ProgType } from '../../../../src/compiler/bpf/uapi.js';
import { architectureOf } from '../../../../src/compiler/language/architecture/architecture.js';
import { findProbeType } from '../../../../src/compiler/language/registry.js';
import type { ObjectSpec } from '../../../../src/compiler/object-spec.js';
import type { Value } from '../../../../src/compiler/types/value.js';
import { Compiled } from '../../../harness/compiled.js';
import { type SmallEnvOptions, smallEnv } from '../../../harness/fixture-env.js';

function targets(spec: ObjectSpec) {
  return spec.probes.flatMap(probe => probe.alternatives.flatMap(alternative => alternative.targets));
}

const attaches = test.macro({
  exec(t, text: string, expected: readonly string[], options: SmallEnvOptions = {}) {
    const { spec } = new Compiled(`${text} { @ = count(); }`, options);
    t.deepEqual(
      targets(spec).map(({ name, mode }) => (mode === undefined ? name : `${name} (${mode})`)),
      expected,
    );
  },
  title: (given, text) => `${text} attaches to ${given ?? 'what it names'}`,
});

test(attaches, 'kprobe:vfs_read', ['kprobe:vfs_read']);
test(attaches, 'k:vmlinux:vfs_read', ['kprobe:vmlinux:vfs_read']);
test(attaches, 'kr:vfs_read', ['kretprobe:vfs_read']);
test(attaches, 'kprobe:vfs_read+0x10', ['kprobe:vfs_read+16 (offset)']);
test(attaches, 'kprobe:vfs_read+0', ['kprobe:vfs_read']);
test('an address by number', attaches, 'kprobe:4112', ['kprobe:0x1010 (address)'], { unsafe: true });
test(attaches, 'kprobe:vfs_*', ['kprobe:vfs_read (multi)', 'kprobe:vfs_readv (multi)']);
test(attaches, 'kprobe:*:g*', ['kprobe:spooky:ghost (multi)']);
test(attaches, 'kprobe:spooky:*', ['kprobe:spooky:ghost (multi)']);
test(attaches, 'kprobe:ghos?', ['kprobe:ghost (multi)']);
test(
  'each on its own before 5.18',
  attaches,
  'kprobe:vfs_*',
  ['kprobe:vfs_read (many)', 'kprobe:vfs_readv (many)'],
  { lacks: ['kprobe_multi'] },
);
test(
  'a trampoline where there are no kprobes',
  attaches,
  'kprobe:vfs_*, kretprobe:wake_up_new_task',
  ['kprobe:vfs_read (fentry)', 'kretprobe:wake_up_new_task (fentry)'],
  { lacks: ['kprobe'] },
);
test(attaches, 'fentry:vfs_read, fr:vfs_read, kfunc:many_arguments, kretfunc:vfs_read', [
  'fentry:vmlinux:vfs_read',
  'fentry:vmlinux:many_arguments',
  'fexit:vmlinux:vfs_read',
]);
// vfs_readv can be traced, but has no type here.
test(attaches, 'fentry:vfs_*', ['fentry:vmlinux:vfs_read']);
test(attaches, 'rt:sched_switch', ['rawtracepoint:vmlinux:sched_switch']);
test(attaches, 'rawtracepoint:vmlinux:*', ['rawtracepoint:vmlinux:sched_switch']);

/** What the kernel is told of the first program. */
const told = test.macro({
  exec(t, text: string, expected: object, options: SmallEnvOptions = {}) {
    const {
      functions: _,
      name: __,
      title: ___,
      ...attributes
    } = new Compiled(text, options).spec.programs[0]!;
    t.deepEqual(attributes as object, expected);
  },
  title: (_, text) => `${text} is loaded as what it is`,
});

const KPROBE = { type: ProgType.BPF_PROG_TYPE_KPROBE };
const FENTRY = {
  type: ProgType.BPF_PROG_TYPE_TRACING,
  expectedAttachType: AttachType.BPF_TRACE_FENTRY,
  attachTo: { kind: 'func', name: 'vfs_read' },
  interruptible: true,
};
test(told, 'kprobe:vfs_read { }', KPROBE);
test(told, 'kprobe:vfs_* { }', { ...KPROBE, expectedAttachType: AttachType.BPF_TRACE_KPROBE_MULTI });
test(told, 'kretprobe:vfs_* { }', { ...KPROBE, expectedAttachType: AttachType.BPF_TRACE_KPROBE_MULTI });
test(told, 'fentry:vfs_read { }', FENTRY);
test(told, 'fexit:vfs_read { }', { ...FENTRY, expectedAttachType: AttachType.BPF_TRACE_FEXIT });
test(
  told,
  'kretprobe:vfs_read { print(retval); }',
  { ...FENTRY, expectedAttachType: AttachType.BPF_TRACE_FEXIT },
  {
    lacks: ['kprobe'],
  },
);
const RAW = { type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, interruptible: true };
const TYPED = {
  type: ProgType.BPF_PROG_TYPE_TRACING,
  expectedAttachType: AttachType.BPF_TRACE_RAW_TP,
  attachTo: { kind: 'typedef', name: 'btf_trace_sched_switch' },
  interruptible: true,
};
test(told, 'rawtracepoint:sched_switch { }', RAW);
test(told, 'rawtracepoint:sched_switch { print(args.next.pid); }', TYPED);
// A typed argument is no number to the verifier.
test(told, 'rawtracepoint:sched_switch { print(args.next.pid + arg1); }', RAW);

test('functions of a pattern share a program and tell themselves apart by cookies', t => {
  const { spec } = new Compiled('kprobe:vfs_* { @[func, probe] = count(); }');
  t.is(spec.programs.length, 1);
  t.deepEqual(
    targets(spec).map(target => target.cookie),
    ['0', '1'],
  );
});

test('targets whose arguments differ in place or type have programs of their own', t => {
  const programs = (text: string) => new Compiled(text).spec.programs.length;
  t.is(programs('kprobe:vfs_read, kprobe:many_arguments { @ = count(); }'), 1);
  t.is(programs('kprobe:vfs_read, kprobe:many_arguments { @ = sum(arg2); }'), 1);
  t.is(programs('kprobe:vfs_read { @ = sum(args.count); } kprobe:many_arguments { @ = sum(args.e); }'), 2);
});

/** A kprobe's context: registers by name. */
function registers(values: Readonly<Record<string, bigint>>, options: SmallEnvOptions = {}): Uint8Array {
  const places = architectureOf(smallEnv(options)).registers;
  const bytes = new Uint8Array(34 * 8);
  const view = new DataView(bytes.buffer);
  for (const [name, value] of Object.entries(values)) view.setBigUint64(places[name]!, value, true);
  return bytes;
}

/** Value of @ after a run. */
function valueAfter(text: string, ctx: Uint8Array, options: SmallEnvOptions = {}): Value {
  const object = new Compiled(text, options);
  object.run(0, ctx);
  return object.scalar('@');
}

test('kprobe arg3 reads rcx, not r10 (x86_64)', t => {
  const ctx = registers({ di: 1n, si: 2n, dx: 3n, cx: 4n, r8: 5n, r9: 6n, r10: 99n });
  for (const n of [0, 1, 2, 3, 4, 5]) {
    t.is(valueAfter(`kprobe:vfs_read { @ = arg${n}; }`, ctx), BigInt(n + 1));
  }
});

test('kprobe arguments are x0 to x7, the return value x0 (arm64)', t => {
  const options = { arch: 'aarch64' as const };
  const values = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`x${i}`, BigInt(i + 10)]));
  const ctx = registers(values, options);
  for (let n = 0; n < 8; n++)
    t.is(valueAfter(`kprobe:vfs_read { @ = arg${n}; }`, ctx, options), BigInt(n + 10));
  t.is(valueAfter('kretprobe:vfs_read { @ = retval; }', ctx, options), 10n);
});

test('the registers of both architectures lie where struct pt_regs has them', t => {
  const { registers: x86, syscallArguments } = architectureOf({ arch: 'x86_64' });
  // struct pt_regs, arch/x86/include/asm/ptrace.h: 21 words.
  t.deepEqual(
    [x86.r15, x86.bx, x86.di, x86.orig_ax, x86.ip, x86.sp, x86.ss],
    [0, 40, 112, 120, 128, 152, 160],
  );
  t.is(syscallArguments[3], 'r10');
  const { registers: arm } = architectureOf({ arch: 'aarch64' });
  // struct user_pt_regs, arch/arm64/include/uapi/asm/ptrace.h: 31 registers, then sp, pc, pstate.
  t.deepEqual([arm.x0, arm.r0, arm.x30, arm.sp, arm.pc, arm.pstate], [0, 0, 240, 248, 256, 264]);
});

test('args of a kprobe are narrowed to their types', t => {
  const ctx = registers({
    di: 0xffff_ffff_ffff_ff80n,
    si: 0x1_ffffn,
    dx: 0xffff_fffen,
    cx: 0x101n,
    r8: 0xffff_ffff_ffff_fff0n,
    r9: 7n,
  });
  const read = (name: string) => valueAfter(`kprobe:many_arguments { @ = args.${name}; }`, ctx);
  t.deepEqual(['a', 'b', 'c', 'd', 'e', 'f'].map(read), [
    -128n,
    0xffffn,
    -2n,
    true,
    0xffff_ffff_ffff_fff0n,
    7n,
  ]);
});

test('reg() reads by name; func and probe are those of the target', t => {
  const ctx = registers({ ip: 0x1234n });
  t.is(valueAfter('kprobe:vfs_read { @ = reg("ip"); }', ctx), 0x1234n);
  const text = (value: Value) => new TextDecoder().decode(value as Uint8Array);
  t.is(text(valueAfter('kprobe:vfs_read+4 { @ = func; }', ctx)), 'vfs_read');
  t.is(text(valueAfter('kprobe:vfs_read+4 { @ = probe; }', ctx)), 'kprobe:vfs_read+4');
  t.is(text(valueAfter('kprobe:0x1010 { @ = func; }', ctx, { unsafe: true })), 'vfs_read');
});

/** A trampoline's context: a u64 for each argument, the return value behind them. */
function words(...values: readonly bigint[]): Uint8Array {
  const array = BigUint64Array.from(values, value => BigInt.asUintN(64, value));
  return new Uint8Array(array.buffer);
}

test('args and retval of fexit are words of the context, narrowed to their types', t => {
  const ctx = words(1n, 2n, 4096n, 3n, -11n);
  t.is(valueAfter('fexit:vfs_read { @ = args.count; }', ctx), 4096n);
  t.is(valueAfter('fexit:vfs_read { @ = retval; }', ctx), -11n);
  const many = words(0x80n, 0xf_ffffn, -1n, 0x100n, 5n, 1n, 6n, 0n, 0n);
  const read = (name: string) => valueAfter(`fentry:many_arguments { @ = args.${name}; }`, many);
  t.deepEqual(['a', 'b', 'c', 'd', 'e', 'g'].map(read), [-128n, 0xffffn, -1n, false, 5n, 6n]);
});

test('argN of a raw tracepoint is a word of the context', t => {
  t.is(valueAfter('rawtracepoint:sched_switch { @ = arg3; }', words(0n, 1n, 2n, 77n)), 77n);
});

const lists = test.macro({
  exec(t, type: string, parts: readonly string[], pattern: RegExp, expected: readonly string[]) {
    const found = findProbeType(type)!.list({ parts, matches: name => pattern.test(name) }, smallEnv());
    t.deepEqual([...found], expected);
  },
  title: (_, type: string, parts: readonly string[]) => `-l ${[type, ...parts].join(':')}`,
});
test(lists, 'kprobe', ['vfs*'], /^kprobe:vfs.*$/, ['kprobe:vfs_read', 'kprobe:vfs_readv']);
test(lists, 'kprobe', ['*', 'g*'], /^kprobe:.*:g.*$/, ['kprobe:spooky:ghost']);
test(lists, 'fentry', ['vfs*'], /^$/, ['fentry:vmlinux:vfs_read']);
test(lists, 'fentry', [], /read/, ['fentry:vmlinux:vfs_read']);
test(lists, 'rawtracepoint', ['sched*'], /^$/, ['rawtracepoint:vmlinux:sched_switch']);

test('-lv of functions: C declarations, by number where they have no names', t => {
  const describe = (type: string, name: string) => findProbeType(type)!.describe!(name, smallEnv());
  t.deepEqual(describe('kprobe', 'kprobe:vfs_read'), [
    'struct file * arg0',
    'char * arg1',
    'size_t arg2',
    'loff_t * arg3',
  ]);
  t.deepEqual(describe('kretprobe', 'kretprobe:vfs_read'), ['ssize_t retval']);
  t.deepEqual(describe('fexit', 'fexit:vmlinux:vfs_read'), [
    'struct file * file',
    'char * buf',
    'size_t count',
    'loff_t * pos',
    'ssize_t retval',
  ]);
});
