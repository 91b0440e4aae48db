// What kernel helpers do in the interpreter: those that our compiler calls. Buffers are checked as the verifier checks them
// (in bounds, initialised, writable); results are the kernel's.
import { HELPERS, type HelperName } from '../../src/compiler/bpf/helper.js';
import { ChecksumFlag, RingQuery } from '../../src/compiler/bpf/uapi.js';
import type { VmMap, VmRing } from './vm-map.js';
import { VmFault, type VmMemory } from './vm-memory.js';

/** What a program sees of the world; a test changes it between runs. Times in ns. */
export interface VmWorld {
  cpu: number;
  pid: number; // thread
  tgid: number; // process
  uid: number;
  gid: number;
  comm: string;
  monotonic: bigint;
  boot: bigint;
  /** Added to both clocks by each reading. */
  tick: bigint;
  /** Answers of get_prandom_u32, in turn. */
  random: () => number;
  /** Address of the current task_struct; its bytes come from VmMemory.addAt. */
  currentTask: bigint;
  cgroupId: bigint;
  attachCookie: bigint;
}

/** What a helper may ask of the interpreter. */
export interface CallContext {
  readonly memory: VmMemory;
  readonly world: VmWorld;
  map(address: bigint): VmMap;
  ring(address: bigint): VmRing;
  /** So many bytes of the packet whose context that is; undefined when it has less. */
  packetStart(ctx: bigint, bytes: number): Uint8Array | undefined;
  /** Runs a callback with r1..r4 and gives its r0. */
  callback(address: bigint, args: readonly bigint[]): bigint;
  /** Bytes of the packet that the program was given; empty when there is none. */
  packet(): Uint8Array;
  /** Its start moves by so many bytes; false: there is no room. */
  movePacket(bytes: number): boolean;
}

const EFAULT = -14n;
const ENOSPC = -28n;
const EINVAL = -22n;
const E2BIG = -7n;
const BPF_MAX_LOOPS = 1n << 23n;

type Call = (vm: CallContext, args: readonly bigint[]) => bigint;

