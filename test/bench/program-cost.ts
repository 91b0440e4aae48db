// ns per event in the kernel by BPF_ENABLE_STATS: a known workload under each script, the empty program's share taken off.
import { execFileSync } from 'node:child_process';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { enableStats } from '../../src/kernel/sys/program-run.js';
import { inProject } from '../harness/project.js';
import { attach, median, type Peer } from './peer.js';

const ON = 'tracepoint:raw_syscalls:sys_enter';

export const SIX_SCRIPTS: readonly string[] = [
  '@ = count()',
  '@[args.id] = count()',
  '@[comm] = count()',
  '@ = hist(args.id)',
  '@start[tid] = nsecs',
  'printf("%d %s %d\\n", pid, comm, args.id)',
];
/** The least that can be attached: what the statistics themselves cost. */
const EMPTY = '$x = 1';
const SYSCALLS = '300000';
const REPEATS = 5;

interface ProgramShow {
  readonly id: number;
  readonly type: string;
  readonly run_time_ns?: number;
  readonly run_cnt?: number;
}

function programsNow(): ProgramShow[] {
  return JSON.parse(
    execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8', maxBuffer: 1 << 26 }),
  ) as ProgramShow[];
}

/** Mean ns per run of the tracepoint program that `script` makes, under a loop of cheap system calls. */
async function nanoseconds(peer: Peer, script: string): Promise<number> {
  const before = new Set(programsNow().map(p => p.id));
  const { child, ended } = await attach(peer, ['-o', '/dev/null', '-e', `${ON} { ${script}; }`]);
  const mine = () =>
    programsNow().filter(p => !before.has(p.id) && p.type.includes('tracepoint') && (p.run_cnt ?? 0) > 0);
  const stats = enableStats();
  try {
    execFileSync(inProject('build/workload/syscalls'), [SYSCALLS]);
    const start = mine().map(p => ({ time: p.run_time_ns ?? 0, count: p.run_cnt ?? 0 }))[0] ?? {
      time: 0,
      count: 0,
    };
    execFileSync(inProject('build/workload/syscalls'), [SYSCALLS]);
    const end = mine()[0];
    if (end === undefined) throw new Error(`${peer.name}: no program ran under ${script}`);
    return ((end.run_time_ns ?? 0) - start.time) / ((end.run_cnt ?? 0) - start.count);
  } finally {
    closeFd(stats);
    child.kill('SIGINT');
    await ended;
  }
}

/** For each peer, the six scripts' ns net of its own empty program. */
export async function netNanoseconds(list: readonly Peer[]): Promise<number[][]> {
  const samples = list.map(() => [EMPTY, ...SIX_SCRIPTS].map((): number[] => []));
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const [s, script] of [EMPTY, ...SIX_SCRIPTS].entries()) {
      for (const [p, peer] of list.entries()) samples[p]![s]!.push(await nanoseconds(peer, script));
    }
  }
  return samples.map(([empty, ...scripts]) => scripts.map(values => median(values) - median(empty ?? [])));
}
