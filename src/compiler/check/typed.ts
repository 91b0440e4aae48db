// What the checker makes: a typed tree, free of sugar. Every expression has a type, names are resolved to their
// variable, map or registry entry, conversions are explicit, parameters are constants, attach points are expanded.
import type { Diagnostics, SourceFile, Span } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { BuiltinEntry, FunctionEntry } from '../language/entry.js';
import type { AddressRange } from '../language/names/address-range.js';
import type { HeaderEntry, HeaderField } from '../language/packet/header.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../language/probe-type.js';
import type { MapOrder, ProgramAttributes } from '../object-spec.js';
import type { Percentile } from '../types/percentile.js';
import type { AggregationType, Field, StackMode, Type } from '../types/type.js';

export interface TypedProgram {
  readonly source: SourceFile;
  readonly config: Config;
  readonly probes: readonly TypedProbe[]; // source order
  readonly maps: readonly MapInfo[]; // order of first use
  readonly sets: readonly SetInfo[]; // as declared; none of them is among the maps
}

export interface Config {
  readonly maxStrlen: number; // bytes, NUL included
  readonly maxMapKeys: number;
  readonly printMapsOnExit: boolean;
  readonly strTruncTrailer: string;
  readonly ringPages: number | undefined; // 4 KiB pages, a power of two; undefined: the run time decides
  /** What events go through; undefined: the ring, where the kernel has it. */
  readonly eventBuffer: 'ring' | 'perf' | undefined;
  readonly maxCatBytes: number;
  readonly missingProbes: 'error' | 'warn' | 'ignore';
  readonly maxProbes: number;
  readonly maxBpfProgs: number;
  /** Names of C++ functions in source form. */
  readonly cppDemangle: boolean;
  /** The script tests `traced` itself; probes are not filtered by process. */
  readonly ownFilter: boolean;
  readonly mapOrder: MapOrder | undefined;
  readonly percentiles: readonly Percentile[] | undefined;
  readonly unstableTseries: 'error' | 'warn' | 'enable';
  /** Of kstack and ustack without a mode. */
  readonly stackMode: StackMode;
  readonly license: string;
  readonly unstableTypeinfo: 'error' | 'warn' | 'enable';
  /** All settings by key, also those without effect: what the builtin `config` shows. */
  readonly settings: ReadonlyMap<string, number | boolean | string>;
}

/** A clause of the source. Targets with the same context layout share a variant (and so a program). */
export interface TypedProbe {
  readonly index: number;
  readonly span: Span;
  readonly variants: readonly TypedVariant[];
  readonly impossible: readonly ImpossibleAlternative[];
}

/** Alternatives `a || b` of one group: the first rank that can be attached serves. */
export interface Choice {
  readonly group: number;
  readonly rank: number;
}

/** An alternative that this machine has no place for. */
export interface ImpossibleAlternative {
  readonly group: number;
  readonly name: string; // as written
  readonly reason: string;
}

export interface TypedVariant {
  readonly probeType: ProbeTypeEntry;
  readonly attributes: ProgramAttributes;
  readonly targets: readonly Target[];
  readonly choice: Choice | undefined;
  readonly predicate: TypedExpression | undefined;
  readonly body: readonly TypedStatement[];
  readonly variables: readonly VariableInfo[];
}

/** One matched attach point: canonical parts and the spelling that `probe` gives. */
export interface Target extends ExpandedTarget {
  readonly span: Span;
}

/** A $variable of one variant. Compared by identity; shadowed names are separate. */
export interface VariableInfo {
  readonly name: string; // with the $
  readonly type: Type;
  readonly span: Span;
}

/** A map of the script, shared by all probes. */
export interface MapInfo {
  readonly name: string; // with the @
  readonly key: Type | undefined; // a tuple for several keys
  readonly value: Type;
  readonly span: Span;
  readonly maxEntries: number;
  readonly mapType: string | undefined; // 'lruhash', ... when declared
}

/** A set of prefixes, or of backends, loaded from a file. */
export interface SetInfo {
  readonly type: SetType;
  readonly name: string; // with the @
  readonly span: Span; // of its declaration
  readonly maxEntries: number; // prefixes of both families together
  /** Programs count, for each prefix, how many addresses it was the longest match of. */
  readonly counted: boolean;
}

