// Each field of a header that can be assigned, in the interpreter: afterwards the checksums are what a receiver computes. It sums
// up the frame as RFC 1071 says, from what lies there: no difference is followed. XDP programs adjust checksums themselves, those
// of tc have the kernel do it.
import test from 'ava';
import { HEADERS } from '../../src/compiler/language/packet/headers.js';
import {
  addressNumber,
  type Bytes,
  checksum,
  ethernet,
  icmp,
  ipv4,
  ipv6,
  pseudo4,
  pseudo6,
  tcp,
  u16,
  u32,
  udp,
  vlan,
} from '../harness/packet/frame.js';
import { ADDRESSES4, ADDRESSES6, MACS } from '../harness/packet/generate.js';
import {
  type Parsed,
  parsePacket,
  type ReferenceField,
  readField,
  referenceField,
} from '../harness/packet/reference.js';
import { hex, vmRunner } from '../harness/packet/trial.js';

const HOOKS = ['xdp:eth0', 'tc:eth0:ingress'];

/** Its last bytes are zeros: a length that cuts them off, or leaves them in, has the same sum of data. */
const PAYLOAD = [...Buffer.from('checksums'), 0, 0, 0, 0];
const [behind4, behind6] = [pseudo4(), pseudo6()];
const on4 = (protocol: number, payload: Bytes, options: Bytes = []) =>
  ethernet(0x0800, ipv4(payload, { protocol, options }));
const on6 = (next: number, payload: Bytes) => ethernet(0x86dd, ipv6(payload, { next }));

/** All checksums in them are right. */
const FRAMES: Readonly<Record<string, Bytes>> = {
  'IPv4, TCP': on4(6, tcp(PAYLOAD, { pseudo: behind4 })),
  'IPv4 with options, TCP with options': on4(
    6,
    tcp(PAYLOAD, { pseudo: behind4, options: [1, 1, 1, 0] }),
    [1, 1, 1, 1, 7, 3, 4, 0],
  ),
  'IPv4, UDP': on4(17, udp(PAYLOAD, { pseudo: behind4 })),
  'IPv4, UDP without a checksum': on4(17, udp(PAYLOAD, { checksum: 0 })),
  'IPv4, ICMP': on4(1, icmp(8, 0, [0, 7, 0, 1, ...PAYLOAD])),
  'IPv6, TCP': on6(6, tcp(PAYLOAD, { pseudo: behind6 })),
  'IPv6, UDP': on6(17, udp(PAYLOAD, { pseudo: behind6 })),
  'IPv6, destination options, UDP': on6(60, [17, 0, 1, 4, 0, 0, 0, 0, ...udp(PAYLOAD, { pseudo: behind6 })]),
  'IPv6, ICMPv6': on6(58, icmp(128, 0, [0, 7, 0, 1, ...PAYLOAD], behind6)),
  'two VLAN tags, IPv4, UDP': ethernet(
    0x88a8,
    vlan(7, 0x8100, vlan(8, 0x0800, ipv4(udp(PAYLOAD), { protocol: 17 }))),
  ),
  ARP: ethernet(
    0x0806,
    [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2],
  ),
};

/** What a receiver finds wrong. Headers lie where they lay before: with some fields they are found no more. */
function wrong(before: Bytes, after: Bytes): string[] {
  const parsed = parsePacket(before);
  const value = (header: string, name: string, packet = after) =>
    Number(readField(packet, parsed, referenceField(header, name)));
  const found: string[] = [];
  const sum = (name: string, bytes: Bytes) => {
    if (checksum(bytes) !== 0) found.push(`checksum of ${name}`);
  };
  const [ip, ip6] = [parsed.at.get('ip'), parsed.at.get('ip6')];
  if (ip !== undefined) sum('ip', after.slice(ip, ip + value('ip', 'hdrlength') * 4));
  const transport = transportOf(parsed);
  if (transport === undefined) return found;
  const [name, start, protocol] = transport;
  let end = ip !== undefined ? ip + value('ip', 'length') : ip6! + 40 + value('ip6', 'length');
  if (name === 'udp') {
    if (value('udp', 'checksum', before) === 0) {
      return value('udp', 'checksum') === 0 ? found : [...found, 'a checksum of udp where was none'];
    }
    if (value('udp', 'checksum') === 0) return [...found, 'no checksum of udp'];
    end = start + value('udp', 'length');
  }
  const addresses = ip === undefined ? after.slice(ip6! + 8, ip6! + 40) : after.slice(ip + 12, ip + 20);
  const pseudo = name === 'icmp' ? [] : [...addresses, ...u32(end - start), ...u32(protocol)];
  sum(name, [...pseudo, ...after.slice(start, end)]);
  return found;
}

function transportOf({ at }: Parsed): [name: string, start: number, protocol: number] | undefined {
  for (const [name, protocol] of [
    ['tcp', 6],
    ['udp', 17],
    ['icmp', 1],
    ['icmp6', 58],
  ] as const) {
    const start = at.get(name);
    if (start !== undefined) return [name, start, protocol];
  }
  return undefined;
}

function framesWith(header: string): [string, Bytes][] {
  return Object.entries(FRAMES).filter(([, frame]) => parsePacket(frame).at.has(header));
}

function run(source: string, frame: Bytes): number[] {
  return [...vmRunner(source)(Uint8Array.from(frame)).packet];
}

