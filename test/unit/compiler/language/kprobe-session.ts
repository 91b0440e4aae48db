// Sessions of kprobes: which clauses become one program, who attaches it, what runs of it at the entry and what at the return.
import test from 'ava';
import { AttachType } from '../../../../src/compiler/bpf/uapi.js';
import { compile } from '../../../../src/compiler/compile.js';
import { Compiled } from '../../../harness/compiled.js';
import { type SmallEnvOptions, smallEnv } from '../../../harness/fixture-env.js';
import { Vm } from '../../../harness/vm.js';

const IS_RETURN = 'bpf_session_is_return';
const BOTH = 'kprobe:vfs_* { @e = count(); } kretprobe:vfs_* { @r = count(); }';

/** How many programs there are, and how many of them are sessions. */
const programs = test.macro({
  exec(t, text: string, all: number, sessions: number, options: SmallEnvOptions = {}) {
    const { spec } = new Compiled(text, options);
    const found = spec.programs.filter(
      each => each.expectedAttachType === AttachType.BPF_TRACE_KPROBE_SESSION,
    );
    t.deepEqual([spec.programs.length, found.length], [all, sessions]);
  },
  title: (given, text: string) => given ?? text,
});

test(programs, BOTH, 1, 1);
test('without the feature each has its own', programs, BOTH, 2, 0, { lacks: ['kprobe_session'] });
test('one by one each has its own', programs, BOTH, 2, 0, { lacks: ['kprobe_multi'] });
test(programs, 'kretprobe:vfs_* { } kprobe:vfs_* { }', 1, 1);
test(programs, 'kprobe:vfs_*, kretprobe:vfs_* { @[probe] = count(); }', 1, 1);
test(programs, 'kprobe:vfs_rea*, kprobe:*:gh* { } kretprobe:vfs_rea*, kretprobe:*:gh* { }', 1, 1);
test('a third clause is by itself', programs, `${BOTH} kprobe:vfs_* { }`, 2, 1);
test('two of each are two', programs, `${BOTH} ${BOTH}`, 2, 2);
test('other functions', programs, 'kprobe:vfs_* { } kretprobe:vfs_readv* { }', 2, 0);
test('of another module', programs, 'kprobe:ghos? { } kretprobe:spooky:ghos? { }', 2, 0);
test('no wildcards', programs, 'kprobe:vfs_read { } kretprobe:vfs_read { }', 2, 0);
test('alternatives', programs, 'kprobe:vfs_* || kprobe:gh* { } kretprobe:vfs_* { }', 3, 0);
test('returns that are changed', programs, 'kprobe:vfs_* { override(-1); } kretprobe:vfs_* { }', 2, 0, {
  unsafe: true,
});

test('the clause that comes first attaches for both; all targets are known as what they are', t => {
  const { spec } = new Compiled('kretprobe:vfs_* { @r[func] = count(); } kprobe:vfs_* { @ = count(); }');
  const [first, second] = spec.probes.map(probe => probe.alternatives[0]!);
  t.deepEqual(
    first!.targets.map(({ name, program, cookie, attachedBy }) => [name, program, cookie, attachedBy]),
    [
      ['kretprobe:vfs_read', 0, '0', undefined],
      ['kretprobe:vfs_readv', 0, '1', undefined],
    ],
  );
  t.is(second!.type, 'kprobe');
  t.deepEqual(
    second!.targets.map(({ name, program, attachedBy }) => [name, program, attachedBy]),
    [
      ['kprobe:vfs_read', 0, 0],
      ['kprobe:vfs_readv', 0, 0],
    ],
  );
});

