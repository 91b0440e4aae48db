// Packet programs in the interpreter: clauses of one interface are one program, in source order, and what it returns.
import test from 'ava';
import { isGoto, isJump, usesRegister } from '../../../../src/compiler/bpf/opcode.js';
import { checked } from '../../../harness/checked.js';
import { Compiled } from '../../../harness/compiled.js';
import type { SmallEnvOptions } from '../../../harness/fixture-env.js';

const [ABORTED, DROP, PASS, TX] = [0n, 1n, 2n, 3n];

const verdict = test.macro({
  exec(t, source: string, expected: bigint, env?: SmallEnvOptions) {
    t.is(new Compiled(source, env).run().r0, expected, source);
  },
  title: (given, source, expected) => given ?? `${source} returns ${expected}`,
});

test(verdict, 'xdp:eth0 { }', PASS);
test(verdict, 'xdp:eth0 { return; }', PASS);
test(verdict, 'xdp:eth0 { return XDP_DROP; }', DROP);
test(verdict, 'xdp:eth0 { return XDP_ABORTED; }', ABORTED);
test(verdict, 'xdp:eth0 { return 1 == 1 ? XDP_TX : XDP_DROP; }', TX);
test(verdict, 'xdp:eth0 /0/ { return XDP_DROP; }', PASS);
test(verdict, 'xdp:eth0 { return; } xdp:eth0 { return XDP_DROP; }', DROP);
test(verdict, 'xdp:eth0 { return XDP_TX; } xdp:eth0 { return XDP_DROP; }', TX);
test(verdict, 'xdp:eth0 /0/ { return XDP_TX; } xdp:eth0 { return XDP_DROP; }', DROP);
test(verdict, 'xdp:eth0 { exit(); } xdp:eth0 { return XDP_DROP; }', PASS);
test(verdict, 'xdp:eth0 { $v = rand; $v = 5; return $v; }', PASS);
test(verdict, 'xdp:eth0 { $v = XDP_TX; if (rand == 0) { $v = XDP_DROP; } return $v; }', TX);
test(verdict, 'xdp:eth0 { for ($i : 0..10) { if ($i == 3) { return XDP_DROP; } } }', DROP);
test(
  verdict,
  'xdp:eth0 { for ($i : 0..10) { if ($i == 3) { return XDP_ABORTED; } } return XDP_DROP; }',
  ABORTED,
);
test(verdict, 'xdp:eth0 { for ($i : 0..10) { if ($i == 3) { return; } } return XDP_DROP; }', PASS);
test(verdict, 'xdp:eth0 { for ($i : 0..3) { for ($j : 0..3) { if ($j == 2) { return XDP_TX; } } } }', TX);
test(
  'a loop of jumps decides too',
  verdict,
  'xdp:eth0 { for ($i : 0..10) { if ($i == 3) { return XDP_DROP; } } }',
  DROP,
  {
    lacks: ['loop'],
  },
);

test('a clause that ends leaves the packet to the next one, each with variables of its own', t => {
  const compiled = new Compiled(
    'xdp:eth0 { $x = 1; @a = $x; } xdp:eth0 /@a == 1/ { $x = "two"; @b = $x; return XDP_DROP; } xdp:eth0 { @c = 1; }',
  );
  t.is(compiled.spec.programs.length, 1);
  t.is(compiled.run().r0, DROP);
  t.is(compiled.scalar('@a'), 1n);
  t.deepEqual(compiled.scalar('@b'), new TextEncoder().encode('two'));
  t.is(compiled.scalar('@c'), undefined);
});

test('interfaces with the same clauses and mode share a program; each is attached once, by the first clause that names it', t => {
  const { spec } = new Compiled(
    'xdp:eth0 { @a = 1; } tracepoint:sched:sched_switch { @t = 1; } xdp:eth* { @b = 1; } xdp:veth0,xdp:veth1:generic { @c = 1; }',
  );
  const shown = spec.probes.map(({ alternatives }) =>
    alternatives[0]!.targets.map(({ name, program, mode }) => `${name} ${program} ${mode ?? ''}`.trim()),
  );
  t.deepEqual(shown, [
    ['xdp:eth0 0'],
    ['tracepoint:sched:sched_switch 1'],
    ['xdp:eth1 2'],
    ['xdp:veth0 3', 'xdp:veth1 4 generic'],
  ]);
});

