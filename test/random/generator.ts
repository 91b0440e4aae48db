// Seeded source programs: one clause each, over its own maps (their names start with the program's prefix) and the shared inputs
// @si (int64), @ui (uint64), @sw (narrow) and @ss (strings), which the clause of inputTextOf() fills.
import { RandomSource } from '../harness/random-source.js';
import { ExpressionGenerator } from './expression-generator.js';
import type { GeneratedMap, KeyShape, Scope } from './generated-scope.js';
import { mapText } from './generated-scope.js';

export interface GeneratorOptions {
  /** Begins every map's name, so that programs of one script do not meet: 'p3'. */
  readonly prefix: string;
  /** Leaves out what bpftrace leaves undefined: shifts by 64 and more. */
  readonly portable?: boolean;
  /** Aggregations are read as integers too (5.19). Default true. */
  readonly reads?: boolean;
}

export const INPUTS = 4;
const WORDS = ['', 'a', 'ab', 'abc', 'eth0', 'lo', 'a-longer-string', 'abcdefg', 'abcdefgh', 'abcdefghi'];

/** The clause that fills the inputs. */
export function inputTextOf(seed: number): string {
  const random = new RandomSource(seed ^ 0x1234567);
  const lines: string[] = [];
  for (let i = 0; i < INPUTS; i++) {
    lines.push(`@si[${i}] = (int64)${BigInt.asIntN(64, random.word())};`);
    lines.push(`@ui[${i}] = (uint64)${random.word()};`);
    lines.push(`@sw[${i}] = (int32)${BigInt.asIntN(32, random.word())};`);
    lines.push(`@ss[${i}] = "${random.pick(WORDS)}";`);
  }
  return `BEGIN { ${lines.join(' ')} }`;
}

/** A script of several programs that can be run as it is. */
export function scriptOf(inputs: string, clauses: readonly string[]): string {
  return [`config = { max_map_keys = 64 }`, inputs, ...clauses, ''].join('\n');
}

/** One clause; every statement stands on a line of its own, so that lines can be dropped. */
export function generateClause(seed: number, options: GeneratorOptions): string {
  return new ProgramGenerator(new RandomSource(seed), options).clause();
}

const KEY_SHAPES: readonly KeyShape[] = [
  ['integer'],
  ['integer'],
  ['string'],
  ['integer', 'string'],
  ['string', 'integer'],
  ['integer', 'integer'],
  ['string', 'integer', 'string'],
];

class ProgramGenerator {
  readonly #random: RandomSource;
  readonly #expressions: ExpressionGenerator;
  readonly #scope: Scope;
  readonly #lines: string[] = [];
  readonly #guard: string;
  #left: number;
  #indent = 1;

