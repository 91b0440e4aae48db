// Direct evaluation of a program's meaning: walks the syntax tree with exact integers. Its probes run in the order that the
// script says. Statements and places here; expressions in evaluate-expression.ts.
import type {
  Block,
  Expression,
  MapAccess,
  Probe,
  Statement,
  Variable,
} from '../../../src/compiler/syntax/ast.js';
import type { Outcome, Unordered } from '../outcome.js';
import type { Script } from '../script.js';
import { Aggregate, readAggregate, showAggregate } from './aggregate.js';
import { apply, type Dialect } from './arithmetic.js';
import { evaluateExpression } from './evaluate-expression.js';
import { expandMacros } from './expand.js';
import type { TracedMemory } from './memory.js';
import type { Slot } from './names.js';
import { arithmeticType } from './operand.js';
import { Refused, type SourceAggregate, type SourceInteger, type SourceType } from './type.js';
import { holds, type Node, Typing } from './typing.js';
import { convertValue, type SourceValue, show, zeroOf } from './value.js';

/** Throws Refused when the program is outside the language. */
export function evaluate(script: Script, dialect: Dialect = 'tsbpf'): Outcome {
  const evaluator = new Evaluator(script, dialect);
  evaluator.run();
  return evaluator.outcome();
}

interface Entry {
  /** Undefined in a map without keys. */
  readonly key: SourceValue | undefined;
  value: SourceValue | Aggregate;
}

/** A place that is read and written. */
export interface Place {
  readonly type: SourceType;
  get(): SourceValue;
  set(value: SourceValue): void;
}

class Return extends Error {}
class Break extends Error {}
class Continue extends Error {}
const RETURN = new Return();
const BREAK = new Break();
const CONTINUE = new Continue();

/** Turns of all loops of one run, and events, beyond which a program is not worth running. */
const MOST_TURNS = 2000;
const MOST_EVENTS = 400;

export class Evaluator {
  readonly dialect: Dialect;
  readonly typing: Typing;
  readonly memory: TracedMemory;
  readonly #probes: readonly Probe[];
  readonly #runs: readonly number[];
  readonly #maps = new Map<string, Map<string, Entry>>();
  readonly #sizes = new Map<string, number>();
  readonly #events: string[][] = [];
  readonly #unordered: Unordered[] = [];
  readonly #maxKeys: number;
  #turns = 0;
  #unorderedDepth = 0;
  #variables = new Map<Slot, SourceValue>();

  constructor({ program, runs, memory }: Script, dialect: Dialect) {
    const expanded = expandMacros(program);
    this.dialect = dialect;
    this.#probes = expanded.probes;
    this.#runs = runs;
    this.memory = memory;
    this.typing = new Typing(expanded);
    const setting = program.config.find(({ key }) => key === 'max_map_keys')?.value;
    this.#maxKeys = typeof setting === 'bigint' ? Number(setting) : 4096;
    for (const { name, maxEntries } of program.mapDeclarations) this.#sizes.set(name, Number(maxEntries));
  }

  run(): void {
    for (const index of this.#runs) {
      const probe = this.#probes[index];
      if (probe === undefined) throw new Refused('no such probe');
      this.#events.push([]);
      this.#turns = 0;
      this.#variables = new Map();
      try {
        if (probe.predicate !== undefined && !this.isTrue(probe.predicate)) continue;
        this.#block(probe.body);
      } catch (error) {
        if (error !== RETURN) throw error;
      }
    }
  }

  outcome(): Outcome {
    const maps = new Map<string, Map<string, string>>();
    for (const [name, types] of this.typing.maps) {
      const content = new Map<string, string>();
      for (const [key, { value }] of this.map(name)) {
        content.set(key, this.#show(value, types.value));
      }
      maps.set(name, content);
    }
    return { maps, events: this.#events, unordered: this.#unordered };
  }

  #show(value: SourceValue | Aggregate, type: SourceType): string {
    if (value instanceof Aggregate) return showAggregate(type as SourceAggregate, value);
    return type.kind === 'bool' ? `${value !== 0n}` : show(value);
  }

  #block(block: Block): void {
    for (const statement of block.statements) this.statement(statement);
  }

