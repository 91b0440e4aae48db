// Infers the types of a program by walking its syntax tree until nothing new is learned. Only the parser is shared with the
// compiler. Statements, variables and maps here; expressions in typed-expression.ts.
import type {
  Block,
  Expression,
  MapAccess,
  Program,
  Statement,
  Variable,
} from '../../../src/compiler/syntax/ast.js';
import { AGGREGATIONS, UNREADABLE } from './aggregate.js';
import { type Names, resolveNames, type Slot } from './names.js';
import { arithmeticType, operandType } from './operand.js';
import { Definitions } from './struct.js';
import {
  INT64,
  join,
  plainInteger,
  Refused,
  rangeOf,
  type SourceAggregate,
  type SourceInteger,
  type SourceType,
  sameType,
  UINT64,
  UNKNOWN,
  wrap,
} from './type.js';
import { inferType } from './typed-expression.js';

export interface MapTypes {
  key: SourceType;
  value: SourceType;
  keyed: boolean | undefined;
}

/** `constant`: a literal, or what literals alone were calculated to. */
export interface Typed {
  readonly type: SourceType;
  readonly constant?: bigint;
}

export type Node<Kind extends (Expression | Statement)['kind']> = Extract<
  Expression | Statement,
  { readonly kind: Kind }
>;

export class Typing {
  readonly maps = new Map<string, MapTypes>();
  readonly types = new Map<Expression, SourceType>();
  readonly constants = new Map<Expression, bigint>();
  readonly definitions: Definitions;
  /** Bytes of the longest string, NUL included. */
  readonly maxStrlen: number;
  readonly #names: Names;
  #changed = true;

  constructor(program: Program) {
    this.definitions = new Definitions(program);
    this.#names = resolveNames(program.probes);
    const setting = program.config.find(({ key }) => key === 'max_strlen')?.value;
    this.maxStrlen = typeof setting === 'bigint' ? Number(setting) : 1024;
    for (let rounds = 0; this.#changed; rounds++) {
      if (rounds > 100) throw new Refused('types do not settle');
      this.#changed = false;
      for (const probe of program.probes) {
        if (probe.predicate !== undefined) this.condition(probe.predicate);
        this.block(probe.body);
      }
      if (!this.#changed) this.#defaults();
    }
  }

  typeOf(node: Expression): SourceType {
    const type = this.types.get(node);
    if (type === undefined || type.kind === 'unknown') throw new Refused(`${node.kind} without a type`);
    return type;
  }

  slot(node: Variable): Slot {
    const slot = this.#names.get(node);
    if (slot === undefined) throw new Refused(`${node.name} is not resolved`);
    return slot;
  }

  map(name: string): MapTypes {
    let map = this.maps.get(name);
    if (map === undefined) {
      map = { key: UNKNOWN, value: UNKNOWN, keyed: undefined };
      this.maps.set(name, map);
    }
    return map;
  }

  /** Maps that nothing gives a type hold int64. */
  #defaults(): void {
    for (const map of this.maps.values()) {
      if (map.value.kind !== 'unknown') continue;
      map.value = INT64;
      this.#changed = true;
    }
  }

