// Infers the types of a program by walking its syntax tree until nothing new is learned. Only the parser is shared with the
// compiler.
import type {
  Block,
  Expression,
  MapAccess,
  Probe,
  Program,
  Statement,
  TypeName,
} from '../../src/compiler/syntax/ast.js';
import { calculate, compareIntegers, isComparison } from './arithmetic.js';
import {
  BOOL,
  describe,
  INT64,
  integerOf,
  join,
  joinIntegers,
  literalType,
  Refused,
  rangeOf,
  type SourceAggregate,
  type SourceInteger,
  type SourceType,
  sameType,
  UINT64,
  UNKNOWN,
  wrap,
} from './source-type.js';

export interface MapTypes {
  key: SourceType;
  value: SourceType;
  keyed: boolean | undefined;
}

/** A literal, or what literals alone were calculated to. */
interface Typed {
  readonly type: SourceType;
  readonly constant?: bigint;
}

type Node<Kind extends (Expression | Statement)['kind']> = Extract<
  Expression | Statement,
  { readonly kind: Kind }
>;

const AGGREGATIONS = ['count', 'sum', 'avg', 'stats', 'min', 'max', 'hist', 'lhist'];
const UNREADABLE = ['stats', 'hist', 'lhist'];

export class Typing {
  readonly maps = new Map<string, MapTypes>();
  readonly types = new Map<Expression, SourceType>();
  readonly constants = new Map<Expression, bigint>();
  readonly #variables = new Map<Probe, Map<string, SourceType>>();
  readonly #declared = new Map<Probe, Set<string>>();
  #probe!: Probe;
  #changed = true;

  constructor(program: Program) {
    let rounds = 0;
    while (this.#changed) {
      if (++rounds > 100) throw new Refused('types do not settle');
      this.#changed = false;
      for (const probe of program.probes) {
        this.#probe = probe;
        if (probe.predicate !== undefined) this.#expression(probe.predicate);
        this.#block(probe.body);
      }
      if (!this.#changed) this.#defaults();
    }
  }

  typeOf(node: Expression): SourceType {
    const type = this.types.get(node);
    if (type === undefined || type.kind === 'unknown') throw new Refused(`${node.kind} without a type`);
    return type;
  }

  variable(probe: Probe, name: string): SourceType {
    return this.#variables.get(probe)?.get(name) ?? UNKNOWN;
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

  #learnVariable(name: string, type: SourceType): void {
    const probe = this.#probe;
    if (this.#declared.get(probe)?.has(name) === true) return;
    const variables = this.#variables.get(probe) ?? new Map<string, SourceType>();
    this.#variables.set(probe, variables);
    variables.set(name, this.#learn(variables.get(name) ?? UNKNOWN, type));
  }

  #learnMap(node: MapAccess, type: SourceType): void {
    const map = this.#access(node);
    map.value = this.#learn(map.value, type);
  }

  #access(node: MapAccess): MapTypes {
    const map = this.map(node.name);
    const keyed = node.keys !== undefined;
    if (map.keyed !== undefined && map.keyed !== keyed) throw new Refused('keyed and not');
    map.keyed = keyed;
    if (node.keys !== undefined) {
      const keys = node.keys.map(key => this.#expression(key).type);
      map.key = this.#learn(map.key, keys.length === 1 ? keys[0]! : { kind: 'tuple', items: keys });
    }
    return map;
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
        this.#expression(node.expression);
        return;
      case 'assignment':
        this.#assignment(node);
        return;
      case 'declaration':
        this.#declaration(node);
        return;
      case 'if':
        this.#condition(node.condition);
        this.#block(node.then);
        if (node.else !== undefined) this.#statement(node.else);
        return;
      case 'unroll':
        if (this.#expression(node.count).constant === undefined) throw new Refused('unroll of no constant');
        this.#block(node.body);
        return;
      case 'for-range': {
        const { name } = node.variable;
        this.#expression(node.from);
        this.#expression(node.to);
        this.#learnVariable(name, INT64);
        const declared = this.#declared.get(this.#probe) ?? new Set<string>();
        this.#declared.set(this.#probe, declared.add(name));
        this.#block(node.body);
        return;
      }
      case 'break':
      case 'continue':
      case 'return':
        return;
      default:
        throw new Refused(`${node.kind} is not evaluated`);
    }
  }

  #assignment(node: Node<'assignment'>): void {
    const { target, operator, value } = node;
    if (operator === undefined) {
      const type =
        value.kind === 'call' && AGGREGATIONS.includes(value.name)
          ? this.#aggregation(value)
          : this.#expression(value).type;
      if (target.kind === 'variable') this.#learnVariable(target.name, type);
      else this.#learnMap(target, type);
      return;
    }
    const by = this.#expression(value).type;
    const current = target.kind === 'variable' ? this.#expression(target).type : this.#access(target).value;
    const result = arithmeticType(operator, current.kind === 'unknown' ? INT64 : current, by);
    if (target.kind === 'variable') this.#learnVariable(target.name, result);
    else this.#learnMap(target, result);
  }

  #aggregation(node: Node<'call'>): SourceAggregate {
    const args = node.args.map(arg => this.#expression(arg));
    const first = args[0]?.type;
    const signed = first?.kind === 'integer' && first.signed;
    const bySign = ['sum', 'avg', 'stats', 'min', 'max'].includes(node.name);
    return {
      kind: 'aggregate',
      name: node.name,
      signed: bySign && signed,
      ...(node.name === 'lhist' ? { bounds: args.slice(1).map(arg => arg.constant!) } : {}),
    };
  }

  #declaration(node: Node<'declaration'>): void {
    const { name } = node.variable;
    if (node.value !== undefined) {
      const { type } = this.#expression(node.value);
      if (node.type === undefined) this.#learnVariable(name, type);
    }
    if (node.type === undefined) return;
    this.#learnVariable(name, namedType(node.type));
    const declared = this.#declared.get(this.#probe) ?? new Set<string>();
    this.#declared.set(this.#probe, declared.add(name));
  }

