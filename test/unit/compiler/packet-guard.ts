// Who is asked what must pass, and when.
import test from 'ava';
import { guarded } from '../../../src/compiler/packet-guard.js';
import { parse } from '../../../src/compiler/syntax/parse.js';

for (const [title, text, asked] of [
  ['a program that decides', 'xdp:lo { return XDP_DROP; }', 1],
  ['a program that decides on the way out', 'tc:lo:egress { return TC_ACT_SHOT; }', 1],
  ['a program that looks on', 'xdp:lo { @ = count(); }', 0],
  ['a program of no packets', 'kprobe:f { return 1; }', 0],
] as const) {
  test(`the guard of ${title} is asked for ${asked} times`, t => {
    let times = 0;
    const { program } = parse({ name: 'stdin', text }, { params: [] });
    const made = guarded(program, () => {
      times++;
      return { in: 'arp', out: 'arp' };
    });
    t.is(times, asked);
    t.is(made.probes.length, 1 + asked);
    t.is(
      guarded(program, () => undefined),
      program,
    );
  });
}

test('the guard of each way is its own, and lets pass by the name that the probe type has for it', t => {
  const text = 'xdp:lo, tc:lo:ingress, tc:lo:egress { return 1; }';
  const { program } = parse({ name: 'stdin', text }, { params: [] });
  const made = guarded(program, () => ({ in: 'tcp', out: 'udp' })).probes.slice(0, -1);
  t.deepEqual(
    made.map(({ attachPoints, predicate, body }) => [
      attachPoints.map(({ parts }) => parts.map(part => part.text).join(':')),
      predicate?.kind === 'identifier' ? predicate.name : undefined,
      JSON.stringify(body).match(/XDP_\w+|TC\w+/)?.[0],
    ]),
    [
      [['xdp:lo'], 'tcp', 'XDP_PASS'],
      [['tc:lo:ingress'], 'tcp', 'TC_ACT_UNSPEC'],
      [['tc:lo:egress'], 'udp', 'TC_ACT_UNSPEC'],
    ],
  );
});
