// hash(), backend() and backend_at() in the interpreter: against the same in TypeScript.
import test from 'ava';
import { parseSingle } from '../../src/compiler/language/names/address-range.js';
import type { BackendSetSpec } from '../../src/compiler/object-spec.js';
import { COUNTS, generationBytes, placeOf, rowOffset } from '../../src/compiler/types/backend-table.js';
import { hashOf } from '../../src/compiler/types/flow-hash.js';
import { ipv4Text, ipv6Text } from '../../src/output/text/address.js';
import { type Backend, parseBackends } from '../../src/runtime/backend-list.js';
import { BackendRows } from '../../src/runtime/backend-rows.js';
import { Compiled } from '../harness/compiled.js';
import { ethernet, ipv4, ipv6, udp } from '../harness/packet/frame.js';

const TX = 3;
const AF_INET = 2;

function frame(source: string, sport: number): Uint8Array {
  const datagram = udp([1, 2, 3], { sport, dport: 53 });
  return Uint8Array.from(
    source.includes(':')
      ? ethernet(0x86dd, ipv6(datagram, { next: 17, source }))
      : ethernet(0x0800, ipv4(datagram, { protocol: 17, source })),
  );
}

/** An address as hash() takes it: two places. */
function wordsOf(address: string): bigint[] {
  const { bytes } = parseSingle(address)!;
  const number = (from: number, to: number) =>
    [...bytes.subarray(from, to)].reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  if (bytes.length === 4) return [number(0, 4), 0n];
  return bytes.length === 6 ? [number(0, 6), 0n] : [number(0, 8), number(8, 16)];
}

/** A value of a map; addresses as text. */
function shown(compiled: Compiled, name: string): unknown {
  const value = compiled.scalar(name);
  if (!(value instanceof Uint8Array)) return value;
  if (value.length === 6) return [...value].map(byte => byte.toString(16).padStart(2, '0')).join(':');
  return value[0] === AF_INET ? ipv4Text(value, 4) : ipv6Text(value, 4);
}

class Balancer extends Compiled {
  readonly set = this.spec.sets![0] as BackendSetSpec;
  readonly rows = new BackendRows(this.set.maxEntries);
  backends: readonly Backend[] = [];
  #generation = 0;

