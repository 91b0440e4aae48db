import test from 'ava';
import { alu64, exit, imm, load, loadMapValue, mov, reg, store } from '../../src/compiler/bpf/assemble.js';
import { encode } from '../../src/compiler/bpf/encode.js';
import { PerfSoftware, PerfType } from '../../src/compiler/bpf/perf-event.js';
import { MapType, ProgType } from '../../src/compiler/bpf/uapi.js';
import { VerifierError } from '../../src/kernel/sys/error.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { PROBES } from '../../src/kernel/sys/feature-probes.js';
import { createFeatures } from '../../src/kernel/sys/features.js';
import { waitForPrograms } from '../../src/kernel/sys/grace-period.js';
import { isAtLeast, runningKernel } from '../../src/kernel/sys/kernel-version.js';
import { linkCreatePerfEvent, rawTracepointOpen } from '../../src/kernel/sys/link.js';
import { mapCreate, mapLookupElem } from '../../src/kernel/sys/map.js';
import { progGetInfo, progGetMapIds, progGetNextId, progGetXlated } from '../../src/kernel/sys/object.js';
import { perfEventEnable, perfEventOpen } from '../../src/kernel/sys/perf-event.js';
import { progLoad } from '../../src/kernel/sys/program.js';
import { enableStats, progTestRun } from '../../src/kernel/sys/program-run.js';
import { getRlimit, raiseMemlock, setRlimit } from '../../src/kernel/sys/rlimit.js';
import { kernelTest, openFds, RETURN_0 } from '../harness/kernel-test.js';

const XDP = ProgType.BPF_PROG_TYPE_XDP;

kernelTest('a hand-assembled program runs over a packet', t => {
  const fd = progLoad({ type: XDP, insns: encode([mov(0, imm(2)), exit()]), name: 'pass it' }).fd;
  const dataOut = new Uint8Array(64);
  const packet = new Uint8Array(60).fill(7);
  const reply = progTestRun(fd, { dataIn: packet, dataOut, repeat: 1000 });
  t.is(reply.returnValue, 2);
  t.is(reply.dataSizeOut, 60);
  t.deepEqual(dataOut.subarray(0, 60), packet);
  t.is(progTestRun(fd, { dataIn: packet, dataOut: new Uint8Array(10) }).dataSizeOut, 60);
  const info = progGetInfo(fd);
  t.is(info.name, 'pass_it');
  t.regex(info.tag, /^[0-9a-f]{16}$/);
  t.deepEqual(progGetXlated(fd).subarray(0, 8), encode([mov(0, imm(2))]));
  closeFd(fd);
});

kernelTest('the verifier’s refusal comes with its log', t => {
  const before = openFds();
  const insns = encode([load(8, 0, 1, 4096), exit()]);
  const error = t.throws(() => progLoad({ type: XDP, insns, name: 'bad' }), { instanceOf: VerifierError });
  t.regex(
    error?.message ?? '',
    /^BPF_PROG_LOAD \(bad\): EACCES: .*invalid bpf_context access off=4096 size=8$/,
  );
  t.regex((error as VerifierError).log, /0: \(79\) r0 = \*\(u64 \*\)\(r1 \+4096\)/);
  t.is(openFds(), before);
});

kernelTest('the log of an accepted program, when asked for', t => {
  const { fd, log } = progLoad({ type: XDP, insns: RETURN_0, logLevel: 2 });
  t.regex(log, /0: \(b7\) r0 = 0/);
  closeFd(fd);
});

kernelTest('a long log is read whole', t => {
  const many = Array.from({ length: 4000 }, () => alu64('add', 0, imm(1)));
  const { fd, log } = progLoad({ type: XDP, insns: encode([mov(0, imm(0)), ...many, exit()]), logLevel: 2 });
  t.true(log.length > 1 << 16);
  t.regex(log, /processed 4002 insns/);
  closeFd(fd);
});

kernelTest(
  'a program attached to a perf event counts, and stops when its link is closed',
  t => {
    const before = openFds();
    const map = mapCreate({ type: MapType.BPF_MAP_TYPE_ARRAY, keySize: 4, valueSize: 8, maxEntries: 1 });
    const count = [
      loadMapValue(1, 'm', 0),
      load(8, 2, 1, 0),
      alu64('add', 2, imm(1)),
      store(8, 1, 0, reg(2)),
    ];
    const insns = encode([...count, mov(0, imm(0)), exit()], () => ({ imm: map }));
    const program = progLoad({ type: ProgType.BPF_PROG_TYPE_PERF_EVENT, insns });
    t.is(progGetMapIds(program.fd).length, 1);
    const event = perfEventOpen(
      {
        type: PerfType.PERF_TYPE_SOFTWARE,
        config: PerfSoftware.PERF_COUNT_SW_CPU_CLOCK,
        sample_period: 100_000n,
      },
      { pid: process.pid, cpu: -1 },
    );
    const link = linkCreatePerfEvent(program.fd, event, 1n);
    perfEventEnable(event);
    const value = new Uint8Array(8);
    const read = (): bigint => {
      mapLookupElem(map, new Uint8Array(4), value);
      return new BigUint64Array(value.slice().buffer)[0]!;
    };
    const end = Date.now() + 20_000;
    while (read() === 0n && Date.now() < end);
    t.true(read() > 0n);
    for (const fd of [link, event, program.fd]) closeFd(fd);
    const last = read();
    for (const stop = Date.now() + 20; Date.now() < stop; );
    t.is(read(), last);
    closeFd(map);
    t.is(openFds(), before);
  },
  isAtLeast(runningKernel(), [5, 15]) ? undefined : 'needs perf links: Linux 5.15',
);

kernelTest('run statistics count while they are enabled', t => {
  const { fd } = progLoad({ type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, insns: RETURN_0 });
  const stats = enableStats();
  const link = rawTracepointOpen('sys_enter', fd);
  for (let i = 0; i < 100; i++) getRlimit(8);
  t.true(progGetInfo(fd).numbers.run_cnt >= 100n);
  for (const each of [link, stats, fd]) closeFd(each);
});

kernelTest('programs are listed by id', t => {
  const { fd } = progLoad({ type: XDP, insns: RETURN_0 });
  const mine = Number(progGetInfo(fd).numbers.id);
  t.is(progGetNextId(mine - 1), mine);
  t.is(progGetNextId(0x7ffffffe), undefined);
  closeFd(fd);
});

kernelTest('a grace period ends', t => {
  t.notThrows(() => waitForPrograms());
});

kernelTest('a helper’s presence is told by version and probe alike', t => {
  const features = createFeatures();
  const kernel = runningKernel();
  for (const name of [
    'ringbuf',
    'ktime_get_boot_ns',
    'get_current_task_btf',
    'for_each_map_elem',
    'loop',
    'lookup_percpu_elem',
    'atomic_fetch',
    'signed_division',
    'perf_link',
    'tcx',
    'uprobe_multi',
    'raw_tracepoint_cookie',
    'program_btf',
    'map_batch',
  ] as const) {
    t.is(features.has(name), isAtLeast(kernel, PROBES[name].since), name);
  }
});

kernelTest('probing features leaks no fd', t => {
  const before = openFds();
  const features = createFeatures();
  for (const name of Object.keys(PROBES) as (keyof typeof PROBES)[]) features.has(name);
  t.is(openFds(), before);
});

test.serial('limits are read and set', t => {
  const { soft, hard } = getRlimit(8);
  t.true(soft <= hard);
  t.true(setRlimit(8, soft, hard));
  t.true(raiseMemlock([6, 1, 0]));
});