const CALLS: Partial<Record<HelperName, Call>> = {
  BPF_FUNC_map_lookup_elem: (vm, [map, key]) => {
    const target = vm.map(map!);
    return target.lookup(readBuffer(vm, key!, target.spec.keySize), vm.world.cpu);
  },
  BPF_FUNC_map_lookup_percpu_elem: (vm, [map, key, cpu]) => {
    const target = vm.map(map!);
    return target.lookup(readBuffer(vm, key!, target.spec.keySize), Number(cpu));
  },
  BPF_FUNC_map_update_elem: (vm, [map, key, value, flags]) => {
    const { spec } = vm.map(map!);
    const bytes = readBuffer(vm, value!, spec.valueSize);
    return vm.map(map!).update(readBuffer(vm, key!, spec.keySize), bytes, flags!, vm.world.cpu);
  },
  BPF_FUNC_map_delete_elem: (vm, [map, key]) => {
    const target = vm.map(map!);
    return target.delete(readBuffer(vm, key!, target.spec.keySize));
  },
  BPF_FUNC_for_each_map_elem: (vm, [map, callback, ctx]) => {
    let visited = 0n;
    for (const entry of vm.map(map!).entries()) {
      visited++;
      const key = vm.memory.add('key', entry.key, false);
      const value = (entry.values[vm.world.cpu] ?? entry.values[0]!).base;
      if (vm.callback(callback!, [map!, key.base, value, ctx!]) !== 0n) break;
    }
    return visited;
  },
  BPF_FUNC_loop: (vm, [count, callback, ctx, flags]) => {
    if (flags !== 0n) return EINVAL;
    const times = BigInt.asUintN(32, count!);
    if (times > BPF_MAX_LOOPS) return E2BIG;
    for (let i = 0n; i < times; i++) if (vm.callback(callback!, [i, ctx!]) !== 0n) return i + 1n;
    return times;
  },
  BPF_FUNC_ktime_get_ns: vm => tick(vm.world).monotonic,
  BPF_FUNC_ktime_get_boot_ns: vm => tick(vm.world).boot,
  BPF_FUNC_get_prandom_u32: vm => BigInt(vm.world.random() >>> 0),
  BPF_FUNC_get_smp_processor_id: vm => BigInt(vm.world.cpu),
  BPF_FUNC_get_numa_node_id: () => 0n,
  BPF_FUNC_get_current_pid_tgid: vm => (BigInt(vm.world.tgid) << 32n) | BigInt(vm.world.pid),
  BPF_FUNC_get_current_uid_gid: vm => (BigInt(vm.world.gid) << 32n) | BigInt(vm.world.uid),
  BPF_FUNC_get_current_cgroup_id: vm => vm.world.cgroupId,
  BPF_FUNC_get_attach_cookie: vm => vm.world.attachCookie,
  BPF_FUNC_get_current_task: vm => vm.world.currentTask,
  BPF_FUNC_get_current_task_btf: vm => vm.world.currentTask,
  BPF_FUNC_get_current_comm: (vm, [buffer, size]) => {
    const bytes = new Uint8Array(Number(size));
    if (bytes.length === 0) return EINVAL;
    bytes.set(new TextEncoder().encode(vm.world.comm).subarray(0, Math.min(15, bytes.length - 1)));
    writeBuffer(vm, buffer!, bytes);
    return 0n;
  },
  BPF_FUNC_probe_read_kernel: (vm, args) => probe(vm, args, 'kernel'),
  BPF_FUNC_probe_read_user: (vm, args) => probe(vm, args, 'user'),
  BPF_FUNC_probe_read_kernel_str: (vm, args) => probeString(vm, args, 'kernel'),
  BPF_FUNC_probe_read_user_str: (vm, args) => probeString(vm, args, 'user'),
  BPF_FUNC_strncmp: (vm, [first, size, second]) => {
    const left = readBuffer(vm, first!, Number(size));
    for (let i = 0; i < left.length; i++) {
      const right = readBuffer(vm, second! + BigInt(i), 1)[0]!;
      if (left[i] !== right) return left[i]! < right ? -1n : 1n;
      if (right === 0) break;
    }
    return 0n;
  },
  BPF_FUNC_ringbuf_reserve: (vm, [ring, size, flags]) => {
    if (flags !== 0n) return 0n;
    return vm.ring(ring!).reserve(Number(size));
  },
  BPF_FUNC_ringbuf_submit: (vm, [record]) => commit(vm, record!, 'submitted'),
  BPF_FUNC_ringbuf_discard: (vm, [record]) => commit(vm, record!, 'discarded'),
  BPF_FUNC_ringbuf_output: (vm, [ring, data, size]) => {
    const bytes = readBuffer(vm, data!, Number(size));
    const address = vm.ring(ring!).reserve(bytes.length);
    if (address === 0n) return -11n; // EAGAIN
    writeBuffer(vm, address, bytes);
    return commit(vm, address, 'submitted');
  },
  BPF_FUNC_perf_event_output: (vm, [ctx, map, flags, data, size]) => {
    if ((flags! & 0xffff_ffffn) !== 0xffff_ffffn) return EINVAL; // this CPU's
    const head = readBuffer(vm, data!, Number(size));
    const behind = vm.packetStart(ctx!, Number((flags! >> 32n) & 0xf_ffffn));
    if (behind === undefined) return EFAULT;
    const address = vm.ring(map!).reserve(head.length + behind.length);
    if (address === 0n) return ENOSPC;
    writeBuffer(vm, address, head);
    writeBuffer(vm, address + BigInt(head.length), behind);
    return commit(vm, address, 'submitted');
  },
  BPF_FUNC_ringbuf_query: (vm, [ring, what]) => {
    const target = vm.ring(ring!);
    if (what === BigInt(RingQuery.BPF_RB_AVAIL_DATA)) return BigInt(target.pending());
    return what === BigInt(RingQuery.BPF_RB_RING_SIZE) ? BigInt(target.size) : 0n;
  },
  BPF_FUNC_xdp_adjust_head: (vm, [, bytes]) =>
    vm.movePacket(Number(BigInt.asIntN(32, bytes!))) ? 0n : EINVAL,
  BPF_FUNC_skb_adjust_room: (vm, [, bytes]) => {
    const room = Number(BigInt.asIntN(32, bytes!));
    if (room < 0 || !vm.movePacket(-room)) return EINVAL;
    vm.packet().copyWithin(0, room, room + 14);
    return 0n;
  },
  // All bytes of a packet lie together here, and nothing sums them up but the program.
  BPF_FUNC_skb_pull_data: () => 0n,
  BPF_FUNC_l4_csum_replace: (vm, [, offset, from, difference, flags]) => {
    const at = Number(BigInt.asUintN(32, offset!));
    const packet = vm.packet();
    if (from !== 0n || at % 2 !== 0 || at + 2 > packet.length) return EINVAL;
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    const old = view.getUint16(at, true);
    const mangled = (flags! & BigInt(ChecksumFlag.BPF_F_MARK_MANGLED_0)) !== 0n;
    if (mangled && old === 0) return 0n;
    const next = 0xffff - fold(BigInt.asUintN(32, difference!) + BigInt(0xffff - old));
    view.setUint16(at, mangled && next === 0 ? 0xffff : next, true);
    return 0n;
  },
};

