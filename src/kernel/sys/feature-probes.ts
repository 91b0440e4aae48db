// One probe per kernel feature: the version that brought it, and a trial. A trial answers, or throws a
// SyscallError that stands for "no" (EPERM and EACCES: cannot tell).

import { existsSync, readFileSync } from 'node:fs';
import {
  alu64,
  atomic,
  callHelper,
  callKfunc,
  exit,
  imm,
  mov,
  reg,
  signedDivide,
  store,
} from '../../compiler/bpf/assemble.js';
import { encode } from '../../compiler/bpf/encode.js';
import type { HelperName } from '../../compiler/bpf/helper.js';
import type { Instruction } from '../../compiler/bpf/instruction.js';
import { AttachType, MapType, ProgType } from '../../compiler/bpf/uapi.js';
import { LITTLE_ENDIAN } from './attr.js';
import { btfLoad } from './btf.js';
import { SyscallError, VerifierError } from './error.js';
import { closeFd } from './fd.js';
import type { KernelFeature } from './features.js';
import { isAtLeast, type KernelVersion } from './kernel-version.js';
import {
  linkCreateKprobeMulti,
  linkCreatePerfEvent,
  linkCreateTcx,
  linkCreateUprobeMulti,
  rawTracepointOpen,
} from './link.js';
import { mapCreate } from './map.js';
import { mapLookupBatch } from './map-batch.js';
import { perfEventOpen } from './perf-event.js';
import { type ProgLoadOptions, progLoad } from './program.js';

export interface FeatureContext {
  readonly kernel: KernelVersion;
  /** As Node names it: 'x64', 'arm64'. */
  readonly arch: string;
  /** Id of a named type in vmlinux BTF. */
  idOf(name: string, kind: 'typedef' | 'func'): number | undefined;
}

interface FeatureProbe {
  readonly since: readonly [major: number, minor: number];
  works(context: FeatureContext): boolean;
}

/** Functions that a kernel lets trace, least disturbing first: the first exists to be probed. */
const HARMLESS_FUNCTIONS = ['bpf_fentry_test1', 'vfs_fsync', 'vfs_read'] as const;

