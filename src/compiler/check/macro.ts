// Macros: calls replaced by copies of the macro's block, before anything is checked. A macro's own variables get names that no
// script can write, so that they meet neither the caller's nor those of another call; maps reach it only as arguments.
import type { Diagnostics, Span } from '../diagnostics/diagnostic.js';
import { BUILTIN_NAMES } from '../language/registry.js';
import type {
  Block,
  Expression,
  Macro,
  MacroParameter,
  Probe,
  Program,
  Statement,
  TypeName,
} from '../syntax/ast.js';
import { blockValue } from '../syntax/block-value.js';

type Call = Extract<Expression, { readonly kind: 'call' | 'identifier' }>;

/** One use of a macro. */
interface Use {
  readonly macro: Macro;
  readonly bindings: ReadonlyMap<string, Expression>;
  readonly id: number;
  readonly outer: Use | undefined;
}

/** What a wrong call stands for. */
const EMPTY: Pick<Block, 'statements'> = { statements: [] };

type TreeNode = { readonly kind: string; readonly span: Span };

export function expandMacros(program: Program, diagnostics: Diagnostics): readonly Probe[] {
  if (program.macros.length === 0) return program.probes;
  const expansion = new Expansion(program.macros, diagnostics);
  return program.probes.map(probe => expansion.copy(probe, undefined));
}

class Expansion {
  readonly #macros = new Map<string, Macro[]>();
  readonly #diagnostics: Diagnostics;
  #uses = 0;

  constructor(macros: readonly Macro[], diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    for (const macro of macros) {
      for (const [i, { name, span }] of macro.params.entries()) {
        if (macro.params.findIndex(param => param.name === name) === i) continue;
        diagnostics.error(
          'macro-parameter',
          span,
          `the macro ${macro.name}() has a parameter ${name} already`,
        );
      }
      const same = this.#macros.get(macro.name) ?? [];
      const twin = same.find(other => kinds(other.params) === kinds(macro.params));
      if (twin !== undefined) {
        diagnostics.error('macro-redefined', macro.nameSpan, `the macro ${macro.name}() exists already`, {
          notes: [{ span: twin.nameSpan, message: 'here, with parameters of the same kinds' }],
        });
      }
      this.#macros.set(macro.name, [...same, macro]);
    }
  }

  /** A copy of any part of the tree, as it stands in the body of `use` (or in a probe). */
  copy<T>(part: T, use: Use | undefined): T {
    if (Array.isArray(part)) {
      const items = part.map(item => this.copy(item, use));
      return use === undefined && items.every((item, i) => item === part[i]) ? part : (items as T);
    }
    if (!isNode(part)) return part;
    return this.#node(part as unknown as Expression | Statement, use) as T;
  }

