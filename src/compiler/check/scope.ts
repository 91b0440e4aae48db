// $variables by block, as in bpftrace 0.27: a variable lives from its first assignment (or `let`) to the end of its block,
// and inner blocks see it. Shadowing is refused.
import type { Span } from '../diagnostics/diagnostic.js';
import type { VariableState } from './inference.js';

/** Variables of one variant by the node that declares them: they survive from walk to walk. */
export type VariableTable = Map<object, VariableState>;

export class Scope {
  readonly #parent: Scope | undefined;
  readonly #names = new Map<string, VariableState>();
  readonly #table: VariableTable;
  /** Names of blocks that have ended, for hints. */
  readonly ended: Set<string>;

  constructor(table: VariableTable, parent?: Scope) {
    this.#table = table;
    this.#parent = parent;
    this.ended = parent?.ended ?? new Set();
  }

  inner(): Scope {
    return new Scope(this.#table, this);
  }

  end(): void {
    for (const name of this.#names.keys()) this.ended.add(name);
  }

  find(name: string): VariableState | undefined {
    return this.#names.get(name) ?? this.#parent?.find(name);
  }

  names(): string[] {
    return [...this.#names.keys(), ...(this.#parent?.names() ?? [])];
  }

  /** Declares a variable at a node of the syntax tree. */
  declare(node: object, name: string, span: Span, fixed: boolean): VariableState {
    let state = this.#table.get(node);
    if (state === undefined) {
      state = { name, type: undefined, span, fixed, declaration: span, assigned: false, info: undefined };
      this.#table.set(node, state);
    }
    state.info = undefined;
    this.#names.set(name, state);
    return state;
  }
}
