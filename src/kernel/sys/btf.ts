// Loading BTF for our own programs (function and line info), with the kernel's words when it refuses.

import { fromCString } from './attr.js';
import { tryBpf } from './bpf.js';
import { BTF_LOAD } from './bpf-layout.js';
import { SyscallError, VerifierError } from './error.js';

const LOG_SIZE = 1 << 20;

/** BPF_BTF_LOAD -> fd, the caller's; it may be closed once a program was loaded with it. */
export function btfLoad(data: Uint8Array, detail?: string): number {
  const first = tryBpf('BPF_BTF_LOAD', BTF_LOAD, { btf: data, btf_size: data.byteLength }).result;
  if (first >= 0) return first;
  const buffer = new Uint8Array(LOG_SIZE);
  const { result } = tryBpf('BPF_BTF_LOAD', BTF_LOAD, {
    btf: data,
    btf_size: data.byteLength,
    btf_log_buf: buffer,
    btf_log_size: buffer.byteLength,
    btf_log_level: 1,
  });
  if (result >= 0) return result;
  const log = fromCString(buffer);
  if (log === '') throw new SyscallError('BPF_BTF_LOAD', -result, detail);
  throw new VerifierError('BPF_BTF_LOAD', -result, log, detail);
}
