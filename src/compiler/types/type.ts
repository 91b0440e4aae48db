// The types of the language, as plain data that survives JSON: the checker infers them, lower lays them out,
// and the run time decodes and prints by them.

export interface IntegerType {
  readonly kind: 'integer';
  readonly size: 1 | 2 | 4 | 8; // bytes
  readonly signed: boolean;
  /** It is an address, of this memory: kptr(), uptr(), a pointer that was cast. */
  readonly space?: AddressSpace;
  /** Enumerators, when the integer is of an enum type: printed by name with %s and print(). */
  readonly enum?: {
    readonly name: string;
    readonly values: readonly (readonly [name: string, value: string])[];
    /** They are bits, printed as those that are set: flag_names(). */
    readonly flags?: true;
    /** By name in JSON too: enum_name(). */
    readonly named?: true;
  };
}

/** A NUL-terminated string in `size` bytes, terminator included; bytes after it are zero in keys and tuples. */
export interface StringType {
  readonly kind: 'string';
  readonly size: number;
}

/** Raw bytes: a u32 length, then up to `size` bytes (buf()). */
export interface BufferType {
  readonly kind: 'buffer';
  readonly size: number;
}

/** Which memory an address is of: it decides how a load is made (BTF-typed, probe read kernel/user, direct). */
export type AddressSpace = 'kernel' | 'user' | 'ctx' | 'none';

/**
 * An address in network order. Of any family, 20 bytes: u32 family (AF_INET 2, AF_INET6 10), then 16 bytes, of which IPv4 takes
 * the first 4. Of one family: its 4 or 16 bytes alone.
 */
export interface InetType {
  readonly kind: 'inet';
  readonly family?: 4 | 6;
}

export interface PointerType {
  readonly kind: 'pointer';
  readonly to: Type;
  readonly space: AddressSpace;
  /** The verifier knows it as PTR_TO_BTF_ID of this vmlinux type (loads are direct, faults give 0). */
  readonly btf?: boolean;
  /** The address of a variable, whose type may still grow. */
  readonly local?: boolean;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly of: Type;
  readonly count: number;
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly offset: number; // bytes; for a bitfield of its storage unit
  readonly bits?: { readonly offset: number; readonly width: number };
  /**
   * Of tracepoints: the 4 bytes here hold (length << 16 | offset) of the data in the record, counted from the record's start
   * (`__data_loc`) or from behind these bytes (`__rel_loc`).
   */
  readonly dataLoc?: 'record' | 'field';
  /** What it is declared as where the type does not tell: text that it points to, other data, a number that lies in a wider place. */
  readonly declared?: 'text' | 'bytes' | IntegerType;
  /** What its type is called that BPF cannot compute with: 'double'. Reading it is refused. */
  readonly unreadable?: string;
}

/** A struct or union by value. Members of a vmlinux type are looked up lazily by BTF id; others are listed. */
export interface StructType {
  readonly kind: 'struct';
  readonly tag: 'struct' | 'union';
  readonly name: string; // without the tag; '' when anonymous
  readonly size: number; // bytes
  readonly layout: /** Id in the BTF of vmlinux, or of a module that has the type for itself. */
    | { readonly from: 'btf'; readonly id: number; readonly module?: string }
    /** Offset of its entry in the .debug_info of a file of user space. */
    | { readonly from: 'dwarf'; readonly file: string; readonly id: number }
    | { readonly from: 'fields'; readonly fields: readonly Field[] };
}

export interface TupleType {
  readonly kind: 'tuple';
  readonly elements: readonly Type[];
}

export interface RecordType {
  readonly kind: 'record';
  readonly fields: readonly { readonly name: string; readonly type: Type }[];
}

/** What a map of this value type accumulates. `value` is the integer type it reads as. */
export type AggregationType =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'min' | 'max' | 'avg' | 'stats'; readonly signed: boolean }
  | { readonly kind: 'hist'; readonly bits: number } // bits: log2 of sub-buckets per power of two, 0..5
  | { readonly kind: 'lhist'; readonly min: string; readonly max: string; readonly step: string } // int64 as decimal
  /** The last `count` intervals of so many ns (decimal); `merge`: what becomes of several values in one. See time-series.ts. */
  | {
      readonly kind: 'tseries';
      readonly interval: string;
      readonly count: number;
      readonly merge: 'last' | 'avg' | 'max' | 'min' | 'sum';
    };

export type Type =
  | { readonly kind: 'void' }
  | { readonly kind: 'error' } // poisoned: already reported, say nothing more
  | { readonly kind: 'bool' }
  | IntegerType
  | StringType
  | BufferType
  | PointerType
  | ArrayType
  | StructType
  | TupleType
  | RecordType
  | AggregationType
  | InetType
  | { readonly kind: 'mac' } // 6 bytes
  /** nsecs and clock of strftime(): 8 bytes of ns, u32 index of the format site. Printed as text. */
  | { readonly kind: 'timestamp'; readonly format: string }
  | StackType
  | { readonly kind: 'ksym' | 'usym' | 'username' }
  /** 8 bytes: number of a block device, as the kernel's dev_t (12 bits major, 20 bits minor). Printed as its name. */
  | { readonly kind: 'disk' }
  /** 8 bytes: id of a control group. Printed as its path in the hierarchies whose name matches the filter ('': all). */
  | {
      readonly kind: 'cgroup_path';
      readonly filter: string;
      /** Printed as the container that the group belongs to, '-' for none. */
      readonly container?: true;
    };

/** Lines of a stack: `sym+off`, perf script's, bare addresses, or (user only) build id and offset in the file. */
export type StackMode = 'bpftrace' | 'perf' | 'raw' | 'build_id';

/** The stored form is 16 bytes: u64 id of the frames (0: none), which lie once in the map stackMapName(); u64 pid. */
export interface StackType {
  readonly kind: 'stack';
  readonly space: 'kernel' | 'user';
  readonly mode: StackMode;
  readonly depth: number; // most frames, 0 to 1024
}

export const VOID: Type = { kind: 'void' };
export const ERROR: Type = { kind: 'error' };
export const INET: InetType = { kind: 'inet' };
/** Families in an address of any (include/linux/socket.h). */
export const AF_INET = 2;
export const AF_INET6 = 10;
export const INET4: InetType = { kind: 'inet', family: 4 };
export const INET6: InetType = { kind: 'inet', family: 6 };
export const MAC: Type = { kind: 'mac' };
export const BOOL: Type = { kind: 'bool' };
export const INT64: IntegerType = { kind: 'integer', size: 8, signed: true };
export const UINT64: IntegerType = { kind: 'integer', size: 8, signed: false };
export const INT32: IntegerType = { kind: 'integer', size: 4, signed: true };
export const UINT32: IntegerType = { kind: 'integer', size: 4, signed: false };

export function integer(size: 1 | 2 | 4 | 8, signed: boolean): IntegerType {
  return { kind: 'integer', size, signed };
}

/** The map's value accumulates; it is kept per CPU. */
export function isAggregation(type: Type): type is AggregationType {
  switch (type.kind) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
    case 'hist':
    case 'lhist':
    case 'tseries':
      return true;
    default:
      return false;
  }
}
