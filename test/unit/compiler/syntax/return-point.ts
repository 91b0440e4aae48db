import test from 'ava';
import { Diagnostics } from '../../../../src/compiler/diagnostics/diagnostic.js';
import { parseAttachPoint } from '../../../../src/compiler/syntax/parser/attach-point.js';

/** What `return:$1` is, of this parameter. */
function returnOf(parameter: string): string | undefined {
  const diagnostics = new Diagnostics();
  const point = parseAttachPoint('return:$1 { }', 0, { params: [parameter] }, diagnostics);
  return diagnostics.hasErrors ? undefined : point?.parts.map(part => part.text).join(':');
}

for (const [entry, exit] of [
  ['kprobe:vfs_*', 'kretprobe:vfs_*'],
  ['k:nf_tables:nft_do_chain', 'kretprobe:nf_tables:nft_do_chain'],
  ['fentry:vfs_read', 'fexit:vfs_read'],
  ['uprobe:/bin/sh:main', 'uretprobe:/bin/sh:main'],
  ['u:libc:cpp:std::sort', 'uretprobe:libc:cpp:std::sort'],
  ['tracepoint:syscalls:sys_enter_*', 'tracepoint:syscalls:sys_exit_*'],
  ['t:raw_syscalls:sys_enter', 't:raw_syscalls:sys_exit'],
  ['rawtracepoint:sys_enter', 'rawtracepoint:sys_exit'],
  ['tracepoint:sched:sched_switch', undefined],
  ['tracepoint:syscalls:sys_entering', undefined],
  ['profile:hz:99', undefined],
] as const) {
  test(`the return of ${entry}`, t => {
    t.is(returnOf(entry), exit);
  });
}
