// Links: one function per kind of BPF_LINK_CREATE. Each returns an fd that is the caller's; closing the last
// one detaches the program, and so does the end of the process, however it ends.

import { AttachType } from '../../compiler/bpf/uapi.js';
import { cStringArray, type FieldValues } from './attr.js';
import { bpf } from './bpf.js';
import { ITER_CREATE, LINK_CREATE, LINK_DETACH, LINK_UPDATE, RAW_TRACEPOINT_OPEN } from './bpf-layout.js';

/** A perf event (tracepoint, kprobe, uprobe, sampling) and its cookie (5.15). */
export function linkCreatePerfEvent(progFd: number, perfEventFd: number, cookie?: bigint): number {
  return create({
    prog_fd: progFd,
    target_fd: perfEventFd,
    attach_type: AttachType.BPF_PERF_EVENT,
    'perf_event.bpf_cookie': cookie,
  });
}

export interface TracingLinkOptions {
  /** BPF_TRACE_FENTRY, _FEXIT, _RAW_TP, ...: the program's expected attach type. */
  readonly attachType: number;
  /** Given to the program by bpf_get_attach_cookie() (5.18; raw tracepoints 6.10). */
  readonly cookie?: bigint;
  /** For programs that trace another program. */
  readonly targetFd?: number;
  readonly targetBtfId?: number;
}

/** fentry, fexit, tp_btf: what the program was loaded for. 6.0; before it, rawTracepointOpen(undefined, ...). */
export function linkCreateTracing(progFd: number, options: TracingLinkOptions): number {
  return create({
    prog_fd: progFd,
    target_fd: options.targetFd,
    attach_type: options.attachType,
    'tracing.target_btf_id': options.targetBtfId,
    'tracing.cookie': options.cookie,
  });
}

/** XDP on an interface (5.9); flags: XDP_FLAGS_SKB_MODE, _DRV_MODE. EBUSY: another program owns it. */
export function linkCreateXdp(progFd: number, ifindex: number, flags = 0): number {
  return create({ prog_fd: progFd, target_ifindex: ifindex, attach_type: AttachType.BPF_XDP, flags });
}

/** A BPF iterator (5.8); info: union bpf_iter_link_info. Read it through iterCreate(). */
export function linkCreateIter(progFd: number, info?: Uint8Array): number {
  return create({
    prog_fd: progFd,
    attach_type: AttachType.BPF_TRACE_ITER,
    iter_info: info,
    iter_info_len: info?.byteLength,
  });
}

export interface KprobeMultiOptions {
  /** Symbols, or their addresses instead. */
  readonly symbols?: readonly string[];
  readonly addresses?: BigUint64Array;
  /** One per symbol. */
  readonly cookies?: BigUint64Array;
  /** BPF_F_KPROBE_MULTI_RETURN: 1. */
  readonly flags?: number;
  /** BPF_TRACE_KPROBE_SESSION (6.10) instead of BPF_TRACE_KPROBE_MULTI. */
  readonly attachType?: number;
}

/** Many kernel functions at once (5.18, needs fprobe). Fails as a whole if one cannot be traced. */
export function linkCreateKprobeMulti(progFd: number, options: KprobeMultiOptions): number {
  const names = options.symbols && cStringArray(options.symbols);
  const fd = create({
    prog_fd: progFd,
    attach_type: options.attachType ?? AttachType.BPF_TRACE_KPROBE_MULTI,
    'kprobe_multi.flags': options.flags,
    'kprobe_multi.cnt': options.symbols?.length ?? options.addresses?.length,
    'kprobe_multi.syms': names?.pointers,
    'kprobe_multi.addrs': options.addresses,
    'kprobe_multi.cookies': options.cookies,
  });
  stringsInUse = names?.pinned;
  stringsInUse = undefined;
  return fd;
}

export interface UprobeMultiOptions {
  readonly path: string;
  /** File offsets in `path`. */
  readonly offsets: BigUint64Array;
  /** File offsets of USDT semaphores, 0 for none; one per offset. */
  readonly refCtrOffsets?: BigUint64Array;
  readonly cookies?: BigUint64Array;
  /** BPF_F_UPROBE_MULTI_RETURN: 1. */
  readonly flags?: number;
  /** 0: all processes. */
  readonly pid?: number;
  /** BPF_TRACE_UPROBE_SESSION (6.13) instead of BPF_TRACE_UPROBE_MULTI. */
  readonly attachType?: number;
}

/** Many places of one file at once (6.6). */
export function linkCreateUprobeMulti(progFd: number, options: UprobeMultiOptions): number {
  return create({
    prog_fd: progFd,
    attach_type: options.attachType ?? AttachType.BPF_TRACE_UPROBE_MULTI,
    'uprobe_multi.path': options.path,
    'uprobe_multi.offsets': options.offsets,
    'uprobe_multi.ref_ctr_offsets': options.refCtrOffsets,
    'uprobe_multi.cookies': options.cookies,
    'uprobe_multi.cnt': options.offsets.length,
    'uprobe_multi.flags': options.flags,
    'uprobe_multi.pid': options.pid,
  });
}

/** tc without a qdisc (6.6); attachType: BPF_TCX_INGRESS or BPF_TCX_EGRESS. Runs after those attached before. */
export function linkCreateTcx(progFd: number, ifindex: number, attachType: number, flags = 0): number {
  return create({ prog_fd: progFd, target_ifindex: ifindex, attach_type: attachType, flags });
}

/**
 * BPF_RAW_TRACEPOINT_OPEN -> fd. name: the tracepoint ("sched_switch"); undefined for programs whose target
 * is in their attach_btf_id (tp_btf, fentry, fexit). cookie: 6.10.
 */
export function rawTracepointOpen(name: string | undefined, progFd: number, cookie?: bigint): number {
  return bpf('BPF_RAW_TRACEPOINT_OPEN', RAW_TRACEPOINT_OPEN, { name, prog_fd: progFd, cookie }, name).result;
}

/** BPF_LINK_UPDATE: swaps the program; oldProgFd makes it fail with EPERM unless that one is attached. */
export function linkUpdate(linkFd: number, newProgFd: number, oldProgFd?: number): void {
  const BPF_F_REPLACE = 4;
  bpf('BPF_LINK_UPDATE', LINK_UPDATE, {
    link_fd: linkFd,
    new_prog_fd: newProgFd,
    old_prog_fd: oldProgFd,
    flags: oldProgFd === undefined ? 0 : BPF_F_REPLACE,
  });
}

/** BPF_LINK_DETACH (5.9): detaches at once, whoever else holds the link. Not for perf events. */
export function linkDetach(linkFd: number): void {
  bpf('BPF_LINK_DETACH', LINK_DETACH, { link_fd: linkFd });
}

/** BPF_ITER_CREATE (5.8) -> an fd to read() the iterator's output from. */
export function iterCreate(linkFd: number): number {
  return bpf('BPF_ITER_CREATE', ITER_CREATE, { link_fd: linkFd }).result;
}

/** Holds the strings behind an array of pointers until the command is over. */
export let stringsInUse: readonly Uint8Array[] | undefined;

function create(values: FieldValues<keyof typeof LINK_CREATE.fields>): number {
  return bpf('BPF_LINK_CREATE', LINK_CREATE, values).result;
}
