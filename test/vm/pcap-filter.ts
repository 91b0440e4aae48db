// Filters in the interpreter: each decides about each frame as the program does that tcpdump makes of it.
import test from 'ava';
import { Compiled } from '../harness/compiled.js';
import { expectedOf, filterFrames, filterTable } from '../harness/packet/filter-table.js';
import { hex, vmRunner } from '../harness/packet/trial.js';

const FRAMES = filterFrames();
const TABLE = filterTable();

/** As it is written in a script. */
const quoted = (filter: string) => `"${filter.replaceAll('\\', '\\\\')}"`;

for (const row of TABLE) {
  test(`pcap(${quoted(row.filter)}) decides as tcpdump does`, t => {
    const run = vmRunner(`xdp:eth0 /pcap(${quoted(row.filter)})/ { return XDP_DROP; }`);
    const wrong = FRAMES.filter(frame => {
      const expected = expectedOf(row, frame);
      return expected !== undefined && (run(frame).verdict === 1) !== expected;
    });
    t.deepEqual(wrong.map(hex), []);
  });
}

/** A program of tc on frames whose outer tag the kernel keeps beside them (struct __sk_buff, include/uapi/linux/bpf.h). */
function tagBesideRunner(source: string): (frame: Uint8Array) => number {
  const compiled = new Compiled(source);
  const context = new Uint8Array(192);
  const words = new DataView(context.buffer);
  return frame => {
    const type = (frame[12]! << 8) | frame[13]!;
    const tagged = (type === 0x8100 || type === 0x88a8) && frame.length >= 18;
    const packet = tagged ? Uint8Array.from([...frame.subarray(0, 12), ...frame.subarray(16)]) : frame;
    words.setUint32(0, packet.length, true);
    words.setUint32(20, tagged ? 1 : 0, true);
    words.setUint32(24, tagged ? (frame[14]! << 8) | frame[15]! : 0, true);
    context.set(tagged ? frame.subarray(12, 14) : [0, 0], 28);
    return Number(BigInt.asUintN(32, compiled.run(0, context, packet).r0));
  };
}

for (const row of TABLE.filter(({ filter }) => /vlan|len|ether|tcp|not ip$|host/.test(filter))) {
  test(`pcap(${quoted(row.filter)}) decides so of frames whose tag lies beside them`, t => {
    const run = tagBesideRunner(`tc:eth0:ingress /pcap(${quoted(row.filter)})/ { return TC_ACT_SHOT; }`);
    const wrong = FRAMES.filter(frame => {
      const expected = expectedOf(row, frame);
      return expected !== undefined && (run(frame) === 2) !== expected;
    });
    t.deepEqual(wrong.map(hex), []);
  });
}

test('the table and the frames tell filters apart', t => {
  const answers = TABLE.map(row => FRAMES.filter(frame => expectedOf(row, frame) === true).length);
  t.true(TABLE.length >= 250, `${TABLE.length} filters`);
  const constant = answers.filter(count => count === 0 || count === FRAMES.length).length;
  t.true(constant < TABLE.length / 10, `${constant} filters decide alike about all frames`);
});

test('what depends on the order of tests is little', t => {
  const undecided = TABLE.reduce(
    (sum, row) => sum + FRAMES.filter(frame => expectedOf(row, frame) === undefined).length,
    0,
  );
  t.true(undecided < (TABLE.length * FRAMES.length) / 1000, `${undecided}`);
});

test('as a value it is 1 or 0', t => {
  const run = vmRunner('xdp:eth0 { return pcap("tcp or udp") + 1; }');
  const [tcp, arp] = [FRAMES.find(isTcp), FRAMES.find(frame => frame[12] === 8 && frame[13] === 6)];
  t.is(run(tcp!).verdict, 2);
  t.is(run(arp!).verdict, 1);
});

test('within a condition a byte that is not there makes the filter false, not the condition', t => {
  const run = vmRunner('xdp:eth0 /!pcap("not ether[5000] = 1")/ { return XDP_DROP; }');
  t.is(run(FRAMES[0]!).verdict, 1);
});

test('what a block changed is what the filter sees', t => {
  const run = vmRunner(
    'xdp:eth0 /pcap("tcp port 80")/ { tcp.dport = 81; tcp.sport = 81; if (pcap("tcp port 80")) { return XDP_ABORTED; } return pcap("tcp port 81") ? XDP_DROP : XDP_TX; }',
  );
  const frame = FRAMES.find(each => isTcp(each) && run(each).verdict !== 2);
  t.is(run(frame!).verdict, 1);
});

function isTcp(frame: Uint8Array): boolean {
  return frame.length > 54 && frame[12] === 8 && frame[13] === 0 && frame[14] === 0x45 && frame[23] === 6;
}
