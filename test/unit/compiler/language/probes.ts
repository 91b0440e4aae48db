// Attach points: what they expand to, what they say when they do not; fields of tracepoints.
import test from 'ava';
import { Diagnostics } from '../../../../src/compiler/diagnostics/diagnostic.js';
import type { TracepointField } from '../../../../src/compiler/env.js';
import { tracepointFields } from '../../../../src/compiler/language/probes/tracepoint-field.js';
import { findProbeType } from '../../../../src/compiler/language/registry.js';
import { globPattern } from '../../../../src/compiler/types/glob.js';
import type { Type } from '../../../../src/compiler/types/type.js';
import { smallEnv } from '../../../harness/fixture-env.js';

function expand(text: string): { names: string[]; messages: string[]; hints: (string | undefined)[] } {
  const words = text.split(':');
  const parts = words.map((word, index) => {
    const start = words.slice(0, index).join(':').length + (index === 0 ? 0 : 1);
    return { text: word, span: { start, end: start + word.length } };
  });
  const diagnostics = new Diagnostics();
  const point = {
    kind: 'attach-point' as const,
    span: { start: 0, end: text.length },
    parts,
    otherwise: [],
  };
  const targets = findProbeType(words[0]!)!.expand(point, smallEnv(), diagnostics);
  return {
    names: targets.map(target => target.name),
    messages: diagnostics.list.map(d => d.message),
    hints: diagnostics.list.map(d => d.hint),
  };
}

const becomes = test.macro({
  exec: (t, text: string, ...names: string[]) =>
    t.deepEqual(expand(text), { names, messages: [], hints: [] }),
  title: (_, text) => `${text} expands`,
});
test(becomes, 'BEGIN', 'begin');
test(becomes, 'end', 'end');
test(becomes, 'interval:s:1', 'interval:s:1');
test(becomes, 'i:hz:99', 'interval:hz:99');
test(becomes, 'interval:1s', 'interval:us:1000000');
test(becomes, 'interval:250ms', 'interval:us:250000');
test(becomes, 'interval:200000', 'interval:us:200');
test(becomes, 'interval:ms:0x10', 'interval:ms:16');
test(becomes, 'interval:hz:010', 'interval:hz:8');
test(becomes, 'interval:1e7', 'interval:us:10000');
test(becomes, 'profile:hz:99', 'profile:hz:99');
test(becomes, 'p:10ms', 'profile:us:10000');
test(becomes, 'software:cpu', 'software:cpu');
test(becomes, 's:page-faults:0', 'software:page-faults');
test(becomes, 'software:cs:1e3', 'software:cs:1000');
test(becomes, 'software:cpu-clock:1ms', 'software:cpu-clock:1000000');
test(becomes, 'h:branches:1_000', 'hardware:branches:1000');
test(becomes, 'watchpoint:0x1000:8:w', 'watchpoint:0x1000:8:w');
test(becomes, 'w:4096:4:wr', 'watchpoint:0x1000:4:rw');
test(becomes, 'w:0x1001:8:x', 'watchpoint:0x1001:8:x');
test(becomes, 'self:signal:SIGUSR1', 'self:signal:SIGUSR1');
test(becomes, 'test:a', 'test:a');
test(becomes, 'bench:*', 'bench:*');
test(becomes, 't:sched:sched_switch', 'tracepoint:sched:sched_switch');
test(
  becomes,
  'tracepoint:syscalls:sys_enter_*',
  'tracepoint:syscalls:sys_enter_close',
  'tracepoint:syscalls:sys_enter_openat',
);