test('losses are counted for the clause they happen in', t => {
  const compiled = new Compiled('xdp:eth0 { @a[1] = 1; } xdp:eth0 { @b[1] = 1; @b[2] = 1; }', {
    variables: { BPFTRACE_MAX_MAP_KEYS: '1' },
  });
  t.is(compiled.run().r0, PASS);
  t.is(compiled.loss('mapFull', 0), 0n);
  t.is(compiled.loss('mapFull', 1), 1n);
});

test('a stopped program passes packets', t => {
  const compiled = new Compiled('xdp:eth0 { return XDP_DROP; }');
  compiled.globals.setUint32(compiled.spec.globals.stop, 1, true);
  t.is(compiled.run().r0, PASS);
});

test('what tells of the current task came to packet programs late', t => {
  const said = (word: string, kernelVersion: readonly [number, number, number]) =>
    checked(`xdp:eth0 { print(${word}); }`, { kernelVersion }).list.map(d => d.message);
  t.deepEqual(said('pid', [6, 1, 0]), ['pid in a xdp probe needs Linux 6.10; this is 6.1']);
  t.deepEqual(said('uid', [6, 12, 0]), ['uid in a xdp probe needs Linux 6.16; this is 6.12']);
  t.deepEqual(said('comm', [5, 10, 0]), ['comm in a xdp probe needs Linux 5.17; this is 5.10']);
  for (const word of ['pid', 'uid', 'comm']) t.deepEqual(said(word, [6, 18, 0]), []);
});

test('probe tells the interfaces apart', t => {
  const compiled = new Compiled('xdp:eth* { @[probe] = count(); }');
  t.is(compiled.spec.programs.length, 2);
  compiled.run(1);
  const name = new TextEncoder().encode('xdp:eth1');
  t.deepEqual(compiled.entries('@'), [[name, 1n]]);
});

/** Two registers compared: of these programs, the end of a header with the end of the packet. */
function boundChecks(source: string): number {
  const insns = new Compiled(source).spec.programs.flatMap(({ functions }) =>
    functions.flatMap(f => f.insns),
  );
  return insns.filter(({ opcode }) => isJump(opcode) && !isGoto(opcode) && usesRegister(opcode)).length;
}

const sameChecks = test.macro({
  exec(t, one: string, more: string) {
    t.true(boundChecks(one) > 0);
    t.is(boundChecks(more), boundChecks(one));
  },
  title: (_given, one, more) => `${more} checks bounds as often as ${one}`,
});

test(
  sameChecks,
  'xdp:eth0 /ip.ttl == 1/ { return XDP_DROP; }',
  'xdp:eth0 /ip.ttl == 1 && ip.id == 5 && ip.saddr == "10.0.0.1"/ { if (ip.dscp == 5) { return XDP_DROP; } return ip.ecn > 1 ? XDP_TX : XDP_DROP; }',
);
test(
  sameChecks,
  'xdp:eth0 /tcp.dport == 80/ { return XDP_DROP; }',
  'xdp:eth0 /tcp.dport == 80 && tcp.flags & SYN && tcp.window == 7/ { if (tcp.urgptr == 1) { return XDP_DROP; } } xdp:eth0 /tcp.sport == 80/ { return XDP_TX; }',
);
test(
  sameChecks,
  'xdp:eth0 /udp.dport == 53/ { return XDP_DROP; }',
  'xdp:eth0 /udp.dport == 53 || udp.sport == 53/ { udp.dport = 54; udp.sport += 1; return udp.length > 100 ? XDP_TX : XDP_DROP; }',
);
