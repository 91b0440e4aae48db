// Direct evaluation of a program's meaning: walks the syntax tree with exact integers. Probes run once each, in source order.
import type {
  Block,
  Expression,
  MapAccess,
  Probe,
  Program,
  Statement,
} from '../../src/compiler/syntax/ast.js';
import { apply, compareIntegers, type Dialect, isComparison } from './arithmetic.js';
import type { Outcome } from './outcome.js';
import {
  integerOf,
  join,
  joinIntegers,
  Refused,
  type SourceAggregate,
  type SourceInteger,
  type SourceType,
  wrap,
} from './source-type.js';
import { arithmeticType, holds, memberIndex, namedType, operandType, Typing } from './typing.js';
import {
  Aggregate,
  convertValue,
  equalValues,
  readAggregate,
  type SourceValue,
  show,
  showAggregate,
  zeroOf,
} from './value.js';

type Node<Kind extends (Expression | Statement)['kind']> = Extract<
  Expression | Statement,
  { readonly kind: Kind }
>;

/** Throws Refused when the program is outside the language. */
export function evaluate(program: Program, dialect: Dialect = 'tsbpf'): Outcome {
  const evaluator = new Evaluator(program, dialect);
  evaluator.run();
  return evaluator.outcome();
}

class Return extends Error {}
class Break extends Error {}
class Continue extends Error {}

class Evaluator {
  readonly #program: Program;
  readonly #dialect: Dialect;
  readonly #typing: Typing;
  readonly #maps = new Map<string, Map<string, SourceValue | Aggregate>>();
  readonly #events: string[] = [];
  #probe!: Probe;
  #clause = 0;
  #variables = new Map<string, SourceValue>();

  constructor(program: Program, dialect: Dialect) {
    this.#program = program;
    this.#dialect = dialect;
    this.#typing = new Typing(program);
  }

  run(): void {
    for (const [index, probe] of this.#program.probes.entries()) {
      this.#probe = probe;
      this.#clause = index;
      this.#variables = new Map();
      try {
        if (probe.predicate !== undefined && !this.#isTrue(probe.predicate)) continue;
        this.#block(probe.body);
      } catch (error) {
        if (!(error instanceof Return)) throw error;
      }
    }
  }

  outcome(): Outcome {
    const maps = new Map<string, Map<string, string>>();
    for (const [name, types] of this.#typing.maps) {
      const content = new Map<string, string>();
      for (const [key, value] of this.#maps.get(name) ?? []) {
        content.set(key, this.#show(value, types.value));
      }
      maps.set(name, content);
    }
    return { maps, events: this.#events };
  }

  #show(value: SourceValue | Aggregate, type: SourceType): string {
    if (value instanceof Aggregate) return showAggregate(type as SourceAggregate, value);
    return type.kind === 'bool' ? `${value !== 0n}` : show(value);
  }

  #empty(type: SourceType): SourceValue | Aggregate {
    return type.kind === 'aggregate' ? new Aggregate() : zeroOf(type);
  }

  #typeOf(node: Expression): SourceType {
    return this.#typing.typeOf(node);
  }

