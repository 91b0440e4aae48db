// The syntax tree: a tagged union, every node with its span, nothing inferred. Later stages keep their findings elsewhere.
import type { Span } from '../diagnostics/diagnostic.js';

export interface Program {
  readonly kind: 'program';
  readonly span: Span;
  /** `config = { key = value; ... }`, at most one. */
  readonly config: readonly ConfigAssignment[];
  /** `let @name = lruhash(100);` at the top level. */
  readonly mapDeclarations: readonly MapDeclaration[];
  /** C types: `struct a { ... };`, enums, typedefs. */
  readonly definitions: readonly Definition[];
  /** `macro name($v, e, @m) { ... }` */
  readonly macros: readonly Macro[];
  readonly probes: readonly Probe[];
  /** Comments in order, for the formatter and for script headers; text without its delimiters. */
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly kind: 'comment';
  readonly span: Span;
  readonly text: string;
}

export interface ConfigAssignment {
  readonly kind: 'config-assignment';
  readonly span: Span;
  readonly key: string;
  readonly keySpan: Span;
  readonly value: string | bigint | boolean; // words and strings as string
  readonly valueSpan: Span;
}

export interface MapDeclaration {
  readonly kind: 'map-declaration';
  readonly span: Span;
  readonly name: string; // with the @
  readonly mapType: string;
  readonly maxEntries: bigint;
}

/** A block that calls are replaced by; its value is that of its last expression. */
export interface Macro {
  readonly kind: 'macro';
  readonly span: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly params: readonly MacroParameter[];
  readonly body: Block;
}

/** What may be written in its place: a $variable, a @map, any expression. */
export interface MacroParameter {
  readonly kind: 'variable' | 'map' | 'expression';
  readonly span: Span;
  readonly name: string; // with $ or @
}

/** A C definition at the top level or inside another one. `name` is '' when it has none. */
export type Definition = StructDefinition | EnumDefinition | TypedefDefinition;

export interface StructDefinition {
  readonly kind: 'struct-definition';
  readonly span: Span;
  readonly tag: 'struct' | 'union';
  readonly name: string;
  readonly members: readonly MemberDeclaration[];
  readonly packed: boolean;
  readonly align: CConstant | undefined; // bytes asked for by aligned()
}

export interface EnumDefinition {
  readonly kind: 'enum-definition';
  readonly span: Span;
  readonly name: string;
  /** Without a value it is one more than the one before, at first 0. */
  readonly enumerators: readonly { readonly name: string; readonly value: CConstant | undefined }[];
}

export interface TypedefDefinition {
  readonly kind: 'typedef';
  readonly span: Span;
  readonly name: string;
  readonly type: CType;
}

/** `type` is that of the member by itself: the members of `int a, *b;` are two. */
export interface MemberDeclaration {
  readonly span: Span;
  readonly name: string; // '' for an anonymous struct or union, and for bits that only fill
  readonly type: CType;
  readonly bits: CConstant | undefined;
  readonly packed: boolean;
  readonly align: CConstant | undefined;
}

/** `unsigned long *x[4]`: pointers first, then arrays of them. `int (*x)[4]` has another type as its base. */
export interface CType {
  readonly kind: 'c-type';
  readonly span: Span;
  readonly base:
    | Definition
    | CType
    | {
        readonly kind: 'named';
        readonly tag: 'struct' | 'union' | 'enum' | undefined;
        readonly name: string; // words joined by a space
      }
    /** Only ever pointed to. */
    | { readonly kind: 'function' };
  readonly pointers: number;
  readonly dimensions: readonly (CConstant | undefined)[]; // undefined: flexible
}

/** A constant expression of C: size of an array, width of a bitfield, value of an enumerator. The checker calculates it. */
export type CConstant = { readonly span: Span } & (
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'sizeof'; readonly type: CType }
  | { readonly kind: 'unary'; readonly operator: '-' | '~' | '!'; readonly operand: CConstant }
  | {
      readonly kind: 'binary';
      readonly operator: COperator;
      readonly left: CConstant;
      readonly right: CConstant;
    }
  | {
      readonly kind: 'ternary';
      readonly condition: CConstant;
      readonly then: CConstant;
      readonly else: CConstant;
    }
  | { readonly kind: 'cast'; readonly type: CType; readonly operand: CConstant }
);

