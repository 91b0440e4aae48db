// What a script prints, and when.
import test from 'ava';
import { showsAtEndOnly } from '../../../src/runtime/event-limit.js';
import { Compiled } from '../../harness/compiled.js';

const PROBE = 'tracepoint:syscalls:sys_enter_openat';

for (const [script, atEndOnly] of [
  [`${PROBE} { @ = count(); }`, true],
  [`BEGIN { printf("Tracing\\n"); } ${PROBE} { @ = count(); } END { print(@); clear(@); }`, true],
  [`${PROBE} { @[tid] = nsecs; delete(@, tid); print((pid=pid)); }`, false],
  [`${PROBE} { @ = count(); } interval:s:1 { print(@); }`, false],
  [`${PROBE} { printf("x\\n"); }`, false],
  [`${PROBE} { }`, false],
] as const) {
  test(`${script} shows something before the end: ${!atEndOnly}`, t => {
    t.is(showsAtEndOnly(new Compiled(script).spec), atEndOnly);
  });
}