  #condition(node: Expression): Typed {
    const typed = this.#expression(node);
    if (typed.type.kind === 'string' || typed.type.kind === 'tuple') throw new Refused('no condition');
    return typed;
  }

  #expression(node: Expression): Typed {
    const typed = this.#infer(node);
    this.types.set(node, typed.type);
    if (typed.constant === undefined) this.constants.delete(node);
    else this.constants.set(node, typed.constant);
    return typed;
  }

  #infer(node: Expression): Typed {
    switch (node.kind) {
      case 'integer-literal':
        return literal(node.value);
      case 'boolean-literal':
        return { type: BOOL, constant: node.value ? 1n : 0n };
      case 'string-literal':
        return { type: { kind: 'string', size: node.bytes.length + 1 } };
      case 'variable':
        return { type: this.variable(this.#probe, node.name) };
      case 'map-access':
        return { type: readType(this.#access(node).value) };
      case 'unary':
        return this.#unary(node);
      case 'update': {
        const { target } = node;
        const current =
          target.kind === 'variable' ? this.#expression(target).type : this.#access(target).value;
        const signed = current.kind !== 'integer' || current.signed;
        const type = integerOf(64, signed || node.operator === '--'); // `--` is signed as `-` is
        if (target.kind === 'variable') this.#learnVariable(target.name, type);
        else this.#learnMap(target, type);
        const now =
          target.kind === 'variable' ? this.variable(this.#probe, target.name) : this.map(target.name).value;
        return { type: now };
      }
      case 'binary':
        return this.#binary(node);
      case 'ternary':
        return this.#ternary(node);
      case 'cast':
        return this.#cast(node);
      case 'tuple':
        return { type: { kind: 'tuple', items: node.elements.map(e => this.#expression(e).type) } };
      case 'record': {
        const items = node.fields.map(f => this.#expression(f.value).type);
        return { type: { kind: 'tuple', items, names: node.fields.map(f => f.name) } };
      }
      case 'member': {
        const { type } = this.#expression(node.object);
        if (type.kind === 'unknown') return { type };
        if (type.kind !== 'tuple') throw new Refused(`member of ${describe(type)}`);
        return { type: type.items[memberIndex(type, node.name)]! };
      }
      case 'call':
        return this.#call(node);
      default:
        throw new Refused(`${node.kind} is not evaluated`);
    }
  }

  #unary(node: Node<'unary'>): Typed {
    const { type, constant } =
      node.operator === '!' ? this.#condition(node.operand) : this.#expression(node.operand);
    if (type.kind === 'unknown') return { type };
    if (node.operator === '!') return constant === undefined ? { type: BOOL } : truth(constant === 0n);
    if (type.kind !== 'integer') throw new Refused(`${node.operator} on ${describe(type)}`);
    if (constant !== undefined && node.operator === '-') return literal(-constant);
    if (constant !== undefined) return literal(constant >= 0n ? BigInt.asUintN(64, ~constant) : ~constant);
    return { type: integerOf(64, type.signed) };
  }

  #binary(node: Node<'binary'>): Typed {
    const { operator } = node;
    if (operator === '&&' || operator === '||') {
      const left = this.#condition(node.left);
      const right = this.#condition(node.right);
      if (left.constant === undefined || right.constant === undefined) return { type: BOOL };
      const [a, b] = [left.constant !== 0n, right.constant !== 0n];
      return truth(operator === '&&' ? a && b : a || b);
    }
    const left = this.#expression(node.left);
    const right = this.#expression(node.right);
    if (left.type.kind === 'unknown' || right.type.kind === 'unknown') return { type: UNKNOWN };
    if (left.type.kind === 'string' || left.type.kind === 'tuple') {
      join(left.type, right.type);
      if (operator !== '==' && operator !== '!=') throw new Refused(`${operator} on ${left.type.kind}`);
      return { type: BOOL };
    }
    const a = left.constant;
    const b = right.constant;
    if (a !== undefined && b !== undefined) {
      if (isComparison(operator)) return truth(compareIntegers(operator, a, b));
      if (left.type.kind === 'integer' && right.type.kind === 'integer') return foldLiterals(operator, a, b);
    }
    if (isComparison(operator)) {
      operandType(left.type);
      operandType(right.type);
      return { type: BOOL };
    }
    return { type: arithmeticType(operator, left.type, right.type) };
  }

  #ternary(node: Node<'ternary'>): Typed {
    if (node.then === undefined) throw new Refused('?: is not evaluated');
    const condition = this.#condition(node.condition);
    const first = this.#expression(node.then);
    const second = this.#expression(node.else);
    const all =
      condition.constant !== undefined && first.constant !== undefined && second.constant !== undefined;
    const type = join(first.type, second.type);
    if (!all) return { type };
    return condition.constant === 0n ? second : first;
  }

  #cast(node: Node<'cast'>): Typed {
    const { type } = this.#expression(node.operand);
    const named = namedType(node.type);
    if (type.kind !== 'unknown') operandType(type);
    if (named.kind === 'bool') {
      const value = this.constants.get(node.operand);
      return value === undefined ? { type: named } : truth(value !== 0n);
    }
    return { type: named };
  }

  #call(node: Node<'call'>): Typed {
    const [first, ...rest] = node.args;
    switch (node.name) {
      case 'has_key':
      case 'delete':
        if (first?.kind !== 'map-access') throw new Refused('no map');
        if (rest.length === 0) this.#access(first);
        else this.#access({ ...first, keys: rest });
        return { type: BOOL };
      case 'len':
        return { type: INT64 };
      case 'printf':
        for (const arg of rest) this.#expression(arg);
        return { type: UNKNOWN };
      case 'print':
        this.#expression(first!);
        return { type: UNKNOWN };
      default:
        throw new Refused(`${node.name}() is not evaluated`);
    }
  }
}

function truth(value: boolean): Typed {
  return { type: BOOL, constant: value ? 1n : 0n };
}

function literal(value: bigint): Typed {
  if (value < -(1n << 63n) || value >= 1n << 64n) throw new Refused(`${value} is out of range`);
  return { type: literalType(value), constant: value };
}

function foldLiterals(operator: string, a: bigint, b: bigint): Typed {
  if ((operator === '/' || operator === '%') && b === 0n) throw new Refused('constant division by zero');
  if (operator === '<<' || operator === '>>') {
    if (b < 0n || b > 63n) throw new Refused('constant shift out of range');
  }
  return literal(calculate(operator, a, b));
}

/** Booleans count as bytes. */
export function operandType(type: SourceType): SourceInteger {
  if (type.kind === 'bool') return integerOf(8, false);
  if (type.kind === 'integer') return type;
  throw new Refused(`arithmetic on ${describe(type)}`);
}

/** Everything is calculated in 64 bits; `-` is always signed. */
export function arithmeticType(operator: string, a: SourceType, b: SourceType): SourceType {
  if (a.kind === 'unknown' || b.kind === 'unknown') return UNKNOWN;
  const joined = joinIntegers(operandType(a), operandType(b));
  if (a.kind === 'bool' && b.kind === 'bool' && ['&', '|', '^'].includes(operator)) return BOOL;
  return operator === '-' || joined.signed ? INT64 : UINT64;
}

/** Aggregations read as 64 bits. */
function readType(type: SourceType): SourceType {
  if (type.kind !== 'aggregate') return type;
  if (UNREADABLE.includes(type.name)) throw new Refused(`${type.name}() is not read`);
  return type.signed ? INT64 : UINT64;
}

export function namedType(node: TypeName): SourceType {
  const integer = /^(u?)int(8|16|32|64)$/.exec(node.name);
  if (integer !== null) return integerOf(Number(integer[2]) as SourceInteger['bits'], integer[1] === '');
  if (node.name === 'bool') return BOOL;
  throw new Refused(`type ${node.name}`);
}

export function memberIndex(type: SourceType & { kind: 'tuple' }, name: string): number {
  const index = type.names === undefined ? Number(name) : type.names.indexOf(name);
  if (!(index >= 0 && index < type.items.length)) throw new Refused(`no member ${name}`);
  return index;
}

/** Whether a constant may be stored in a place of this declared type. */
export function holds(type: SourceInteger, value: bigint): boolean {
  const [least, most] = rangeOf(type);
  return least <= value && value <= most && wrap(value, type) === value;
}
