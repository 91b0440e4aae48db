// Random expressions of each kind, as text, over what is in scope.
import type { RandomSource } from '../harness/random-source.js';
import {
  type GeneratedMap,
  type GeneratedVariable,
  type KeyShape,
  type MemberKind,
  mapText,
  READABLE,
  type Scope,
} from './generated-scope.js';

const TYPES = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const;
const ARITHMETIC = ['+', '+', '-', '-', '*', '&', '|', '^', '<<', '>>', '/', '%'] as const;
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
const WORDS = ['a', 'ab', 'abc', 'eth0', 'lo', 'a-longer-string', 'abcdefgh', ''] as const;

type Kind = 'integer' | 'bool' | 'string' | 'tuple';

export class ExpressionGenerator {
  readonly #random: RandomSource;
  readonly #scope: Scope;

  constructor(random: RandomSource, scope: Scope) {
    this.#random = random;
    this.#scope = scope;
  }

  ofKind(kind: Kind, depth: number, members: readonly MemberKind[] = []): string {
    switch (kind) {
      case 'integer':
        return this.integer(depth);
      case 'bool':
        return this.#bool(depth);
      case 'string':
        return this.string(depth);
      case 'tuple':
        return this.#tuple(members, depth);
    }
  }

  memberKinds(): MemberKind[] {
    return Array.from({ length: 2 + this.#random.below(2) }, () =>
      this.#random.chance(70) ? 'integer' : 'string',
    );
  }

  integer(depth: number): string {
    const random = this.#random;
    if (depth <= 0) return this.#atom();
    switch (random.below(16)) {
      case 0:
      case 1:
        return this.#atom();
      case 2:
      case 3:
        return this.#cast(depth);
      case 4:
        return this.#unary(depth);
      case 5:
        return `(${this.condition(depth - 1)} ? ${this.integer(depth - 1)} : ${this.integer(depth - 1)})`;
      case 6:
        return this.#mapRead() ?? this.#atom();
      case 7:
        return (this.#scope.pure === 0 ? this.step() : undefined) ?? this.#atom();
      case 8:
        return random.chance(50)
          ? this.#cast(depth)
          : `(${this.#bool(depth - 1)} + ${this.integer(depth - 1)})`;
      default:
        return this.#arithmetic(depth);
    }
  }

  /** bpftrace 0.27 gives chance bits above a narrow signed operand's own. */
  #unary(depth: number): string {
    const operand = this.integer(depth - 1);
    const wide = this.#scope.portable ? `(${this.#random.pick(['int64', 'uint64'])})(${operand})` : operand;
    return `${this.#random.pick(['-', '~'])}(${wide})`;
  }

  #cast(depth: number): string {
    return `(${this.#random.pick(TYPES)})${this.#wrapped(depth - 1)}`;
  }

