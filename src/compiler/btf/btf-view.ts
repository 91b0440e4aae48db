// What the other stages ask of a BTF blob (vmlinux): struct, enum and variable look-ups, on demand, already in our types.
import type { Field, StructType, Type } from '../types/type.js';

export interface BtfView {
  /** `struct`/`union` by name, without members resolved; undefined when unknown. */
  struct(name: string, tag?: 'struct' | 'union'): StructType | undefined;
  /** Type by name: typedef, enum, struct or base type ('u32', 'pid_t', 'struct sock'). */
  typeByName(name: string): Type | undefined;
  /** Members of a struct or union with { from: 'btf', id }, anonymous members flattened with summed offsets. */
  fields(id: number): readonly Field[];
  /** Value and enum of an enumerator ('TCP_ESTABLISHED'), searched over all enums. */
  enumerator(name: string): { readonly value: bigint; readonly type: Type } | undefined;
  /** Type of a kernel variable (BTF_KIND_VAR), e.g. per-CPU `runqueues`. */
  variable(name: string): { readonly id: number; readonly type: Type } | undefined;
  /** Parameters and return type of a kernel function (BTF_KIND_FUNC); for a tracepoint 'btf_trace_NAME' typedef too. */
  func(name: string):
    | {
        readonly id: number;
        readonly params: readonly Parameter[];
        readonly returns: Type;
        /** Why BPF trampolines cannot call a program for it; undefined: they can. */
        readonly obstacle?: string;
      }
    | undefined;
  /** The same as C declarations, for people: 'struct file *'. */
  prototype(name: string): Prototype | undefined;
  /** Id of a named type of a kind, for attach_btf_id and casts. */
  idOf(name: string, kind: 'struct' | 'union' | 'typedef' | 'func' | 'var'): number | undefined;
  /** All names of structs and unions, of functions, or of tracepoints (`btf_trace_NAME`, without the prefix); slow. Of a module: its own. */
  names(kind: 'struct' | 'func' | 'tracepoint'): Iterable<string>;
}

export interface Parameter {
  readonly name: string;
  readonly type: Type;
  /** The verifier lets tracing programs load it: not so, on some kernels, pointers to numbers, to pointers, to functions, to structs it does not know. */
  readonly loadable: boolean;
  /** Name of its floating-point type: it comes in no register that a program sees. */
  readonly float?: string;
}

export interface Prototype {
  readonly params: readonly { readonly name: string; readonly declaration: string }[];
  readonly returns: string;
}
