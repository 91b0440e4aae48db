// capture() in the interpreter: which records a program sends, with which bytes and verdict.
import test from 'ava';
import type { CaptureData } from '../../src/compiler/language/functions/capture.js';
import { Compiled } from '../harness/compiled.js';
import type { SmallEnvOptions } from '../harness/fixture-env.js';
import { ethernet, ipv4, udp } from '../harness/packet/frame.js';

const FRAME = Uint8Array.from(
  ethernet(0x0800, ipv4(udp([1, 2, 3, 4], { sport: 7, dport: 53 }), { protocol: 17 })),
);
const [PASS, DROP, TX] = [2, 1, 3];
const INTERFACE = 7;
const QUEUE = 3;

interface Sent {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly verdict: number;
}

/** Also that interface and queue are those of the context, and that what was sent is what the program returned. */
function send(source: string, env: SmallEnvOptions = {}, frame = FRAME) {
  const compiled = new Compiled(source, env);
  const context = new Uint8Array(24);
  const words = new DataView(context.buffer);
  words.setUint32(12, INTERFACE, true);
  words.setUint32(16, QUEUE, true);
  const { r0, events, packet } = compiled.run(0, context, frame);
  const sent = events.flatMap((event): Sent[] => {
    const view = new DataView(event.buffer, event.byteOffset, event.byteLength);
    const { entry, layout, data } = compiled.spec.sites[view.getUint32(0, true)]!;
    if (entry !== 'capture') return [];
    const [time, bytes, length, index, queue, verdict] = layout.fields.map(({ offset }) =>
      view.getUint32(offset, true),
    );
    if (time === 0 || index !== INTERFACE || queue !== QUEUE || bytes !== event.length - layout.size)
      throw new Error(`a strange record: ${event}`);
    const { path } = data as CaptureData;
    return [{ path, bytes: event.slice(layout.size), length: length!, verdict: verdict! }];
  });
  return { compiled, verdict: Number(r0), sent, packet };
}

type Row = readonly [source: string, verdict: number, files: Readonly<Record<string, number>>];

const ALL = FRAME.length;
const BEFORE_LOOPS: SmallEnvOptions = { kernelVersion: [5, 10, 0], lacks: ['loop'] };

const sends = test.macro({
  exec(t, [source, verdict, files]: Row, env: SmallEnvOptions = {}) {
    const ran = send(source, env);
    t.is(ran.verdict, verdict);
    t.deepEqual(Object.fromEntries(ran.sent.map(({ path, bytes }) => [path, bytes.length])), files);
    t.is(ran.sent.length, Object.keys(files).length);
    for (const each of ran.sent) {
      t.is(each.verdict, verdict);
      t.is(each.length, ran.packet.length);
      t.deepEqual(each.bytes, ran.packet.slice(0, each.bytes.length));
    }
  },
  title: (_, [source]: Row, env?: SmallEnvOptions) =>
    `${source}${env === undefined ? '' : ', before Linux 5.17'}`,
});

