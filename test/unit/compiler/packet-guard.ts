// Who is asked what must pass, and when.
import test from 'ava';
import { guarded } from '../../../src/compiler/packet-guard.js';
import { parse } from '../../../src/compiler/syntax/parse.js';

for (const [title, text, asked] of [
  ['a program that decides', 'xdp:lo { return XDP_DROP; }', 1],
  ['a program that looks on', 'xdp:lo { @ = count(); }', 0],
  ['a program of no packets', 'kprobe:f { return 1; }', 0],
] as const) {
  test(`the guard of ${title} is asked for ${asked} times`, t => {
    let times = 0;
    const { program } = parse({ name: 'stdin', text }, { params: [] });
    const made = guarded(program, () => {
      times++;
      return 'arp';
    });
    t.is(times, asked);
    t.is(made.probes.length, 1 + asked);
    t.is(
      guarded(program, () => undefined),
      program,
    );
  });
}
