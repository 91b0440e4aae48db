// Sets of prefixes in the kernel, by BPF_PROG_TEST_RUN: random prefixes of both families and random addresses, against all
// prefixes gone through one by one; and how often each was met, over lists that take each other's place.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../src/compiler/compile.js';
import { possibleCpus } from '../../src/kernel/host/cpu.js';
import { hostEnv } from '../../src/kernel/host/env.js';
import { loadObject } from '../../src/kernel/load/object.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { Globals } from '../../src/runtime/globals.js';
import { SetFiles } from '../../src/runtime/set-files.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest, openFds } from '../harness/kernel-test.js';
import { ethernet, ipv4, ipv6, udp } from '../harness/packet/frame.js';
import { RandomSource } from '../harness/random-source.js';

type Family = 4 | 6;

interface Prefix {
  readonly family: Family;
  readonly bytes: readonly number[];
  readonly length: number;
}

const SOURCE =
  'let @block = lpmtrie(30000); xdp:lo /src in @block/ { return XDP_DROP; } END { print(@block); }';
const FRAMES = {
  4: { bytes: Uint8Array.from(ethernet(0x0800, ipv4(udp([]), { protocol: 17 }))), source: 14 + 12 },
  6: { bytes: Uint8Array.from(ethernet(0x86dd, ipv6(udp([]), { next: 17 }))), source: 14 + 8 },
} as const;

const bitOf = (bytes: readonly number[], i: number) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1;
const flipped = (bytes: readonly number[], i: number) =>
  bytes.map((byte, at) => (at === i >> 3 ? byte ^ (0x80 >> (i & 7)) : byte));

function holds({ family, bytes, length }: Prefix, address: Prefix): boolean {
  if (family !== address.family) return false;
  for (let i = 0; i < length; i++) if (bitOf(bytes, i) !== bitOf(address.bytes, i)) return false;
  return true;
}

/** Goes through all of them. */
function longest(list: readonly Prefix[], address: Prefix): Prefix | undefined {
  let best: Prefix | undefined;
  for (const prefix of list)
    if (prefix.length > (best?.length ?? -1) && holds(prefix, address)) best = prefix;
  return best;
}