/** What a set is declared as. */
export type SetType = 'lpmtrie' | 'backends';

export type TypedExpression = { readonly span: Span; readonly type: Type } & ExpressionForm;

export type ExpressionForm =
  | { readonly kind: 'integer'; readonly value: bigint } // within the range of its type; booleans are 0 and 1
  | { readonly kind: 'string'; readonly bytes: Uint8Array } // without a NUL; type.size includes it
  | { readonly kind: 'variable'; readonly variable: VariableInfo }
  /** Value at a key (0 or empty when absent). An aggregation reads as its integer: type is then an integer. */
  | { readonly kind: 'map-read'; readonly map: MapInfo; readonly key: TypedExpression | undefined }
  /** The map itself, as an argument: print(@x), clear(@x), len(@x). */
  | { readonly kind: 'map'; readonly map: MapInfo }
  | { readonly kind: 'builtin'; readonly entry: BuiltinEntry }
  | { readonly kind: 'call'; readonly entry: FunctionEntry; readonly call: TypedCall }
  | { readonly kind: 'unary'; readonly operator: '-' | '!' | '~'; readonly operand: TypedExpression }
  /**
   * Arithmetic and bitwise: both operands are already of this node's type (shift counts: any integer).
   * Comparisons: both operands have the same type (integers, tuples for == and !=), strings of any two sizes; the result is bool.
   */
  | {
      readonly kind: 'binary';
      readonly operator: TypedBinaryOperator;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  | {
      readonly kind: 'logical';
      readonly operator: '&&' | '||';
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  /** Condition is any scalar, true when not 0. Both arms have this node's type. */
  | {
      readonly kind: 'ternary';
      readonly condition: TypedExpression;
      readonly then: TypedExpression;
      readonly else: TypedExpression;
    }
  /** Statements, then a value; variables of the statements are in scope. */
  | { readonly kind: 'block'; readonly body: readonly TypedStatement[]; readonly value: TypedExpression }
  /** To this node's type: integer of another width or sign, bool, string of another size, pointer <-> integer. */
  | { readonly kind: 'convert'; readonly operand: TypedExpression }
  /** Of the packet that a packet probe sees; `index` of a byte of payload, 64 bits unsigned. */
  | { readonly kind: 'packet'; readonly read: PacketRead; readonly index?: TypedExpression }
  /** An address known beforehand: 4, 6 or 16 bytes in network order, as the type says. */
  | { readonly kind: 'inet-constant'; readonly bytes: Uint8Array }
  /** Whether an address (of the packet, or in memory) is in one of these ranges: bool. */
  | {
      readonly kind: 'address-in';
      readonly operand: TypedExpression;
      readonly ranges: readonly AddressRange[];
    }
  /** Whether an IPv4 or IPv6 address (of the packet, or in memory) is in a set: bool. */
  | { readonly kind: 'set-in'; readonly operand: TypedExpression; readonly set: string }
  /** Field of the probe's context: args.filename. */
  | { readonly kind: 'args-field'; readonly field: Field }
  /** `object` has a struct type and is an lvalue in memory (a deref, a field, an index). */
  | { readonly kind: 'field'; readonly object: TypedExpression; readonly field: Field }
  /** Where a value lies; of a map, where the kernel keeps the map itself. */
  | { readonly kind: 'address'; readonly of: TypedExpression } // a variable, a map, or reached through a pointer
  /** What the pointer points to: type is pointer.type.to. */
  | { readonly kind: 'deref'; readonly pointer: TypedExpression }
  | { readonly kind: 'member'; readonly object: TypedExpression; readonly index: number } // of a tuple or record
  /** Element of an array or, C-like, of a pointer. Out of a constant array's range is refused; a dynamic index is bounded. */
  | { readonly kind: 'index'; readonly object: TypedExpression; readonly index: TypedExpression }
  /** x++ and friends on an integer variable or map; the value is the old (postfix) or new (prefix) one. */
  | {
      readonly kind: 'update';
      readonly operator: '++' | '--';
      readonly prefix: boolean;
      readonly target: Place;
    }
  | { readonly kind: 'tuple'; readonly elements: readonly TypedExpression[] }
  | { readonly kind: 'record'; readonly fields: readonly TypedExpression[] }; // names are in the type

export type PacketFactName = 'len' | 'ifindex' | 'queue' | 'proto' | 'payload.len';

/** A field, and the header it is in. */
export interface HeaderChoice {
  readonly header: HeaderEntry;
  readonly field: HeaderField;
}

/**
 * What is read of a packet. A comparison that reads of a header which is not there is false; any other read of it gives 0.
 * - header, payload: bool, is it there?
 * - field: of the first of these headers that is there.
 */
export type PacketRead =
  | { readonly kind: 'header'; readonly header: HeaderEntry }
  | { readonly kind: 'payload' }
  | { readonly kind: 'field'; readonly name: string; readonly choices: readonly HeaderChoice[] }
  | { readonly kind: 'byte' }
  | { readonly kind: 'fact'; readonly name: PacketFactName };

export type TypedBinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>=';

/** A call as its entry's check() and lower() see it. */
export interface TypedCall {
  readonly span: Span;
  readonly args: readonly TypedExpression[];
  readonly type: Type;
  /** Spelling of the whole call is statement-level (its value unused). */
  readonly statement: boolean;
}

export type Place =
  | { readonly kind: 'variable'; readonly variable: VariableInfo }
  | { readonly kind: 'map'; readonly map: MapInfo; readonly key: TypedExpression | undefined };

export type TypedStatement = { readonly span: Span } & (
  | { readonly kind: 'expression'; readonly expression: TypedExpression }
  /** The value is already converted to the variable's or map's value type. */
  | { readonly kind: 'assign'; readonly target: Place; readonly value: TypedExpression }
  /** `let $x;`: the variable is all zeros again. */
  | { readonly kind: 'clear'; readonly variable: VariableInfo }
  /** target op= value on integers; on maps += and -= are atomic. */
  | {
      readonly kind: 'compound';
      readonly operator: TypedBinaryOperator;
      readonly target: Place;
      readonly value: TypedExpression;
      /** How / % and >> are calculated. */
      readonly signed: boolean;
    }
  /** To the field of the first of these headers that is there; the value is of its type. */
  | {
      readonly kind: 'packet-store';
      readonly choices: readonly HeaderChoice[];
      readonly value: TypedExpression;
    }
  /** @m[key] = count(), hist(x) ... */
  | {
      readonly kind: 'aggregate';
      readonly map: MapInfo;
      readonly key: TypedExpression | undefined;
      readonly entry: FunctionEntry;
      readonly call: TypedCall;
      readonly aggregation: AggregationType;
    }
  | {
      readonly kind: 'if';
      readonly condition: TypedExpression;
      readonly then: readonly TypedStatement[];
      readonly else: readonly TypedStatement[];
    }
  | { readonly kind: 'unroll'; readonly count: number; readonly body: readonly TypedStatement[] }
  | { readonly kind: 'while'; readonly condition: TypedExpression; readonly body: readonly TypedStatement[] }
  /** From `from` to one before `to`, both of the variable's type, evaluated once. */
  | {
      readonly kind: 'for-range';
      readonly variable: VariableInfo;
      readonly from: TypedExpression;
      readonly to: TypedExpression;
      readonly body: readonly TypedStatement[];
    }
  /** The variable is a tuple of key and value; an aggregation's value is the integer it reads as. */
  | {
      readonly kind: 'for-map';
      readonly variable: VariableInfo;
      readonly map: MapInfo;
      readonly body: readonly TypedStatement[];
    }
  | { readonly kind: 'break' | 'continue' }
  /** The value counts in test and bench probes, and in packet programs: there it is the verdict, without which only the block is left. */
  | { readonly kind: 'return'; readonly value: TypedExpression | undefined }
  /** A scope of its own (a bare block). */
  | { readonly kind: 'block'; readonly body: readonly TypedStatement[] }
);

/** What an entry's check hook may ask and say. */
export interface CheckContext {
  readonly env: Env;
  readonly config: Config;
  readonly diagnostics: Diagnostics;
  readonly probeType: ProbeTypeEntry;
  readonly attributes: ProgramAttributes;
  /** All targets of the program; the first stands for them where they are alike. */
  readonly targets: readonly Target[];
  readonly target: Target;
  /** --unsafe. */
  readonly unsafe: boolean;
}