const ROWS: readonly Row[] = [
  ['xdp:eth0 { capture("a.pcap"); }', PASS, { 'a.pcap': ALL }],
  ['xdp:eth0 { capture("a.pcap", 20); return XDP_DROP; }', DROP, { 'a.pcap': 20 }],
  [
    'xdp:eth0 { capture("a.pcap", 20); capture("a.pcap", 30); capture("a.pcap", 25); }',
    PASS,
    { 'a.pcap': 30 },
  ],
  ['xdp:eth0 { capture("a.pcap", 100000); }', PASS, { 'a.pcap': ALL }],
  ['xdp:eth0 { capture("a.pcap"); capture("b.pcapng", 14); }', PASS, { 'a.pcap': ALL, 'b.pcapng': 14 }],
  ['xdp:eth0 /tcp/ { capture("a.pcap"); }', PASS, {}],
  ['xdp:eth0 /udp/ { capture("a.pcap"); } xdp:eth0 /tcp/ { capture("b.pcap"); }', PASS, { 'a.pcap': ALL }],
  ['xdp:eth0 { if (udp.dport == 54) { capture("a.pcap"); return XDP_DROP; } }', PASS, {}],
  ['xdp:eth0 { if (udp.dport == 53) { capture("a.pcap"); return XDP_DROP; } }', DROP, { 'a.pcap': ALL }],
  // A later block decides, or changes the packet.
  ['xdp:eth0 { capture("a.pcap"); } xdp:eth0 /udp/ { return XDP_DROP; }', DROP, { 'a.pcap': ALL }],
  [
    'xdp:eth0 { capture("a.pcap"); return; } xdp:eth0 { udp.dport = 54; return XDP_TX; }',
    TX,
    { 'a.pcap': ALL },
  ],
  ['xdp:eth0 { return XDP_DROP; } xdp:eth0 { capture("a.pcap"); }', DROP, {}],
  // exit() leaves the packet undecided.
  ['xdp:eth0 { capture("a.pcap"); exit(); return XDP_DROP; }', PASS, { 'a.pcap': ALL }],
];
for (const row of ROWS) test(sends, row);

const LOOPS: readonly Row[] = [
  [
    'xdp:eth0 { $i = 0; while ($i < 3) { if ($i == 1) { capture("a.pcap"); } $i++; } }',
    PASS,
    { 'a.pcap': ALL },
  ],
  ['xdp:eth0 { $i = 0; while ($i < 3) { capture("a.pcap"); return XDP_DROP; } }', DROP, { 'a.pcap': ALL }],
  [
    'xdp:eth0 { $i = 0; while ($i < 3) { capture("a.pcap"); return; } } xdp:eth0 { return XDP_TX; }',
    TX,
    { 'a.pcap': ALL },
  ],
  [
    'xdp:eth0 { for ($i : 0..2) { for ($j : 0..2) { if ($i == 1 && $j == 1) { capture("a.pcap", 15); return XDP_DROP; } } } }',
    DROP,
    { 'a.pcap': 15 },
  ],
  [
    'xdp:eth0 { capture("a.pcap", 15); for ($i : 0..2) { capture("b.pcap", 16); } }',
    PASS,
    { 'a.pcap': 15, 'b.pcap': 16 },
  ],
  ['xdp:eth0 { for ($i : 0..0) { capture("a.pcap"); } for ($i : 0..2) { } }', PASS, {}],
];
for (const row of LOOPS) {
  test(sends, row);
  test(sends, row, BEFORE_LOOPS);
}

test('a packet that finds no room is lost once, for the first probe that captures to the file', t => {
  const big = Uint8Array.from([...FRAME, ...new Uint8Array(5000)]);
  const source =
    'config = { perf_rb_pages = 1 } xdp:eth0 { } xdp:eth0 { capture("a.pcap"); return XDP_DROP; } xdp:eth0 { capture("a.pcap"); }';
  const { compiled, verdict, sent } = send(source, {}, big);
  t.is(verdict, DROP);
  t.is(sent.length, 0);
  t.deepEqual(
    [0, 1, 2].map(probe => compiled.loss('ringFull', probe)),
    [0n, 1n, 0n],
  );
});

test('no more than a perf record has room for is kept, beside the length', t => {
  const big = Uint8Array.from([...FRAME, ...new Uint8Array(65_500)]);
  const [sent] = send('xdp:eth0 { capture("a.pcap"); }', {}, big).sent;
  t.is(sent?.bytes.length, 65_000);
  t.is(sent?.length, big.length);
});

test('a program that captures nothing is what it would be without captures elsewhere', t => {
  const plain = 'xdp:eth0 /udp/ { @ = count(); return XDP_DROP; }';
  const insns = (source: string, name: string) =>
    new Compiled(source).spec.programs.find(program => program.name === name)!.functions[0]!.insns.length;
  const beside = insns(`${plain} xdp:eth1 { capture("a.pcap"); }`, 'xdp_eth0');
  t.is(beside, insns(plain, 'xdp_eth0'));
});
