// What one word of the language is: everything the checker, code generator, man page, completion and --help need, in one
// entry. Entries are plain objects in explicit tables (registry.ts); they import leaves only, and reach the IR through the
// Lowering they are handed.
import type { CheckContext, MapInfo, TypedCall, TypedExpression } from '../check/typed.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { FeatureName } from '../env.js';
import type { Lowering, Operand } from '../lower/lowering.js';
import type { SiteSpec } from '../object-spec.js';
import type { AggregationType, Type } from '../types/type.js';
import type { Effects, RecordView } from './effects.js';
import type { HeaderEntry } from './packet/header.js';

export interface Documentation {
  readonly summary: string; // one sentence
  readonly detail?: string;
  readonly example?: string; // a one-liner that runs as it stands
  readonly seeAlso?: readonly string[];
}

/** What a kernel must have; the message names the version, and the alternative when there is one. */
export interface Requirement {
  readonly features?: readonly FeatureName[];
  readonly kernel?: readonly [major: number, minor: number];
  /** Type information of the kernel. */
  readonly btf?: true;
  readonly alternative?: string;
  /** Met as well by leave to attach what outlives the tracer (--persist). */
  readonly persistent?: true;
}

/** A number, a truth, text, or a record of those. */
export type ConstantValue =
  | number
  | boolean
  | string
  | { readonly [name: string]: number | boolean | string };

/** A word used as a value: pid, comm, nsecs. */
export interface BuiltinEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Undefined when the builtin has no meaning here: it has then said why through the context. */
  readonly type: (context: CheckContext, span: Span) => Type | undefined;
  /** The same within one run of a program: may be computed once. */
  readonly pure: boolean;
  /** Its value differs by target: targets whose attachments carry no cookie cannot share a program that uses it. */
  readonly perTarget?: boolean;
  /** Its meaning is the probe type's, and may differ by target (ProbeTypeEntry.shareKey). */
  readonly contextual?: boolean;
  /** Program types (BPF_PROG_TYPE_*) it works in; all when absent. */
  readonly programTypes?: readonly number[];
  readonly requires?: Requirement;
  /** What it takes in packet programs, beyond that; false: they have no such thing. */
  readonly inPackets?: Requirement | false;
  /** Its value where that is known while compiling: a literal stands for it, and `lower` is not asked. */
  readonly constant?: (context: CheckContext) => ConstantValue;
  readonly doc: Documentation;
  readonly lower: (lowering: Lowering, self: TypedExpression) => Operand;
}

/**
 * What an argument must be. 'format' is a literal whose conversions are checked against the arguments after it; 'word' a
 * bare name, not looked up, handed on as a string.
 */
export type ParameterKind =
  | 'any'
  | 'integer'
  | 'integer-literal'
  | 'string'
  | 'string-literal'
  | 'word'
  | 'format'
  | 'pointer'
  | 'map'
  | 'backends' // a set of backends
  | 'address' // address: integer or pointer
  | 'variable'; // a $variable that the function sets

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly optional?: boolean;
  readonly variadic?: boolean; // last one: any number of them
}

export interface Signature {
  readonly params: readonly Parameter[];
  /** A type, or a rule over the typed arguments. */
  readonly returns: Type | ((args: readonly TypedExpression[], context: CheckContext) => Type);
  /** Of this form of the call alone. */
  readonly requires?: Requirement;
}

interface FunctionBase {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly signatures: readonly Signature[];
  readonly programTypes?: readonly number[];
  readonly requires?: Requirement;
  /** What it takes in packet programs, beyond that; false: they have no such thing. */
  readonly inPackets?: Requirement | false;
  /** Needs --unsafe. */
  readonly unsafe?: boolean;
  /** Its meaning is the probe type's, and may differ by target. */
  readonly contextual?: boolean;
  /** In packet probes only. */
  readonly packet?: true;
  /** What serves elsewhere, of a function that packet probes have. */
  readonly withoutPackets?: string;
  /** After it nothing holds that was known of where a packet's headers are: in all packet programs, or in those of socket buffers. */
  readonly reshapes?: 'all' | 'buffers';
  /** Headers that it asks for. */
  readonly looksFor?: readonly HeaderEntry[];
  readonly doc: Documentation;
  /** For what signatures cannot say: reports through the context. */
  readonly check?: (call: TypedCall, context: CheckContext) => void;
  /** The literal that the call is, when it is known while compiling; undefined: it is lowered. */
  readonly fold?: (call: TypedCall, context: CheckContext) => TypedExpression | undefined;
}

/** Computes a value or has an effect in the kernel, wherever an expression may stand. */
export interface ValueFunction extends FunctionBase {
  readonly role: 'value';
  readonly pure: boolean;
  readonly lower: (lowering: Lowering, call: TypedCall) => Operand;
}

/** Sends an event; onEvent acts in user space. A statement, never a value. */
export interface AsyncFunction extends FunctionBase {
  readonly role: 'async';
  /** Emits the event (Lowering.emit); layout and data become the SiteSpec. */
  readonly lower: (lowering: Lowering, call: TypedCall) => void;
  readonly onEvent: (view: RecordView, effects: Effects, site: SiteSpec) => void;
}

/** The right-hand side of `@m[k] = f(...)`. */
export interface AggregationFunction extends FunctionBase {
  readonly role: 'aggregation';
  readonly aggregation: (
    args: readonly TypedExpression[],
    context: CheckContext,
  ) => AggregationType | undefined;
  /** What reading it in an expression takes; void: it cannot be read (hist, stats). */
  readonly readRequires?: Requirement;
  /** Type the map reads as in an expression. */
  readonly readsAs: (aggregation: AggregationType) => Type;
  /** Adds to this CPU's value at the key. */
  readonly lower: (
    lowering: Lowering,
    call: TypedCall,
    map: MapInfo,
    key: TypedExpression | undefined,
  ) => void;
  /** The integer an aggregation reads as, summed over CPUs where the kernel can. */
  readonly lowerRead: (lowering: Lowering, map: MapInfo, key: TypedExpression | undefined) => Operand;
}

export type FunctionEntry = ValueFunction | AsyncFunction | AggregationFunction;