/** Values to assign, as they are written, with what must lie there. */
function valuesFor({ width, name }: ReferenceField, kind: string, old: bigint): [string, bigint][] {
  if (kind !== 'number') {
    const pool = { mac: MACS, ip: ADDRESSES4, ip6: ADDRESSES6 }[kind]!;
    return pool.map(text => [`"${text}"`, addressNumber(text)]);
  }
  // Other lengths would have other data summed up.
  const values = name === 'length' ? [old - 1n, old - 2n, old - 4n] : [0n, 0x5a5a_5a5an, 0xffff_ffffn];
  return values.map(value => {
    const cut = BigInt.asUintN(width, value);
    return [`${cut}`, cut];
  });
}

const keeps = test.macro({
  exec(t, hook: string, header: string, name: string, kind: string) {
    const field = referenceField(header, name);
    const frames = framesWith(header);
    t.true(frames.length > 0);
    for (const [title, frame] of frames) {
      const parsed = parsePacket(frame);
      for (const [text, value] of valuesFor(field, kind, readField(frame, parsed, field)!)) {
        const source = `${hook} { ${header}.${name} = ${text}; }`;
        const after = run(source, frame);
        const shown = `${title}: ${source}\n${hex(frame)}\n${hex(after)}`;
        t.is(readField(after, parsed, field), value, shown);
        t.deepEqual(wrong(frame, after), [], shown);
      }
    }
  },
  title: (_given, hook, header, name) => `${hook}: ${header}.${name} is assigned with right checksums`,
});

for (const hook of HOOKS) {
  for (const { name: header, fields, place } of HEADERS) {
    if (place.in === 'tag' && hook !== 'xdp:eth0') continue;
    for (const { name, kind, fixed, checksum: own } of fields) {
      if (fixed !== true && own !== true) test(keeps, hook, header, name, kind);
    }
  }
}

const changes = test.macro({
  exec(t, header: string, statement: string) {
    for (const hook of HOOKS) {
      for (const [title, frame] of framesWith(header)) {
        const after = run(`${hook} { ${statement} }`, frame);
        const shown = `${hook}, ${title}\n${hex(frame)}\n${hex(after)}`;
        t.notDeepEqual(after, [...frame], shown);
        t.deepEqual(wrong(frame, after), [], shown);
      }
    }
  },
  title: (_given, _header, statement) => `right checksums after ${statement}`,
});

test(changes, 'ip', 'ip.ttl -= 1;');
test(changes, 'ip', 'swap(ip.saddr, ip.daddr);');
test(changes, 'ip', 'ip.saddr = ip.daddr;');
test(changes, 'ip', 'ip.saddr = "1.2.3.4"; ip.daddr = "255.255.255.255"; ip.ttl = 0;');
test(changes, 'ip6', 'swap(ip6.saddr, ip6.daddr);');
test(changes, 'ip6', 'ip6.daddr = ip6.saddr;');
test(changes, 'tcp', 'swap(tcp.sport, tcp.dport);');
test(changes, 'tcp', 'tcp.flags |= SYN; tcp.window += 1; tcp.sequence -= 0x01020305;');
test(changes, 'udp', 'swap(udp.sport, udp.dport);');
test(changes, 'icmp', 'swap(icmp.type, icmp.code);');
test(changes, 'icmp', 'icmp.type = 0; swap(icmp.id, icmp.sequence);');
test(changes, 'icmp6', 'icmp6.type += 1; icmp6.code = 3;');
test(changes, 'udp', 'swap(udp.length, udp.sport); swap(udp.length, udp.sport); udp.dport += 1;');

test('a checksum of UDP that comes to 0 is written as all ones', t => {
  for (const title of ['IPv4, UDP', 'IPv6, UDP']) {
    const frame = FRAMES[title]!;
    const at = parsePacket(frame).at.get('udp')!;
    const sum = (frame[at + 6]! << 8) | frame[at + 7]!;
    // The checksum is what the words lack of all ones.
    let sport = 1234 + sum;
    if (sport > 0xffff) sport -= 0xffff;
    for (const hook of HOOKS) {
      const after = run(`${hook} { udp.sport = ${sport}; }`, frame);
      t.deepEqual(after.slice(at, at + 2), [...u16(sport)]);
      t.deepEqual(after.slice(at + 6, at + 8), [0xff, 0xff], title);
      t.deepEqual(wrong(frame, after), [], title);
    }
  }
});

test('a checksum that was wrong stays wrong: what was damaged on its way is not made whole', t => {
  for (const [title, frame] of framesWith('tcp')) {
    const at = parsePacket(frame).at.get('tcp')!;
    const damaged = [...frame];
    damaged[at + 20 + 8] = damaged[at + 20 + 8]! ^ 1;
    t.deepEqual(wrong(damaged, run('xdp:eth0 { tcp.dport = 81; }', damaged)), ['checksum of tcp'], title);
  }
});

test('a checksum that is assigned is taken as it is', t => {
  for (const header of ['ip', 'tcp', 'udp', 'icmp', 'icmp6']) {
    const field = referenceField(header, 'checksum');
    for (const [title, frame] of framesWith(header)) {
      const after = run(`xdp:eth0 { ${header}.checksum = 0x1234; }`, frame);
      t.is(readField(after, parsePacket(frame), field), 0x1234n, title);
    }
  }
});