  load(...lines: readonly string[]): void {
    this.backends = parseBackends(lines.map(line => `${line}\n`).join(''), 'web.txt');
    this.rows.update(this.backends);
    this.#generation = 1 - this.#generation;
    const bytes = this.rows.bytes();
    this.vm
      .mapValue(this.set.maps.table!)!
      .set(bytes, this.#generation * generationBytes(this.set.maxEntries));
    this.setGlobal(this.set.word, BigInt(this.#generation));
  }

  send(source: string, sport: number): ReturnType<Compiled['run']> {
    return this.run(0, new Uint8Array(24), frame(source, sport));
  }

  counts(row: number): { packets: bigint; bytes: bigint; flows: bigint } {
    const key = new Uint8Array(Uint32Array.of(row).buffer);
    const value = this.vm.mapValue(this.set.maps.counts!, key)!;
    const data = new DataView(value.buffer, value.byteOffset, value.byteLength);
    const at = (offset: number) => data.getBigUint64(offset, true);
    return { packets: at(COUNTS.packets), bytes: at(COUNTS.bytes), flows: at(COUNTS.flows) };
  }
}

const SOURCES = ['10.1.2.3', '192.0.2.255', '2001:db8::7', 'fe80::1:2:3:4'];

test('hash() of numbers and addresses is what it is elsewhere', t => {
  const compiled = new Compiled(
    'xdp:eth0 { @a = hash(src, sport); $x = src; @b = hash($x, sport); @c = hash(eth.saddr, -1, true); @d = hash(7); }',
  );
  for (const source of SOURCES) {
    compiled.run(0, new Uint8Array(24), frame(source, 4711));
    const flow = hashOf([...wordsOf(source), 4711n]);
    t.is(compiled.scalar('@a'), flow, source);
    t.is(compiled.scalar('@b'), flow, source);
    t.is(compiled.scalar('@d'), hashOf([7n]));
  }
  const mac = [...frame('10.0.0.1', 1).subarray(6, 12)]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join(':');
  t.is(compiled.scalar('@c'), hashOf([...wordsOf(mac), -1n, 1n]));
});

test('an address that is not there counts as 0', t => {
  const compiled = new Compiled('xdp:eth0 { @a = hash(ip.saddr, sport); }');
  compiled.run(0, new Uint8Array(24), frame('2001:db8::7', 4711));
  t.is(compiled.scalar('@a'), hashOf([0n, 0n, 4711n]));
});

const CHOOSE =
  'let @web = backends(10); xdp:eth0 { $b = backend(@web, hash(src, sport)); @id = $b.id; @address = $b.address; @mac = $b.mac; return XDP_TX; }';

test('backend() is what the table says, by the high bits of the hash', t => {
  const balancer = new Balancer(CHOOSE);
  const lines = ['10.0.0.1 weight=2 mac=02:00:00:00:00:01', '10.0.0.2', '2001:db8::3 mac=02:00:00:00:00:03'];
  balancer.load(...lines);
  const table = new Uint16Array(balancer.rows.bytes().buffer, 0, rowOffset(0) / 2);
  let bytes = 0n;
  const packets = new Array<bigint>(4).fill(0n);
  for (let sport = 1; sport < 200; sport++) {
    for (const source of SOURCES) {
      t.is(Number(balancer.send(source, sport).r0), TX);
      const row = table[placeOf(hashOf([...wordsOf(source), BigInt(sport)]))]!;
      const { name, mac } = balancer.backends[row - 1]!;
      t.is(balancer.scalar('@id'), BigInt(row));
      t.is(shown(balancer, '@address'), name);
      t.is(shown(balancer, '@mac'), [...mac].map(byte => byte.toString(16).padStart(2, '0')).join(':'));
      packets[row]! += 1n;
      bytes += BigInt(frame(source, sport).length);
    }
  }
  const counts = [1, 2, 3].map(row => balancer.counts(row));
  t.deepEqual(
    counts.map(each => each.packets),
    packets.slice(1),
  );
  t.is(
    counts.reduce((sum, each) => sum + each.bytes, 0n),
    bytes,
  );
  t.true(
    counts.every(each => each.flows === 0n),
    'nobody says what a flow is',
  );
});

test('without a list, and where all weights are 0, there is no backend', t => {
  const balancer = new Balancer(CHOOSE);
  balancer.send('10.1.2.3', 1);
  t.is(balancer.scalar('@id'), 0n);
  balancer.load('10.0.0.1 weight=0');
  balancer.send('10.1.2.3', 1);
  t.is(balancer.scalar('@id'), 0n);
  t.is(balancer.counts(0).packets, 2n);
});

test('an id serves as long as the file lists it, whatever its weight; any other is as none', t => {
  const balancer = new Balancer(
    'let @web = backends(10); xdp:eth0 { $b = backend(@web, hash(src), sport); @id = $b.id; @address = $b.address; }',
  );
  const choose = (id: number) => {
    balancer.send('10.1.2.3', id);
    return balancer.scalar('@id');
  };
  balancer.load('10.0.0.1 weight=0', '10.0.0.2', '10.0.0.3 weight=0');
  t.deepEqual([1, 2, 3].map(choose), [1n, 2n, 3n]);
  t.deepEqual([0, 4, 10, 11, 65_535].map(choose), new Array<bigint>(5).fill(2n));
  t.deepEqual(
    [1, 2, 3].map(row => balancer.counts(row)).map(({ packets, flows }) => [packets, flows]),
    [
      [1n, 0n],
      [6n, 5n],
      [1n, 0n],
    ],
  );
  balancer.load('10.0.0.2');
  t.deepEqual([1, 2, 3].map(choose), [2n, 2n, 2n], 'those that went serve nobody');
  balancer.load('10.0.0.1', '10.0.0.2', '10.0.0.3');
  t.deepEqual([1, 2, 3].map(choose), [1n, 2n, 3n], 'until they are back');
});

test('backend_at() tells what each row was given, of all CPUs, and of one that went too', t => {
  const balancer = new Balancer(
    `let @web = backends(10);
     xdp:eth0 { $b = backend(@web, hash(src), sport); }
     interval:s:1 { $b = backend_at(@web, @row);
       @id = $b.id; @address = $b.address; @weight = $b.weight; @packets = $b.packets; @bytes = $b.bytes; @flows = $b.flows; }
     BEGIN { @row = 1; } END { @row++; }`,
    {},
    { cpus: 2 },
  );
  const tell = () => {
    balancer.run(1);
    return ['@id', '@address', '@weight', '@packets', '@bytes', '@flows'].map(name => shown(balancer, name));
  };
  balancer.load('10.0.0.1 weight=7', '2001:db8::2 weight=0');
  balancer.send('10.1.2.3', 1);
  balancer.send('10.1.2.3', 2);
  balancer.send('10.1.2.3', 2);
  balancer.send('10.1.2.3', 9);
  const size = BigInt(frame('10.1.2.3', 1).length);
  balancer.run(2);
  t.deepEqual(tell(), [1n, '10.0.0.1', 7n, 2n, 2n * size, 1n]);
  balancer.run(3);
  t.deepEqual(tell(), [2n, '2001:db8::2', 0n, 2n, 2n * size, 0n]);
  balancer.load('10.0.0.3');
  t.deepEqual(tell(), [2n, '2001:db8::2', 0n, 2n, 2n * size, 0n]);
  balancer.run(3);
  t.deepEqual(tell(), [3n, '10.0.0.3', 1n, 0n, 0n, 0n]);
});

test('an address of either family is assigned where it is of the field', t => {
  const compiled = new Compiled(
    'xdp:eth0 { $a = src; ip.daddr = $a; ip6.daddr = $a; @to = dst; $b = dst; ip.saddr = ntop((uint32)0x0100a8c0); @from = src; }',
  );
  for (const source of SOURCES) {
    compiled.run(0, new Uint8Array(24), frame(source, 1));
    t.is(shown(compiled, '@to'), source);
    t.is(shown(compiled, '@from'), source.includes(':') ? source : '192.168.0.1');
  }
});
