// Numbers of the kernel's BPF interface, under their UAPI names (include/uapi/linux/bpf.h, checked against Linux 6.18's BTF).
// One `as const` table per C enum or family of macros; `constantName` turns a number back into its name.

/** enum bpf_cmd: first argument of bpf(2). */
export const BpfCommand = {
  BPF_MAP_CREATE: 0,
  BPF_MAP_LOOKUP_ELEM: 1,
  BPF_MAP_UPDATE_ELEM: 2,
  BPF_MAP_DELETE_ELEM: 3,
  BPF_MAP_GET_NEXT_KEY: 4,
  BPF_PROG_LOAD: 5,
  BPF_OBJ_PIN: 6,
  BPF_OBJ_GET: 7,
  BPF_PROG_ATTACH: 8,
  BPF_PROG_DETACH: 9,
  BPF_PROG_TEST_RUN: 10,
  BPF_PROG_GET_NEXT_ID: 11,
  BPF_MAP_GET_NEXT_ID: 12,
  BPF_PROG_GET_FD_BY_ID: 13,
  BPF_MAP_GET_FD_BY_ID: 14,
  BPF_OBJ_GET_INFO_BY_FD: 15,
  BPF_PROG_QUERY: 16,
  BPF_RAW_TRACEPOINT_OPEN: 17,
  BPF_BTF_LOAD: 18,
  BPF_BTF_GET_FD_BY_ID: 19,
  BPF_TASK_FD_QUERY: 20,
  BPF_MAP_LOOKUP_AND_DELETE_ELEM: 21,
  BPF_MAP_FREEZE: 22,
  BPF_BTF_GET_NEXT_ID: 23,
  BPF_MAP_LOOKUP_BATCH: 24,
  BPF_MAP_LOOKUP_AND_DELETE_BATCH: 25,
  BPF_MAP_UPDATE_BATCH: 26,
  BPF_MAP_DELETE_BATCH: 27,
  BPF_LINK_CREATE: 28,
  BPF_LINK_UPDATE: 29,
  BPF_LINK_GET_FD_BY_ID: 30,
  BPF_LINK_GET_NEXT_ID: 31,
  BPF_ENABLE_STATS: 32,
  BPF_ITER_CREATE: 33,
  BPF_LINK_DETACH: 34,
  BPF_PROG_BIND_MAP: 35,
  BPF_TOKEN_CREATE: 36,
  BPF_PROG_STREAM_READ_BY_FD: 37,
} as const;

/** enum bpf_map_type. */
export const MapType = {
  BPF_MAP_TYPE_UNSPEC: 0,
  BPF_MAP_TYPE_HASH: 1,
  BPF_MAP_TYPE_ARRAY: 2,
  BPF_MAP_TYPE_PROG_ARRAY: 3,
  BPF_MAP_TYPE_PERF_EVENT_ARRAY: 4,
  BPF_MAP_TYPE_PERCPU_HASH: 5,
  BPF_MAP_TYPE_PERCPU_ARRAY: 6,
  BPF_MAP_TYPE_STACK_TRACE: 7,
  BPF_MAP_TYPE_CGROUP_ARRAY: 8,
  BPF_MAP_TYPE_LRU_HASH: 9,
  BPF_MAP_TYPE_LRU_PERCPU_HASH: 10,
  BPF_MAP_TYPE_LPM_TRIE: 11,
  BPF_MAP_TYPE_ARRAY_OF_MAPS: 12,
  BPF_MAP_TYPE_HASH_OF_MAPS: 13,
  BPF_MAP_TYPE_DEVMAP: 14,
  BPF_MAP_TYPE_SOCKMAP: 15,
  BPF_MAP_TYPE_CPUMAP: 16,
  BPF_MAP_TYPE_XSKMAP: 17,
  BPF_MAP_TYPE_SOCKHASH: 18,
  BPF_MAP_TYPE_CGROUP_STORAGE: 19,
  BPF_MAP_TYPE_REUSEPORT_SOCKARRAY: 20,
  BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE: 21,
  BPF_MAP_TYPE_QUEUE: 22,
  BPF_MAP_TYPE_STACK: 23,
  BPF_MAP_TYPE_SK_STORAGE: 24,
  BPF_MAP_TYPE_DEVMAP_HASH: 25,
  BPF_MAP_TYPE_STRUCT_OPS: 26,
  BPF_MAP_TYPE_RINGBUF: 27,
  BPF_MAP_TYPE_INODE_STORAGE: 28,
  BPF_MAP_TYPE_TASK_STORAGE: 29,
  BPF_MAP_TYPE_BLOOM_FILTER: 30,
  BPF_MAP_TYPE_USER_RINGBUF: 31,
  BPF_MAP_TYPE_CGRP_STORAGE: 32,
  BPF_MAP_TYPE_ARENA: 33,
} as const;

