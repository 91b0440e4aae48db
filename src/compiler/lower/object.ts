// What all programs of a script share while they are lowered: event sites, string literals, the layout of `globals`, and
// which of our own maps are needed. Its state can be taken back, for a program that has to be lowered again.
import { MapFlag, MapType } from '../bpf/uapi.js';
import type { Config, SetInfo } from '../check/typed.js';
import type { Span } from '../diagnostics/diagnostic.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { GlobalsSpec, LossKind, MapSpec, SiteSpec } from '../object-spec.js';
import { alignUp } from '../types/layout.js';
import type { RecordLayout } from '../types/record-layout.js';
import type { Generations } from './generation.js';

export const LOSS_KINDS: readonly LossKind[] = [
  'ringFull',
  'mapFull',
  'readFailed',
  'truncated',
  'scratchBusy',
  'divideByZero',
  'stackLost',
];

/** Nesting levels that scratch memory serves: task, softirq, irq, NMI. */
export const SCRATCH_LEVELS = 4;

/** For events of the traced system, which may come in floods; making it takes 3 ms. */
const FLOOD_RING_BYTES = 16 << 20;
/** For packets as a whole. */
const PACKET_RING_BYTES = 64 << 20;
/** For what BEGIN, END and timers print. */
const QUIET_RING_BYTES = 1 << 20;
const PAGE = 4096;

const STOP = 0;
const EXIT_CODE = 4;
const START = 8;
const CPID = 16;
const NCPUS = 24;
const SLEEPS = 32;
const RUNG = 36;
const LOSS = 40;

export interface ObjectMark {
  readonly sites: number;
  readonly literals: number;
}

export interface ObjectInput {
  readonly config: Config;
  readonly env: Env;
  readonly probes: number;
  /** Bytes of stack that each program's variables and temporaries may take. */
  readonly stackBudget: number;
  readonly simple: boolean;
  readonly countsVerdicts: boolean;
  readonly countsRules: boolean;
  readonly generations: Generations;
  readonly interruptible: boolean;
  /** Programs tell of each helper that fails. */
  readonly tellsFailures: boolean;
  /** Packets are sent, which only perf buffers take. */
  readonly packets: boolean;
  readonly sets: readonly SetInfo[];
  /** Names of words of 8 bytes that this script needs in `globals`. */
  readonly words: readonly string[];
}

export class ObjectState {
  readonly config: Config;
  readonly stackBudget: number;
  /** Nothing that is known of a packet is kept from one statement to the next: the verifier has less to walk. */
  readonly simple: boolean;
  /** Packet programs count what they return (--verdicts). */
  readonly countsVerdicts: boolean;
  /** ... by clause too, those included that do not decide (--live). */
  readonly countsRules: boolean;
  /** Some program of the object may run before another on the same CPU is done: all add atomically. */
  readonly interruptible: boolean;
  /** Programs tell of each helper that fails (-k), beside counting it. */
  readonly tellsFailures: boolean;
  /** What events go through: the one ring, or the perf buffers of the CPUs. */
  readonly channel: 'ring' | 'perf';
  /** Which maps have two generations. */
  readonly generations: Generations;
  readonly globals: GlobalsSpec;
  readonly #sets: readonly SetInfo[];
  readonly sites: SiteSpec[] = [];
  readonly #literals: number[] = [];
  readonly #literalAt = new Map<string, number>();
  #zeros = 0;
  #scratch = 0;
  #bigScratch = 0;
  readonly #extra = new Map<string, MapSpec>();
  readonly #devices: string[] = [];
  #ringBytes = QUIET_RING_BYTES;

  constructor(input: ObjectInput) {
    const { config, env, probes, stackBudget, simple, generations, interruptible, packets, words } = input;
    this.config = config;
    this.stackBudget = stackBudget;
    this.simple = simple;
    this.countsVerdicts = input.countsVerdicts;
    this.countsRules = input.countsRules;
    this.interruptible = interruptible;
    this.tellsFailures = input.tellsFailures;
    const chosen = config.eventBuffer ?? (env.has('ringbuf') ? 'ring' : 'perf');
    this.channel = packets ? 'perf' : chosen;
    this.generations = generations;
    this.#sets = input.sets;
    const afterLoss = LOSS + probes * LOSS_KINDS.length * 8;
    this.globals = {
      size: afterLoss + words.length * 8,
      stop: STOP,
      start: START,
      loss: LOSS,
      lossKinds: LOSS_KINDS,
      words: [
        { name: 'exitCode', offset: EXIT_CODE, size: 4 },
        { name: 'cpid', offset: CPID, size: 8 },
        { name: 'ncpus', offset: NCPUS, size: 8 },
        { name: 'sleeps', offset: SLEEPS, size: 4 },
        { name: 'rung', offset: RUNG, size: 4 },
        ...words.map((name, i) => ({ name, offset: afterLoss + i * 8, size: 8 })),
      ],
    };
  }

