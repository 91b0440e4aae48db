// What the kernel tells of its BPF objects: programs on interfaces, counters, links, pins, maps, code. Each test in a network
// of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { ProgramList } from '../../src/cli/inspect/program-list.js';
import { alu64, callHelper, exit, imm, loadMap, mov, reg, store } from '../../src/compiler/bpf/assemble.js';
import { encode } from '../../src/compiler/bpf/encode.js';
import { AttachType, MapType, ProgType } from '../../src/compiler/bpf/uapi.js';
import { listXlated } from '../../src/compiler/bpf/xlated.js';
import { netInterface } from '../../src/kernel/host/interfaces.js';
import { findHolders } from '../../src/kernel/host/objects/holders.js';
import { allLinks } from '../../src/kernel/host/objects/links.js';
import { mapById } from '../../src/kernel/host/objects/maps.js';
import { netPrograms } from '../../src/kernel/host/objects/net-programs.js';
import { findPins } from '../../src/kernel/host/objects/pins.js';
import { programCode } from '../../src/kernel/host/objects/program-code.js';
import { allPrograms } from '../../src/kernel/host/objects/programs.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { isAtLeast, runningKernel } from '../../src/kernel/sys/kernel-version.js';
import { linkCreateTcx, linkCreateXdp, rawTracepointOpen } from '../../src/kernel/sys/link.js';
import { mapCreate } from '../../src/kernel/sys/map.js';
import { inOwnNetwork } from '../../src/kernel/sys/network-namespace.js';
import { linkGetInfo, mapGetInfo, objPin, progGetInfo, progGetXlated } from '../../src/kernel/sys/object.js';
import { progLoad } from '../../src/kernel/sys/program.js';
import { enableStats } from '../../src/kernel/sys/program-run.js';
import { kernelTest } from '../harness/kernel-test.js';
import { whyNoNetwork } from '../harness/network.js';
import { workload } from '../workload/workload.js';

const PASS = encode([mov(0, imm(2)), exit()]);
const GENERIC = 2; // XDP_FLAGS_SKB_MODE

/** With a veth pair, both ends up, on which nothing talks by itself. */
function inPair(body: (t: ExecutionContext) => Promise<void>) {
  return (t: ExecutionContext) =>
    inOwnNetwork(async () => {
      const quiet = '[ ! -e /proc/sys/net/ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6';
      execFileSync('sh', ['-c', quiet]);
      execFileSync('ip', ['link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb']);
      for (const device of ['va', 'vb'])
        execFileSync('ip', ['link', 'set', device, 'multicast', 'off', 'up']);
      await body(t);
    });
}

const idOf = (fd: number) => Number(progGetInfo(fd).numbers.id);
const linkId = (fd: number) => Number(linkGetInfo(fd).numbers.id);
const load = (name: string, type: number, insns = PASS) => progLoad({ type, insns, name }).fd;

kernelTest(
  'programs on interfaces: XDP by a link, with its mode; none once the link is closed',
  inPair(async t => {
    t.deepEqual(netPrograms(allLinks()), []);
    const { index } = netInterface('va')!;
    const fd = load('pass_xdp', ProgType.BPF_PROG_TYPE_XDP);
    const link = linkCreateXdp(fd, index, GENERIC);
    const expected = { interface: 'va', ifindex: index, hook: 'xdp', mode: 'generic' };
    t.deepEqual(netPrograms(allLinks()), [
      { ...expected, programId: idOf(fd), linkId: linkId(link), by: `link ${linkId(link)}` },
    ]);
    const place = { text: 'xdp:va', linkId: linkId(link) };
    const row = new ProgramList().read(false).find(({ program }) => program.id === idOf(fd));
    t.deepEqual(row?.places, [place]);
    t.regex(row?.owner ?? '', /^\S.* \d+( \+\d+)?$/);
    t.true(
      findHolders()
        .link(linkId(link))
        .some(({ pid }) => pid === process.pid),
    );
    closeFd(link);
    t.deepEqual(netPrograms(allLinks()), []);
    closeFd(fd);
  }),
  whyNoNetwork(),
);

kernelTest(
  'tcx: programs of both directions, in the order in which they run',
  inPair(async t => {
    const { index } = netInterface('vb')!;
    const fds = ['one', 'two', 'three'].map(name => load(name, ProgType.BPF_PROG_TYPE_SCHED_CLS));
    const [one = 0, two = 0, three = 0] = fds;
    const links = [
      linkCreateTcx(two, index, AttachType.BPF_TCX_INGRESS),
      linkCreateTcx(one, index, AttachType.BPF_TCX_INGRESS),
      linkCreateTcx(three, index, AttachType.BPF_TCX_EGRESS),
    ];
    t.deepEqual(
      netPrograms(allLinks()).map(({ hook, mode, programId, linkId: id }) => [hook, mode, programId, id]),
      [
        ['tcx/ingress', '', idOf(two), linkId(links[0]!)],
        ['tcx/ingress', '', idOf(one), linkId(links[1]!)],
        ['tcx/egress', '', idOf(three), linkId(links[2]!)],
      ],
    );
    for (const fd of [...links, ...fds]) closeFd(fd);
  }),
  whyNoNetwork() ?? (isAtLeast(runningKernel(), [6, 6]) ? undefined : 'needs Linux 6.6'),
);