/** A clause: attach points, predicate, block. */
export interface Probe {
  readonly kind: 'probe';
  readonly span: Span;
  readonly attachPoints: readonly AttachPoint[];
  readonly predicate: Expression | undefined;
  /** Without a block (`body` is empty): it prints its event. */
  readonly bare?: true;
  readonly body: Block;
}

/**
 * `tracepoint:syscalls:sys_enter_*` as parts split at ':', quotes removed; $1-style parameters are substituted by the
 * parser from ParseOptions.params. `BEGIN` has one part. `otherwise` are those behind `||`, in order: the first that can be
 * attached serves.
 */
export interface AttachPoint {
  readonly kind: 'attach-point';
  readonly span: Span;
  readonly parts: readonly { readonly text: string; readonly span: Span }[];
  readonly otherwise: readonly AttachPoint[];
}

export interface Block {
  readonly kind: 'block';
  readonly span: Span;
  readonly statements: readonly Statement[];
}

export type Statement =
  | Block
  | { readonly kind: 'expression-statement'; readonly span: Span; readonly expression: Expression }
  /** `target = value`, `target += value` ...; operator is undefined for plain `=`. */
  | {
      readonly kind: 'assignment';
      readonly span: Span;
      readonly target: Variable | MapAccess;
      readonly operator: COperator | undefined;
      readonly value: Expression;
    }
  /** `ip.ttl = 64`, `dport += 1`: to a part of a packet. */
  | {
      readonly kind: 'member-assignment';
      readonly span: Span;
      readonly target: Extract<Expression, { readonly kind: 'member' | 'identifier' }>;
      readonly operator: COperator | undefined;
      readonly value: Expression;
    }
  /** `let $x;` `let $x: uint32 = e;` */
  | {
      readonly kind: 'declaration';
      readonly span: Span;
      readonly variable: Variable;
      readonly type: TypeName | undefined;
      readonly value: Expression | undefined;
    }
  /** `_ = expr;` */
  | { readonly kind: 'discard'; readonly span: Span; readonly expression: Expression }
  | {
      readonly kind: 'if';
      readonly span: Span;
      readonly condition: Expression;
      readonly then: Block;
      readonly else: Statement | undefined; // a block or another if
    }
  | { readonly kind: 'unroll'; readonly span: Span; readonly count: Expression; readonly body: Block }
  | { readonly kind: 'while'; readonly span: Span; readonly condition: Expression; readonly body: Block }
  | {
      readonly kind: 'for-range';
      readonly span: Span;
      readonly variable: Variable;
      readonly from: Expression;
      readonly to: Expression;
      readonly body: Block;
    }
  | {
      readonly kind: 'for-map';
      readonly span: Span;
      readonly variable: Variable;
      readonly map: MapAccess;
      readonly body: Block;
    }
  | { readonly kind: 'break' | 'continue'; readonly span: Span }
  | { readonly kind: 'return'; readonly span: Span; readonly value: Expression | undefined };

export type UnaryOperator = '-' | '!' | '~' | '*' | '&';
export type COperator =
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
  | '&&'
  | '||'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>=';

export type BinaryOperator =
  | COperator
  /** Contextual: `x in "80,443"`. */
  | 'in'
  /** With text in quotes behind it: `comm =~ "kworker*"`. */
  | '=~'
  | '!~';

export interface Variable {
  readonly kind: 'variable';
  readonly span: Span;
  readonly name: string; // with the $
}

/** `@name`, `@name[a, b]`; `keys` undefined without brackets. The anonymous map is '@'. */
export interface MapAccess {
  readonly kind: 'map-access';
  readonly span: Span;
  readonly name: string; // with the @
  readonly keys: readonly Expression[] | undefined;
}

export interface RecordField {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Expression;
  /** `name=value if condition`: without the field when that does not hold; known before the program runs. */
  readonly when: Expression | undefined;
}

