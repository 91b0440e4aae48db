// What one probe type is: names, program type, how its attach points expand into targets, what `args` means there.
import type { CheckContext } from '../check/typed.js';
import type { Diagnostics, Span } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { Lowering, Operand } from '../lower/lowering.js';
import type { ProbeTypeName } from '../object-spec.js';
import type { AttachPoint } from '../syntax/ast.js';
import type { Field } from '../types/type.js';
import type { Documentation, Requirement } from './entry.js';

export interface ExpandedTarget {
  readonly name: string; // what `probe` prints
  readonly parts: readonly string[]; // canonical, parts[0] is the probe type
}

export interface ProbeTypeEntry {
  readonly name: ProbeTypeName;
  readonly aliases: readonly string[]; // 't', 'BEGIN'
  /** BPF_PROG_TYPE_*. */
  readonly programType: number;
  readonly expectedAttachType?: number;
  readonly requires?: Requirement;
  /** What makes it fire: the tracer itself (once), a timer of its own, or what the traced system does (often; -p filters). */
  readonly origin: 'session' | 'timer' | 'event';
  /** How it is written: 'tracepoint:CATEGORY:EVENT'. */
  readonly usage: string;
  readonly doc: Documentation;
  /** Matches of an attach point, wildcards included; reports unknown ones (with suggestions) through diagnostics. */
  readonly expand: (point: AttachPoint, env: Env, diagnostics: Diagnostics) => readonly ExpandedTarget[];
  /** Fields of `args`, in order; undefined when the probe type has none. `span` of the use. */
  readonly args?: (target: ExpandedTarget, env: Env) => readonly Field[] | undefined;
  /** Loads a field of args from the context. */
  readonly lowerArg?: (lowering: Lowering, field: Field) => Operand;
  /** May two targets share a program (same args layout)? Equal keys share. Undefined: all share. */
  readonly shareKey?: (target: ExpandedTarget, env: Env) => string;
  /** Lines of -l: canonical names matching a pattern. */
  readonly list: (pattern: RegExp, env: Env) => Iterable<string>;
  readonly checkContext?: (context: CheckContext, span: Span) => void;
}
