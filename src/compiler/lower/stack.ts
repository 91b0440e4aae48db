// kstack, ustack and usym. A stack's frames are kept once, in a hash map from a 64-bit hash of theirs to the frames
// (bpf_get_stack, 4.18); the value that travels in keys, variables and events is that id and the process. Stacks that differ
// in one frame always differ in id; others meet with a probability of 2^-64 a pair. BPF_MAP_TYPE_STACK_TRACE is not used: it
// has a slot for each hash bucket and loses stacks that meet in one.
import { HelperFlag, MapFlag, MapType, UpdateFlag } from '../bpf/uapi.js';
import type { TypedCall, TypedExpression } from '../check/typed.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import type { ProcessSeenData } from '../language/functions/process-seen.js';
import { frameSize, stackMapName } from '../types/layout.js';
import { type StackType, UINT32, UINT64 } from '../types/type.js';
import { sendRecord } from './channel.js';
import { layoutRecord } from './event.js';
import type { Operand } from './lowering.js';
import { atLeast } from './map.js';
import { clear, memory } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';

/** Stacks that a map holds: elements made when inserted (safe in tracing programs from 6.1), or all in advance. */
const LATE_STACKS = 65_536;
const EARLY_STACKS = 16_384;
/** Odd, its bits without a pattern: the golden ratio's. */
const FACTOR = 0x9e37_79b9_7f4a_7c15n;
/** Processes that usym() remembers having told of. */
const PROCESSES = 4096;
/** Bytes before the frames: how many bytes they take. */
const HEADER = 8;

/** {u64 id, u64 pid}; pid is 0 in kernel stacks. */
export function lowerReadStack(lowering: ProgramLowering, type: StackType, span: Span): Operand {
  const { builder } = lowering;
  const to = lowering.temporary(16);
  const id = builder.newLocal('stack');
  const none = builder.const(0);
  builder.write(id, none);
  const pid = type.space === 'user' ? currentPid(lowering) : none;
  const size = type.depth * frameSize(type.mode);
  if (size > 0) {
    needStacks(lowering, type, size);
    const buffer = lowering.temporary(HEADER + size);
    // On the stack: until 6.11 the verifier wants memory that is given to this helper to be initialised.
    if (size <= 64) clear(lowering, buffer, HEADER, size);
    const got = builder.call('get_stack', [
      lowering.context,
      builder.offset(buffer, HEADER),
      builder.const(size),
      builder.const(flagsOf(type)),
    ]);
    builder.ifThen('sgt', got, none, () => {
      // Processes share no stacks: equal addresses mean other code.
      const seed =
        type.space === 'user' ? builder.binary('xor', got, builder.binaryImm('shl', pid, 32)) : got;
      const hash = hashFrames(lowering, buffer, got, seed, size);
      builder.write(id, hash);
      builder.store(8, buffer, 0, got);
      keepFrames(lowering, type, buffer, hash, pid, span);
    });
  }
  builder.store(8, to, 0, builder.read(id));
  builder.store(8, to, 8, pid);
  return memory(to);
}

function flagsOf({ space, mode }: StackType): number {
  if (space === 'kernel') return 0;
  return mode === 'build_id'
    ? HelperFlag.BPF_F_USER_STACK | HelperFlag.BPF_F_USER_BUILD_ID
    : HelperFlag.BPF_F_USER_STACK;
}

function needStacks(lowering: ProgramLowering, type: StackType, size: number): void {
  const late = atLeast(lowering.env, 6, 1);
  const { maxMapKeys } = lowering.object.config;
  lowering.object.needMap({
    name: stackMapName(type),
    type: MapType.BPF_MAP_TYPE_HASH,
    keySize: 8,
    valueSize: HEADER + size,
    maxEntries: late ? Math.max(LATE_STACKS, maxMapKeys) : EARLY_STACKS,
    flags: late ? MapFlag.BPF_F_NO_PREALLOC : 0,
  });
}

/** Over the first `got` bytes of frames, of at most `size`; both are multiples of 8. */
function hashFrames(
  lowering: ProgramLowering,
  buffer: ValueId,
  got: ValueId,
  seed: ValueId,
  size: number,
): ValueId {
  const { builder } = lowering;
  const hash = builder.newLocal('hash');
  const at = builder.newLocal('at');
  const factor = builder.const(FACTOR);
  const body = builder.newBlock();
  const more = builder.newBlock();
  const done = builder.newBlock();
  builder.write(hash, seed);
  builder.write(at, builder.const(0));
  builder.jump(body);
  builder.moveTo(body);
  const offset = builder.read(at);
  const frame = builder.load(8, builder.binary('add', buffer, offset), HEADER);
  const mixed = builder.binary('mul', builder.binary('xor', builder.read(hash), frame), factor);
  builder.write(hash, builder.binary('xor', mixed, builder.binaryImm('lshr', mixed, 32)));
  const next = builder.binaryImm('add', offset, 8);
  builder.write(at, next);
  // By the constant first: so the verifier sees an end whatever it knows of the length.
  builder.branch('ult', next, builder.const(size), more, done);
  builder.enter(more);
  builder.branch('ult', next, got, body, done);
  builder.seal(body);
  builder.enter(done);
  return builder.read(hash);
}