/** enum bpf_prog_type. */
export const ProgType = {
  BPF_PROG_TYPE_UNSPEC: 0,
  BPF_PROG_TYPE_SOCKET_FILTER: 1,
  BPF_PROG_TYPE_KPROBE: 2,
  BPF_PROG_TYPE_SCHED_CLS: 3,
  BPF_PROG_TYPE_SCHED_ACT: 4,
  BPF_PROG_TYPE_TRACEPOINT: 5,
  BPF_PROG_TYPE_XDP: 6,
  BPF_PROG_TYPE_PERF_EVENT: 7,
  BPF_PROG_TYPE_CGROUP_SKB: 8,
  BPF_PROG_TYPE_CGROUP_SOCK: 9,
  BPF_PROG_TYPE_LWT_IN: 10,
  BPF_PROG_TYPE_LWT_OUT: 11,
  BPF_PROG_TYPE_LWT_XMIT: 12,
  BPF_PROG_TYPE_SOCK_OPS: 13,
  BPF_PROG_TYPE_SK_SKB: 14,
  BPF_PROG_TYPE_CGROUP_DEVICE: 15,
  BPF_PROG_TYPE_SK_MSG: 16,
  BPF_PROG_TYPE_RAW_TRACEPOINT: 17,
  BPF_PROG_TYPE_CGROUP_SOCK_ADDR: 18,
  BPF_PROG_TYPE_LWT_SEG6LOCAL: 19,
  BPF_PROG_TYPE_LIRC_MODE2: 20,
  BPF_PROG_TYPE_SK_REUSEPORT: 21,
  BPF_PROG_TYPE_FLOW_DISSECTOR: 22,
  BPF_PROG_TYPE_CGROUP_SYSCTL: 23,
  BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE: 24,
  BPF_PROG_TYPE_CGROUP_SOCKOPT: 25,
  BPF_PROG_TYPE_TRACING: 26,
  BPF_PROG_TYPE_STRUCT_OPS: 27,
  BPF_PROG_TYPE_EXT: 28,
  BPF_PROG_TYPE_LSM: 29,
  BPF_PROG_TYPE_SK_LOOKUP: 30,
  BPF_PROG_TYPE_SYSCALL: 31,
  BPF_PROG_TYPE_NETFILTER: 32,
} as const;

/** enum bpf_attach_type: `expected_attach_type` of a program, `attach_type` of a link. */
export const AttachType = {
  BPF_TRACE_RAW_TP: 23,
  BPF_TRACE_FENTRY: 24,
  BPF_TRACE_FEXIT: 25,
  BPF_MODIFY_RETURN: 26,
  BPF_LSM_MAC: 27,
  BPF_TRACE_ITER: 28,
  BPF_XDP_DEVMAP: 33,
  BPF_XDP_CPUMAP: 35,
  BPF_XDP: 37,
  BPF_PERF_EVENT: 41,
  BPF_TRACE_KPROBE_MULTI: 42,
  BPF_STRUCT_OPS: 44,
  BPF_NETFILTER: 45,
  BPF_TCX_INGRESS: 46,
  BPF_TCX_EGRESS: 47,
  BPF_TRACE_UPROBE_MULTI: 48,
  BPF_NETKIT_PRIMARY: 54,
  BPF_NETKIT_PEER: 55,
  BPF_TRACE_KPROBE_SESSION: 56,
  BPF_TRACE_UPROBE_SESSION: 57,
} as const;

/** enum bpf_link_type. */
export const LinkType = {
  BPF_LINK_TYPE_UNSPEC: 0,
  BPF_LINK_TYPE_RAW_TRACEPOINT: 1,
  BPF_LINK_TYPE_TRACING: 2,
  BPF_LINK_TYPE_CGROUP: 3,
  BPF_LINK_TYPE_ITER: 4,
  BPF_LINK_TYPE_NETNS: 5,
  BPF_LINK_TYPE_XDP: 6,
  BPF_LINK_TYPE_PERF_EVENT: 7,
  BPF_LINK_TYPE_KPROBE_MULTI: 8,
  BPF_LINK_TYPE_STRUCT_OPS: 9,
  BPF_LINK_TYPE_NETFILTER: 10,
  BPF_LINK_TYPE_TCX: 11,
  BPF_LINK_TYPE_UPROBE_MULTI: 12,
  BPF_LINK_TYPE_NETKIT: 13,
  BPF_LINK_TYPE_SOCKMAP: 14,
} as const;