function addressText({ family, bytes }: Prefix): string {
  if (family === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  return groups.map(group => group.toString(16)).join(':');
}

/** Prefixes of a few trunks, so that many lie in others; bits behind the length stay as they fall. */
function randomPrefixes(random: RandomSource, count: number): Prefix[] {
  const trunks = Array.from({ length: 12 }, () => random.bytes(16));
  return Array.from({ length: count }, () => {
    const family: Family = random.chance(60) ? 4 : 6;
    const bits = family === 4 ? 32 : 128;
    const trunk = random.pick(trunks).slice(0, bits / 8);
    const bytes = random.chance(70) ? flipped(trunk, random.below(bits)) : random.bytes(bits / 8);
    return { family, bytes, length: random.chance(5) ? 0 : random.below(bits + 1) };
  });
}

/** At the edges of a prefix, or anywhere. */
function randomAddress(random: RandomSource, list: readonly Prefix[]): Prefix {
  const { family, bytes, length } = random.pick(list);
  const bits = family === 4 ? 32 : 128;
  if (random.chance(20)) return { family, bytes: random.bytes(bits / 8), length: bits };
  const near = Math.min(bits - 1, Math.max(0, length - 1 + random.below(3)));
  return { family, bytes: random.chance(50) ? bytes : flipped(bytes, near), length: bits };
}

/** A program that asks a set, and the set, loaded from a file of its own. */
async function withSet(
  body: (session: {
    /** What was loaded, in words. `goesOn`: as long as the session does. */
    load(text: string, goesOn?: () => boolean): Promise<readonly string[]>;
    isIn(address: Prefix): boolean;
    /** By the bytes of the prefix and its length, as the reference has them. */
    counts(): Map<string, bigint>;
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-set-'));
  const path = join(folder, 'prefixes');
  const env = hostEnv();
  const { spec, diagnostics } = compile({ name: 'stdin', text: SOURCE }, env);
  if (spec === undefined) throw new Error(diagnostics.map(d => d.message).join('\n'));
  const object = loadObject(spec, { btf: env.btf(), possibleCpus: possibleCpus(), ringSize: 4096 });
  let told = '';
  let pace = () => true;
  const sets = new SetFiles({
    sets: spec.sets!,
    source: spec.source,
    files: new Map([['@block', path]]),
    maps: object.maps,
    globals: new Globals(object.maps.get('globals')!, spec.globals, spec.probes.length),
    wait: () => {},
    pace: () => () => pace(),
    onReload: () => {},
    onFailure: (_, error) => (told += String(error)),
  });
  try {
    await body({
      async load(text, goesOn = () => true) {
        writeFileSync(path, text);
        pace = goesOn;
        const words = await sets.load();
        if (told !== '') throw new Error(told);
        return words;
      },
      isIn({ family, bytes }) {
        const frame = FRAMES[family];
        frame.bytes.set(bytes, frame.source);
        return progTestRun(object.program(0).fd, { dataIn: frame.bytes }).returnValue === 1;
      },
      counts: () =>
        new Map(
          sets
            .read('@block')!
            .entries.map(({ key, value }) => [new TextDecoder().decode(key as Uint8Array), value as bigint]),
        ),
    });
  } finally {
    sets.close();
    object.close();
    rmSync(folder, { recursive: true });
  }
}

/** Bits behind the length are zero. */
function masked({ family, bytes, length }: Prefix): Prefix {
  return {
    family,
    length,
    bytes: bytes.map((byte, i) => byte & (0xff00 >> Math.max(0, Math.min(8, length - 8 * i)))),
  };
}

/** 10.0.0.0/8, without a length when it is all of the address; of IPv6 by the groups. */
function nameOf(prefix: Prefix): string {
  const { family, length } = prefix;
  const whole = length === (family === 4 ? 32 : 128);
  return `${addressText(masked(prefix))}${whole ? '' : `/${length}`}`;
}

/** All eight groups. */
function spelledOut(name: string): string {
  const [address = '', length] = name.split('/');
  if (!address.includes(':')) return name;
  const dotted = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map(n => n.toString(16)).join(':'),
  );
  const [before = '', after] = dotted.split('::');
  const [head, tail] = [before, after ?? ''].map(half => (half === '' ? [] : half.split(':')));
  const zeros = new Array<string>(8 - head!.length - tail!.length).fill('0');
  const groups = after === undefined ? head! : [...head!, ...zeros, ...tail!];
  return `${groups.join(':')}${length === undefined ? '' : `/${length}`}`;
}

kernelTest('random addresses are in random sets as all prefixes say, and the longest counts', async t => {
  t.timeout(600_000);
  const [lists, prefixes, addresses] = IN_GUEST ? [3, 100, 200] : [8, 300, 1500];
  const random = new RandomSource(2024);
  const before = openFds();
  await withSet(async ({ load, isIn, counts }) => {
    const expected = new Map<string, bigint>();
    for (let round = 0; round < lists; round++) {
      const list = randomPrefixes(random, 1 + random.below(prefixes));
      await load(list.map(prefix => `${addressText(prefix)}/${prefix.length}\n`).join(''));
      for (let i = 0; i < addresses; i++) {
        const address = randomAddress(random, list);
        const best = longest(list, address);
        t.is(isIn(address), best !== undefined, `round ${round}: ${addressText(address)}`);
        if (best === undefined) continue;
        const name = nameOf(best);
        expected.set(name, (expected.get(name) ?? 0n) + 1n);
      }
    }
    const found = new Map([...counts()].map(([name, count]) => [spelledOut(name), count]));
    t.deepEqual([...found].sort(), [...expected].sort());
  });
  t.is(openFds(), before);
});

kernelTest('a list of 20,000 prefixes is loaded whole, and gone when another takes its place', async t => {
  const random = new RandomSource(7);
  const list = Array.from({ length: 20_000 }, (_, i): Prefix => {
    const family = i % 2 === 0 ? 4 : 6;
    const bytes = [10 + (i >> 14), (i >> 6) & 0xff, (i << 2) & 0xff, random.below(256)];
    return family === 4
      ? { family, bytes, length: 24 }
      : { family, bytes: [0xfd, ...bytes, ...random.bytes(11)], length: 32 };
  });
  const probes = Array.from({ length: 300 }, () => random.pick(list));
  await withSet(async ({ load, isIn }) => {
    await load(list.map(prefix => `${addressText(prefix)}/${prefix.length}\n`).join(''));
    for (const probe of probes) {
      t.true(isIn(probe), addressText(probe));
      const outside = { ...probe, bytes: flipped(probe.bytes, 0) };
      t.is(isIn(outside), longest(list, outside) !== undefined);
    }
    await load('192.0.2.1\n');
    t.true(isIn({ family: 4, bytes: [192, 0, 2, 1], length: 32 }));
    for (const probe of probes) t.false(isIn(probe));
    await load('# nothing\n');
    t.false(isIn({ family: 4, bytes: [192, 0, 2, 1], length: 32 }));
  });
});

kernelTest(
  'a session that ends while a list is read or built keeps the old one, and leaves nothing',
  async t => {
    const inside = { family: 4, bytes: [10, 0, 0, 1], length: 32 } as const;
    const lines = Array.from({ length: 10_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24\n`).join('');
    await withSet(async ({ load, isIn }) => {
      await load('192.0.2.1\n');
      const before = openFds();
      for (const most of [0, 1, 2, 3, 4]) {
        let calls = 0;
        t.deepEqual(await load(lines, () => calls++ < most), [], `${most}`);
        t.false(isIn(inside));
        t.is(openFds(), before);
      }
      t.is((await load(lines)).length, 1);
      t.true(isIn(inside));
    });
  },
);
