// Temporary memory of one program: small things on the stack, in areas that statements reuse; large ones in a slot of the
// per-CPU map `scratch`. A slot belongs to a nesting level, so that a program that interrupts another on its CPU gets the
// next one. Interrupts nest strictly, therefore a plain counter is enough. Programs on uprobes do not, since a process can be
// moved off its CPU in the middle of one and another enter its own meanwhile: there each slot is claimed by an exchange.
import type { FunctionBuilder } from '../ir/function-builder.js';
import type { ValueId } from '../ir/ir.js';
import { alignUp } from '../types/layout.js';
import { type ObjectState, SCRATCH_HEADER, SCRATCH_LEVELS, type ScratchMap } from './object.js';

/** Larger things are not put on the stack. */
const STACK_LIMIT = 64;
/** Bytes of stack that temporaries and variables may take together: codegen needs the rest for spills. */
export const STACK_BUDGET = 320;

/** A callback may take the budget of the function around it divided by this. */
const CALLBACK_SHARE = 3;

/** Where a program acquires its slot. 'none': it is being tried out without one. */
export type ScratchPlan = 'none' | 'entry' | 'body';

interface Area {
  readonly size: number;
  readonly address: ValueId;
}

export interface TemporaryMark {
  readonly stack: number;
  readonly scratch: number;
}

export class Temporaries {
  readonly #builder: FunctionBuilder;
  readonly #budget: number;
  readonly #free: Area[] = [];
  readonly #taken: Area[] = [];
  #stackUsed = 0;
  #base: ValueId | undefined;
  #counter: ValueId | undefined;
  #claimed: ValueId | undefined;
  #level: ValueId | undefined;
  #map: ScratchMap = 'scratch';
  /** Of the big map, the number of this CPU's first slot. */
  #first: ValueId | undefined;
  #used = 0;
  /** Bytes of scratch that the program needs at most. */
  most = 0;

  /** `budget`: bytes of stack to use at most. */
  constructor(builder: FunctionBuilder, budget: number) {
    this.#builder = builder;
    this.#budget = budget;
  }

  /** Memory of at least `size` bytes, 8-aligned, contents undefined; until release(). */
  take(size: number): ValueId {
    const room = Math.max(8, alignUp(size, 8));
    const fits = this.#free.findIndex(area => area.size >= room && area.size <= room + 16);
    const area = fits >= 0 ? this.#free.splice(fits, 1)[0] : this.#newArea(room);
    if (area === undefined) return this.#fromScratch(room);
    this.#taken.push(area);
    return area.address;
  }

  /** The same, never on the stack: what the verifier must not know the contents of. */
  takeFromSlot(size: number): { readonly slotOffset: number; readonly address: ValueId } {
    const slotOffset = this.#used;
    const address = this.#fromScratch(Math.max(8, alignUp(size, 8)));
    return { slotOffset, address };
  }

  /** Address of what another function of the program took from the slot. */
  inSlot(slotOffset: number): ValueId {
    if (this.#base === undefined) return this.#builder.const(0);
    return this.#builder.offset(this.#base, SCRATCH_HEADER + slotOffset);
  }

  /** Address of the slot, when there is one. */
  get slot(): ValueId | undefined {
    return this.#base;
  }

  /** Those of a callback: in the same slot, behind what is in use here. `slot`: its address there. */
  inCallback(builder: FunctionBuilder, slot: ValueId | undefined): Temporaries {
    const inner = new Temporaries(builder, Math.floor(this.#budget / CALLBACK_SHARE));
    inner.#base = slot;
    inner.#used = this.#used;
    return inner;
  }

  /** Counts what a callback uses. */
  include(inner: Temporaries): void {
    this.most = Math.max(this.most, inner.most);
  }

  mark(): TemporaryMark {
    return { stack: this.#taken.length, scratch: this.#used };
  }

  release({ stack, scratch }: TemporaryMark): void {
    this.#free.push(...this.#taken.splice(stack));
    this.#used = scratch;
  }

  #newArea(size: number): Area | undefined {
    if (size > STACK_LIMIT || this.#stackUsed + size > this.#budget) return undefined;
    this.#stackUsed += size;
    return { size, address: this.#builder.stack(size, 8) };
  }

  #fromScratch(size: number): ValueId {
    const at = SCRATCH_HEADER + this.#used;
    this.#used += size;
    this.most = Math.max(this.most, this.#used);
    // Without a slot the program is only tried out: any address will do.
    return this.#base === undefined ? this.#builder.const(0) : this.#builder.offset(this.#base, at);
  }

  /** Takes this CPU's next free slot; `busy` must leave the program when there is none. `claims`: by exchanges (5.12). */
  acquire(object: ObjectState, size: number, claims: boolean, busy: () => void): void {
    const builder = this.#builder;
    this.#map = object.needScratch(size);
    if (this.#map === 'big-scratch') {
      const cpu = builder.call('get_smp_processor_id', []);
      this.#first = builder.binaryImm('mul', cpu, SCRATCH_LEVELS);
    }
    if (claims) {
      this.#base = this.#claim(0, busy);
      this.#claimed = this.#base;
      return;
    }
    const first = this.#slot(builder.const(0), busy);
    const level = builder.load(8, first, 0);
    builder.ifThen('ugt', level, builder.const(SCRATCH_LEVELS - 1), busy, { likely: 'else' });
    builder.store(8, first, 0, builder.binaryImm('add', level, 1));
    this.#counter = first;
    this.#level = level;
    this.#base = builder.select(
      'eq',
      level,
      builder.const(0),
      () => first,
      () =>
        this.#slot(level, () => {
          this.free();
          busy();
        }),
    );
  }

  /** Gives the slot back: on every way out of the program. */
  free(): void {
    if (this.#claimed !== undefined) this.#builder.store(8, this.#claimed, 0, this.#builder.const(0));
    if (this.#counter === undefined || this.#level === undefined) return;
    this.#builder.store(8, this.#counter, 0, this.#level);
  }

  /** The first slot, from `index` on, that nobody has; its header says so from then on. */
  #claim(index: number, busy: () => void): ValueId {
    const builder = this.#builder;
    const slot = this.#slot(builder.const(index), busy);
    const taken = builder.atomicExchange(8, slot, 0, builder.const(1));
    const zero = builder.const(0);
    if (index === SCRATCH_LEVELS - 1) {
      builder.ifThen('ne', taken, zero, busy, { likely: 'else' });
      return slot;
    }
    return builder.select(
      'eq',
      taken,
      zero,
      () => slot,
      () => this.#claim(index + 1, busy),
    );
  }

  #slot(index: ValueId, absent: () => void): ValueId {
    const builder = this.#builder;
    const key = builder.stack(8, 8);
    const entry = this.#first === undefined ? index : builder.binary('add', this.#first, index);
    builder.store(4, key, 0, entry);
    const slot = builder.call('map_lookup_elem', [builder.map(this.#map), key], { kind: 'map-value' });
    builder.ifThen('eq', slot, builder.const(0), absent, { likely: 'else' });
    return slot;
  }
}