const FRAMES = 1234;

kernelTest(
  'runs are counted while statistics are on: one for each frame that was sent',
  inPair(async t => {
    const { index } = netInterface('va')!;
    const fd = load('count_me', ProgType.BPF_PROG_TYPE_XDP);
    const link = linkCreateXdp(fd, index, GENERIC);
    const list = new ProgramList();
    const own = (measured: boolean) => list.read(measured).find(({ program }) => program.id === idOf(fd))!;
    const frame = `${'02'.repeat(12)}88b5${'00'.repeat(46)}\n`; // a local experimental EtherType
    const send = (count: number) => execFileSync(workload('frames'), ['vb'], { input: frame.repeat(count) });
    /** Those on their way arrive. */
    const seen = async (runs: bigint) => {
      for (let i = 0; i < 2000 && allPrograms().find(({ id }) => id === idOf(fd))!.runs < runs; i++)
        await sleep(10);
    };
    const stats = enableStats();
    const first = own(false);
    t.is(first.program.runs, 0n);
    t.deepEqual(first.rates, { perSecond: undefined, average: undefined, cpu: undefined });
    send(FRAMES);
    await seen(BigInt(FRAMES));
    const { program, rates } = own(true);
    t.is(program.runs, BigInt(FRAMES));
    t.true(rates.average! > 0n);
    t.true(rates.perSecond !== undefined && rates.cpu !== undefined);
    t.true(program.runTime >= rates.average! * 1000n);
    send(100);
    await seen(BigInt(FRAMES + 100));
    t.is(own(true).program.runs, BigInt(FRAMES + 100));
    for (const each of [stats, link, fd]) closeFd(each);
  }),
  whyNoNetwork(),
);

kernelTest('a raw tracepoint’s link tells its name; a pinned program its path', t => {
  const fd = load('raw_pass', ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, encode([mov(0, imm(0)), exit()]));
  const link = rawTracepointOpen('sched_process_exit', fd);
  const found = allLinks().find(({ id }) => id === linkId(link));
  t.like(found, {
    type: 'raw_tracepoint',
    programId: idOf(fd),
    target: 'rawtracepoint:sched_process_exit',
    ifindex: undefined,
  });
  closeFd(link);
  if (readFileSync('/proc/self/mounts', 'latin1').includes(' /sys/fs/bpf bpf ')) {
    const path = `/sys/fs/bpf/tsbpf-objects-${process.pid}`;
    objPin(fd, path);
    t.is(findPins().get(`prog ${idOf(fd)}`), path);
    rmSync(path);
    t.is(findPins().get(`prog ${idOf(fd)}`), undefined);
  }
  closeFd(fd);
});

kernelTest('the code of a program: its map by name and number, its helper by name, all of its bytes', t => {
  const map = mapCreate({
    type: MapType.BPF_MAP_TYPE_HASH,
    keySize: 4,
    valueSize: 8,
    maxEntries: 3,
    name: 'seen',
  });
  const source = [
    store(4, 10, -4, imm(1)),
    mov(2, reg(10)),
    alu64('add', 2, imm(-4)),
    loadMap(1, 'seen'),
    callHelper('BPF_FUNC_map_delete_elem'),
    mov(0, imm(2)),
    exit(),
  ];
  const insns = encode(source, () => ({ imm: map }));
  const fd = load('deletes', ProgType.BPF_PROG_TYPE_XDP, insns);
  const mapId = Number(mapGetInfo(map).numbers.id);
  t.like(mapById(mapId), {
    type: 'hash',
    name: 'seen',
    keySize: 4,
    valueSize: 8,
    maxEntries: 3,
    frozen: false,
  });
  const program = allPrograms().find(({ id }) => id === idOf(fd))!;
  t.like(program, { type: 'xdp', name: 'deletes' });
  const lines = listXlated(programCode(fd, program), true);
  t.is(lines[0], 'deletes:');
  t.true(lines.includes(`   3: r1 = map[seen id ${mapId}]`), lines.join('\n'));
  t.regex(lines.join('\n'), /^ {3}5: call \w*(map|htab)\w*delete_elem$/m);
  const bytes = lines.filter(line => /^ {6}[0-9a-f]{2} /.test(line)).join('');
  t.is(bytes.replaceAll(' ', ''), Buffer.from(progGetXlated(fd)).toString('hex'));
  closeFd(fd);
  closeFd(map);
  t.is(mapById(2 ** 31 - 1), undefined);
});