/** Flags of map updates, from programs and from bpf(2). */
export const UpdateFlag = {
  BPF_ANY: 0, // create or update
  BPF_NOEXIST: 1, // create only, else EEXIST
  BPF_EXIST: 2, // update only, else ENOENT
  BPF_F_LOCK: 4,
} as const;

/** `map_flags` of BPF_MAP_CREATE. */
export const MapFlag = {
  BPF_F_NO_PREALLOC: 1 << 0,
  BPF_F_NO_COMMON_LRU: 1 << 1,
  BPF_F_NUMA_NODE: 1 << 2,
  BPF_F_RDONLY: 1 << 3,
  BPF_F_WRONLY: 1 << 4,
  BPF_F_STACK_BUILD_ID: 1 << 5,
  BPF_F_ZERO_SEED: 1 << 6,
  BPF_F_RDONLY_PROG: 1 << 7, // 5.2: read only to programs
  BPF_F_WRONLY_PROG: 1 << 8,
  BPF_F_CLONE: 1 << 9,
  BPF_F_MMAPABLE: 1 << 10, // 5.5: array maps
  BPF_F_PRESERVE_ELEMS: 1 << 11,
  BPF_F_INNER_MAP: 1 << 12,
} as const;

/** `prog_flags` of BPF_PROG_LOAD. */
export const ProgFlag = {
  BPF_F_STRICT_ALIGNMENT: 1 << 0,
  BPF_F_ANY_ALIGNMENT: 1 << 1,
  BPF_F_TEST_RND_HI32: 1 << 2,
  BPF_F_TEST_STATE_FREQ: 1 << 3,
  BPF_F_SLEEPABLE: 1 << 4,
  BPF_F_XDP_HAS_FRAGS: 1 << 5,
} as const;

/** Flags of ring-buffer, perf-buffer and stack helpers. */
export const HelperFlag = {
  BPF_RB_NO_WAKEUP: 1 << 0,
  BPF_RB_FORCE_WAKEUP: 1 << 1,
  BPF_F_SKIP_FIELD_MASK: 0xff,
  BPF_F_USER_STACK: 1 << 8,
  BPF_F_FAST_STACK_CMP: 1 << 9,
  BPF_F_REUSE_STACKID: 1 << 10,
  BPF_F_USER_BUILD_ID: 1 << 11,
  BPF_F_INDEX_MASK: 0xffff_ffff,
  BPF_F_CURRENT_CPU: 0xffff_ffff,
} as const;

/** Answers of bpf_ringbuf_query. */
export const RingQuery = {
  BPF_RB_AVAIL_DATA: 0,
  BPF_RB_RING_SIZE: 1,
  BPF_RB_CONS_POS: 2,
  BPF_RB_PROD_POS: 3,
} as const;

/** Verdicts of XDP programs (enum xdp_action). */
export const XdpAction = { XDP_ABORTED: 0, XDP_DROP: 1, XDP_PASS: 2, XDP_TX: 3, XDP_REDIRECT: 4 } as const;

/** Verdicts of tc programs (include/uapi/linux/pkt_cls.h): those that tcx knows, as enum tcx_action_base. */
export const TcAction = { TC_ACT_UNSPEC: -1, TC_ACT_OK: 0, TC_ACT_SHOT: 2, TC_ACT_REDIRECT: 7 } as const;

/** Flags of bpf_l4_csum_replace(). */
export const ChecksumFlag = {
  BPF_F_PSEUDO_HDR: 1 << 4,
  BPF_F_MARK_MANGLED_0: 1 << 5,
  BPF_F_IPV6: 1 << 7,
} as const;

/** `mode` of bpf_skb_adjust_room(): behind the link header. */
export const BPF_ADJ_ROOM_MAC = 1;

/** Flags of bpf_skb_adjust_room(), 5.2: what the room is for. */
export const RoomFlag = {
  BPF_F_ADJ_ROOM_ENCAP_L3_IPV4: 1 << 1,
  BPF_F_ADJ_ROOM_ENCAP_L3_IPV6: 1 << 2,
} as const;

