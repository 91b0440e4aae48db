// One eBPF instruction as plain data (struct bpf_insn, include/uapi/linux/bpf.h), before maps, functions and BTF ids are
// known. A 16-byte ld_imm64 is ONE element here; `slots()` counts what the kernel counts.
//
//   opcode:8 | dst:4 src:4 | off:16 | imm:32

/** What the loader fills in: the instruction is then a ld_imm64 or a call whose immediate depends on the running kernel. */
export type Reference =
  | { readonly kind: 'map'; readonly map: string } // ld_imm64, BPF_PSEUDO_MAP_FD
  | { readonly kind: 'map-value'; readonly map: string; readonly offset: number } // ld_imm64, BPF_PSEUDO_MAP_VALUE
  | { readonly kind: 'function'; readonly name: string } // ld_imm64 BPF_PSEUDO_FUNC, or call BPF_PSEUDO_CALL
  | { readonly kind: 'ksym'; readonly name: string } // ld_imm64, BPF_PSEUDO_BTF_ID of a kernel variable
  | { readonly kind: 'kfunc'; readonly name: string }; // call BPF_PSEUDO_KFUNC_CALL

export interface Instruction {
  readonly opcode: number; // 0..255
  readonly dst: number; // register 0..10
  readonly src: number; // register 0..10, or a BPF_PSEUDO_* value
  readonly off: number; // int16: jump distance in slots from the next one, or memory offset
  readonly imm: number; // int32
  /** ld_imm64 only: the whole constant as unsigned decimal (JSON has no bigint). */
  readonly imm64?: string;
  readonly reference?: Reference;
}
