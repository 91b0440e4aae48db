// What a registry entry's lower() is handed: the IR builder, the expression lowerer, and the few idioms that every entry
// shares (memory operands, events, map access, loss counters). Implemented in this folder.
import type { HeaderChoice, MapInfo, TypedCall, TypedExpression, VariableInfo } from '../check/typed.js';
import type { Env } from '../env.js';
import type { IrBuilder } from '../ir/builder.js';
import type { ValueId } from '../ir/ir.js';
import type { PacketData } from '../language/functions/packet.js';
import type { HeaderEntry } from '../language/packet/header.js';
import type { FilterTest } from '../language/packet/pcap/filter-tree.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../language/probe-type.js';
import type { LossKind } from '../object-spec.js';
import type { TextPattern } from '../types/text-pattern.js';
import type { AddressSpace, StackType, Type } from '../types/type.js';
import type { Generations } from './generation.js';
import type { Limit } from './limit.js';

/** A lowered expression: a word in a register, or a value in memory of a known space. */
export type Operand =
  | { readonly kind: 'word'; readonly value: ValueId } // extended to 64 bits by its type's sign
  /** `space` 'none': directly readable (stack, map value, scratch, record memory); 'ctx': the context; else probe reads. */
  | {
      readonly kind: 'memory';
      readonly address: ValueId;
      readonly offset: number;
      readonly space: AddressSpace;
      readonly btf: boolean;
    }
  | { readonly kind: 'none' };

/** One argument of an event: its name in the layout, its stored type, its value. */
export interface EventField {
  readonly name: string;
  readonly value: TypedExpression | { readonly type: Type; readonly operand: Operand };
}

/** A helper that did not do what it was called for, and what it returned: a negative errno. */
export interface FailedCall {
  readonly helper: string; // 'probe_read_user'
  readonly returned: ValueId;
}

export interface Lowering {
  readonly builder: IrBuilder;
  readonly env: Env;
  /** Context pointer of the running program. */
  readonly context: ValueId;
  /** Pointers of known types that ProbeTypeEntry.enter found not to be null, by names of its own. */
  readonly entered: Map<string, ValueId>;
  /** Bytes of the longest string, NUL included. */
  readonly maxStrlen: number;
  /** Names of C++ functions are given as in source. */
  readonly cppDemangle: boolean;
  /** Another program of the script may run on this CPU before this one is done: plain adds could lose counts. */
  readonly interruptible: boolean;
  readonly probeType: ProbeTypeEntry;
  /** Targets that share the program. */
  readonly targets: readonly ExpandedTarget[];

  /** Any expression. */
  operand(expression: TypedExpression): Operand;
  /** A scalar expression as a 64-bit word (sign- or zero-extended by its type). */
  word(expression: TypedExpression): ValueId;
  /** Writes the stored form (types/layout.ts; padding zeroed) to directly writable memory. */
  store(expression: TypedExpression, address: ValueId, offset: number): void;
  /** Address of the stored form in directly readable memory: on the stack when small, else in scratch memory. */
  address(expression: TypedExpression): ValueId;
  /** Zeroed or uninitialised temporary memory, on the stack when small, else scratch (one slot per nesting level). */
  temporary(size: number): ValueId;