export const PROBES: Readonly<Record<KernelFeature, FeatureProbe>> = {
  // No kernel since is without it: asking the version saves every session a trial.
  ringbuf: {
    since: [5, 8],
    works: ({ kernel }) => isAtLeast(kernel, [5, 8]) || hasHelper('BPF_FUNC_ringbuf_output'),
  },
  ktime_get_boot_ns: { since: [5, 8], works: () => hasHelper('BPF_FUNC_ktime_get_boot_ns') },
  get_current_task_btf: {
    since: [5, 11],
    // Kernels with type information have it.
    works: ({ kernel }) =>
      (isAtLeast(kernel, [5, 11]) && existsSync('/sys/kernel/btf/vmlinux')) ||
      hasHelper('BPF_FUNC_get_current_task_btf'),
  },
  for_each_map_elem: { since: [5, 13], works: () => hasHelper('BPF_FUNC_for_each_map_elem') },
  loop: { since: [5, 17], works: () => hasHelper('BPF_FUNC_loop') },
  override_return: {
    since: [4, 16],
    works: () => hasHelper('BPF_FUNC_override_return', { type: ProgType.BPF_PROG_TYPE_KPROBE }),
  },
  probe_write_user: { since: [4, 8], works: () => hasHelper('BPF_FUNC_probe_write_user') },
  get_func_arg: {
    since: [5, 17],
    works({ idOf }) {
      const attachBtfId = HARMLESS_FUNCTIONS.map(name => idOf(name, 'func')).find(id => id !== undefined);
      if (attachBtfId === undefined) return false;
      const type = ProgType.BPF_PROG_TYPE_TRACING;
      const expectedAttachType = AttachType.BPF_TRACE_FENTRY;
      return hasHelper('BPF_FUNC_get_func_arg', { type, expectedAttachType, attachBtfId });
    },
  },
  lookup_percpu_elem: { since: [5, 19], works: () => hasHelper('BPF_FUNC_map_lookup_percpu_elem') },
  atomic_fetch: {
    since: [5, 12],
    // Part of the instruction set: the version tells as well, and saves a trial of 1.4 ms. On arm64 they came later, and only
    // a kernel that may interpret programs has them before (arch/arm64/net/bpf_jit_comp.c).
    works: ({ kernel, arch }) =>
      isAtLeast(kernel, arch === 'arm64' ? [5, 18] : [5, 12]) ||
      loads([store(8, 10, -8, imm(1)), mov(0, imm(1)), atomic('add', 8, 10, -8, 0, true), exit()]),
  },
  signed_division: {
    since: [6, 6],
    // As for atomic_fetch: x86-64 and arm64 have it in that kernel.
    works: ({ kernel, arch }) =>
      (isAtLeast(kernel, [6, 6]) && (arch === 'x64' || arch === 'arm64')) ||
      loads([mov(0, imm(1)), mov(1, imm(1)), signedDivide('div', 0, reg(1)), exit()]),
  },
  // A kernel that knows the link type complains about the fd or the target, one that does not about the attr.
  perf_link: {
    since: [5, 15],
    // As for rings: no kernel since is without.
    works: ({ kernel }) =>
      isAtLeast(kernel, [5, 15]) ||
      failure(() => withProgram({}, fd => linkCreatePerfEvent(fd, -1))) === 'EBADF',
  },
  uprobe_multi: {
    since: [6, 6],
    works: () =>
      failure(() =>
        withProgram(
          { type: ProgType.BPF_PROG_TYPE_KPROBE, expectedAttachType: AttachType.BPF_TRACE_UPROBE_MULTI },
          fd => linkCreateUprobeMulti(fd, { path: '/', offsets: BigUint64Array.of(0n) }),
        ),
      ) === 'EBADF',
  },
  tcx: {
    since: [6, 6],
    works: () =>
      failure(() =>
        withProgram({ type: ProgType.BPF_PROG_TYPE_SCHED_CLS }, fd =>
          linkCreateTcx(fd, 0x7fffffff, AttachType.BPF_TCX_INGRESS),
        ),
      ) === 'ENODEV',
  },
  raw_tracepoint_cookie: {
    since: [6, 10],
    works: () =>
      failure(() =>
        withProgram({ type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT }, fd =>
          rawTracepointOpen('tsbpf_none', fd, 1n),
        ),
      ) === 'ENOENT',
  },
  kprobe: {
    since: [4, 17],
    works() {
      const type = perfEventType('kprobe');
      return type !== undefined && HARMLESS_FUNCTIONS.some(name => opens(type, name));
    },
  },
  uprobe: { since: [4, 17], works: () => perfEventType('uprobe') !== undefined },
  kprobe_multi: {
    since: [5, 18],
    works: () =>
      HARMLESS_FUNCTIONS.some(name =>
        succeeds(() =>
          withProgram(
            { type: ProgType.BPF_PROG_TYPE_KPROBE, expectedAttachType: AttachType.BPF_TRACE_KPROBE_MULTI },
            fd => linkCreateKprobeMulti(fd, { symbols: [name] }),
          ),
        ),
      ),
  },
  kprobe_session: {
    since: [6, 10],
    works(context) {
      const id = context.idOf('bpf_session_is_return', 'func');
      if (id === undefined) return false;
      const insns = encode([callKfunc('bpf_session_is_return'), mov(0, imm(0)), exit()], () => ({ imm: id }));
      const attachType = AttachType.BPF_TRACE_KPROBE_SESSION;
      const type = ProgType.BPF_PROG_TYPE_KPROBE;
      return (
        failure(() =>
          withProgram({ type, expectedAttachType: attachType, insns }, fd =>
            linkCreateKprobeMulti(fd, { symbols: ['tsbpf_none'], attachType }),
          ),
        ) === 'ESRCH'
      );
    },
  },
  fentry: {
    since: [5, 5],
    works: context =>
      HARMLESS_FUNCTIONS.some(name => attaches(AttachType.BPF_TRACE_FENTRY, context.idOf(name, 'func'))),
  },
  tp_btf: {
    since: [5, 5],
    works: context =>
      attaches(AttachType.BPF_TRACE_RAW_TP, context.idOf('btf_trace_sched_process_free', 'typedef')),
  },
  program_btf: {
    since: [5, 0],
    works() {
      closeFd(btfLoad(functionBtf()));
      return true;
    },
  },
  map_batch: {
    since: [5, 6],
    works() {
      const map = mapCreate({ type: MapType.BPF_MAP_TYPE_HASH, keySize: 4, valueSize: 4, maxEntries: 1 });
      try {
        const four = (): Uint8Array => new Uint8Array(4);
        return mapLookupBatch(map, { keys: four(), values: four(), count: 1, out: four() }).done;
      } finally {
        closeFd(map);
      }
    },
  },
};

