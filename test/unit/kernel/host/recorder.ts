// Recording an Env and replaying it; the recorded machines of the fixtures.
import test from 'ava';
import type { BtfView } from '../../../../src/compiler/btf/btf-view.js';
import type { Env, FeatureName } from '../../../../src/compiler/env.js';
import { type EnvRecording, recordEnv } from '../../../../src/kernel/host/recorder.js';
import { fixtureEnv, replayEnv } from '../../../harness/replay-env.js';

function fakeEnv(btf: Partial<BtfView>): Env {
  return {
    arch: 'x86_64',
    kernelVersion: [6, 1, 2],
    btf: () => btf as BtfView,
    tracepoint: (category, name) =>
      category === 'sched' ? { category, name, id: 7, fields: [] } : undefined,
    tracepoints: () => ['sched:a', 'sched:b'],
    has: feature => feature === 'loop',
    params: ['1'],
    options: new Map([['x', true]]),
    targetPid: undefined,
    variables: new Map(),
  };
}

test('what was asked is answered again after JSON, what was not throws', t => {
  const { env, recording } = recordEnv(
    fakeEnv({
      enumerator: name =>
        name === 'A' ? { value: -(2n ** 63n), type: { kind: 'integer', size: 8, signed: true } } : undefined,
      idOf: () => 12,
      struct: () => undefined,
      fields: () => [
        {
          name: 'pid',
          offset: 8,
          get type() {
            return { kind: 'bool' } as const;
          },
        },
      ],
    }),
  );
  const ask = (each: Env): unknown[] => [
    each.tracepoint('sched', 'a'),
    each.tracepoint('no', 'such'),
    each.has('loop'),
    each.has('fentry'),
    each.btf()?.enumerator('A'),
    each.btf()?.enumerator('B'),
    each.btf()?.idOf('x', 'func'),
    each.btf()?.struct('x', 'union'),
    each
      .btf()
      ?.fields(3)
      .map(f => [f.name, f.offset, f.type.kind]),
    each.params,
    each.options.get('x'),
  ];
  const first = ask(env);
  const replayed = replayEnv(JSON.parse(JSON.stringify(recording())) as EnvRecording);
  t.deepEqual(ask(replayed), first);
  t.throws(() => replayed.has('kprobe'), { message: /not in the recording: feature kprobe/ });
  t.throws(() => replayed.btf()?.struct('y'), { message: /not in the recording: struct y/ });
  t.throws(() => replayed.tracepoints(), { message: /not in the recording/ });
});

const machines: readonly (readonly [
  name: string,
  version: string,
  has: FeatureName,
  lacks: FeatureName | undefined,
])[] = [
  ['5.10', '5.10.262', 'ringbuf', 'loop'],
  ['6.12', '6.12.117', 'signed_division', undefined],
  ['6.18', '6.18.44', 'loop', 'kprobe'],
];
for (const [name, version, has, lacks] of machines) {
  test(`fixture ${name}`, t => {
    const env = fixtureEnv(name);
    t.is(env.kernelVersion.join('.'), version);
    t.true(env.has(has));
    if (lacks !== undefined) t.false(env.has(lacks));
    t.is(env.tracepoint('syscalls', 'sys_enter_openat')?.fields.find(f => f.name === 'filename')?.offset, 24);
    t.is(env.tracepoint('sock', 'inet_sock_set_state')?.fields.find(f => f.name === 'sport')?.size, 2);
    t.is(env.tracepoint('syscalls', 'sys_enter_nosuch'), undefined);
    const btf = env.btf()!;
    const task = btf.struct('task_struct')!;
    const fields = btf.fields(task.layout.from === 'btf' ? task.layout.id : 0);
    t.is(fields.find(f => f.name === 'real_parent')?.type.kind, 'pointer');
    t.is(btf.enumerator('TCP_LISTEN')?.value, 10n);
  });
}
