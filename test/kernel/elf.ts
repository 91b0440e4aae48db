// ELF objects as other loaders take them: bpftool (libbpf) loads, pins and dumps what was compiled, and attached by hand it
// counts exactly; ip(8) puts an XDP program on an interface.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import {
  alu64,
  callHelper,
  callKfunc,
  exit,
  goto,
  imm,
  jump,
  load,
  loadMap,
  loadReference,
  mov,
  reg,
  store,
} from '../../src/compiler/bpf/assemble.js';
import type { Instruction } from '../../src/compiler/bpf/instruction.js';
import { AttachType, MapType, ProgType } from '../../src/compiler/bpf/uapi.js';
import { BtfReader } from '../../src/compiler/btf/reader.js';
import { compile } from '../../src/compiler/compile.js';
import { writeObject } from '../../src/compiler/elf/object.js';
import type { MapSpec, ObjectSpec, ProgramSpec } from '../../src/compiler/object-spec.js';
import { UINT32 } from '../../src/compiler/types/type.js';
import { openHost } from '../../src/kernel/host/host.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { objGet } from '../../src/kernel/sys/object.js';
import { perfEventEnable, perfEventOpen, perfEventSetBpf } from '../../src/kernel/sys/perf-event.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { readComparison } from '../harness/comparison.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { runWorkload } from '../workload/workload.js';

const host = () => openHost({ params: [], options: new Map(), targetPid: undefined });

function compiled(text: string): ObjectSpec {
  const { spec, diagnostics } = compile({ name: 'test.bt', text }, host().env);
  if (spec === undefined) throw new Error(diagnostics.map(d => d.message).join('\n'));
  return spec;
}

function kernelTypes() {
  const { btf } = host();
  return btf instanceof BtfReader ? btf.blob : undefined;
}