/** The program, and a way to run it at the entry or return of the function at an index. */
function session(text: string) {
  let answer = 0n;
  const kfuncs = new Map([[IS_RETURN, () => answer]]);
  const object = new Compiled(text, {}, { kfuncs, attachCookie: 0n });
  return {
    object,
    run(side: 'entry' | 'return', index: number, ax: bigint): bigint {
      // What is above the low byte of a bool is anything.
      answer = side === 'return' ? 0xff01n : 0xff00n;
      object.vm.world.attachCookie = BigInt(index);
      const ctx = new Uint8Array(21 * 8);
      const view = new DataView(ctx.buffer);
      view.setBigUint64(80, ax, true); // struct pt_regs: ax, di
      view.setBigUint64(112, 77n, true);
      return object.run(0, ctx).r0;
    },
  };
}

const textOf = (value: unknown) => new TextDecoder().decode(value as Uint8Array).replace(/\0.*/s, '');

test('the entry runs the one clause, the return the other; both let the kernel go on', t => {
  const { object, run } = session(
    `kprobe:vfs_* /arg0 == 77/ { @e[probe] = count(); @first = arg0; }
     kretprobe:vfs_* /retval != 5/ { @r[probe, func] = count(); @got = retval; }`,
  );
  for (const [side, index, ax] of [
    ['entry', 0, 1n],
    ['return', 0, 9n],
    ['entry', 1, 1n],
    ['entry', 1, 1n],
    ['return', 1, 5n],
  ] as const)
    t.is(run(side, index, ax), 0n);
  const counted = (name: string) =>
    object
      .entries(name)
      .map(([key, n]) => [(Array.isArray(key) ? key : [key]).map(textOf).join(), n] as const);
  t.deepEqual(counted('@e'), [
    ['kprobe:vfs_read', 1n],
    ['kprobe:vfs_readv', 2n],
  ]);
  t.deepEqual(counted('@r'), [['kretprobe:vfs_read,vfs_read', 1n]]);
  t.deepEqual([object.scalar('@first'), object.scalar('@got')], [77n, 9n]);
});

test('variables, early returns, loops and long strings of one clause are none of the other', t => {
  const { object, run } = session(
    `kprobe:vfs_* { $n = 3; for $i : 0..4 { $n += $i; } @e = $n; @t[str(0, 200)] = 1; if (arg0 == 77) { return; } @never = 1; }
     kretprobe:vfs_* { $n = 0; for $i : 0..retval { $n += 10; } @r = $n; @t[str(0, 150)] = 2; }`,
  );
  t.is(run('entry', 0, 0n), 0n);
  t.is(run('return', 0, 7n), 0n);
  t.deepEqual([object.scalar('@e'), object.scalar('@r'), object.scalar('@never')], [9n, 70n, undefined]);
});

test('what is lost is counted for the clause that lost it', t => {
  const { object, run } = session(
    `config = { max_map_keys = 1 }
     kprobe:vfs_* { @e[arg0] = 1; } kretprobe:vfs_* { @r[retval] = 1; }`,
  );
  run('entry', 0, 0n);
  for (const ax of [1n, 2n, 3n]) run('return', 0, ax);
  t.deepEqual([object.loss('mapFull', 0), object.loss('mapFull', 1)], [0n, 2n]);
});

test('a kernel that asks for the context is given it', t => {
  // The test for a process leaves nothing in r1.
  const env = { ...smallEnv(), targetPid: 1 };
  const types = env.btf()!;
  const later: typeof types = Object.create(types, {
    func: {
      value: (name: string) => (name === IS_RETURN ? { params: [{ name: 'ctx' }] } : types.func(name)),
    },
  });
  const handed = [env, { ...env, btf: () => later }].map(each => {
    let first: bigint | undefined;
    const kfuncs = new Map([
      [
        IS_RETURN,
        ([r1]: readonly (bigint | undefined)[]) => {
          first = r1;
          return 0n;
        },
      ],
    ]);
    const { spec } = compile({ name: 'stdin', text: BOTH }, each);
    new Vm(spec!, { kfuncs, tgid: 1 }).run(0, new Uint8Array(8));
    return first !== undefined;
  });
  t.deepEqual(handed, [false, true]);
});