  /** A value in memory as a word of its type: by load, or by a probe read (0 when it faults). */
  read(operand: Operand, type: Type): ValueId;
  /** A literal's bytes (without a NUL) in memory. */
  text(bytes: Uint8Array): Operand;
  /** A text for each target, in their order: that of the target that fired, as a string of the longest one's size. */
  targetText(texts: readonly string[]): Operand;
  /** A word of the `globals` map that the run time wrote before attaching, e.g. 'start', 'ncpus'. */
  globalWord(name: 'start' | 'ncpus' | 'cpid' | 'wallOffset'): ValueId;
  /** Adds to 8 bytes of a per-CPU value. */
  addTo(address: ValueId, offset: number, value: ValueId): void;
  /** str(address[, length]). */
  readString(call: TypedCall): Operand;
  /** path(place[, size]). */
  readPath(call: TypedCall): Operand;
  /** ntop([family,] address). */
  readInet(call: TypedCall): Operand;
  /** buf(source[, length]). */
  readBuffer(call: TypedCall): Operand;
  /** Address of the first `size` bytes of a value, or of what an address points to; directly readable. */
  bytesOf(source: TypedExpression, size: number): ValueId;
  /** str_concat(a, b). */
  concatenate(call: TypedCall): Operand;
  /** strncmp(): 0 or 1. */
  compareText(a: TypedExpression, b: TypedExpression, most: number): ValueId;
  /** memcmp(): difference of the first bytes that differ. */
  compareBytes(a: TypedExpression, b: TypedExpression, count: TypedExpression): ValueId;
  /** strstr(): offset of the needle, negative when there is none. */
  findText(haystack: TypedExpression, needle: TypedExpression): ValueId;
  /** Does all of a text match the pattern? 0 or 1. */
  matchText(text: TypedExpression, pattern: TextPattern): ValueId;
  /** Bytes of a string before its NUL; of a pointer or array what str() would read. */
  textLength(text: TypedExpression): ValueId;
  /** join(argv): one event with the strings, separated by NUL. */
  join(call: TypedCall, data: unknown): void;
  /** Sets a variable to a stored value of `type`, which the variable's holds. */
  setVariable(variable: VariableInfo, value: Operand, type: Type): void;
  /** Sets it to zeros. */
  clearVariable(variable: VariableInfo): void;
  /** BPF_PROG_TYPE_* of the running program. */
  readonly programType: number;
  /** len(x): keys of a map, bytes of a string, elements of an array. */
  length(expression: TypedExpression): ValueId;
  /** kstack, ustack: takes the stack, keeps its frames once in the map of its size, gives its id and process. */
  readStack(type: StackType): Operand;
  /** 1 when the current process is one of those that -p, --follow and --cgroup ask for. */
  traced(process?: ValueId): ValueId;
  /** User space is told of a control group when it is first met. */
  cgroupSeen(id: ValueId): void;
  /** usym(address). */
  readUserSymbol(call: TypedCall): Operand;
  /** exit([code]): sets the stop word, emits the event, leaves. */
  exit(code: TypedExpression | undefined): void;

  /** Which maps have two generations, and which calls turn them. */
  readonly generations: Generations;
  /** hash(). */
  hash(values: readonly TypedExpression[]): ValueId;
  /** backend_at(): of the set named. */
  backendAt(set: string, row: ValueId): Operand;
  /** ratelimit(): 1 when there is a token. */
  withinLimit(key: TypedExpression, limit: Limit): ValueId;
  /** What packet programs do with their packet. */
  readonly onPacket: OnPacket;

  /** skboutput(): sends the packet with an event; the helper's result. */
  sendPacket(call: TypedCall, data: PacketData): Operand;
  /** printf() into the file of a pinned iterator. */
  printToFile(format: string, values: readonly TypedExpression[]): void;
  /** Emits one event record to the ring; when the ring is full the loss is counted for this probe. */
  emit(entry: string, fields: readonly EventField[], data: unknown): void;

  /** Address of the value at a key, or 0 (branch on it); aggregations give this CPU's. */
  lookup(map: MapInfo, key: TypedExpression | undefined): ValueId;
  /** Address of the value at a key, inserted as zeros with BPF_NOEXIST when absent; `use` is skipped (and mapFull counted) if that fails. */
  upsert(map: MapInfo, key: TypedExpression | undefined, use: (address: ValueId) => void): void;
  /** Removes a key; 1 when it was there. */
  remove(map: MapInfo, key: TypedExpression | undefined): ValueId;
  /** The integer that a per-CPU aggregation reads as, over all CPUs (5.19). */
  readAggregation(map: MapInfo, key: TypedExpression | undefined): Operand;
  /** Adds one to the current probe's loss counter; with -k, tells of the helper that failed too. */
  countLoss(kind: LossKind, failed?: FailedCall): void;
  /** Ends the program run (stop word, return). */
  leave(): void;
}

export interface OnPacket {
  /** redirect("eth1"): the verdict. */
  redirectTo(device: string): ValueId;
  redirectToCpu(cpu: ValueId): ValueId;
  /** payload_at(). */
  payloadAt(index: ValueId, bytes: 1 | 2 | 4 | 8): ValueId;
  /** payload_address(): a mere number. */
  payloadAddress(): ValueId;
  /** backend(): of the set named; `known`: the id that it was given. */
  chooseBackend(set: string, hash: ValueId, known: ValueId | undefined): Operand;
  /** capture(): the packet goes to the file when its verdict is known, so many bytes of it. */
  capture(path: string, snaplen: number): void;
  /** pcap(): 1 when the packet matches. */
  matchesFilter(test: FilterTest): ValueId;
  /** swap(): fields of the same headers, pairwise. */
  swapFields(a: readonly HeaderChoice[], b: readonly HeaderChoice[]): void;
  /** push_vlan(): 1 when it was done, else 0; so are the next ones. */
  pushVlan(id: ValueId, pcp: ValueId): ValueId;
  popVlan(): ValueId;
  /** `around`: the header that is put before the packet's own. */
  pushIp(around: HeaderEntry): ValueId;
}
