// What is being learned about maps and variables. The checker walks the program again and again until a walk learns nothing
// new; that one's tree and diagnostics count. This holds what survives from one walk to the next.
import type { BtfView } from '../btf/btf-view.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { MapDeclaration } from '../syntax/ast.js';
import type { Field, Type } from '../types/type.js';
import { sameLiterals } from './integer.js';
import { fitKey } from './key-size.js';
import { type SetState, setState } from './set.js';
import type { Config, MapInfo, VariableInfo } from './typed.js';
import { join, sameType } from './unify.js';

/** Something with a type that widens as more is stored in it. */
interface Slot {
  type: Type | undefined; // undefined: nothing known yet
  span: Span; // where the type was first learned
}

export interface VariableState extends Slot {
  readonly name: string;
  /** `let $x: T`: the type stays. */
  readonly fixed: boolean;
  readonly declaration: Span;
  assigned: boolean;
  info: VariableInfo | undefined; // of this walk
}

export interface MapState extends Slot {
  readonly name: string;
  readonly first: Span;
  /** Keyed or scalar, and where that was seen. */
  keyed: boolean | undefined;
  readonly key: Slot;
  /** Something is stored in it somewhere (perhaps of an erroneous type). */
  assigned: boolean;
  /** Something erroneous is stored in it: its type is not worth guessing. */
  poisoned: boolean;
  readonly declaration: MapDeclaration | undefined;
  info: MapInfo | undefined; // of this walk
}

export class Inference {
  readonly maps = new Map<string, MapState>();
  /** By name, as declared. */
  readonly sets: ReadonlyMap<string, SetState>;
  readonly config: Config;
  /** Enumerators asked for, found or not: each walk asks again, and BTF is slow to search. */
  readonly enumerators = new Map<string, ReturnType<BtfView['enumerator']>>();
  /** Fields of args by target. */
  readonly args = new Map<string, readonly Field[] | undefined>();
  /** Something was learned in this walk. */
  changed = false;
  readonly #declarations: ReadonlyMap<string, MapDeclaration>;
  readonly #keyLimit: number;

  /** keyLimit: most bytes of a map's key on this kernel. */
  constructor(config: Config, declarations: readonly MapDeclaration[], keyLimit: number) {
    this.config = config;
    this.#keyLimit = keyLimit;
    this.#declarations = new Map(declarations.map(d => [d.name, d]));
    const sets = declarations.map(setState).filter(state => state !== undefined);
    this.sets = new Map(sets.map(state => [state.declaration.name, state]));
  }

  map(name: string, span: Span): MapState {
    let state = this.maps.get(name);
    if (state === undefined) {
      const declaration = this.#declarations.get(name);
      const key: Slot = { type: undefined, span };
      const slot: Slot = { type: undefined, span };
      state = {
        name,
        first: span,
        keyed: undefined,
        key,
        assigned: false,
        poisoned: false,
        declaration,
        info: undefined,
        ...slot,
      };
      this.maps.set(name, state);
      this.changed = true;
    }
    return state;
  }

  /** The set of that name, if there is one. */
  set(name: string): SetState | undefined {
    return this.sets.get(name);
  }

  /** Widens a slot to hold `type` too; false when it cannot. */
  widen(slot: Slot, type: Type, span: Span): boolean {
    if (type.kind === 'error') return true;
    if (slot.type === undefined) {
      slot.type = type;
      slot.span = span;
      this.changed = true;
      return true;
    }
    const joined = join(slot.type, type);
    if (joined === undefined) return false;
    if (!sameType(joined, slot.type) || !sameLiterals(joined, slot.type)) this.changed = true;
    slot.type = joined;
    return true;
  }

  /** Starts a walk: the infos it hands out have the types known so far. */
  begin(): void {
    this.changed = false;
    for (const state of this.maps.values()) {
      state.info = undefined;
      state.poisoned = false;
    }
  }

  mapInfo(state: MapState): MapInfo {
    const { declaration } = state;
    const keyed = state.keyed === true;
    state.info ??= {
      name: state.name,
      key: keyed ? fitKey(state.key.type ?? UNKNOWN, this.#keyLimit) : undefined,
      value: state.type ?? UNKNOWN,
      span: state.first,
      maxEntries: keyed ? Number(declaration?.maxEntries ?? this.config.maxMapKeys) : 1,
      mapType: declaration?.mapType,
    };
    return state.info;
  }

  variableInfo(state: VariableState): VariableInfo {
    state.info ??= { name: state.name, type: state.type ?? UNKNOWN, span: state.declaration };
    return state.info;
  }
}

const UNKNOWN: Type = { kind: 'error' };
