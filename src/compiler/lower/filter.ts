// Which processes' events count: --follow (a process and all that it forks) and --cgroup. Tests at the head of each program.
//
// The map `followed` has a byte for each process id, not 0 for those that count. The kernel's fork runs a program of ours,
// the tracker, which gives a child its parent's byte before the child runs: so nothing of it is missed, a thread changes
// nothing, and an id that is used again has the right byte again. Nothing has to be done when a process ends.
import { MapFlag, MapType, ProgType } from '../bpf/uapi.js';
import type { Env } from '../env.js';
import { FunctionBuilder } from '../ir/function-builder.js';
import type { ValueId } from '../ir/ir.js';
import { membersOf } from '../types/members.js';
import type { ObjectState } from './object.js';
import type { LoweredProgram } from './program.js';
import type { ProgramLowering } from './program-lowering.js';

/** PID_MAX_LIMIT (include/linux/threads.h): ids are below it on every machine of 64 bits. */
const MOST_IDS = 1 << 22;
const FOLLOWED = 'followed';
const CGROUPS = 'cgroups';
/** Word of `globals`: how often one of those that count has forked a process or a thread. */
export const FORKS = 'forks';

/** Leaves unless the current process counts. */
export function lowerFilters(lowering: ProgramLowering): void {
  const { builder } = lowering;
  const none = builder.const(0);
  for (const test of filterTests(lowering)) {
    const [fn, a, b] = test();
    builder.ifThen(fn === 'eq' ? 'ne' : 'eq', a, b, () => builder.ret(none), { likely: 'else' });
  }
}

/** The word `traced`: 1 when the current process counts, by -p too; of another process when its id is given. */
export function lowerTraced(lowering: ProgramLowering, other?: ValueId): ValueId {
  const { builder, env } = lowering;
  const tests = filterTests(lowering, other);
  const { targetPid } = env;
  if (targetPid !== undefined && env.filters?.follow !== true)
    tests.push(() => ['eq', other ?? currentProcess(lowering), builder.const(targetPid)]);
  const from = (index: number): ValueId => {
    const test = tests[index];
    if (test === undefined) return builder.const(1);
    const [fn, a, b] = test();
    return builder.select(
      fn,
      a,
      b,
      () => from(index + 1),
      () => builder.const(0),
    );
  };
  return from(0);
}

type Test = () => [fn: 'eq' | 'ne', a: ValueId, b: ValueId];

/** What holds of a process that counts. Of control groups only the current one is asked. */
function filterTests(lowering: ProgramLowering, other?: ValueId): Test[] {
  const { builder, env, object } = lowering;
  const tests: Test[] = [];
  if (env.filters?.follow === true) {
    needFollowed(object);
    tests.push(() => [
      'ne',
      builder.load(1, byteOf(builder, other ?? currentProcess(lowering)), 0),
      builder.const(0),
    ]);
  }
  const cgroups = env.filters?.cgroups ?? 0;
  if (cgroups > 0) needCgroups(object, cgroups);
  for (let i = 0; i < cgroups; i++) {
    // 0: elsewhere, negative: the group is gone
    tests.push(() => [
      'eq',
      builder.call('current_task_under_cgroup', [builder.map(CGROUPS), builder.const(i)]),
      builder.const(1),
    ]);
  }
  return tests;
}

function currentProcess({ builder }: ProgramLowering): ValueId {
  const both = builder.call('get_current_pid_tgid', [], { pure: true });
  return builder.binaryImm('lshr', both, 32);
}

/** The program of the raw tracepoint sched_process_fork(parent, child): runs in the parent, before the child does (4.17). */
export function trackerProgram(env: Env, object: ObjectState): LoweredProgram | undefined {
  const task = env.btf()?.struct('task_struct');
  const field = task && membersOf(task, env)?.find(({ name }) => name === 'tgid');
  if (field === undefined) return undefined;
  needFollowed(object);
  const name = 'follow_fork';
  const builder = new FunctionBuilder(name, 1);
  const child = builder.load(8, builder.param(0, 'ctx'), 8);
  const id = builder.stack(8, 8);
  builder.call('probe_read_kernel', [id, builder.const(4), builder.offset(child, field.offset)]);
  const parent = builder.binaryImm('lshr', builder.call('get_current_pid_tgid', []), 32);
  const byte = builder.load(1, byteOf(builder, parent), 0);
  builder.store(1, byteOf(builder, builder.load(4, id, 0)), 0, byte);
  builder.ifThen('ne', byte, builder.const(0), () => {
    builder.atomicAdd(8, builder.mapValue('globals', object.wordOffset(FORKS)), 0, builder.const(1));
  });
  builder.ret(builder.const(0));
  return {
    ir: { name, functions: [builder.finish()] },
    spec: { type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, name, title: '--follow' },
  };
}

/** Address of a process's byte; the mask tells the verifier that it is inside. */
function byteOf(builder: Pick<FunctionBuilder, 'binary' | 'binaryImm' | 'mapValue'>, id: ValueId): ValueId {
  return builder.binary('add', builder.mapValue(FOLLOWED, 0), builder.binaryImm('and', id, MOST_IDS - 1));
}

function needFollowed(object: ObjectState): void {
  object.needMap({
    name: FOLLOWED,
    type: MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: MOST_IDS,
    maxEntries: 1,
    flags: MapFlag.BPF_F_MMAPABLE,
  });
}

function needCgroups(object: ObjectState, count: number): void {
  object.needMap({
    name: CGROUPS,
    type: MapType.BPF_MAP_TYPE_CGROUP_ARRAY,
    keySize: 4,
    valueSize: 4,
    maxEntries: count,
    flags: 0,
  });
}
