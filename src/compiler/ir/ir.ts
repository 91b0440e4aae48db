// The intermediate form: SSA values on virtual registers, basic blocks, several functions per program (entry, loop
// callbacks). Every instruction carries the span it came from. Values are 64-bit words; what the verifier tracks about
// them is in `kind`. Lowering writes it through IrBuilder (builder.ts), passes rewrite it, codegen turns it into bytes.
import type { Span } from '../diagnostics/diagnostic.js';

/** Index of a value within its function: the id of the instruction that defines it. */
export type ValueId = number;
export type BlockId = number;
export type Size = 1 | 2 | 4 | 8;

/** What the verifier takes a word to be. Arithmetic on anything but a scalar is limited to adding offsets. */
export type ValueKind =
  | 'scalar'
  | 'ctx'
  | 'map'
  | 'map-value'
  | 'stack'
  | 'memory'
  | 'packet'
  | 'btf'
  | 'function';

export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'udiv'
  | 'sdiv'
  | 'umod'
  | 'smod'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'lshr'
  | 'ashr';

/** Unsigned comparisons start with u, signed with s; `set` is (a & b) != 0. */
export type CompareOp = 'eq' | 'ne' | 'ult' | 'ule' | 'ugt' | 'uge' | 'slt' | 'sle' | 'sgt' | 'sge' | 'set';

export type Instr = { readonly id: ValueId; readonly span: Span | undefined } & Op;

export type Op =
  | { readonly op: 'const'; readonly value: bigint } // taken as 64 bits
  | { readonly op: 'param'; readonly index: number; readonly kind: ValueKind } // r1.. of the function; the entry's 0 is ctx
  /** udiv/umod by 0 give what BPF gives (0 / the dividend); sdiv/smod are expanded where the CPU version lacks them. Shift counts are masked. */
  | {
      readonly op: 'binary';
      readonly fn: BinaryOp;
      readonly width: 32 | 64;
      readonly a: ValueId;
      readonly b: ValueId;
    } // width 32: result zero-extended
  | { readonly op: 'extend'; readonly from: 1 | 2 | 4; readonly signed: boolean; readonly a: ValueId }
  /** 1 when it holds, else 0. */
  | {
      readonly op: 'compare';
      readonly fn: CompareOp;
      readonly width: 32 | 64;
      readonly a: ValueId;
      readonly b: ValueId;
    }
  /** Byte order swap of the low 16, 32 or 64 bits, zero-extended (host to big endian on a little-endian host). */
  | { readonly op: 'bswap'; readonly bits: 16 | 32 | 64; readonly a: ValueId }
  /** Direct load. `kind`: what the loaded word is (a BTF pointer, packet pointer, scalar...). `invariant`: memory that cannot change during the program (ctx). */
  | {
      readonly op: 'load';
      readonly size: Size;
      readonly signed: boolean;
      readonly base: ValueId;
      readonly offset: number;
      readonly kind: ValueKind;
      readonly invariant: boolean;
    }
  | {
      readonly op: 'store';
      readonly size: Size;
      readonly base: ValueId;
      readonly offset: number;
      readonly value: ValueId;
    }
  /** 4 or 8 bytes. 'add' gives no value (5.10); the fetching ones (5.12) give the old one; cmpxchg compares with `expected`. */
  | {
      readonly op: 'atomic';
      readonly fn: 'add' | 'fetch_add' | 'xchg' | 'cmpxchg' | 'or' | 'and';
      readonly size: 4 | 8;
      readonly base: ValueId;
      readonly offset: number;
      readonly value: ValueId;
      readonly expected?: ValueId;
    }
  /** A helper by UAPI name without the BPF_FUNC_ prefix ('map_lookup_elem'). `kind` of its result. `pure`: may be merged with an equal call or dropped. */
  | {
      readonly op: 'call';
      readonly helper: string;
      readonly args: readonly ValueId[];
      readonly kind: ValueKind;
      readonly pure: boolean;
    }
  | { readonly op: 'call-function'; readonly name: string; readonly args: readonly ValueId[] }
  | { readonly op: 'map'; readonly map: string }
  | { readonly op: 'map-value'; readonly map: string; readonly offset: number }
  | { readonly op: 'function'; readonly name: string } // address of a callback
  | { readonly op: 'ksym'; readonly name: string }
  /** Address of a fresh stack area of this function, valid in the whole function (lifetimes may be shared by codegen). */
  | { readonly op: 'stack'; readonly size: number; readonly align: 1 | 2 | 4 | 8 }
  | {
      readonly op: 'phi';
      readonly inputs: readonly { readonly block: BlockId; readonly value: ValueId }[];
      readonly kind: ValueKind;
    };

export type Terminator =
  | { readonly op: 'jump'; readonly to: BlockId; readonly span: Span | undefined }
  | {
      readonly op: 'branch';
      readonly fn: CompareOp;
      readonly width: 32 | 64;
      readonly a: ValueId;
      readonly b: ValueId;
      readonly then: BlockId;
      readonly else: BlockId;
      readonly span: Span | undefined;
      readonly likely?: 'then' | 'else';
    }
  | { readonly op: 'return'; readonly value: ValueId; readonly span: Span | undefined };

export interface BasicBlock {
  readonly id: BlockId;
  readonly instrs: readonly Instr[]; // phis first
  readonly end: Terminator;
}

export interface IrFunction {
  readonly name: string;
  readonly params: number;
  readonly blocks: readonly BasicBlock[]; // blocks[0] is the entry, which has no predecessors
}

export interface IrProgram {
  readonly name: string;
  readonly functions: readonly IrFunction[]; // functions[0] is the entry
}
