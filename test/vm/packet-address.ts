// Addresses that were stored, in the interpreter: one that was never set is none that there is; where one lies does not matter.
import test from 'ava';
import { ethernet, ipv4, ipv6, udp } from '../harness/packet/frame.js';
import { vmRunner } from '../harness/packet/trial.js';

const FRAME = Uint8Array.from(ethernet(0x0800, ipv4(udp([]), { protocol: 17 })));

const holds = test.macro({
  exec(t, condition: string, expected: boolean) {
    const run = vmRunner(
      `xdp:eth0 { if (@runs == 0) { @runs = 1; @set[1] = src; return XDP_PASS; } if (${condition}) { return XDP_DROP; } return XDP_PASS; }`,
    );
    run(FRAME);
    t.is(run(FRAME).verdict, expected ? 1 : 2);
  },
  title: (_, condition: string, expected: boolean) => `${condition} is ${expected}`,
});

for (const [key, set] of [
  [1, true],
  [2, false],
] as const) {
  test(holds, `@set[${key}] == "10.0.0.1"`, set);
  test(holds, `@set[${key}] != "10.0.0.1"`, !set);
  test(holds, `@set[${key}] in "10.0.0.0/8"`, set);
  test(holds, `@set[${key}] == src`, set);
  test(holds, `@set[${key}] != src`, !set);
}

const SIX = Uint8Array.from(ethernet(0x86dd, ipv6(udp([]), { next: 17, source: 'fd00::1' })));

for (const [condition, expected] of [
  ['== "fd00::1"', true],
  ['== "fd00::2"', false],
  ['!= "fd00::2"', true],
  ['in "fd00::/64"', true],
  ['in "fd00::/128"', false],
  ['in "fd00::1-fd00::9"', true],
  ['in "fd00::2-fd00::9"', false],
] as const) {
  test(`src in a variable ${condition} is ${expected}`, t => {
    const run = vmRunner(`xdp:eth0 { $x = src; if ($x ${condition}) { return XDP_DROP; } return XDP_PASS; }`);
    t.is(run(SIX).verdict, expected ? 1 : 2);
  });
}