/** One's complement sum of its 16-bit words. */
function fold(sum: bigint): number {
  let left = sum;
  while (left >> 16n !== 0n) left = (left & 0xffffn) + (left >> 16n);
  return Number(left);
}

const BY_NUMBER = new Map<number, { readonly name: HelperName; readonly call: Call | undefined }>(
  (Object.keys(HELPERS) as HelperName[]).map(name => [HELPERS[name].number, { name, call: CALLS[name] }]),
);

/** Runs a helper; `registers` are r1..r5, undefined where not set. The result is undefined for a void one. */
export function callHelper(
  vm: CallContext,
  number: number,
  registers: readonly (bigint | undefined)[],
): bigint | undefined {
  const found = BY_NUMBER.get(number);
  if (found?.call === undefined)
    throw new VmFault(`helper ${found?.name ?? number} is not in the interpreter`);
  const { args, result } = HELPERS[found.name];
  const given: bigint[] = [];
  for (let i = 0; i < args; i++) {
    const value = registers[i];
    if (value === undefined) throw new VmFault(`${found.name}: r${i + 1} is not initialised`);
    given.push(value);
  }
  const answer = BigInt.asUintN(64, found.call(vm, given));
  return result === 'void' ? undefined : answer;
}

function tick(world: VmWorld): VmWorld {
  world.monotonic += world.tick;
  world.boot += world.tick;
  return world;
}

function readBuffer(vm: CallContext, address: bigint, size: number): Uint8Array {
  if (size === 0) return new Uint8Array(0);
  const { region, offset } = vm.memory.access(address, size, 'read', false);
  return region.bytes.slice(offset, offset + size);
}

function writeBuffer(vm: CallContext, address: bigint, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const { region, offset } = vm.memory.access(address, bytes.length, 'write', false);
  region.bytes.set(bytes, offset);
}

/** A failed read leaves zeros. */
function probe(vm: CallContext, [to, size, from]: readonly bigint[], space: 'kernel' | 'user'): bigint {
  const count = Number(BigInt.asUintN(32, size!));
  const bytes = vm.memory.probe(from!, count, space);
  writeBuffer(vm, to!, bytes ?? new Uint8Array(count));
  return bytes === undefined ? EFAULT : 0n;
}

/** Bytes copied, NUL included; what follows the NUL stays as it was, though the verifier takes it as written. */
function probeString(vm: CallContext, [to, size, from]: readonly bigint[], space: 'kernel' | 'user'): bigint {
  const count = Number(BigInt.asUintN(32, size!));
  if (count === 0) return 0n;
  const { region, offset } = vm.memory.access(to!, count, 'write', false);
  for (let i = 0; i < count; i++) {
    const byte = vm.memory.probe(from! + BigInt(i), 1, space)?.[0];
    if (byte === undefined) {
      region.bytes.fill(0, offset, offset + count);
      return EFAULT;
    }
    region.bytes[offset + i] = i === count - 1 ? 0 : byte;
    if (byte === 0) return BigInt(i + 1);
  }
  return BigInt(count);
}

function commit(vm: CallContext, record: bigint, state: 'submitted' | 'discarded'): bigint {
  const place = vm.memory.find(record, 1);
  if (place?.region.kind !== 'record' || place.offset !== 0) throw new VmFault('not the start of a record');
  vm.ring(record).commit(record, state);
  return 0n;
}