/** Loads an object with bpftool and hands on the folders where programs and maps are pinned; removes them. */
function withLoaded<T>(spec: ObjectSpec, body: (programs: string, maps: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const pins = `/sys/fs/bpf/tsbpf-test-${process.pid}`;
  const [programs, maps] = [join(pins, 'programs'), join(pins, 'maps')];
  const file = join(folder, 'object.o');
  writeFileSync(file, writeObject(spec, kernelTypes()));
  mkdirSync(pins);
  try {
    execFileSync('bpftool', ['prog', 'loadall', file, programs, 'pinmaps', maps], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return body(programs, maps);
  } finally {
    removePins(pins);
    rmSync(folder, { recursive: true });
  }
}

/** A bpffs has no recursive removal of its own. */
function removePins(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removePins(join(folder, entry.name));
    else unlinkSync(join(folder, entry.name));
  }
  rmdirSync(folder);
}

function dump(path: string): unknown {
  return JSON.parse(execFileSync('bpftool', ['-j', 'map', 'dump', 'pinned', path], { encoding: 'utf8' }));
}

const formatted = (path: string) =>
  (dump(path) as { formatted: Record<string, unknown> }[]).map(e => e.formatted);

/** Why these tests cannot run; undefined when they can. */
function whyNot(...command: readonly [string, ...string[]]): string | undefined {
  const { status, error, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  return status === 0 ? undefined : `needs ${command.join(' ')}: ${error?.message ?? stderr.trim()}`;
}

const noBpftool = whyNot('bpftool', 'version') ?? whyNot('test', '-w', '/sys/fs/bpf');

kernelTest(
  'bpftool loads a script; attached by hand it counts exactly, and dumps show names and values',
  t => {
    // Linux 5.13 goes over a map.
    const loops = host().env.has('for_each_map_elem');
    const spec = compiled(`
      BEGIN { @started = 7; @word = "abc"; }
      tracepoint:syscalls:sys_enter_getppid /comm == "syscalls"/ {
        @calls[comm, 5] = count();
        @plain++;
        @stats = stats(3);
        @tuple[1] = (1, "x");
        ${loops ? 'for ($kv : @tuple) { @seen += $kv.0; }' : '@seen++;'}
      }`);
    withLoaded(spec, (programs, maps) => {
      const begin = objGet(join(programs, 'begin'));
      progTestRun(begin);
      closeFd(begin);
      const name = readdirSync(programs).find(each => each.startsWith('tp'))!;
      const program = objGet(join(programs, name));
      const id = Number(readFileSync('/sys/kernel/tracing/events/syscalls/sys_enter_getppid/id', 'latin1'));
      const event = perfEventOpen({ type: 2, config: BigInt(id), disabled: true }, { pid: -1, cpu: 0 });
      perfEventSetBpf(event, program);
      perfEventEnable(event);
      const { syscalls: calls } = runWorkload('syscalls', '1000');
      for (const fd of [event, program]) closeFd(fd);
      const value = (map: string) => {
        const section = formatted(join(maps, `_data_AT_${map}`))[0]!.value as Record<
          string,
          Record<string, unknown>[]
        >;
        return Object.values(section)[0]![0]![`AT_${map}`];
      };
      t.deepEqual(value('started'), { value: 7, is_set: 1 });
      t.deepEqual(value('plain'), { value: Number(calls), is_set: 1 });
      t.deepEqual(value('seen'), { value: Number(calls), is_set: 1 });
      t.like(value('word') as object, { is_set: 1 });
      const [counted] = formatted(join(maps, 'AT_calls')) as { key: object; values: { value: number }[] }[];
      t.is(sum(counted!.values.map(each => each.value)), Number(calls));
      t.like(counted!.key, { _1: 5 });
      const [stats] = formatted(join(maps, 'AT_stats')) as {
        values: { value: { value: { total: number; count: number } } }[];
      }[];
      t.is(sum(stats!.values.map(each => each.value.value.count)), Number(calls));
      t.is(sum(stats!.values.map(each => each.value.value.total)), 3 * Number(calls));
      const text = execFileSync('bpftool', ['prog', 'dump', 'xlated', 'pinned', join(programs, name)], {
        encoding: 'utf8',
      });
      t.regex(text, /; @plain\+\+;/);
      t.is(/loop_0/.test(text), loops);
    });
  },
  noBpftool,
);

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

kernelTest(
  'bpftool loads what the comparison with bpftrace compiles',
  t => {
    t.timeout(600_000);
    const folder = inProject('test/kernel/bpftrace-comparison');
    const { env } = host();
    let loaded = 0;
    for (const file of readdirSync(folder).filter(name => name.endsWith('.txt'))) {
      const { cases } = readComparison(readFileSync(join(folder, file), 'utf8'));
      for (const { program } of cases.filter((_, i) => i % 9 === 0)) {
        const { spec } = compile({ name: 'test.bt', text: program }, env, { unsafe: true });
        // libbpf 1.2 knows the sections of uprobe_multi: Debian 12 has 1.1.
        if (spec === undefined || /\b(uprobe|uretprobe|usdt):/.test(program)) continue;
        t.notThrows(() => withLoaded(spec, () => loaded++), program);
      }
    }
    t.true(loaded >= 20, `${loaded} programs`);
  },
  noBpftool,
);

/** An object with one program and one map, made by hand. */
function object(
  program: Partial<ProgramSpec>,
  insns: readonly Instruction[],
  maps: readonly MapSpec[] = [],
): ObjectSpec {
  const lines = [{ insn: 0, start: 0, end: 4 }];
  return {
    source: { name: 'hand-made', text: 'hand made' },
    license: 'GPL',
    maps,
    programs: [
      {
        name: 'made',
        title: 'made',
        type: ProgType.BPF_PROG_TYPE_XDP,
        functions: [{ name: 'made', params: 1, insns, lines }],
        ...program,
      },
    ],
    probes: [],
    sites: [],
    globals: { size: 0, stop: 0, start: 0, loss: 0, lossKinds: [], words: [] },
    config: { maxStrlen: 1024, printMapsOnExit: true, strTruncTrailer: '..', ringPages: undefined },
  };
}

/** A hash of u32 to u64, counted by its key 7. */
const COUNTER: MapSpec = {
  name: '@packets',
  type: MapType.BPF_MAP_TYPE_HASH,
  keySize: 8,
  valueSize: 8,
  maxEntries: 16,
  flags: 0,
  user: { key: UINT32, value: { kind: 'sum', signed: false }, perCpu: false, span: [0, 4] },
};

/** XDP: counts IPv4 packets under their protocol, passes all. */
const COUNT_IPV4: readonly Instruction[] = [
  load(4, 2, 1, 0), // data
  load(4, 3, 1, 4), // data_end
  mov(4, reg(2)),
  alu64('add', 4, imm(34)),
  jump('gt', 4, reg(3), 23),
  load(2, 5, 2, 12),
  jump('ne', 5, imm(8), 21), // ETH_P_IP in network order
  load(1, 6, 2, 23),
  store(8, 10, -8, reg(6)),
  store(8, 10, -16, imm(1)),
  loadMap(1, '@packets'), // two slots
  mov(2, reg(10)),
  alu64('add', 2, imm(-8)),
  callHelper('BPF_FUNC_map_lookup_elem'),
  jump('eq', 0, imm(0), 4),
  load(8, 1, 0, 0),
  alu64('add', 1, imm(1)),
  store(8, 0, 0, reg(1)),
  goto(8),
  loadMap(1, '@packets'), // two slots
  mov(2, reg(10)),
  alu64('add', 2, imm(-8)),
  mov(3, reg(10)),
  alu64('add', 3, imm(-16)),
  mov(4, imm(0)),
  callHelper('BPF_FUNC_map_update_elem'),
  mov(0, imm(2)), // XDP_PASS
  exit(),
];

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const [namespace, peer] = [`tsbpf-a-${process.pid}`, `tsbpf-b-${process.pid}`];

/** Two namespaces with a veth between them, 10.77.0.1 in the first and 10.77.0.2 in the second. */
function withVeth(body: () => void): void {
  for (const each of [namespace, peer]) run('ip', 'netns', 'add', each);
  try {
    run('ip', '-n', namespace, 'link', 'add', 'left', 'type', 'veth', 'peer', 'name', 'right', 'netns', peer);
    run('ip', '-n', namespace, 'address', 'add', '10.77.0.1/24', 'dev', 'left');
    run('ip', '-n', peer, 'address', 'add', '10.77.0.2/24', 'dev', 'right');
    run('ip', '-n', namespace, 'link', 'set', 'left', 'up');
    run('ip', '-n', peer, 'link', 'set', 'right', 'up');
    body();
  } finally {
    for (const each of [namespace, peer]) run('ip', 'netns', 'delete', each);
  }
}

const noVeth =
  noBpftool ??
  whyNot('ping', '-V') ??
  whyNot(
    'sh',
    '-c',
    `ip netns add ${namespace} && ip -n ${namespace} link add x type veth peer name y; s=$?; ip netns delete ${namespace}; exit $s`,
  );

kernelTest(
  'ip link set xdp loads an object; its map counts the packets of a ping',
  (t: ExecutionContext) => {
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
    const file = join(folder, 'xdp.o');
    writeFileSync(file, writeObject(object({ type: ProgType.BPF_PROG_TYPE_XDP }, COUNT_IPV4, [COUNTER])));
    try {
      withVeth(() => {
        run('ip', '-n', peer, 'link', 'set', 'dev', 'right', 'xdp', 'obj', file, 'sec', 'xdp');
        const link = JSON.parse(run('ip', '-n', peer, '-j', '-d', 'link', 'show', 'right')) as {
          xdp: { prog: { id: number } };
        }[];
        const { id } = link[0]!.xdp.prog;
        const [program] = [JSON.parse(run('bpftool', '-j', 'prog', 'show', 'id', String(id)))] as [
          { map_ids: number[]; name: string },
        ];
        t.is(program.name, 'made');
        run('ip', 'netns', 'exec', namespace, 'ping', '-q', '-c', '25', '-i', '0.01', '10.77.0.2');
        const entries = JSON.parse(run('bpftool', '-j', 'map', 'dump', 'id', String(program.map_ids[0]))) as {
          formatted: { key: number; value: number };
        }[];
        t.deepEqual(
          entries.map(e => e.formatted),
          [{ key: 1, value: 25 }],
        ); // ICMP
        run('ip', '-n', peer, 'link', 'set', 'dev', 'right', 'xdp', 'off');
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  noVeth,
);

kernelTest(
  'kernel functions and variables are externs, which the loader finds',
  t => {
    const { btf } = host();
    const kfunc = btf?.idOf('bpf_rcu_read_lock', 'func') !== undefined; // 6.2
    // Its type (Debian's 5.10 has none) and its address (CONFIG_KALLSYMS_ALL) must be known.
    const variable =
      btf?.idOf('bpf_prog_active', 'var') !== undefined &&
      / bpf_prog_active$/m.test(readFileSync('/proc/kallsyms', 'latin1'));
    const insns = [
      ...(kfunc ? [callKfunc('bpf_rcu_read_lock'), callKfunc('bpf_rcu_read_unlock')] : []),
      ...(variable
        ? [
            loadReference(1, { kind: 'ksym', name: 'bpf_prog_active' }),
            callHelper('BPF_FUNC_this_cpu_ptr'),
            load(4, 0, 0, 0),
          ]
        : []),
      mov(0, imm(0)),
      exit(),
    ];
    const program = {
      type: ProgType.BPF_PROG_TYPE_TRACING,
      expectedAttachType: AttachType.BPF_TRACE_RAW_TP,
      attachTo: { kind: 'typedef', name: 'btf_trace_sched_process_free' },
    } as const;
    withLoaded(object(program, insns), programs => {
      t.deepEqual(readdirSync(programs), ['made']);
      const text = run('bpftool', 'prog', 'dump', 'xlated', 'pinned', join(programs, 'made'));
      t.is(/call bpf_rcu_read_lock/.test(text), kfunc);
    });
  },
  noBpftool,
);
