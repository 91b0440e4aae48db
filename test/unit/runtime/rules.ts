// Rows of --live: of each interface the whole, then its rules; counts since the start, rates since the rows before.
import test from 'ava';
import { AttachType } from '../../../src/compiler/bpf/uapi.js';
import { compile } from '../../../src/compiler/compile.js';
import { NEXT, NO_RULE } from '../../../src/compiler/language/verdict.js';
import { ruleRows } from '../../../src/runtime/rules.js';
import type { VerdictCount } from '../../../src/runtime/verdicts.js';
import { smallEnv } from '../../harness/fixture-env.js';

const SECOND = 1_000_000_000n;
const NAMES = new Map([[2, 'eth0']]);

function rulesOf(text: string, countRules = true) {
  return compile({ name: 'stdin', text }, smallEnv({}), { countRules }).spec!.rules ?? [];
}

function count(rule: number, verdict: number, packets: bigint): VerdictCount {
  return { interface: 2, hook: AttachType.BPF_XDP, verdict, rule, packets, bytes: packets * 100n };
}

test('clauses are numbered in source order; an interface has those that name it', t => {
  const rules = rulesOf(
    'BEGIN { } xdp:eth0,xdp:veth0 /tcp &&\n  tcp.dport  == 22/ { return XDP_DROP; } xdp:veth0 { @a = 1; }',
  );
  t.deepEqual(
    rules.map(({ interface: name, number, text }) => [name, number, text]),
    [
      ['eth0', 1, '/tcp && tcp.dport == 22/'],
      ['veth0', 1, '/tcp && tcp.dport == 22/'],
      ['veth0', 2, '{ @a = 1; }'],
    ],
  );
});

test('long rules are cut, and there are none unless they are asked for', t => {
  const long = `xdp:eth0 /${Array.from({ length: 20 }, (_, i) => `tcp.dport == ${i}`).join(' || ')}/ { }`;
  const [rule] = rulesOf(long);
  t.is(rule?.text.length, 60);
  t.true(rule!.text.endsWith('..'));
  t.deepEqual(rulesOf(long, false), []);
});

test('rates are of the time since the rows before, counts of all time', t => {
  const [first, second] = rulesOf('xdp:eth0 /tcp/ { return XDP_DROP; } xdp:eth0 { @ = 1; }');
  const rows = ruleRows([first!, second!], { none: '-', timed: false }, () => NAMES);
  const read = (elapsed: bigint, ...counts: readonly VerdictCount[]) => {
    const { type, values } = rows.read(counts, elapsed, '');
    return values.map(value =>
      type.fields
        .map(({ name }, i): string => {
          const cell = value[i];
          return `${name}=${cell instanceof Uint8Array ? Buffer.from(cell).toString() : String(cell)}`;
        })
        .filter(text => !text.endsWith('=0') && !/^(?:filter|interface)=/.test(text))
        .join(' '),
    );
  };
  const [a, b] = [first!.probe, second!.probe];
  t.deepEqual(read(SECOND / 2n, count(a, 1, 10n), count(b, NEXT, 4n), count(NO_RULE, 2, 4n)), [
    'rule=all packets/s=28 bytes/s=2800 drop=10 pass=4 next=4 packets=14 bytes=1400',
    'rule=1 packets/s=20 bytes/s=2000 drop=10 packets=10 bytes=1000',
    'rule=2 packets/s=8 bytes/s=800 next=4 packets=4 bytes=400',
  ]);
  t.deepEqual(read(2n * SECOND, count(a, 1, 30n), count(b, NEXT, 4n), count(NO_RULE, 2, 4n)), [
    'rule=all packets/s=10 bytes/s=1000 drop=30 pass=4 next=4 packets=34 bytes=3400',
    'rule=1 packets/s=10 bytes/s=1000 drop=30 packets=30 bytes=3000',
    'rule=2 next=4 packets=4 bytes=400',
  ]);
});