/** As libbpf's libbpf_probe_bpf_helper: the verifier says whether it knows the number before it looks at arguments. */
function hasHelper(name: HelperName, program: Partial<ProgLoadOptions> = {}): boolean {
  try {
    return withProgram({ insns: encode([callHelper(name), exit()]), ...program }, () => undefined);
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    return !/(invalid|unknown) func |program of this type cannot use helper|cannot use helper/.test(
      error.log,
    );
  }
}

function loads(insns: readonly Instruction[]): boolean {
  return withProgram({ insns: encode(insns) }, () => undefined);
}

/** Loads a program (default: a tracepoint's that returns 0), lets `attach` make an fd, closes both. */
function withProgram(
  options: Partial<ProgLoadOptions>,
  attach: (progFd: number) => number | undefined,
): true {
  const { fd } = progLoad({ type: ProgType.BPF_PROG_TYPE_TRACEPOINT, insns: RETURN_0, ...options });
  try {
    const link = attach(fd);
    if (link !== undefined) closeFd(link);
    return true;
  } finally {
    closeFd(fd);
  }
}

/** Whether this process may load the simplest tracing program: CAP_BPF and CAP_PERFMON. */
export function mayLoad(): boolean {
  try {
    return withProgram({}, () => undefined);
  } catch {
    return false;
  }
}

const RETURN_0 = encode([alu64('mov', 0, imm(0)), exit()]);

function attaches(expectedAttachType: number, attachBtfId: number | undefined): boolean {
  if (attachBtfId === undefined) return false;
  return succeeds(() =>
    withProgram({ type: ProgType.BPF_PROG_TYPE_TRACING, expectedAttachType, attachBtfId }, fd =>
      rawTracepointOpen(undefined, fd),
    ),
  );
}

/** Opening the event registers the probe, although it is not yet enabled. */
function opens(type: number, symbol: string): boolean {
  return succeeds(() => {
    closeFd(perfEventOpen({ type, kprobe_func: symbol, disabled: true }, { pid: -1, cpu: 0 }));
    return true;
  });
}

/** False when it fails for another reason than privilege. */
function succeeds(trial: () => boolean): boolean {
  return failure(trial) === undefined;
}

/** The errno that a trial fails with, or undefined. Privilege stays an error. */
function failure(trial: () => unknown): string | undefined {
  try {
    trial();
    return undefined;
  } catch (error) {
    if (!(error instanceof SyscallError) || error.code === 'EPERM' || error.code === 'EACCES') throw error;
    return error.code;
  }
}

/** The number of a dynamic perf event source, undefined when the kernel has none of that name. */
export function perfEventType(source: string): number | undefined {
  try {
    return Number(readFileSync(`/sys/bus/event_source/devices/${source}/type`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The smallest BTF with a function: FUNC_PROTO () -> void, FUNC "f" (struct btf_header, include/uapi/linux/btf.h). */
function functionBtf(): Uint8Array {
  const [headerSize, typesSize, stringsSize] = [24, 24, 3];
  const bytes = new Uint8Array(headerSize + typesSize + stringsSize);
  const view = new DataView(bytes.buffer);
  const KIND_FUNC = 12 << 24;
  const KIND_FUNC_PROTO = 13 << 24;
  view.setUint16(0, 0xeb9f, LITTLE_ENDIAN);
  view.setUint8(2, 1); // version
  [headerSize, 0, typesSize, typesSize, stringsSize, 0, KIND_FUNC_PROTO, 0, 1, KIND_FUNC, 1].forEach(
    (word, i) => {
      view.setUint32(4 + 4 * i, word, LITTLE_ENDIAN);
    },
  );
  bytes.set([0, 0x66, 0], headerSize + typesSize);
  return bytes;
}