  mark(): ObjectMark {
    return { sites: this.sites.length, literals: this.#literals.length };
  }

  rollback({ sites, literals }: ObjectMark): void {
    this.sites.length = sites;
    this.#literals.length = literals;
    for (const [text, at] of this.#literalAt) if (at >= literals) this.#literalAt.delete(text);
  }

  addSite(probe: number, entry: string, layout: RecordLayout, span: Span, data: unknown): number {
    const id = this.sites.length;
    this.sites.push({ id, probe, entry, layout, span: [span.start, span.end], data });
    return id;
  }

  set(name: string): SetInfo {
    const set = this.#sets.find(each => each.name === name);
    if (set === undefined) throw new InternalError(`no set ${name}`);
    return set;
  }

  hasWord(name: string): boolean {
    return this.globals.words.some(each => each.name === name);
  }

  /** Offset of a named word in `globals`. */
  wordOffset(name: string): number {
    const word = this.globals.words.find(each => each.name === name);
    if (word === undefined) throw new InternalError(`no global ${name}`);
    return word.offset;
  }

  /** Offset, in the map `literals`, of these bytes and zeros: at least one, and up to `size` and a multiple of 8. */
  literal(bytes: Uint8Array, size = 0): number {
    const text = `${size} ${String.fromCharCode(...bytes)}`;
    const known = this.#literalAt.get(text);
    if (known !== undefined) return known;
    const at = this.#literals.length;
    this.#literals.push(...bytes, 0);
    while (this.#literals.length < at + size || this.#literals.length % 8 !== 0) this.#literals.push(0);
    this.#literalAt.set(text, at);
    return at;
  }

  /** Offset, in the map `literals`, of a table: each text and zeros in `size` bytes. */
  literalTable(texts: readonly Uint8Array[], size: number): number {
    const bytes = new Uint8Array(texts.length * size);
    for (const [i, text] of texts.entries()) bytes.set(text, i * size);
    const at = this.#literals.length;
    for (const byte of bytes) this.#literals.push(byte);
    return at;
  }

  /** The map `zeros` will hold at least so many bytes. */
  needZeros(size: number): void {
    this.#zeros = Math.max(this.#zeros, size);
  }

  /** A slot of the map named will hold at least so many bytes. */
  needScratch(size: number): ScratchMap {
    const room = alignUp(size, 8);
    if (SCRATCH_HEADER + room > PER_CPU_LIMIT) {
      this.#bigScratch = Math.max(this.#bigScratch, room);
      return 'big-scratch';
    }
    this.#scratch = Math.max(this.#scratch, room);
    return 'scratch';
  }

  /** Events may come faster than they are read. */
  needFloodRing(): void {
    this.#ringBytes = Math.max(this.#ringBytes, FLOOD_RING_BYTES);
  }

  /** Events bring packets with them. */
  needPacketRing(): void {
    this.#ringBytes = PACKET_RING_BYTES;
  }

  /** A map of ours that is made as described; asking again for its name changes nothing. */
  needMap(spec: MapSpec): void {
    if (!this.#extra.has(spec.name)) this.#extra.set(spec.name, spec);
  }

  /** Slot of an interface in the map `devices`. */
  device(name: string): number {
    const known = this.#devices.indexOf(name);
    return known >= 0 ? known : this.#devices.push(name) - 1;
  }

  /** Our own maps, as far as the programs use them. */
  ownMaps(): MapSpec[] {
    const maps = [own('globals', MapType.BPF_MAP_TYPE_ARRAY, this.globals.size, 1, MapFlag.BPF_F_MMAPABLE)];
    if (this.sites.length > 0) maps.push(...this.#events());
    if (this.#literals.length > 0) {
      const { length } = this.#literals;
      const literals = own('literals', MapType.BPF_MAP_TYPE_ARRAY, length, 1, MapFlag.BPF_F_RDONLY_PROG);
      maps.push({ ...literals, initial: this.#literals });
    }
    if (this.#zeros > 0) {
      const size = alignUp(this.#zeros, 8);
      maps.push(own('zeros', MapType.BPF_MAP_TYPE_ARRAY, size, 1, MapFlag.BPF_F_RDONLY_PROG));
    }
    if (this.#scratch > 0) {
      const size = SCRATCH_HEADER + this.#scratch;
      maps.push(own('scratch', MapType.BPF_MAP_TYPE_PERCPU_ARRAY, size, SCRATCH_LEVELS, 0));
    }
    if (this.#devices.length > 0) {
      const devices = own('devices', MapType.BPF_MAP_TYPE_DEVMAP, 4, this.#devices.length, 0);
      maps.push({ ...devices, fill: { kind: 'devices', names: this.#devices } });
    }
    if (this.#bigScratch > 0) {
      const size = SCRATCH_HEADER + this.#bigScratch;
      maps.push(own('big-scratch', MapType.BPF_MAP_TYPE_ARRAY, size, SCRATCH_LEVELS, 0));
    }
    maps.push(...this.#extra.values());
    return maps;
  }

  #events(): MapSpec[] {
    const { ringPages } = this.config;
    const bytes = ringPages === undefined ? this.#ringBytes : ringPages * PAGE;
    if (this.channel === 'ring') {
      const ring = own('ring', MapType.BPF_MAP_TYPE_RINGBUF, 0, bytes, 0);
      return [{ ...ring, keySize: 0 }];
    }
    const type = MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY;
    return [own('perf', type, 4, bytes, 0), own('doorbell', type, 4, PAGE, 0)];
  }
}

/** Where slots are: a per-CPU array, or, when they are larger than such values may be, an array with SCRATCH_LEVELS entries for each CPU. */
export type ScratchMap = 'scratch' | 'big-scratch';
/** PCPU_MIN_UNIT_SIZE (include/linux/percpu.h): bytes of a value of a per-CPU array. */
const PER_CPU_LIMIT = 32 << 10;

/** A u64 at the start of each scratch slot: in slot 0 the count of levels in use on this CPU; where slots are claimed, 1 in each that is. */
export const SCRATCH_HEADER = 8;

function own(name: string, type: number, valueSize: number, maxEntries: number, flags: number): MapSpec {
  return { name, type, keySize: 4, valueSize, maxEntries, flags };
}
