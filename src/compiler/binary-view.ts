// What the compiler asks of a program or library of user space: functions, symbols, USDT probes and, where there is debug
// information, parameters and types. kernel/host reads them; addresses are those the file is linked for.
import type { Field, Type } from './types/type.js';

/** Where an argument is when a function is entered. Registers count the integer argument registers from 0. */
export type ParameterPlace =
  /** A register for each eight bytes; null: these are in a vector register, which BPF cannot see. */
  | { readonly kind: 'registers'; readonly registers: readonly (number | null)[] }
  /** The register holds its address. */
  | { readonly kind: 'reference'; readonly register: number }
  /** Bytes above the stack pointer. */
  | { readonly kind: 'stack'; readonly offset: number }
  /** The same, of its address. */
  | { readonly kind: 'stack-reference'; readonly offset: number }
  | { readonly kind: 'vector' };

export interface FunctionParameter {
  readonly name: string; // '' when it has none
  readonly type: Type;
  /** As C writes the type: 'const char*'. */
  readonly text: string;
  readonly place: ParameterPlace;
  /** What the type is called that BPF cannot compute with: 'double'. */
  readonly unreadable?: string;
}

export interface BinarySymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number; // bytes, 0 when it is not known
  readonly kind: 'function' | 'object' | 'label';
}

/** A place where a program has a USDT probe. */
export interface UsdtLocation {
  readonly provider: string;
  readonly name: string;
  readonly address: number;
  /** Linked address of the u16 that counts who listens; 0: there is none. */
  readonly semaphore: number;
  /** As in the note: '-4@%edi 8@%rsi'. */
  readonly arguments: string;
}

/** Why a file cannot be probed. */
export type BinaryProblem = 'missing' | 'unreadable' | 'not-elf' | '32-bit' | 'big-endian' | 'other-machine';

/** What types of user space are made of. */
export interface BinaryTypes {
  /** Members of a struct whose layout is { from: 'dwarf', file, id }. */
  fields(file: string, id: number): readonly Field[];
}

/** `present`: parameters, types and lines can be asked for; `problem`: what kept an earlier question from being answered. */
export interface DebugInfoState {
  readonly present: boolean;
  readonly problem?: string | undefined;
}

/** Every look-up is lazy and remembered; `path` is one that resolve() gave. */
export interface UserSpace extends BinaryTypes {
  /**
   * Files that the target of a probe means, as this process can open them: a path, a path with wildcards, a program in PATH,
   * a library of ld.so.cache ('libc', 'libc.so.6'), `*` for whatever processes have mapped as code. None: there is none.
   */
  resolve(target: string): readonly string[];
  /** Probes are attached to one process only (-p, -c). */
  readonly ofOneProcess: boolean;
  /** Names that the target may have been meant to be. */
  alternatives(target: string): readonly string[];
  problem(path: string): BinaryProblem | undefined;
  /** Loaded where it is linked for: no PIE and no library. */
  isFixed(path: string): boolean;
  /** There is a symbol table beside the one of exported functions. */
  hasSymbols(path: string): boolean;
  /** Names of all functions, in byte order. */
  functions(path: string): readonly string[];
  /** Symbols of a name, the one that is meant first. */
  symbols(path: string, name: string): readonly BinarySymbol[];
  /** The function that holds an address. */
  symbolAt(path: string, address: number): { readonly name: string; readonly offset: number } | undefined;
  /** A C++ name as it is written in source; undefined for others. */
  demangled(name: string): string | undefined;
  /** Bytes from the start of the file; undefined where nothing is loaded. */
  fileOffset(path: string, address: number): { readonly offset: number; readonly code: boolean } | undefined;
  /** Does an instruction start there? Told by decoding the function from its start. */
  instructionAt(path: string, address: number): 'starts' | 'inside' | 'unknown';
  usdt(path: string): readonly UsdtLocation[];
  debugInfo(path: string): DebugInfoState;
  /** Of the function that starts at an address; undefined without debug information of it. */
  parameters(path: string, address: number): readonly FunctionParameter[] | undefined;
  /** A type by its name in the debug information: 'struct point', 'union u', 'enum e', 'size_t'. */
  type(path: string, name: string): Type | undefined;
  /** Address of the first instruction of a source line: 'file' when no unit is of the file, 'line' when it has no code. */
  line(path: string, file: string, line: number, column: number | undefined): number | 'file' | 'line';
}