  #block(block: Block): void {
    for (const statement of block.statements) this.#statement(statement);
  }

  #statement(node: Statement): void {
    switch (node.kind) {
      case 'block':
        this.#block(node);
        return;
      case 'expression-statement':
      case 'discard':
        this.#effect(node.expression);
        return;
      case 'assignment':
        this.#assignment(node);
        return;
      case 'declaration': {
        const type = this.#typing.variable(this.#probe, node.variable.name);
        if (node.value !== undefined) this.#storeVariable(node.variable.name, node.value);
        else if (type.kind !== 'unknown') this.#variables.set(node.variable.name, zeroOf(type));
        return;
      }
      case 'if':
        if (this.#isTrue(node.condition)) this.#block(node.then);
        else if (node.else !== undefined) this.#statement(node.else);
        return;
      case 'unroll': {
        const count = this.#typing.constants.get(node.count)!;
        if (count < 1n || count > 100n) throw new Refused('unroll count');
        for (let i = 0n; i < count; i++) this.#block(node.body);
        return;
      }
      case 'for-range':
        this.#loop(node);
        return;
      case 'break':
        throw new Break();
      case 'continue':
        throw new Continue();
      case 'return':
        throw new Return();
      default:
        throw new Refused(`${node.kind} is not evaluated`);
    }
  }

  #loop({ variable, from, to, body }: Node<'for-range'>): void {
    const first = this.#value(from) as bigint;
    const end = this.#value(to) as bigint;
    for (let at = first; at < end; at++) {
      this.#variables.set(variable.name, at);
      try {
        this.#block(body);
      } catch (error) {
        if (error instanceof Break) return;
        if (!(error instanceof Continue)) throw error;
      }
    }
  }

  /** An expression for its effects: events come from here only. */
  #effect(node: Expression): void {
    if (node.kind !== 'call' || (node.name !== 'printf' && node.name !== 'print')) {
      this.#value(node);
      return;
    }
    const args = node.name === 'printf' ? node.args.slice(1) : node.args;
    const [first] = args;
    if (node.name === 'print' && first?.kind === 'map-access') throw new Refused('print() of a map');
    this.#events.push(`${this.#clause}: ${args.map(arg => show(this.#value(arg))).join(' ')}`);
  }

  #assignment(node: Node<'assignment'>): void {
    const { target, operator, value } = node;
    if (operator !== undefined) {
      this.#compound(node);
      return;
    }
    if (target.kind === 'variable') {
      this.#storeVariable(target.name, value);
      return;
    }
    const types = this.#typing.map(target.name);
    if (types.value.kind === 'aggregate' && value.kind === 'call') {
      this.#aggregate(target, value);
      return;
    }
    // The value first, then the key.
    const result = this.#value(value);
    this.#map(target.name).set(this.#key(target), convertValue(result, this.#typeOf(value), types.value));
  }

  #aggregate(target: MapAccess, call: Node<'call'>): void {
    const type = this.#typing.map(target.name).value as SourceAggregate;
    const [first] = call.args;
    const unsigned = type.name !== 'hist' && type.name !== 'lhist' && !type.signed;
    const word = first === undefined ? 0n : (this.#value(first) as bigint);
    const map = this.#map(target.name);
    const key = this.#key(target);
    const data = (map.get(key) as Aggregate | undefined) ?? new Aggregate();
    map.set(key, data);
    data.add(type, unsigned ? BigInt.asUintN(64, word) : BigInt.asIntN(64, word));
  }

  #compound(node: Node<'assignment'>): void {
    const { target, value } = node;
    const operator = node.operator!;
    const by = this.#value(value) as bigint;
    const place = this.#place(target);
    const result = arithmeticType(operator, place.type, this.#typeOf(value)) as SourceInteger;
    const a = convertValue(place.get(), place.type, result) as bigint;
    const b = convertValue(by, this.#typeOf(value), result) as bigint;
    place.set(convertValue(apply(operator, a, b, result, this.#dialect), result, place.type));
  }

  #storeVariable(name: string, value: Expression): void {
    const type = this.#typing.variable(this.#probe, name);
    const constant = this.#typing.constants.get(value);
    if (constant !== undefined && type.kind === 'integer' && !holds(type, constant))
      throw new Refused('too big');
    this.#variables.set(name, convertValue(this.#value(value), this.#typeOf(value), type));
  }

  #map(name: string): Map<string, SourceValue | Aggregate> {
    const map = this.#maps.get(name) ?? new Map<string, SourceValue | Aggregate>();
    this.#maps.set(name, map);
    return map;
  }

  #key(node: MapAccess): string {
    if (node.keys === undefined) return '';
    const values = node.keys.map(key => this.#value(key));
    const from = node.keys.map(key => this.#typeOf(key));
    const { key } = this.#typing.map(node.name);
    if (values.length === 1) return show(convertValue(values[0]!, from[0]!, key));
    return show(convertValue(values, { kind: 'tuple', items: from }, key));
  }

  #place(target: MapAccess | Node<'variable'>) {
    if (target.kind === 'variable') {
      const { name } = target;
      const type = this.#typing.variable(this.#probe, name);
      const get = () => this.#variables.get(name) ?? zeroOf(type);
      return { type, get, set: (value: SourceValue) => void this.#variables.set(name, value) };
    }
    const type = this.#typing.map(target.name).value;
    const map = this.#map(target.name);
    const key = this.#key(target);
    const get = () => (map.get(key) as SourceValue | undefined) ?? zeroOf(type);
    return { type, get, set: (value: SourceValue) => void map.set(key, value) };
  }

  #isTrue(node: Expression): boolean {
    return this.#value(node) !== 0n;
  }

  #value(node: Expression): SourceValue {
    const constant = this.#typing.constants.get(node);
    if (constant !== undefined) return constant;
    switch (node.kind) {
      case 'string-literal':
        return String.fromCharCode(...node.bytes);
      case 'variable':
        return this.#variables.get(node.name) ?? zeroOf(this.#typeOf(node));
      case 'map-access': {
        const { value } = this.#typing.map(node.name);
        const found = this.#map(node.name).get(this.#key(node)) ?? this.#empty(value);
        return found instanceof Aggregate ? readAggregate(value as SourceAggregate, found) : found;
      }
      case 'unary': {
        const operand = this.#value(node.operand) as bigint;
        if (node.operator === '!') return operand === 0n ? 1n : 0n;
        const type = this.#typeOf(node.operand) as SourceInteger;
        const result = node.operator === '-' ? -operand : ~operand;
        return wrap(result, type.signed ? integerOf(64, true) : type); // unsigned ones keep their width
      }
      case 'update': {
        const place = this.#place(node.target);
        const before = place.get() as bigint;
        place.set(convertValue(before + (node.operator === '++' ? 1n : -1n), place.type, place.type));
        return node.prefix ? place.get() : before;
      }
      case 'binary':
        return this.#binary(node);
      case 'ternary': {
        const arm = this.#isTrue(node.condition) ? node.then! : node.else;
        return convertValue(this.#value(arm), this.#typeOf(arm), this.#typeOf(node));
      }
      case 'cast':
        return convertValue(this.#value(node.operand), this.#typeOf(node.operand), namedType(node.type));
      case 'tuple':
        return node.elements.map(e => this.#value(e));
      case 'record':
        return node.fields.map(f => this.#value(f.value));
      case 'member': {
        const type = this.#typeOf(node.object) as SourceType & { kind: 'tuple' };
        return (this.#value(node.object) as readonly SourceValue[])[memberIndex(type, node.name)]!;
      }
      case 'call':
        return this.#call(node);
      default:
        throw new Refused(`${node.kind} is not evaluated`);
    }
  }

  #binary(node: Node<'binary'>): SourceValue {
    const { operator, left, right } = node;
    if (operator === '&&') return this.#isTrue(left) && this.#isTrue(right) ? 1n : 0n;
    if (operator === '||') return this.#isTrue(left) || this.#isTrue(right) ? 1n : 0n;
    const leftType = this.#typeOf(left);
    const rightType = this.#typeOf(right);
    const x = this.#value(left);
    const y = this.#value(right);
    if (leftType.kind === 'string' || leftType.kind === 'tuple') {
      join(leftType, rightType);
      return equalValues(x, leftType, y, rightType) === (operator === '==') ? 1n : 0n;
    }
    if (isComparison(operator)) {
      const type = joinIntegers(operandType(leftType), operandType(rightType));
      const a = convertValue(x, leftType, type) as bigint;
      return compareIntegers(operator, a, convertValue(y, rightType, type) as bigint) ? 1n : 0n;
    }
    const result = arithmeticType(operator, leftType, rightType);
    const type = result.kind === 'bool' ? integerOf(8, false) : (result as SourceInteger);
    const a = convertValue(x, leftType, type) as bigint;
    return apply(operator, a, convertValue(y, rightType, type) as bigint, type, this.#dialect);
  }

  #call(node: Node<'call'>): SourceValue {
    const [first, ...rest] = node.args;
    if (first?.kind !== 'map-access') throw new Refused(`${node.name}() is not evaluated`);
    const map = this.#map(first.name);
    switch (node.name) {
      case 'len':
        return BigInt(map.size);
      case 'has_key':
        return map.has(this.#key({ ...first, keys: rest })) ? 1n : 0n;
      case 'delete':
        return map.delete(rest.length === 0 ? this.#key(first) : this.#key({ ...first, keys: rest }))
          ? 1n
          : 0n;
      default:
        throw new Refused(`${node.name}() is not evaluated`);
    }
  }
}
