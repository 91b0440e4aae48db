// Which variable a $name is. It lives from its first assignment (or `let`) to the end of its block; blocks inside see it, and may
// not have another of its name.
import type { Block, Expression, Probe, Statement, Variable } from '../../../src/compiler/syntax/ast.js';
import { Refused, type SourceType, UNKNOWN } from './type.js';

export class Slot {
  readonly name: string;
  /** Learned from what is stored in it. */
  type: SourceType = UNKNOWN;
  /** `let $x: T`: the type stays. */
  fixed = false;
  /** Where it is met first. */
  readonly declaration: Variable;

  constructor(declaration: Variable) {
    this.name = declaration.name;
    this.declaration = declaration;
  }
}

export type Names = ReadonlyMap<Variable, Slot>;

export function resolveNames(probes: readonly Probe[]): Names {
  const names = new Map<Variable, Slot>();
  for (const { predicate, body } of probes) {
    const scope = new Scope(names);
    if (predicate !== undefined) scope.read(predicate);
    scope.block(body);
  }
  return names;
}

class Scope {
  readonly #names: Map<Variable, Slot>;
  readonly #parent: Scope | undefined;
  readonly #own = new Map<string, Slot>();

  constructor(names: Map<Variable, Slot>, parent?: Scope) {
    this.#names = names;
    this.#parent = parent;
  }

  #find(name: string): Slot | undefined {
    const own = this.#own.get(name);
    return own !== undefined || this.#parent === undefined ? own : this.#parent.#find(name);
  }

  #declare(node: Variable): void {
    if (this.#find(node.name) !== undefined) throw new Refused(`${node.name} exists already`);
    const slot = new Slot(node);
    this.#own.set(node.name, slot);
    this.#names.set(node, slot);
  }

  #use(node: Variable): void {
    const slot = this.#find(node.name);
    if (slot === undefined) throw new Refused(`${node.name} is not there`);
    this.#names.set(node, slot);
  }

  /** The variable of an assignment: the one of that name, or a new one. */
  #assign(node: Variable): void {
    if (this.#find(node.name) === undefined) this.#declare(node);
    else this.#use(node);
  }

  block({ statements }: Block): void {
    const inner = new Scope(this.#names, this);
    for (const statement of statements) inner.#statement(statement);
  }

  #statement(node: Statement): void {
    switch (node.kind) {
      case 'block':
        this.block(node);
        return;
      case 'assignment':
        this.read(node.value);
        if (node.target.kind === 'map-access') this.read(node.target);
        else if (node.operator === undefined) this.#assign(node.target);
        else this.#use(node.target);
        return;
      case 'declaration':
        if (node.value !== undefined) this.read(node.value);
        if (node.type?.of !== undefined && node.type.of.kind !== 'type-name') this.read(node.type.of);
        this.#declare(node.variable);
        return;
      case 'if':
        this.read(node.condition);
        this.block(node.then);
        if (node.else !== undefined) this.#statement(node.else);
        return;
      case 'unroll':
        this.read(node.count);
        this.block(node.body);
        return;
      case 'while':
        this.read(node.condition);
        this.block(node.body);
        return;
      case 'for-range':
      case 'for-map': {
        if (node.kind === 'for-range') {
          this.read(node.from);
          this.read(node.to);
        }
        const inner = new Scope(this.#names, this);
        inner.#declare(node.variable);
        inner.block(node.body);
        return;
      }
      case 'expression-statement':
      case 'discard':
        this.read(node.expression);
        return;
      case 'return':
        if (node.value !== undefined) this.read(node.value);
        return;
      default:
        return;
    }
  }

  /** Variables in an expression, in order. */
  read(part: unknown): void {
    if (Array.isArray(part)) {
      for (const item of part) this.read(item);
      return;
    }
    if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
    const node = part as Expression;
    if (node.kind === 'variable') this.#use(node);
    else if (node.kind === 'block-expression') {
      const inner = new Scope(this.#names, this);
      for (const statement of node.statements) inner.#statement(statement);
      inner.read(node.value);
    } else if (node.kind === 'call' && node.name === 'find' && node.args[2]?.kind === 'variable') {
      for (const arg of node.args.slice(0, 2)) this.read(arg);
      this.#assign(node.args[2]);
    } else for (const each of Object.values(node)) this.read(each);
  }
}