  #wrapped(depth: number): string {
    const text = this.integer(depth);
    return /^[@$]\w+$/.test(text) ? text : `(${text})`;
  }

  #arithmetic(depth: number): string {
    const operator = this.#random.pick(ARITHMETIC);
    const left = this.integer(depth - 1);
    return `(${left} ${operator} ${this.#right(operator, depth - 1)})`;
  }

  /** The right operand: mostly small for shifts. */
  #right(operator: string, depth: number): string {
    const random = this.#random;
    if (operator !== '<<' && operator !== '>>') return this.integer(depth);
    if (random.chance(60)) return `${random.below(random.chance(50) ? 64 : 9)}`;
    if (this.#scope.portable || random.chance(50)) return `((uint8)${this.#wrapped(depth)} & 63)`;
    return this.integer(depth);
  }

  #atom(): string {
    const random = this.#random;
    const { inputs } = this.#scope;
    const roll = random.below(10);
    if (roll < 5) return this.#variable('integer')?.name ?? this.#leaf();
    if (roll < 7 && inputs) return `@${random.pick(['si', 'ui', 'sw'])}[${random.below(4)}]`;
    if (roll === 7) return this.#member() ?? this.#leaf();
    return this.#leaf();
  }

  #leaf(): string {
    const random = this.#random;
    if (random.chance(25) && this.#scope.inputs)
      return `@${random.pick(['si', 'ui', 'sw'])}[${random.below(4)}]`;
    if (random.chance(60)) return `(${random.pick(TYPES)})${this.#literal()}`;
    return this.#literal();
  }

  #literal(): string {
    const random = this.#random;
    if (random.chance(40)) return `${random.below(10)}`;
    const word = random.word();
    if (random.chance(30)) return `0x${word.toString(16)}`;
    const value = random.chance(60) ? BigInt.asIntN(64, word) : word;
    return value < 0n ? `(${value})` : `${value}`;
  }

  #variable(kind: GeneratedVariable['kind']): GeneratedVariable | undefined {
    const fitting = this.#scope.variables.filter(v => v.kind === kind);
    return fitting.length === 0 ? undefined : this.#random.pick(fitting);
  }

  /** An integer member of a tuple or record. */
  #member(): string | undefined {
    const variable = this.#random.chance(50) ? this.#variable('tuple') : this.#variable('record');
    const index = variable?.members?.indexOf('integer') ?? -1;
    if (variable === undefined || index < 0) return undefined;
    return `${variable.name}.${variable.kind === 'record' ? 'abc'[index] : index}`;
  }

  #mapRead(): string | undefined {
    const { maps, reads } = this.#scope;
    const readable = maps.filter(
      m => m.holds === 'integer' || (reads && m.holds === 'aggregate' && READABLE.includes(m.function)),
    );
    if (readable.length === 0) return undefined;
    return this.#mapText(this.#random.pick(readable));
  }

  #mapText(map: GeneratedMap): string {
    return mapText(map, map.key === undefined ? undefined : this.keys(map.key));
  }

  /** Keys are few, so that they meet again; they have no side effects. */
  keys(shape: KeyShape): string {
    this.#scope.pure++;
    const parts = shape.map(kind => {
      if (kind === 'string') return this.#random.chance(70) ? this.#word() : this.string(0);
      return this.#smallKey();
    });
    this.#scope.pure--;
    return parts.join(', ');
  }

  #smallKey(): string {
    const random = this.#random;
    switch (random.below(6)) {
      case 0:
        return `(${random.pick(TYPES)})${random.below(4)}`;
      case 1:
        return `(${this.integer(1)} & 3)`;
      case 2:
        return random.pick(['-1', '300', '(int8)-2', '70000']);
      case 3:
        return this.#variable('integer')?.name ?? '2';
      default:
        return `${random.below(4)}`;
    }
  }

  #word(): string {
    return `"${this.#random.pick(WORDS)}"`;
  }

  string(depth: number): string {
    const random = this.#random;
    const roll = random.below(8);
    if (roll < 2) return this.#variable('string')?.name ?? this.#word();
    if (roll === 2 && this.#scope.inputs) return `@ss[${random.below(4)}]`;
    if (roll === 3 && depth > 0) {
      return `(${this.condition(depth - 1)} ? ${this.string(depth - 1)} : ${this.string(depth - 1)})`;
    }
    if (roll === 4) {
      const maps = this.#scope.maps.filter(m => m.holds === 'string');
      if (maps.length > 0) return this.#mapText(random.pick(maps));
    }
    return this.#word();
  }

  #tuple(members: readonly MemberKind[], depth: number): string {
    return `(${members.map(kind => this.ofKind(kind, depth - 1)).join(', ')})`;
  }

  /** What stands in if (...): booleans mostly, integers too. */
  condition(depth: number): string {
    return this.#random.chance(20) ? this.integer(depth) : this.#bool(depth);
  }

  #bool(depth: number): string {
    const random = this.#random;
    switch (random.below(12)) {
      case 0:
        return this.#variable('bool')?.name ?? `(${this.integer(depth - 1)} != 0)`;
      case 1:
        return depth > 0 ? `!(${this.condition(depth - 1)})` : random.pick(['true', 'false']);
      case 2:
      case 3:
        if (depth > 0)
          return `(${this.condition(depth - 1)} ${random.pick(['&&', '||'])} ${this.condition(depth - 1)})`;
        break;
      case 4:
        return `(${this.string(1)} ${random.pick(['==', '!='])} ${this.string(0)})`;
      case 5:
        return this.#hasKey() ?? 'true';
      case 6: {
        const tuple = this.#variable('tuple');
        if (tuple === undefined) break;
        return `(${tuple.name} ${random.pick(['==', '!='])} ${this.#tuple(tuple.members!, 1)})`;
      }
    }
    return `(${this.integer(depth - 1)} ${random.pick(COMPARISONS)} ${this.integer(depth - 1)})`;
  }

  #hasKey(): string | undefined {
    const keyed = this.#scope.maps.filter(m => m.key !== undefined);
    if (keyed.length === 0) return undefined;
    const map = this.#random.pick(keyed);
    const keys = this.keys(map.key!);
    const key = map.key!.length === 1 ? keys : `(${keys})`;
    if (this.#scope.pure === 0 && this.#random.chance(25)) return `delete(${map.name}, ${key})`;
    return `has_key(${map.name}, ${key})`;
  }

  /** `x++` and its like, on a variable or an integer map; undefined when there is none. */
  step(): string | undefined {
    const random = this.#random;
    const maps = this.#scope.maps.filter(m => m.holds === 'integer');
    const variable = this.#variable('integer');
    const target =
      maps.length > 0 && (variable === undefined || random.chance(50))
        ? this.#mapText(random.pick(maps))
        : variable?.name;
    if (target === undefined) return undefined;
    const operator = random.pick(['++', '--']);
    return random.chance(50) ? `${operator}${target}` : `${target}${operator}`;
  }

  /** `+= value` for an integer place. */
  compound(): string {
    const operator = this.#random.pick(ARITHMETIC);
    this.#scope.pure++; // whether the place is read before the value is left open
    const value = this.#right(operator, 2);
    this.#scope.pure--;
    return `${operator}= ${value}`;
  }

  newInteger(): { text: string; declared: GeneratedVariable } {
    const random = this.#random;
    const name = `$v${this.#scope.next++}`;
    const value = this.integer(3);
    if (random.chance(70)) return { text: `${name} = ${value};`, declared: { name, kind: 'integer' } };
    const type = random.pick(TYPES);
    const text = random.chance(85) ? `let ${name}: ${type} = (${type})(${value});` : `let ${name}: ${type};`;
    return { text, declared: { name, kind: 'integer', declared: type } };
  }

  newOther(): { text: string; declared: GeneratedVariable } {
    const random = this.#random;
    const name = `$v${this.#scope.next++}`;
    switch (random.below(4)) {
      case 0:
        return { text: `${name} = ${this.#bool(2)};`, declared: { name, kind: 'bool' } };
      case 1:
        return { text: `${name} = ${this.string(2)};`, declared: { name, kind: 'string' } };
      case 2: {
        const members = this.memberKinds();
        return { text: `${name} = ${this.#tuple(members, 2)};`, declared: { name, kind: 'tuple', members } };
      }
      default: {
        const members = this.memberKinds();
        const fields = members.map((kind, i) => `${'abc'[i]}=${this.ofKind(kind, 1)}`);
        return { text: `${name} = (${fields.join(', ')});`, declared: { name, kind: 'record', members } };
      }
    }
  }

  /** Another value for an existing variable. */
  reassign(): string | undefined {
    const random = this.#random;
    const { variables } = this.#scope;
    if (variables.length === 0) return undefined;
    const variable = random.pick(variables);
    const { name, declared } = variable;
    switch (variable.kind) {
      case 'integer':
        if (declared !== undefined) return `${name} = (${declared})(${this.integer(3)});`;
        return random.chance(40) ? `${name} ${this.compound()};` : `${name} = ${this.integer(3)};`;
      case 'bool':
        return `${name} = ${this.#bool(2)};`;
      case 'string':
        return `${name} = ${this.string(2)};`;
      case 'tuple':
        return `${name} = ${this.#tuple(variable.members!, 2)};`;
      case 'record':
        return undefined;
    }
  }
}