/** Inserts the frames when their id is new; user space is then told of the process. */
function keepFrames(
  lowering: ProgramLowering,
  type: StackType,
  buffer: ValueId,
  id: ValueId,
  pid: ValueId,
  span: Span,
): void {
  const { builder } = lowering;
  const key = lowering.temporary(8);
  builder.store(8, key, 0, id);
  const map = builder.map(stackMapName(type));
  const none = builder.const(0);
  const found = builder.call('map_lookup_elem', [map, key], { kind: 'map-value' });
  builder.ifThen(
    'eq',
    found,
    none,
    () => {
      const flags = builder.const(UpdateFlag.BPF_NOEXIST);
      const failed = builder.call('map_update_elem', [map, key, buffer, flags]);
      builder.ifElse(
        'eq',
        failed,
        none,
        () => {
          if (type.space === 'user' && type.mode !== 'build_id') {
            tellProcess(lowering, pid, id, stackMapName(type), span);
          }
        },
        () => {
          // Another CPU may have inserted it meanwhile.
          const there = builder.call('map_lookup_elem', [map, key], { kind: 'map-value' });
          builder.ifThen('eq', there, none, () => lowering.countLoss('stackLost'), { likely: 'else' });
        },
      );
    },
    { likely: 'else' },
  );
}

/** The event of language/functions/process-seen.ts. Without room for it no more than a name is lost. */
function tellProcess(lowering: ProgramLowering, pid: ValueId, stack: ValueId, map: string, span: Span): void {
  const { builder, object } = lowering;
  const layout = layoutRecord([
    { name: 'pid', type: UINT32 },
    { name: 'stack', type: UINT64 },
  ]);
  const site = object.addSite(lowering.probeIndex, 'process-seen', layout, span, {
    map,
  } satisfies ProcessSeenData);
  const fill = (record: ValueId) => {
    builder.store(4, record, 0, builder.const(site));
    builder.store(4, record, 4, pid);
    builder.store(8, record, 8, stack);
  };
  sendRecord(lowering, layout.size, fill, () => {});
}

/** usym(address): {u64 address, u64 pid}. */
export function lowerReadUserSymbol(lowering: ProgramLowering, call: TypedCall, span: Span): Operand {
  const { builder } = lowering;
  const address = lowering.word(call.args[0]!);
  const to = lowering.temporary(16);
  const pid = currentPid(lowering);
  builder.store(8, to, 0, address);
  builder.store(8, to, 8, pid);
  lowering.object.needMap({
    name: 'processes',
    type: MapType.BPF_MAP_TYPE_LRU_HASH,
    keySize: 8,
    valueSize: 8,
    maxEntries: PROCESSES,
    flags: 0,
  });
  const map = builder.map('processes');
  const key = builder.offset(to, 8);
  const none = builder.const(0);
  const found = builder.call('map_lookup_elem', [map, key], { kind: 'map-value' });
  builder.ifThen(
    'eq',
    found,
    none,
    () => {
      builder.call('map_update_elem', [map, key, key, builder.const(UpdateFlag.BPF_ANY)]);
      tellProcess(lowering, pid, none, '', span);
    },
    { likely: 'else' },
  );
  return memory(to);
}

/** len(stack): frames, 0 when the table of stacks had no room for it. */
export function lowerStackLength(
  lowering: ProgramLowering,
  stack: TypedExpression,
  type: StackType,
): ValueId {
  const { builder } = lowering;
  const key = lowering.address(stack);
  const size = type.depth * frameSize(type.mode);
  if (size === 0) return builder.const(0);
  needStacks(lowering, type, size);
  const map = builder.map(stackMapName(type));
  const found = builder.call('map_lookup_elem', [map, key], { kind: 'map-value' });
  const none = builder.const(0);
  return builder.select(
    'ne',
    found,
    none,
    () => builder.binaryImm('udiv', builder.load(8, found, 0), frameSize(type.mode)),
    () => none,
  );
}

function currentPid({ builder }: ProgramLowering): ValueId {
  return builder.binaryImm('lshr', builder.call('get_current_pid_tgid', [], { pure: true }), 32);
}