  constructor(random: RandomSource, options: GeneratorOptions) {
    this.#random = random;
    const pressure = random.chance(20);
    this.#scope = {
      prefix: options.prefix,
      portable: options.portable === true,
      reads: options.reads !== false,
      inputs: random.chance(60),
      variables: [],
      maps: [],
      next: 0,
      pure: 0,
    };
    this.#expressions = new ExpressionGenerator(random, this.#scope);
    this.#guard = random.chance(6) ? ` /${this.#expressions.condition(1)}/` : '';
    this.#left = pressure ? 10 : 3 + random.below(8);
    this.#maps();
    if (pressure) this.#pressure();
  }

  clause(): string {
    const body: string[] = [];
    while (this.#left > 0) this.#statement(0);
    this.#report();
    body.push(...this.#lines);
    return `BEGIN${this.#guard} {\n${body.join('\n')}\n}`;
  }

  #line(text: string): void {
    this.#lines.push('  '.repeat(this.#indent) + text);
  }

  /** The program's maps; each plain one is assigned first, so that its type does not depend on the order of learning. */
  #maps(): void {
    const random = this.#random;
    const count = 2 + random.below(4);
    for (let i = 0; i < count; i++) {
      const holds = random.pick([
        'integer',
        'integer',
        'integer',
        'string',
        'tuple',
        'aggregate',
        'aggregate',
        'bool',
      ] as const);
      const keyed = random.chance(60);
      const map: GeneratedMap = {
        name: `@${this.#scope.prefix}_${i}`,
        key: keyed ? random.pick(KEY_SHAPES) : undefined,
        holds,
        function: random.pick(['count', 'sum', 'min', 'max', 'avg', 'stats', 'hist', 'lhist']),
        members: holds === 'tuple' ? this.#expressions.memberKinds() : [],
      };
      const value = holds === 'aggregate' ? this.#aggregation(map) : this.#valueFor(map);
      this.#line(`${this.#access(map)} = ${value};`);
      this.#scope.maps.push(map);
    }
  }

  #access(map: GeneratedMap): string {
    return mapText(map, map.key === undefined ? undefined : this.#expressions.keys(map.key));
  }

  #valueFor(map: GeneratedMap): string {
    return this.#expressions.ofKind(map.holds === 'aggregate' ? 'integer' : map.holds, 2, map.members);
  }

  /** Many values that live at once, across map accesses. */
  #pressure(): void {
    const count = 8 + this.#random.below(8);
    for (let i = 0; i < count; i++) this.#newInteger();
  }

  #newInteger(): void {
    const { text, declared } = this.#expressions.newInteger();
    this.#line(text);
    this.#scope.variables.push(declared);
  }

  #statement(depth: number): void {
    this.#left--;
    const random = this.#random;
    const kind = random.below(100);
    if (kind < 22) this.#newInteger();
    else if (kind < 34) this.#reassign();
    else if (kind < 56) this.#store();
    else if (kind < 64) this.#step();
    else if (kind < 78 && depth < 3) this.#branch(depth);
    else if (kind < 80 && depth < 2) this.#unroll(depth);
    else if (kind < 83 && depth < 2) this.#loop(depth);
    else if (kind < 86) this.#newOther();
    else if (kind < 91) this.#remove();
    else if (kind < 96) this.#print();
    else if (kind < 97 && depth > 0) this.#line(`if (${this.#expressions.condition(1)}) { return; }`);
    else this.#newInteger();
  }

  #reassign(): void {
    const text = this.#expressions.reassign();
    if (text === undefined) this.#newInteger();
    else this.#line(text);
  }

  #store(): void {
    const random = this.#random;
    const map = random.pick(this.#scope.maps);
    const place = this.#access(map);
    // Whether key or value comes first is left open, so only one of them may have side effects.
    const shared = map.key !== undefined && /[$@]/.test(place.slice(map.name.length));
    if (shared) this.#scope.pure++;
    if (map.holds === 'aggregate') this.#line(`${place} = ${this.#aggregation(map)};`);
    else if (map.holds === 'integer' && random.chance(35))
      this.#line(`${place} ${this.#expressions.compound()};`);
    else this.#line(`${place} = ${this.#valueFor(map)};`);
    if (shared) this.#scope.pure--;
  }

  #aggregation(map: GeneratedMap): string {
    if (map.function === 'count') return 'count()';
    const given = this.#expressions.integer(2);
    // bpftrace 0.27 extends a narrow argument by the sign of the map's type, not by its own.
    const value = this.#scope.portable ? `(int64)(${given})` : given;
    if (map.function === 'lhist')
      return `lhist(${value}, ${map.key === undefined ? '0, 100, 10' : '3, 64, 7'})`;
    return `${map.function}(${value})`;
  }

  #step(): void {
    const text = this.#expressions.step();
    if (text === undefined) this.#newInteger();
    else this.#line(`${text};`);
  }

  #branch(depth: number): void {
    const condition = this.#expressions.condition(2);
    this.#line(`if (${condition}) {`);
    this.#nested(depth);
    if (this.#random.chance(60)) {
      this.#line('} else {');
      this.#nested(depth);
    }
    this.#line('}');
  }

  #unroll(depth: number): void {
    this.#line(`unroll (${1 + this.#random.below(4)}) {`);
    this.#nested(depth);
    this.#line('}');
  }

  #loop(depth: number): void {
    const { variables } = this.#scope;
    const outer = variables.length;
    const name = `$v${this.#scope.next++}`;
    const first = this.#random.below(5) - 2;
    this.#line(`for (${name} : ${first}..${first + this.#random.below(5)}) {`);
    variables.push({ name, kind: 'integer', declared: 'int64' });
    this.#nested(depth);
    if (this.#random.chance(40)) {
      const leave = this.#random.chance(50) ? 'break' : 'continue';
      this.#indent++;
      this.#line(`if (${this.#expressions.condition(1)}) { ${leave}; }`);
      this.#indent--;
      this.#nested(depth);
    }
    variables.length = outer;
    this.#line('}');
  }

  /** What is declared inside ends with the block. */
  #nested(depth: number): void {
    const { variables } = this.#scope;
    const outer = variables.length;
    this.#indent++;
    const count = 1 + this.#random.below(3);
    for (let i = 0; i < count; i++) this.#statement(depth + 1);
    this.#indent--;
    variables.length = outer;
  }

  #newOther(): void {
    const { text, declared } = this.#expressions.newOther();
    this.#line(text);
    this.#scope.variables.push(declared);
  }

  #remove(): void {
    const keyed = this.#scope.maps.filter(map => map.key !== undefined);
    if (keyed.length === 0) {
      this.#newInteger();
      return;
    }
    const map = this.#random.pick(keyed);
    const keys = this.#expressions.keys(map.key!);
    this.#line(
      this.#random.chance(50)
        ? `delete(${mapText(map, keys)});`
        : `delete(${map.name}, ${map.key!.length === 1 ? keys : `(${keys})`});`,
    );
  }

  #print(): void {
    const random = this.#random;
    if (random.chance(30)) {
      const value = this.#expressions.integer(2);
      this.#line(value.startsWith('@') ? `print(${value} + 0);` : `print(${value});`);
      return;
    }
    const args = Array.from({ length: 1 + random.below(4) }, () =>
      random.chance(80)
        ? { format: '%lld', text: this.#expressions.integer(2) }
        : { format: '%s', text: this.#expressions.string(1) },
    );
    this.#line(`printf("${args.map(a => a.format).join(' ')}\\n", ${args.map(a => a.text).join(', ')});`);
  }

  /** At the end everything that lives is shown. */
  #report(): void {
    const integers = this.#scope.variables.filter(v => v.kind === 'integer').slice(0, 24);
    for (let i = 0; i < integers.length; i += 8) {
      const part = integers.slice(i, i + 8).map(v => v.name);
      this.#line(`printf("${part.map(() => '%lld').join(' ')}\\n", ${part.join(', ')});`);
    }
    const { maps } = this.#scope;
    const scalar = maps.find(map => map.holds === 'integer' && map.key === undefined);
    if (scalar !== undefined && integers.length > 1) {
      const sum = integers.map((v, i) => (i % 3 === 2 ? `(${v.name} ^ ${i})` : v.name)).join(' + ');
      this.#line(`${scalar.name} = ${sum};`);
    }
  }
}