/** `src` of a ld_imm64: what its constant is; the loader fills it in. */
export const PseudoLoad = {
  BPF_PSEUDO_MAP_FD: 1,
  BPF_PSEUDO_MAP_VALUE: 2, // 5.2: low half fd, high half offset into the value
  BPF_PSEUDO_BTF_ID: 3, // 5.10: a kernel variable
  BPF_PSEUDO_FUNC: 4, // 5.13: a function of the program, for callbacks; imm as for a call
} as const;

/** `src` of a call: what its immediate is (0: a helper's number). */
export const PseudoCall = {
  BPF_PSEUDO_CALL: 1, // slots from the next instruction to a function of the program
  BPF_PSEUDO_KFUNC_CALL: 2, // BTF id of a kernel function, 5.13
} as const;

/** Low three bits of an opcode. */
export const InsnClass = {
  BPF_LD: 0x00,
  BPF_LDX: 0x01,
  BPF_ST: 0x02,
  BPF_STX: 0x03,
  BPF_ALU: 0x04, // 32-bit: the upper half of the destination becomes zero
  BPF_JMP: 0x05,
  BPF_JMP32: 0x06,
  BPF_ALU64: 0x07,
} as const;

/** Bits 3-4 of a load or store. */
export const MemSize = { BPF_W: 0x00, BPF_H: 0x08, BPF_B: 0x10, BPF_DW: 0x18 } as const;

/** Bits 5-7 of a load or store. */
export const MemMode = {
  BPF_IMM: 0x00,
  BPF_ABS: 0x20,
  BPF_IND: 0x40,
  BPF_MEM: 0x60,
  BPF_MEMSX: 0x80, // sign-extending load, 6.6
  BPF_ATOMIC: 0xc0,
} as const;

/** Bit 3 of an ALU or jump opcode: the second operand is a register. */
export const Operand = { BPF_K: 0x00, BPF_X: 0x08 } as const;

/** Bits 4-7 of an ALU opcode. */
export const AluOp = {
  BPF_ADD: 0x00,
  BPF_SUB: 0x10,
  BPF_MUL: 0x20,
  BPF_DIV: 0x30, // unsigned; off 1: signed, 6.6
  BPF_OR: 0x40,
  BPF_AND: 0x50,
  BPF_LSH: 0x60,
  BPF_RSH: 0x70,
  BPF_NEG: 0x80,
  BPF_MOD: 0x90, // unsigned; off 1: signed, 6.6
  BPF_XOR: 0xa0,
  BPF_MOV: 0xb0, // off 8, 16, 32: sign-extending, 6.6
  BPF_ARSH: 0xc0,
  BPF_END: 0xd0, // BPF_ALU: to little (K) or big (X) endian; BPF_ALU64: swap, 6.6
} as const;

/** Bits 4-7 of a jump opcode. */
export const JumpOp = {
  BPF_JA: 0x00,
  BPF_JEQ: 0x10,
  BPF_JGT: 0x20,
  BPF_JGE: 0x30,
  BPF_JSET: 0x40,
  BPF_JNE: 0x50,
  BPF_JSGT: 0x60,
  BPF_JSGE: 0x70,
  BPF_CALL: 0x80,
  BPF_EXIT: 0x90,
  BPF_JLT: 0xa0,
  BPF_JLE: 0xb0,
  BPF_JSLT: 0xc0,
  BPF_JSLE: 0xd0,
} as const;

/** `imm` of an atomic: the operation, with BPF_FETCH when the old value comes back in the source register (5.12). */
export const AtomicOp = {
  BPF_ADD: 0x00,
  BPF_OR: 0x40,
  BPF_AND: 0x50,
  BPF_XOR: 0xa0,
  BPF_FETCH: 0x01,
  BPF_XCHG: 0xe1,
  BPF_CMPXCHG: 0xf1, // compares with r0, which gets the old value
} as const;

/** Bytes of stack that a program's call chain has (MAX_BPF_STACK, include/linux/filter.h). */
export const MAX_BPF_STACK = 512;
/** Bytes of a program or map name, terminator included. */
export const BPF_OBJ_NAME_LEN = 16;
/** Bytes of a task's name, terminator included. */
export const TASK_COMM_LEN = 16;

/** Name of a number in one of the tables above; the number itself as text when it has none. */
export function constantName(table: Readonly<Record<string, number>>, value: number): string {
  for (const [name, number] of Object.entries(table)) if (number === value) return name;
  return String(value);
}