  statement(node: Statement): void {
    switch (node.kind) {
      case 'block':
        this.#block(node);
        return;
      case 'expression-statement':
      case 'discard':
        this.value(node.expression);
        return;
      case 'assignment':
        this.#assignment(node);
        return;
      case 'declaration': {
        const { type } = this.typing.slot(node.variable);
        if (node.value !== undefined) this.#storeVariable(node.variable, node.value);
        else if (type.kind !== 'unknown') this.#variables.set(this.typing.slot(node.variable), zeroOf(type));
        return;
      }
      case 'if':
        if (this.isTrue(node.condition)) this.#block(node.then);
        else if (node.else !== undefined) this.statement(node.else);
        return;
      case 'unroll': {
        const count = this.typing.constants.get(node.count)!;
        if (count < 1n || count > 100n) throw new Refused('unroll count');
        for (let i = 0n; i < count; i++) this.#block(node.body);
        return;
      }
      case 'while':
        while (this.isTrue(node.condition)) if (!this.#turn(node.body)) return;
        return;
      case 'for-range':
        this.#forRange(node);
        return;
      case 'for-map':
        this.#forMap(node);
        return;
      case 'break':
        throw BREAK;
      case 'continue':
        throw CONTINUE;
      case 'return':
        throw RETURN;
    }
  }

  /** One turn of a loop; false when it ends the loop. */
  #turn(body: Block): boolean {
    if (++this.#turns > MOST_TURNS) throw new Refused('too many turns');
    try {
      this.#block(body);
    } catch (error) {
      if (error === BREAK) return false;
      if (error !== CONTINUE) throw error;
    }
    return true;
  }

  #forRange({ variable, from, to, body }: Node<'for-range'>): void {
    const { type } = this.typing.slot(variable);
    const bound = (node: Expression) => convertValue(this.value(node), this.typeOf(node), type) as bigint;
    const first = bound(from);
    const end = bound(to);
    for (let at = first; at < end; at++) {
      this.#variables.set(this.typing.slot(variable), at);
      if (!this.#turn(body)) return;
    }
  }

  /** In an order of the kernel's: what is printed meanwhile may come in any. */
  #forMap({ variable, map, body }: Node<'for-map'>): void {
    const slot = this.typing.slot(variable);
    const { value: type } = this.typing.map(map.name);
    const run = this.#events.length - 1;
    const start = this.#events[run]!.length;
    this.#unorderedDepth++;
    try {
      for (const { key, value } of [...this.map(map.name).values()]) {
        const read = value instanceof Aggregate ? readAggregate(type as SourceAggregate, value) : value;
        this.#variables.set(slot, [key!, read]);
        if (!this.#turn(body)) return;
      }
    } finally {
      this.#unorderedDepth--;
      if (this.#unorderedDepth === 0) this.#unordered.push([run, start, this.#events[run]!.length]);
    }
  }

  /** An event with these values. */
  print(values: readonly SourceValue[]): void {
    const events = this.#events.at(-1)!;
    if (events.length === MOST_EVENTS) throw new Refused('too many events');
    events.push(values.map(show).join(' '));
  }

  #assignment(node: Node<'assignment'>): void {
    const { target, operator, value } = node;
    if (operator !== undefined) {
      this.#compound(node);
      return;
    }
    if (target.kind === 'variable') {
      this.#storeVariable(target, value);
      return;
    }
    const types = this.typing.map(target.name);
    if (types.value.kind === 'aggregate' && value.kind === 'call') {
      this.#aggregate(target, value);
      return;
    }
    // The value first, then the key.
    const result = convertValue(this.value(value), this.typeOf(value), types.value);
    this.#set(target.name, this.key(target), result);
  }

  #aggregate(target: MapAccess, call: Node<'call'>): void {
    const type = this.typing.map(target.name).value as SourceAggregate;
    const [first] = call.args;
    const unsigned = type.name !== 'hist' && type.name !== 'lhist' && !type.signed;
    const word = first === undefined ? 0n : (this.value(first) as bigint);
    const key = this.key(target);
    const found = this.map(target.name).get(keyText(key));
    const data = found === undefined ? new Aggregate() : (found.value as Aggregate);
    if (found === undefined) this.#set(target.name, key, data);
    data.add(type, unsigned ? BigInt.asUintN(64, word) : BigInt.asIntN(64, word));
  }