export type Expression =
  | Variable
  | MapAccess
  /** `1e6`, `0x10`, `1_000`, `5ms` (ns). `signed`: false when suffixed u/U. `text` as written. */
  | {
      readonly kind: 'integer-literal';
      readonly span: Span;
      readonly value: bigint;
      readonly unsigned: boolean;
      readonly text: string;
    }
  /** The literal's bytes after escapes (UTF-8 of the text; \x and octal escapes give single bytes), without a NUL. */
  | { readonly kind: 'string-literal'; readonly span: Span; readonly bytes: Uint8Array }
  | { readonly kind: 'boolean-literal'; readonly span: Span; readonly value: boolean }
  /** `pid`, `comm`, enum constants, `args`: any bare word. */
  | { readonly kind: 'identifier'; readonly span: Span; readonly name: string }
  /** `$1` (index 1), `$#` (index 'count'). */
  | { readonly kind: 'parameter'; readonly span: Span; readonly index: number | 'count' }
  | {
      readonly kind: 'call';
      readonly span: Span;
      readonly name: string;
      readonly nameSpan: Span;
      readonly args: readonly Expression[];
    }
  | {
      readonly kind: 'unary';
      readonly span: Span;
      readonly operator: UnaryOperator;
      readonly operand: Expression;
    }
  /** `x++` on a variable or map. */
  | {
      readonly kind: 'update';
      readonly span: Span;
      readonly operator: '++' | '--';
      readonly prefix: boolean;
      readonly target: Variable | MapAccess;
    }
  | {
      readonly kind: 'binary';
      readonly span: Span;
      readonly operator: BinaryOperator;
      readonly operatorSpan: Span;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `c ? a : b`; `then` undefined for `c ?: b`. */
  | {
      readonly kind: 'ternary';
      readonly span: Span;
      readonly condition: Expression;
      readonly then: Expression | undefined;
      readonly else: Expression;
    }
  | { readonly kind: 'cast'; readonly span: Span; readonly type: TypeName; readonly operand: Expression }
  /** `a.b` and `a->b` (`arrow`); `name` may be a tuple index as digits ('0'). */
  | {
      readonly kind: 'member';
      readonly span: Span;
      readonly object: Expression;
      readonly name: string;
      readonly nameSpan: Span;
      readonly arrow: boolean;
    }
  | { readonly kind: 'index'; readonly span: Span; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'tuple'; readonly span: Span; readonly elements: readonly Expression[] }
  | {
      readonly kind: 'record';
      readonly span: Span;
      readonly fields: readonly RecordField[];
    }
  /** `{ statements; value }`. */
  | {
      readonly kind: 'block-expression';
      readonly span: Span;
      readonly statements: readonly Statement[];
      readonly value: Expression;
    }
  /** `if (c) { a } else { b }` as a value. */
  | {
      readonly kind: 'if-expression';
      readonly span: Span;
      readonly condition: Expression;
      readonly then: Expression;
      readonly else: Expression;
    }
  /** `comptime e`: its value must be known before the program runs. */
  | { readonly kind: 'comptime'; readonly span: Span; readonly operand: Expression }
  /** `typeof(x)` and `struct a` as an argument: what a macro's parameter or a function takes as a type. */
  | { readonly kind: 'type-value'; readonly span: Span; readonly type: TypeName }
  | { readonly kind: 'typeinfo'; readonly span: Span; readonly of: TypeName | Expression }
  | { readonly kind: 'sizeof'; readonly span: Span; readonly of: TypeName | Expression }
  | {
      readonly kind: 'offsetof';
      readonly span: Span;
      readonly of: TypeName | Expression;
      readonly path: readonly string[];
    };

/** A type as written: `uint64`, `struct task_struct *`, `string[64]`, `uint8[4]`. */
export interface TypeName {
  readonly kind: 'type-name';
  readonly span: Span;
  readonly tag: 'struct' | 'union' | 'enum' | undefined;
  readonly name: string;
  /** `typeof(x)`: the type is that of x, and the name is empty. */
  readonly of?: TypeName | Expression;
  readonly pointers: number; // how many *
  readonly dimensions: readonly (number | undefined)[]; // [4][2]; undefined for []
}
