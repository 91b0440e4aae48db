// One walk over the predicate and block of one variant: what every checking function is handed.
import type { Diagnostics, SourceFile, Span } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { ProbeTypeEntry } from '../language/probe-type.js';
import type { ProgramAttributes } from '../object-spec.js';
import type { Expression } from '../syntax/ast.js';
import type { Field, Type } from '../types/type.js';
import type { DeclaredTypes } from './declared-types.js';
import type { Inference } from './inference.js';
import type { Scope } from './scope.js';
import type { CheckContext, Config, Target, TypedExpression, VariableInfo } from './typed.js';

export interface Body extends CheckContext {
  readonly source: SourceFile;
  readonly env: Env;
  readonly config: Config;
  readonly diagnostics: Diagnostics; // thrown away with the walk when it learned something new
  readonly probeType: ProbeTypeEntry;
  readonly attributes: ProgramAttributes;
  readonly targets: readonly Target[];
  readonly target: Target;
  readonly inference: Inference;
  /** C types of the script itself. */
  readonly types: DeclaredTypes;
  readonly missing: MissingFields;
  readonly variables: VariableInfo[];
  scope: Scope;
  /** How many loops are around the place being checked. */
  loops: number;
  /** Of those, how many are `for`: exit() is refused there. */
  forLoops: number;
  /** Checks any expression; one of void type (printf()) is refused. */
  expression(node: Expression): TypedExpression;
}

/** Fields of args that some targets have not: reported once, naming the targets. */
export class MissingFields {
  readonly uses = new Map<
    string,
    {
      readonly name: string;
      readonly span: Span;
      readonly targets: string[];
      readonly fields: readonly Field[];
    }
  >();

  add(name: string, span: Span, target: string, fields: readonly Field[]): void {
    const key = `${span.start}`;
    const use = this.uses.get(key) ?? { name, span, targets: [], fields };
    if (!use.targets.includes(target)) use.targets.push(target);
    this.uses.set(key, use);
  }
}

/** An expression that was found wrong (or whose type is not known yet): nobody complains about it again. */
export function poison(span: Span, type: Type = { kind: 'error' }): TypedExpression {
  return { kind: 'integer', value: 0n, type, span };
}

export function isError(expression: TypedExpression): boolean {
  return expression.type.kind === 'error';
}
