// From the current task_struct to what hangs on it: by direct loads where the verifier knows the pointer's BTF type
// (bpf_get_current_task_btf, 5.11), else by probe reads.
import type { ValueId } from '../../ir/ir.js';
import type { Lowering, Operand } from '../../lower/lowering.js';
import { membersOf } from '../../types/members.js';
import type { Field } from '../../types/type.js';

/** Bytes of a task's name (TASK_COMM_LEN, include/linux/sched.h). */
const COMM_SIZE = 16;

/** Address of the current task_struct. */
export function taskWord({ builder, env }: Lowering): ValueId {
  return env.has('get_current_task_btf')
    ? builder.call('get_current_task_btf', [], { kind: 'btf', pure: true })
    : builder.call('get_current_task', [], { pure: true });
}

/** comm: two loads from the task, which beats the helper by 27 ns. */
export function loadCurrentComm(lowering: Lowering): Operand {
  const { builder, env } = lowering;
  // Until 5.17 a shorter new name left bytes of the old one behind its NUL: keys would differ.
  const [major, minor] = env.kernelVersion;
  const padded = major > 5 || (major === 5 && minor >= 17);
  const field = padded && env.has('get_current_task_btf') ? taskField(lowering, 'comm') : undefined;
  if (field !== undefined) {
    return { kind: 'memory', address: taskWord(lowering), offset: field.offset, space: 'kernel', btf: true };
  }
  const address = lowering.temporary(COMM_SIZE);
  builder.call('get_current_comm', [address, builder.const(COMM_SIZE)]);
  return { kind: 'memory', address, offset: 0, space: 'none', btf: false };
}

/** A field of what a task (by default the current one) points to; 0 or empty without BTF. */
export function loadRelative(
  lowering: Lowering,
  link: 'real_parent' | 'group_leader',
  name: 'tgid' | 'pid' | 'comm',
  of?: ValueId,
): Operand {
  const { builder, env } = lowering;
  const pointer = taskField(lowering, link);
  const field = taskField(lowering, name);
  if (pointer === undefined || field === undefined) {
    return name === 'comm' ? lowering.text(new Uint8Array()) : { kind: 'word', value: builder.const(0) };
  }
  const btf = of === undefined && env.has('get_current_task_btf'); // any other word is not trusted
  const task = lowering.read(
    { kind: 'memory', address: of ?? taskWord(lowering), offset: pointer.offset, space: 'kernel', btf },
    pointer.type,
  );
  const at: Operand = { kind: 'memory', address: task, offset: field.offset, space: 'kernel', btf };
  return name === 'comm' ? at : { kind: 'word', value: lowering.read(at, field.type) };
}

function taskField({ env }: Lowering, name: string): Field | undefined {
  const task = env.btf()?.struct('task_struct');
  return task && membersOf(task, env)?.find(field => field.name === name);
}

/** Name of the task of a thread id as the initial namespace counts; N/A when there is none. Takes bpf_task_from_pid(). */
export function loadCommOf(lowering: Lowering, id: ValueId): Operand {
  const { builder } = lowering;
  const address = lowering.temporary(COMM_SIZE);
  const field = taskField(lowering, 'comm');
  builder.store(8, address, 0, builder.const(0x41_2f_4en)); // N/A
  builder.store(8, address, 8, builder.const(0));
  const task = builder.call('bpf_task_from_pid', [id], { kind: 'btf' });
  const copyName = () => {
    for (let at = 0; at < COMM_SIZE; at += 8) {
      builder.store(8, address, at, builder.load(8, task, (field?.offset ?? 0) + at));
    }
    builder.call('bpf_task_release', [task]);
  };
  builder.ifThen('ne', task, builder.const(0), copyName);
  return { kind: 'memory', address, offset: 0, space: 'none', btf: false };
}