  #learn(old: SourceType, more: SourceType): SourceType {
    const joined = join(old, more);
    if (!sameType(joined, old)) this.#changed = true;
    return joined;
  }

  learnVariable(node: Variable, type: SourceType): void {
    const slot = this.slot(node);
    if (!slot.fixed) slot.type = this.#learn(slot.type, type);
  }

  learnMap(node: MapAccess, type: SourceType): void {
    const map = this.access(node);
    map.value = this.#learn(map.value, type);
  }

  /** The types of a map, of which a key is seen here. */
  access(node: MapAccess): MapTypes {
    const map = this.map(node.name);
    const keyed = node.keys !== undefined;
    if (map.keyed !== undefined && map.keyed !== keyed) throw new Refused('keyed and not');
    map.keyed = keyed;
    if (node.keys !== undefined) {
      const keys = node.keys.map(key => this.expression(key).type);
      if (keys.every(key => key.kind !== 'unknown')) {
        map.key = this.#learn(map.key, keys.length === 1 ? keys[0]! : { kind: 'tuple', items: keys });
      }
    }
    return map;
  }

  block(block: Block): void {
    for (const statement of block.statements) this.#statement(statement);
  }

  statements(nodes: readonly Statement[]): void {
    for (const statement of nodes) this.#statement(statement);
  }

  #statement(node: Statement): void {
    switch (node.kind) {
      case 'block':
        this.block(node);
        return;
      case 'expression-statement':
      case 'discard':
        this.expression(node.expression);
        return;
      case 'assignment':
        this.#assignment(node);
        return;
      case 'declaration':
        this.#declaration(node);
        return;
      case 'if':
        this.condition(node.condition);
        this.block(node.then);
        if (node.else !== undefined) this.#statement(node.else);
        return;
      case 'unroll':
        if (this.expression(node.count).constant === undefined) throw new Refused('unroll of no constant');
        this.block(node.body);
        return;
      case 'while':
        this.condition(node.condition);
        this.block(node.body);
        return;
      case 'for-range': {
        const slot = this.slot(node.variable);
        slot.fixed = true;
        slot.type = rangeType(this.expression(node.from), this.expression(node.to));
        this.block(node.body);
        return;
      }
      case 'for-map':
        this.#forMap(node);
        return;
      case 'break':
      case 'continue':
      case 'return':
        return;
    }
  }

  /** The variable is the key and the value. */
  #forMap(node: Node<'for-map'>): void {
    if (node.map.keys !== undefined) throw new Refused('for over a key');
    const map = this.map(node.map.name);
    if (map.keyed === false) throw new Refused('keyed and not');
    map.keyed = true;
    const slot = this.slot(node.variable);
    slot.fixed = true;
    if (map.key.kind !== 'unknown' && map.value.kind !== 'unknown') {
      const type: SourceType = { kind: 'tuple', items: [map.key, readType(map.value)] };
      if (!sameType(type, slot.type)) this.#changed = true;
      slot.type = type;
    }
    this.block(node.body);
  }

  #assignment(node: Node<'assignment'>): void {
    const { target, operator, value } = node;
    if (operator === undefined) {
      const type =
        value.kind === 'call' && AGGREGATIONS.includes(value.name)
          ? this.#aggregation(value)
          : this.expression(value).type;
      if (target.kind === 'variable') this.learnVariable(target, type);
      else this.learnMap(target, type);
      return;
    }
    const by = this.expression(value).type;
    const current = target.kind === 'variable' ? this.expression(target).type : this.access(target).value;
    if (target.kind === 'map-access' && current.kind !== 'unknown' && current.kind !== 'integer') {
      throw new Refused(`${operator}= on ${current.kind}`);
    }
    const result = arithmeticType(operator, current.kind === 'unknown' ? INT64 : current, by);
    if (target.kind === 'variable') this.learnVariable(target, result);
    else this.learnMap(target, result);
  }

  #aggregation(node: Node<'call'>): SourceAggregate {
    const args = node.args.map(arg => this.expression(arg));
    const first = args[0]?.type;
    if (first !== undefined && first.kind !== 'unknown') operandType(first);
    const signed = first?.kind === 'integer' && first.signed;
    const bySign = ['sum', 'avg', 'stats', 'min', 'max'].includes(node.name);
    const bounds =
      node.name === 'lhist'
        ? args.slice(1).map(arg => arg.constant!)
        : node.name === 'hist'
          ? [args[1]?.constant ?? 0n]
          : undefined;
    return { kind: 'aggregate', name: node.name, signed: bySign && signed, ...(bounds && { bounds }) };
  }

  #declaration(node: Node<'declaration'>): void {
    const slot = this.slot(node.variable);
    const value = node.value && this.expression(node.value).type;
    if (node.type === undefined) {
      if (value !== undefined) this.learnVariable(node.variable, value);
      return;
    }
    const type = this.named(node.type);
    if (type.kind === 'unknown') return;
    if (value?.kind === 'string' && type.kind === 'string' && value.size > type.size)
      throw new Refused('too long');
    if (!slot.fixed) this.#changed = true;
    slot.fixed = true;
    slot.type = type;
  }

  /** A type as written; `typeof(x)` is that of x so far. */
  named(node: NonNullable<Node<'declaration'>['type']>): SourceType {
    if (node.of === undefined) return this.definitions.named(node);
    return node.of.kind === 'type-name' ? this.named(node.of) : plain(this.expression(node.of).type);
  }

  condition(node: Expression): Typed {
    const typed = this.expression(node);
    const { kind } = typed.type;
    if (!['unknown', 'bool', 'integer', 'pointer'].includes(kind))
      throw new Refused(`${kind} as a condition`);
    return typed;
  }

  expression(node: Expression): Typed {
    const typed = inferType(this, node);
    this.types.set(node, typed.type);
    if (typed.constant === undefined) this.constants.delete(node);
    else this.constants.set(node, typed.constant);
    return typed;
  }
}

/** Without the memory of literals. */
function plain(type: SourceType): SourceType {
  return type.kind === 'integer' ? plainInteger(type) : type;
}

/** A range is signed, unless one of its bounds is an unsigned number of 64 bits and no literal. */
function rangeType(from: Typed, to: Typed): SourceType {
  const isLong = ({ type }: Typed) =>
    type.kind === 'integer' && !type.signed && type.bits === 64 && type.literals === undefined;
  for (const { type } of [from, to]) if (type.kind !== 'unknown') operandType(type);
  return isLong(from) || isLong(to) ? UINT64 : INT64;
}

/** Aggregations read as 64 bits. */
export function readType(type: SourceType): SourceType {
  if (type.kind !== 'aggregate') return type;
  if (UNREADABLE.includes(type.name)) throw new Refused(`${type.name}() is not read`);
  return type.signed ? INT64 : UINT64;
}

/** Whether a constant may be stored in a place of this declared type. */
export function holds(type: SourceInteger, value: bigint): boolean {
  const [least, most] = rangeOf(type);
  return least <= value && value <= most && wrap(value, type) === value;
}
