// Numbers of the BTF format (include/uapi/linux/btf.h), shared by the reader and the encoder.

export const BTF_MAGIC = 0xeb9f;
export const BTF_VERSION = 1;
/** Bytes of struct btf_header as we write it. */
export const BTF_HEADER_SIZE = 24;

export const BtfKind = {
  BTF_KIND_UNKN: 0,
  BTF_KIND_INT: 1,
  BTF_KIND_PTR: 2,
  BTF_KIND_ARRAY: 3,
  BTF_KIND_STRUCT: 4,
  BTF_KIND_UNION: 5,
  BTF_KIND_ENUM: 6,
  BTF_KIND_FWD: 7,
  BTF_KIND_TYPEDEF: 8,
  BTF_KIND_VOLATILE: 9,
  BTF_KIND_CONST: 10,
  BTF_KIND_RESTRICT: 11,
  BTF_KIND_FUNC: 12,
  BTF_KIND_FUNC_PROTO: 13,
  BTF_KIND_VAR: 14,
  BTF_KIND_DATASEC: 15,
  BTF_KIND_FLOAT: 16, // 5.13
  BTF_KIND_DECL_TAG: 17, // 5.16
  BTF_KIND_TYPE_TAG: 18, // 5.17
  BTF_KIND_ENUM64: 19, // 6.0
} as const;

/** Encoding bits of BTF_KIND_INT. */
export const BtfInt = { BTF_INT_SIGNED: 1, BTF_INT_CHAR: 2, BTF_INT_BOOL: 4 } as const;

/** `vlen` of a BTF_KIND_FUNC. */
export const BtfLinkage = { BTF_FUNC_STATIC: 0, BTF_FUNC_GLOBAL: 1, BTF_FUNC_EXTERN: 2 } as const;

/** Linkage of a BTF_KIND_VAR. */
export const BtfVar = { BTF_VAR_STATIC: 0, BTF_VAR_GLOBAL_ALLOCATED: 1, BTF_VAR_GLOBAL_EXTERN: 2 } as const;

/** 32-bit words that follow the three of struct btf_type; undefined for a kind that we do not know (its size, too). */
export function trailingWords(kind: number, vlen: number): number | undefined {
  switch (kind) {
    case BtfKind.BTF_KIND_INT:
    case BtfKind.BTF_KIND_VAR:
    case BtfKind.BTF_KIND_DECL_TAG:
      return 1;
    case BtfKind.BTF_KIND_ARRAY:
      return 3;
    case BtfKind.BTF_KIND_STRUCT:
    case BtfKind.BTF_KIND_UNION:
    case BtfKind.BTF_KIND_DATASEC:
    case BtfKind.BTF_KIND_ENUM64:
      return 3 * vlen;
    case BtfKind.BTF_KIND_ENUM:
    case BtfKind.BTF_KIND_FUNC_PROTO:
      return 2 * vlen;
    case BtfKind.BTF_KIND_PTR:
    case BtfKind.BTF_KIND_FWD:
    case BtfKind.BTF_KIND_TYPEDEF:
    case BtfKind.BTF_KIND_VOLATILE:
    case BtfKind.BTF_KIND_CONST:
    case BtfKind.BTF_KIND_RESTRICT:
    case BtfKind.BTF_KIND_FUNC:
    case BtfKind.BTF_KIND_FLOAT:
    case BtfKind.BTF_KIND_TYPE_TAG:
      return 0;
    default:
      return undefined;
  }
}
