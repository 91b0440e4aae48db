// What the generator knows at a place of the program that it writes: the variables there by shape, the maps, the macros.
import type { RandomSource } from '../../harness/random-source.js';
import {
  BOOL,
  ENUM,
  type GeneratedStruct,
  INTEGER,
  membersOf,
  NAMES,
  randomArray,
  type Shape,
  STRING,
  sameShape,
} from './shape.js';

export interface GeneratorOptions {
  /** Begins every name that programs of one script must not share: 'p3'. */
  readonly prefix: string;
  /** Leaves out what bpftrace 0.27 refuses, leaves undefined, or has otherwise on purpose. */
  readonly portable?: boolean;
  /** Aggregations are read as integers too (5.19). */
  readonly reads?: boolean;
  /** Loops with bounds that are not known (5.17), over maps (5.13); len(@map). */
  readonly loops?: boolean;
  readonly mapLoops?: boolean;
  /** Memory is read. */
  readonly memory?: boolean;
}

export interface GeneratedAggregate {
  readonly kind: 'aggregate';
  readonly function: string;
  /** Is given uint64 only. */
  readonly unsigned: boolean;
}

export interface GeneratedMap {
  readonly name: string;
  /** Undefined: without a key. */
  readonly keys: readonly Shape[] | undefined;
  readonly value: Shape | GeneratedAggregate;
}

export interface GeneratedVariable {
  readonly name: string;
  readonly shape: Shape;
  /** `let $x: uint8`: assigned through a cast. */
  readonly declared?: string;
  /** Counts the turns of a loop, or is an argument: not to be assigned. */
  readonly fixed?: boolean;
}

export interface GeneratedMacro {
  readonly name: string;
  /** What each parameter takes; a map by its own shape. */
  readonly params: readonly ('variable' | 'integer' | 'string' | GeneratedMap)[];
  readonly value: Shape | undefined;
  readonly text: string;
}

export class Scope {
  readonly random: RandomSource;
  readonly options: GeneratorOptions;
  variables: GeneratedVariable[] = [];
  /** Those that may be read. */
  maps: GeneratedMap[] = [];
  macros: GeneratedMacro[] = [];
  /** Of a program that reads memory. */
  structs: GeneratedStruct[] = [];
  readsMemory = false;
  enumerators: string[] = [];
  enumName = '';
  /** The inputs may be read: not in a macro. */
  inputs = true;
  /** Above 0: nothing with a side effect may be written (the order of evaluation would matter). */
  pure = 0;
  /** In a loop that break and continue may leave. */
  loops = 0;
  #next = 0;

  constructor(random: RandomSource, options: GeneratorOptions) {
    this.random = random;
    this.options = options;
  }

  get portable(): boolean {
    return this.options.portable === true;
  }

  get hasEnum(): boolean {
    return this.enumerators.length > 0;
  }

  /** Of a variable, a map's value, a member. `depth`: how many more levels of tuples may be inside. */
  shape(depth: number): Shape {
    const { random } = this;
    if (this.structs.length > 0 && random.chance(25)) {
      const of = random.pick(this.structs);
      return random.chance(55) ? { kind: 'struct', of } : { kind: 'pointer', to: of };
    }
    const roll = random.below(100);
    if (roll < 45) return INTEGER;
    if (roll < 62) return STRING;
    if (roll < 70) return BOOL;
    if (roll < 75) return this.hasEnum ? ENUM : INTEGER;
    if (roll < 82) return randomArray(random);
    return depth > 0 ? this.tuple(depth - 1) : INTEGER;
  }

  /** A tuple or record. */
  tuple(depth: number): Shape {
    const members = Array.from({ length: 2 + this.random.below(2) }, () => this.shape(depth));
    if (this.random.chance(65)) return { kind: 'tuple', members };
    return { kind: 'record', members, names: NAMES.slice(0, members.length) };
  }

  newName(): string {
    return `$v${this.#next++}`;
  }

  /** What `write` gives, free of side effects. */
  pureText(write: () => string): string {
    this.pure++;
    const text = write();
    this.pure--;
    return text;
  }

  variablesOf(shape: Shape): GeneratedVariable[] {
    return this.variables.filter(variable => sameShape(variable.shape, shape));
  }

  /** Variables and members of variables that have this shape. */
  placesOf(shape: Shape): string[] {
    const found: string[] = [];
    const visit = (text: string, at: Shape, depth: number): void => {
      if (sameShape(at, shape)) found.push(text);
      if (depth <= 0) return;
      for (const [path, member] of membersOf(at))
        visit(text + path, member, depth - (at.kind === 'pointer' ? 2 : 1));
    };
    for (const variable of this.variables) visit(variable.name, variable.shape, 3);
    return found;
  }

  /** Maps whose values have this shape and can be assigned. */
  mapsOf(shape: Shape): GeneratedMap[] {
    return this.maps.filter(({ value }) => value.kind !== 'aggregate' && sameShape(value, shape));
  }

  keyedMaps(): GeneratedMap[] {
    return this.maps.filter(map => map.keys !== undefined);
  }

  aggregates(): GeneratedMap[] {
    return this.maps.filter(({ value }) => value.kind === 'aggregate');
  }
}

export const READABLE = ['count', 'sum', 'min', 'max', 'avg'];
