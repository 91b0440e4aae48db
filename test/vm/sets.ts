// Sets of prefixes in the interpreter: what is in them, which prefix counts, and how one list takes the place of another.
import test from 'ava';
import { parsePrefix } from '../../src/compiler/language/names/address-range.js';
import type { PrefixSetSpec } from '../../src/compiler/object-spec.js';
import { Compiled } from '../harness/compiled.js';
import { ethernet, ipv4, ipv6, udp } from '../harness/packet/frame.js';
import type { VmMap } from '../harness/vm-map.js';

const [PASS, DROP] = [2, 1];

function frame(source: string): Uint8Array {
  const packet = source.includes(':')
    ? ethernet(0x86dd, ipv6(udp([]), { next: 17, source }))
    : ethernet(0x0800, ipv4(udp([]), { protocol: 17, source }));
  return Uint8Array.from(packet);
}

/** A key as the trie of its family has it. */
function keyOf(text: string): { family: 4 | 6; key: Uint8Array } {
  const { family, bytes, length } = parsePrefix(text)!;
  const key = new Uint8Array(family === 4 ? 12 : 20);
  key[0] = length;
  key.set(bytes, 4);
  return { family: family as 4 | 6, key };
}

class Sets extends Compiled {
  /** What programs ask from now on. */
  load(set: string, prefixes: readonly string[], generation = 0): Record<4 | 6, VmMap | undefined> {
    const { maps, word } = this.spec.sets!.find(each => each.name === set) as PrefixSetSpec;
    const tries = {
      4: maps.v4 === undefined ? undefined : this.vm.holdMap(maps.v4, generation),
      6: maps.v6 === undefined ? undefined : this.vm.holdMap(maps.v6, generation),
    };
    for (const { family, key } of prefixes.map(keyOf)) tries[family]?.update(key, new Uint8Array(8), 0n, 0);
    this.setGlobal(word, BigInt(generation));
    return tries;
  }

  verdict(source: string): number {
    return Number(this.run(0, new Uint8Array(24), frame(source)).r0);
  }
}

const DECLARED = 'let @block = lpmtrie(100);';

const holds = test.macro({
  exec(t, prefixes: readonly string[], address: string, expected: boolean) {
    for (const word of ['src', address.includes(':') ? 'ip6.saddr' : 'ip.saddr']) {
      const compiled = new Sets(`${DECLARED} xdp:eth0 /${word} in @block/ { return XDP_DROP; }`);
      compiled.load('@block', prefixes);
      t.is(compiled.verdict(address), expected ? DROP : PASS, word);
    }
    const stored = new Sets(
      `${DECLARED} xdp:eth0 { @a[1] = src; $x = src; if (@a[1] in @block && $x in @block) { return XDP_DROP; } }`,
    );
    stored.load('@block', prefixes);
    t.is(stored.verdict(address), expected ? DROP : PASS, 'stored');
  },
  title: (_, prefixes: readonly string[], address: string, expected: boolean) =>
    `${prefixes.join(' ') || 'an empty set'} ${expected ? 'holds' : 'does not hold'} ${address}`,
});

test(holds, ['10.0.0.0/8'], '10.255.255.255', true);
test(holds, ['10.0.0.0/8'], '11.0.0.0', false);
test(holds, ['192.0.2.1'], '192.0.2.1', true);
test(holds, ['192.0.2.1'], '192.0.2.0', false);
test(holds, ['0.0.0.0/0'], '203.0.113.9', true);
test(holds, ['0.0.0.0/0'], '2001:db8::1', false);
test(holds, ['::/0'], '2001:db8::1', true);
test(holds, ['::/0'], '10.0.0.1', false);
test(holds, ['2001:db8::/32', '10.0.0.0/8'], '2001:db8:ffff::1', true);
test(holds, ['2001:db8::/65'], '2001:db8::7fff:ffff:ffff:ffff', true);
test(holds, ['2001:db8::/65'], '2001:db8::8000:0:0:0', false);
test(holds, ['2001:db8::1'], '2001:db8::1', true);
test(holds, [], '10.0.0.1', false);
test(holds, [], '::1', false);