  #compound(node: Node<'assignment'>): void {
    const { target, value } = node;
    const operator = node.operator!;
    const by = this.value(value) as bigint;
    const place = this.place(target);
    const result = arithmeticType(operator, place.type, this.typeOf(value)) as SourceInteger;
    const a = convertValue(place.get(), place.type, result) as bigint;
    const b = convertValue(by, this.typeOf(value), result) as bigint;
    place.set(convertValue(apply(operator, a, b, result, this.dialect), result, place.type));
  }

  #storeVariable(node: Variable, value: Expression): void {
    const { type } = this.typing.slot(node);
    const constant = this.typing.constants.get(value);
    if (constant !== undefined && type.kind === 'integer' && !holds(type, constant))
      throw new Refused('too big');
    this.setVariable(node, convertValue(this.value(value), this.typeOf(value), type));
  }

  setVariable(node: Variable, value: SourceValue): void {
    this.#variables.set(this.typing.slot(node), value);
  }

  variable(node: Variable): SourceValue {
    const slot = this.typing.slot(node);
    return this.#variables.get(slot) ?? zeroOf(slot.type);
  }

  /** By the text of the key. */
  map(name: string): Map<string, Entry> {
    let map = this.#maps.get(name);
    if (map === undefined) {
      map = new Map();
      this.#maps.set(name, map);
    }
    return map;
  }

  /** A full map takes no new key. */
  #set(name: string, key: SourceValue | undefined, value: SourceValue | Aggregate): void {
    const map = this.map(name);
    const text = keyText(key);
    const found = map.get(text);
    if (found !== undefined) found.value = value;
    else if (key === undefined || map.size < (this.#sizes.get(name) ?? this.#maxKeys))
      map.set(text, { key, value });
  }

  /** Undefined for a map without keys. */
  key(node: MapAccess): SourceValue | undefined {
    if (node.keys === undefined) return undefined;
    const values = node.keys.map(key => this.value(key));
    const from = node.keys.map(key => this.typeOf(key));
    const { key } = this.typing.map(node.name);
    if (values.length === 1) return convertValue(values[0]!, from[0]!, key);
    return convertValue(values, { kind: 'tuple', items: from }, key);
  }

  place(target: MapAccess | Variable): Place {
    if (target.kind === 'variable') {
      const { type } = this.typing.slot(target);
      return { type, get: () => this.variable(target), set: value => this.setVariable(target, value) };
    }
    const type = this.typing.map(target.name).value;
    const key = this.key(target);
    const get = () =>
      (this.map(target.name).get(keyText(key))?.value as SourceValue | undefined) ?? zeroOf(type);
    return { type, get, set: (value: SourceValue) => this.#set(target.name, key, value) };
  }

  typeOf(node: Expression): SourceType {
    return this.typing.typeOf(node);
  }

  isTrue(node: Expression): boolean {
    return this.value(node) !== 0n;
  }

  value(node: Expression): SourceValue {
    const constant = this.typing.constants.get(node);
    return constant ?? evaluateExpression(this, node);
  }
}

export function keyText(key: SourceValue | undefined): string {
  return key === undefined ? '' : show(key);
}