  #node(node: Expression | Statement | TypeName, use: Use | undefined): Expression | Statement | TypeName {
    switch (node.kind) {
      case 'type-name':
        return this.#typeName(node, use);
      case 'expression-statement':
        return this.#statement(node, use);
      case 'call':
        if (this.#macros.has(node.name)) return this.#value(node, use);
        break;
      case 'identifier': {
        const bound = use?.bindings.get(node.name);
        if (bound !== undefined) return asValue(this.#plain(bound));
        const isMacro = this.#macros.has(node.name) && !BUILTIN_NAMES.includes(node.name);
        if (isMacro) return this.#value(node, use);
        break;
      }
      case 'variable': {
        if (use === undefined) break;
        const bound = use.bindings.get(node.name);
        return bound === undefined ? { ...node, name: `${node.name}·${use.id}` } : this.#plain(bound);
      }
      case 'map-access': {
        if (use === undefined) break;
        const bound = use.bindings.get(node.name);
        if (bound?.kind === 'map-access') return { ...this.#fields(node, use), name: bound.name };
        const message = `${node.name} is not a parameter of the macro ${use.macro.name}()`;
        this.#diagnostics.error('macro-map', node.span, message, {
          hint: `hand the map over: macro ${use.macro.name}(..., ${node.name}) { ... }`,
        });
        break;
      }
      case 'return':
        if (use === undefined) break;
        this.#diagnostics.error('macro-return', node.span, 'a macro cannot return', {
          hint: 'the value of a macro is that of its last expression',
        });
        break;
      default:
        break;
    }
    return this.#fields(node, use);
  }

  /** A parameter where a type stands: the type that was handed over, or that of the value. */
  #typeName(node: TypeName, use: Use | undefined): TypeName {
    const isName = node.tag === undefined && node.of === undefined;
    const bound = isName ? use?.bindings.get(node.name) : undefined;
    if (bound === undefined) return this.#fields(node, use);
    if (bound.kind === 'identifier' && !BUILTIN_NAMES.includes(bound.name))
      return { ...node, name: bound.name };
    const of = this.#plain(bound.kind === 'type-value' ? bound.type : bound);
    return { ...node, name: '', of };
  }

  /** In a probe what holds no macro stays as it is; of a macro's body each use has nodes of its own. */
  #fields<T extends object>(node: T, use: Use | undefined): T {
    return withParts(node, part => this.copy(part, use), use !== undefined);
  }

  /** An argument, which is the caller's text: copied as it is, since each node declares variables of its own. */
  #plain<T>(part: T): T {
    if (Array.isArray(part)) return part.map(item => this.#plain(item)) as T;
    return isNode(part) ? withParts(part, each => this.#plain(each), true) : part;
  }

  /** A macro's block as a value. */
  #value(call: Call, use: Use | undefined): Expression {
    const { span } = call;
    const inner = this.#use(call, use);
    const value = inner && blockValue(inner.macro.body);
    if (inner === undefined || value?.kind !== 'block-expression') {
      const { length } = this.#diagnostics.list;
      if (inner !== undefined) this.copy(inner.macro.body, inner);
      if (inner !== undefined && this.#diagnostics.list.length === length) {
        this.#diagnostics.error('macro-value', span, `the macro ${call.name}() gives no value`, {
          hint: 'call it as a statement, or let its block end in an expression',
        });
      }
      return { kind: 'integer-literal', value: 0n, unsigned: false, text: '0', span };
    }
    if (value.statements.length === 0) return this.copy(value.value, inner);
    return { ...this.copy(value, inner), span };
  }

  /** A macro's block as a statement; its value is not missed. */
  #statement(node: Extract<Statement, { kind: 'expression-statement' }>, use: Use | undefined): Statement {
    const { expression, span } = node;
    if (expression.kind !== 'call' || !this.#macros.has(expression.name)) return this.#fields(node, use);
    const inner = this.#use(expression, use);
    const { statements: copied } = inner === undefined ? EMPTY : this.copy(inner.macro.body, inner);
    const statements = copied.map((statement, i): Statement => {
      if (statement.kind !== 'expression-statement' || i < copied.length - 1) return statement;
      const { kind } = statement.expression;
      return kind === 'call' || kind === 'update' ? statement : { ...statement, kind: 'discard' };
    });
    return { kind: 'block', statements, span };
  }

  /** The macro with its arguments. Undefined when the call is wrong (reported). */
  #use(call: Call, use: Use | undefined): Use | undefined {
    const args = call.kind === 'call' ? call.args.map(arg => this.copy(arg, use)) : [];
    const candidates = this.#macros.get(call.name) ?? [];
    const macro = candidates.find(({ params }) => matches(params, args, true));
    const found = macro ?? candidates.find(({ params }) => matches(params, args, false));
    if (found === undefined) {
      this.#mismatch(call, args, candidates[0]!);
      return undefined;
    }
    for (let outer = use; outer !== undefined; outer = outer.outer) {
      if (outer.macro !== found) continue;
      this.#diagnostics.error('macro-recursion', call.span, `the macro ${call.name}() calls itself`, {
        hint: 'what repeats is a loop: for, while or unroll',
      });
      return undefined;
    }
    const bindings = new Map(found.params.map((param, i) => [param.name, args[i]!]));
    return { macro: found, bindings, id: ++this.#uses, outer: use };
  }

  #mismatch(call: Call, args: readonly Expression[], { params, nameSpan }: Macro): void {
    const notes = [{ span: nameSpan, message: 'it is defined here' }];
    const wrong = params.findIndex((param, i) => args[i] !== undefined && !fits(param, args[i], false));
    const message =
      params.length !== args.length
        ? `the macro ${call.name}() takes ${params.length} arguments, not ${args.length}`
        : `${params[wrong]!.name} of the macro ${call.name}() stands for a ${params[wrong]!.kind}`;
    const span = params.length === args.length ? args[wrong]!.span : call.span;
    this.#diagnostics.error('macro-arguments', span, message, { notes });
  }
}

function isNode(part: unknown): part is TreeNode {
  return typeof part === 'object' && part !== null && !(part instanceof Uint8Array);
}

/** A node with what `change` makes of its parts: itself when nothing changes, unless it is to be `anew`. */
function withParts<T extends object>(node: T, change: <P>(part: P) => P, anew: boolean): T {
  let changed = anew ? { ...node } : node;
  for (const name in node) {
    const part = change(node[name]);
    if (part === node[name]) continue;
    if (changed === node) changed = { ...node };
    changed[name] = part;
  }
  return changed;
}

/** A whole map that stands for an expression is what is in it. */
function asValue(bound: Expression): Expression {
  if (bound.kind !== 'map-access' || bound.keys !== undefined) return bound;
  return { kind: 'block-expression', statements: [], value: bound, span: bound.span };
}

function kinds(params: readonly MacroParameter[]): string {
  return params.map(param => param.kind).join();
}

/** `exact`: a variable or map for an expression fits only when nothing else does. */
function matches(params: readonly MacroParameter[], args: readonly Expression[], exact: boolean): boolean {
  return params.length === args.length && params.every((param, i) => fits(param, args[i]!, exact));
}

function fits({ kind }: MacroParameter, arg: Expression, exact: boolean): boolean {
  if (kind === 'variable') return arg.kind === 'variable';
  if (kind === 'map') return arg.kind === 'map-access' && arg.keys === undefined;
  return !exact || arg.kind !== 'variable';
}