test('a header that is not there is in no set, and in none that does not hold it', t => {
  for (const condition of ['ip.saddr in @block', 'udp && ip.saddr in @block', 'ip.saddr in @block && true']) {
    const compiled = new Sets(`${DECLARED} xdp:eth0 /${condition}/ { return XDP_DROP; }`);
    compiled.load('@block', ['0.0.0.0/0', '::/0']);
    t.is(compiled.verdict('10.0.0.1'), DROP, condition);
    t.is(compiled.verdict('fd00::1'), PASS, condition);
  }
  const negated = new Sets(`${DECLARED} xdp:eth0 /!(ip.saddr in @block)/ { return XDP_DROP; }`);
  negated.load('@block', ['0.0.0.0/0']);
  t.is(negated.verdict('10.0.0.1'), PASS);
  t.is(negated.verdict('fd00::1'), DROP);
});

test('an address that was never set is in no set', t => {
  const compiled = new Sets(
    `${DECLARED} xdp:eth0 { @a[1] = src; if (@a[2] in @block) { return XDP_DROP; } }`,
  );
  compiled.load('@block', ['0.0.0.0/0', '::/0']);
  t.is(compiled.verdict('10.0.0.1'), PASS);
});

test('a set that was not loaded holds nothing', t => {
  t.is(new Sets(`${DECLARED} xdp:eth0 /src in @block/ { return XDP_DROP; }`).verdict('10.0.0.1'), PASS);
});

test('text is an address', t => {
  const compiled = new Sets(
    `${DECLARED} xdp:eth0 { if ("10.0.0.1" in @block && pton("fd00::1") in @block) { return XDP_DROP; } }`,
  );
  compiled.load('@block', ['10.0.0.0/8']);
  t.is(compiled.verdict('1.1.1.1'), PASS);
  compiled.load('@block', ['10.0.0.0/8', 'fd00::/8']);
  t.is(compiled.verdict('1.1.1.1'), DROP);
});

test('the longest prefix counts, where the set is printed', t => {
  const compiled = new Sets(
    `${DECLARED} xdp:eth0 /src in @block/ { return XDP_DROP; } interval:s:1 { print(@block); }`,
  );
  const tries = compiled.load('@block', ['10.0.0.0/8', '10.1.0.0/16', 'fd00::/8', '0.0.0.0/0']);
  for (const source of ['10.1.2.3', '10.1.9.9', '10.2.0.1', 'fd00::1', '192.0.2.1', 'fc00::1'])
    compiled.verdict(source);
  const counts = [tries[4], tries[6]].flatMap(trie =>
    trie!
      .entries()
      .map(({ key, values }) => [key[0], new DataView(values[0]!.bytes.buffer).getBigUint64(0, true)]),
  );
  t.deepEqual(counts, [
    [8, 1n],
    [16, 2n],
    [0, 1n],
    [8, 1n],
  ]);
});

test('nothing is counted where nobody asks for it', t => {
  const compiled = new Sets(`${DECLARED} xdp:eth0 /src in @block/ { return XDP_DROP; }`);
  const tries = compiled.load('@block', ['10.0.0.0/8']);
  compiled.verdict('10.0.0.1');
  t.deepEqual([...tries[4]!.entries()[0]!.values[0]!.bytes], [0, 0, 0, 0, 0, 0, 0, 0]);
});

test('the other generation is asked when its word is turned; sets do not share it', t => {
  const compiled = new Sets(
    'let @a = lpmtrie(9); let @b = lpmtrie(9); xdp:eth0 { if (src in @a) { return XDP_DROP; } if (src in @b) { return XDP_TX; } }',
  );
  compiled.load('@a', ['10.0.0.0/8'], 0);
  compiled.load('@b', ['10.0.0.0/8', '11.0.0.0/8'], 0);
  t.is(compiled.verdict('10.0.0.1'), DROP);
  compiled.load('@a', ['11.0.0.0/8'], 1);
  t.is(compiled.verdict('10.0.0.1'), 3);
  t.is(compiled.verdict('11.0.0.1'), DROP);
});

test('only the families that programs ask for have maps', t => {
  const { spec } = new Sets(`${DECLARED} xdp:eth0 /ip.saddr in @block/ { return XDP_DROP; }`);
  t.deepEqual(spec.sets![0]!.maps, { v4: '@block.v4', v6: undefined });
  t.false(spec.maps.some(({ name }) => name === '@block.v6'));
});