const refuses = test.macro({
  exec(t, text: string, message: RegExp) {
    const { names, messages } = expand(text);
    t.deepEqual(names, []);
    t.is(messages.length, 1);
    t.regex(messages[0]!, message);
  },
  title: (_, text) => `${text} is refused`,
});
test(refuses, 'interval', /requires 1 or 2 arguments, found 0/);
test(refuses, 'interval:s:1:2', /found 3/);
test(refuses, 'interval:x:1', /x is not an accepted unit/);
test(refuses, 'interval:s:0', /positive/);
test(refuses, 'interval:s:abc', /invalid integer: abc/);
test(refuses, 'interval:5', /Minimum is 1000/);
test(refuses, 'interval:hz:2000000000', /at most 1,000,000,000 hz/);
test(refuses, 'interval:s:18446744073709551615', /at most 292 years/);
test(refuses, 'interval:300000000000s', /does not fit 64 bits/);
test(refuses, 'interval:', /invalid integer/);
test(refuses, 'profile', /profile probe type requires 1 or 2 arguments/);
test(refuses, 'profile:ms:-1', /invalid integer: -1/);
test(refuses, 'profile:1.5s', /invalid integer: 1.5s/);
test(refuses, 'profile:99', /profile probe. Minimum is 1000 or 1us. Found: 99/);
test(refuses, 'software', /requires 1 or 2 arguments/);
test(refuses, 'software:', /must have a software event name/);
test(refuses, 'software:foo', /foo is not a software probe/);
test(refuses, 'software:*:1', /wildcards are not allowed/);
test(refuses, 'software:cs:', /Invalid count for software probe: invalid integer/);
test(refuses, 'hardware:cycles:x', /Invalid count for hardware probe: invalid integer: x/);
test(refuses, 'hardware:cgroup-switches:1', /is not a hardware probe/);
test(refuses, 'watchpoint:0x1000:4', /requires 3 arguments, found 2/);
test(refuses, 'watchpoint:0:4:w', /non-zero address/);
test(refuses, 'watchpoint:foo:4:w', /there is no symbol foo/);
test(refuses, 'watchpoint:foo+arg0:4:w', /Invalid function\/address argument: invalid integer/);
test(refuses, 'watchpoint:0x10000000000000000:4:w', /does not fit 64 bits/);
test(refuses, 'watchpoint:0x1000:3:w', /length must be one of \(1,2,4,8\)/);
test(refuses, 'watchpoint:0x1000:x:w', /Invalid length argument: invalid integer: x/);
test(refuses, 'watchpoint:0x1000:4:r', /invalid watchpoint mode: r/);
test(refuses, 'watchpoint:0x1000:4:rwx', /invalid watchpoint mode: rwx/);
test(refuses, 'watchpoint:0x1000:4:z', /must be combination of \(r,w,x\)/);
test(refuses, 'watchpoint:0x1000:4:', /must be combination/);
test(refuses, 'watchpoint:0x1000:4:ww', /may not be duplicated/);
test(refuses, 'watchpoint:0x1000:4:x', /length of 8/);
test(refuses, 'watchpoint:0x1002:4:rw', /must be a multiple of 4/);
test(refuses, 'self', /self probe type requires 2 arguments, found 0/);
test(refuses, 'self:signal:SIGINT', /SIGINT is not a supported signal/);
test(refuses, 'self:signal:USR1', /USR1 is not a supported signal/);
test(refuses, 'self:timer:1', /timer is not a supported trigger/);
test(refuses, 'test', /test probe type requires 1 argument, found 0/);
test(refuses, 'test:', /a test probe needs a name/);
test(refuses, 'bench:a:b', /bench probe type requires 1 argument, found 2/);
test(refuses, 'begin:x', /requires 0 arguments/);
test(refuses, 'tracepoint:sched_switch', /requires 2 arguments/);
test(refuses, 'tracepoint:sched:sched_swich', /no tracepoint sched:sched_swich/);
test(refuses, 'tracepoint:nope:*', /no tracepoint matches/);

test('an unknown tracepoint suggests the nearest', t => {
  t.deepEqual(expand('tracepoint:sched:sched_swich').hints, ['did you mean "sched_switch"?']);
  t.deepEqual(expand('tracepoint:shced:sched_switch').hints, [
    'did you mean "tracepoint:sched:sched_switch"?',
  ]);
});

test('wildcards', t => {
  t.true(globPattern('sys_*_open?t').test('sys_enter_openat'));
  t.true(globPattern('a[bc]d').test('abd'));
  t.false(globPattern('a[bc]d').test('aed'));
  t.false(globPattern('a.c').test('abc'));
  t.true(globPattern('a[').test('a['));
});

function typed(declaration: string, size: number, signed = false, category = 'sched'): Type {
  const field: TracepointField = { name: 'x', declaration, offset: 8, size, signed, common: false };
  const [found] = tracepointFields({ category, name: 'y', id: 1, fields: [field] }, smallEnv());
  return found!.type;
}

test('fields have their declared size and sign', t => {
  t.deepEqual(typed('int', 8), { kind: 'integer', size: 8, signed: false });
  t.deepEqual(typed('pid_t', 4, true), { kind: 'integer', size: 4, signed: true });
  t.deepEqual(typed('bool', 1), { kind: 'bool' });
  t.deepEqual(typed('char[16]', 16), { kind: 'string', size: 16 });
  t.deepEqual(typed('__u8[4]', 4), {
    kind: 'array',
    of: { kind: 'integer', size: 1, signed: false },
    count: 4,
  });
  t.deepEqual(typed('unsigned long[6]', 48), {
    kind: 'array',
    of: { kind: 'integer', size: 8, signed: false },
    count: 6,
  });
});

test('pointers of syscalls are in user memory, others in the kernel', t => {
  t.like(typed('const char *', 8, false, 'syscalls'), { kind: 'pointer', space: 'user' });
  t.like(typed('const void *', 8), { kind: 'pointer', space: 'kernel', to: { kind: 'void' } });
  t.like(typed('__data_loc char[]', 4), { kind: 'pointer', space: 'kernel' });
  t.like(typed('const char *const *', 8, false, 'syscalls'), {
    kind: 'pointer',
    to: { kind: 'pointer', space: 'user' },
  });
});
