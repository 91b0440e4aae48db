// Process and thread ids, as the initial namespace or the tracer's own knows them.
import type { ValueId } from '../../ir/ir.js';
import type { Lowering } from '../../lower/lowering.js';

/** struct bpf_pidns_info, include/uapi/linux/bpf.h: u32 pid (thread), u32 tgid. */
const PIDNS_SIZE = 8;
const TGID = 4;

export function initialId({ builder }: Lowering, name: 'pid' | 'tid'): ValueId {
  const both = builder.call('get_current_pid_tgid', [], { pure: true });
  return name === 'pid' ? builder.binaryImm('lshr', both, 32) : builder.extend(both, 4, false);
}

/** 0 of a process that the tracer's namespace does not see (bpf_get_ns_current_pid_tgid, 5.7). */
export function ownId(lowering: Lowering, name: 'pid' | 'tid'): ValueId {
  const { builder, env } = lowering;
  const own = env.pidNamespace?.();
  if (own === undefined) return initialId(lowering, name);
  const to = lowering.temporary(PIDNS_SIZE);
  builder.store(8, to, 0, builder.const(0));
  const size = builder.const(PIDNS_SIZE);
  builder.call('get_ns_current_pid_tgid', [builder.const(own.device), builder.const(own.inode), to, size]);
  return builder.load(4, to, name === 'pid' ? TGID : 0);
}
