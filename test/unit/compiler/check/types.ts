// Types that expressions, variables and maps get. The rows on integers were read off bpftrace 0.27 (`-d types`) one by one.
import test from 'ava';
import { dumpTypes } from '../../../../src/compiler/check/dump.js';
import { typeText } from '../../../../src/compiler/check/type-text.js';
import { checked } from '../../../harness/checked.js';
import type { SmallEnvOptions } from '../../../harness/fixture-env.js';

/** Types of the variables (or, with @, maps) of a BEGIN block, in order. */
const types = test.macro({
  exec(t, body: string, expected: string, options: SmallEnvOptions = {}) {
    const text = /^(BEGIN|tracepoint|config|let @)/.test(body) ? body : `BEGIN { ${body} }`;
    const { value, list, rendered } = checked(text, options);
    t.deepEqual(
      list.filter(d => d.severity === 'error'),
      [],
      rendered,
    );
    const variables = value.probes.flatMap(p => p.variants.flatMap(v => v.variables));
    const maps = value.maps.map(m => {
      const key = m.key === undefined ? '' : `[${typeText(m.key)}]`;
      return `${m.name}${key} ${typeText(m.value)}`;
    });
    t.is([...variables.map(v => `${v.name} ${typeText(v.type)}`), ...maps].join(', '), expected);
  },
  title: (_, body: string) => body,
});

// Literals: the smallest signed type; folded before they are typed.
test(types, '$a = 1; $b = 200; $c = 70000; $d = 0xffffffff;', '$a int8, $b int16, $c int32, $d int64');
test(types, '$a = 0x7fffffffffffffff; $b = 0xffffffffffffffff;', '$a int64, $b uint64');
test(types, '$a = -128; $b = -129; $c = -9223372036854775808;', '$a int8, $b int16, $c int64');
test(
  types,
  '$a = 1 + 2; $b = 200 + 1; $c = 5 * 1000; $d = 1 << 63;',
  '$a int8, $b int16, $c int16, $d uint64',
);
test(
  types,
  '$a = ~5; $b = !0; $c = 1 < 2; $d = "a" == "b"; $e = "a" + "b";',
  '$a uint64, $b bool, $c bool, $d bool, $e string[3]',
);
test(types, '$a = 9223372036854775807 + 1; $b = 1 ? 2 : 300;', '$a uint64, $b int8');

// Types by name: of C, of the script, of another value.
test(
  types,
  '$a = (u8)1; $b = (__be32)2; $c = (size_t)3; $d = (int64_t)4;',
  '$a uint8, $b uint32, $c uint64, $d int64',
);
test(types, '$a = (uint16)1; let $b: typeof($a); $c = (typeof($b))5;', '$a uint16, $b uint16, $c uint16');
test(
  types,
  '$a = *curtask; @a = $a; @b[$a.cred] = $a.pid;',
  '$a struct task_struct, @a struct task_struct, @b[struct cred *] int32',
);

// Arithmetic works on 64 bits; a literal takes the other side's sign; `-` gives int64.
test(types, '$a = (uint8)1 + (int8)2; $b = (uint8)1 + (uint8)2;', '$a int64, $b uint64');
test(
  types,
  '$a = pid + 1; $b = pid + -1; $c = pid - 1; $d = nsecs - nsecs;',
  '$a uint64, $b int64, $c int64, $d int64',
);
test(types, '$a = -pid; $b = ~pid; $c = !pid; $d = -(int8)pid;', '$a uint64, $b uint64, $c bool, $d int64');
test(
  types,
  '$a = (uint32)pid / 2; $b = (int64)pid % 3; $c = pid >> -1; $d = pid << 40;',
  '$a uint64, $b int64, $c int64, $d uint64',
);
test(
  types,
  '$a = true; $b = $a + 1; $c = $a & true; $d = $a && pid;',
  '$a bool, $b uint64, $c bool, $d bool',
);

// What only ever held literals of no sign still takes the other side's.
test(types, '$b = 5; $c = $b + pid;', '$b int8, $c uint64');
test(types, '$b = 5; $b = -6; $c = $b + pid;', '$b int8, $c int64');
test(types, '$b = (int8)5; $c = $b + pid;', '$b int8, $c int64');
test(types, '@b = 5; $c = @b + pid;', '$c uint64, @b int8');
test(types, '$t = (5, -6); $a = $t.0 + pid; $b = $t.1 + pid;', '$t (int8,int8), $a uint64, $b int64');
test(types, '$c = (pid ? 5 : 6) + pid; $d = (pid ? 5 : -6) + pid;', '$c uint64, $d int64');

// Variables widen to hold all that is assigned.
test(types, '$a = 1; $a = -1; $a = 1000;', '$a int16');
test(types, '$a = (uint8)1; $a = (int8)pid;', '$a int16');
test(types, '$a = (uint8)200; $a = 300;', '$a uint16');
test(types, '$a = pid; $a = -1;', '$a int64');
test(types, '$a = nsecs; $a = (int32)pid;', '$a int64');
test(types, '$a = 1; $a++;', '$a int64');
test(types, '$a = (uint8)1; $a++;', '$a uint64');
test(types, '$a = pid; $a -= 1;', '$a int64');
test(types, '$a = "abc"; $a = "abcdef"; $a = comm;', '$a string[16]');
test(types, '$a = (1, "abc", pid); $a = (2, "abcdef", 3);', '$a (int8,string[7],uint32)');
test(types, '$a = (x=1, y="a"); $a = (y="abc", x=pid);', '$a record { .x = uint32, .y = string[4] }');
test(types, 'if (pid) { $a = 1; } else { $a = "x"; }', '$a int8, $a string[2]');
test(
  types,
  'let $a: uint8; $a = pid; let $b: string[10] = "abc"; let $c; $c = comm;',
  '$a uint8, $b string[10], $c string[16]',
);
test(
  types,
  '$c = pid ? "ab" : comm; $d = pid ?: 5; $e = pid ? (1,"a") : (pid,"abc");',
  '$c string[16], $d uint32, $e (uint32,string[4])',
);

// Maps: from any probe in any order.
test(types, '@x = pid; @y = @x; @z = @y + 1;', '@x uint32, @y uint32, @z uint64');
test(
  types,
  'BEGIN { @a = @b; } tracepoint:sched:sched_wakeup { @b = @c; @c = args.comm; }',
  '@a string[16], @b string[16], @c string[16]',
);
test(types, '@x[1] = 1; @x[pid] = 2; @x[-1] = 3;', '@x[int64] int8');
test(types, '@x[1, "a"] = 1; @x[pid, comm] = 2; @x[(1, "b")] = 3;', '@x[(uint32,string[16])] int8');
test(types, '@x = "abc"; @x = comm;', '@x string[16]');
test(types, '@x++; @y += pid; @z = pid; @z++;', '@x int64, @y int64, @z uint64');
test(types, '@x[@y] = 1; @y = 5;', '@x[int8] int8, @y int8');
test(types, '@x[1] = 1; delete(@x, nsecs); $a = has_key(@x, pid);', '$a bool, @x[uint64] int8');
test(types, '@m[curtask] = curtask;', '@m[struct task_struct *] struct task_struct *');

// Aggregations read as integers.
test(types, '@ = count(); $a = @; $b = @ > 5; $c = (int32)@;', '$a uint64, $b bool, $c int32, @ count_t');
test(
  types,
  '@s = sum(pid); @t = sum(pid); @t = sum(1); $a = @s; $b = @t;',
  '$a uint64, $b int64, @s usum_t, @t sum_t',
);
test(types, '@m = min(-1); @a = avg(pid); $a = @m; $b = @a;', '$a int64, $b uint64, @m min_t, @a uavg_t');
test(types, '@h = hist(1, 3); @l = lhist(pid, 0, 100, 10);', '@h hist_t(3), @l lhist_t(0, 100, 10)');

// Fields and pointers.
test(
  types,
  '$a = curtask.pid; $b = curtask->real_parent.comm; $c = curtask.cred.groups[1];',
  '$a int32, $b string[16], $c uint32',
);
test(
  types,
  '$p = (struct task_struct *)0; $c = $p.comm; $d = $p == 0; $e = (uint64)$p; $f = $p + 1;',
  '$p struct task_struct *, $c string[16], $d bool, $e uint64, $f struct task_struct *',
);
test(
  types,
  'tracepoint:sched:sched_switch { $a = args.prev_comm; $b = args.prev_state; $c = args.prev_pid; }',
  '$a string[16], $b int64, $c int32',
);
test(
  types,
  'tracepoint:sock:inet_sock_set_state { $a = args.saddr; $b = args.saddr[0]; $c = args.sport; $d = ntop(args.daddr); }',
  '$a uint8[4], $b uint8, $c uint16, $d inet',
);
test(
  types,
  'tracepoint:syscalls:sys_enter_openat { $s = str(args.filename); $t = str(args.filename, 10); }',
  '$s string[1024], $t string[11]',
);
test(types, 'config = { max_strlen = 64 } BEGIN { $s = str(nsecs); }', '$s string[64]');
test(
  types,
  '$a = TCP_CLOSE; $b = TCP_CLOSE == 7; $c = sizeof(struct task_struct); $d = offsetof(struct task_struct, comm);',
  '$a enum, $b bool, $c int16, $d int16',
);

// Command line.
test(
  types,
  '$a = $1; $b = $2; $c = str($1); $d = $#; $e = $3 + 1;',
  '$a int8, $b string[4], $c string[2], $d int8, $e int8',
  { params: ['5', 'foo'] },
);
test(
  types,
  '$a = getopt("n", 5); $b = getopt("s", "x"); $c = getopt("f"); $d = getopt("m", -1);',
  '$a uint64, $b string[4], $c bool, $d int64',
  { options: { n: '0x10', s: 'abc', f: true } },
);

const constant = test.macro({
  exec(t, expression: string, expected: bigint) {
    const { value, rendered } = checked(`BEGIN { $a = ${expression}; }`);
    const [statement] = value.probes[0]!.variants[0]!.body;
    const folded =
      statement?.kind === 'assign' && statement.value.kind === 'integer' ? statement.value : undefined;
    t.is(folded?.value, expected, rendered);
  },
  title: (_, expression: string) => `${expression} is constant`,
});

// Texts are equal when their bytes are.
test(constant, String.raw`"\xff" == "\xfe"`, 0n);
test(constant, String.raw`"\xff" != "\xfe"`, 1n);
test(constant, String.raw`"\xff" == "\xff"`, 1n);
test(constant, String.raw`(1, "\xff") == (1, "\xfe")`, 0n);
test(constant, String.raw`"\xff" + "a" == "\xffa"`, 1n);
test(constant, '(1, 2) == (1, 2, 3)', 0n);
test(constant, '(1, 2) != (1, 2, 3)', 1n);

const refused = test.macro({
  exec(t, body: string, code: string) {
    const { list, rendered } = checked(`BEGIN { ${body} }`);
    t.deepEqual(
      list.map(d => d.code),
      [code],
      rendered,
    );
  },
  title: (_, body: string) => `${body} is refused`,
});

test(refused, '$a = (1, 2) < (1, 2, 3);', 'operator-type');
test(refused, '$a = (1, 2) + (1, 2, 3);', 'operator-type');
test(refused, '@ = cgroup_path(1); @ = cgroup_path(1, "a");', 'map-value-mismatch');

const dump = test.macro({
  exec(t, text: string, expected: readonly string[], options: SmallEnvOptions = {}) {
    const { value, list, rendered } = checked(text, options);
    t.deepEqual(list, [], rendered);
    t.is(dumpTypes(value), `${expected.join('\n')}\n`);
  },
  title: (_, text: string) => `dump of ${text}`,
});

test(dump, 'tracepoint:sched:sched_switch, tracepoint:sched:sched_wakeup* { @[comm] = count(); }', [
  '@[string[16]]: count_t (4096)',
  'tracepoint:sched:sched_switch, tracepoint:sched:sched_wakeup, tracepoint:sched:sched_wakeup_new',
  '  @[comm: string[16]]: count_t = count(): count_t',
]);
test(
  dump,
  'tracepoint:sched:sched_wakeup*, tracepoint:syscalls:sys_exit_read /probe != ""/ { print(probe); }',
  [
    'tracepoint:sched:sched_wakeup, tracepoint:sched:sched_wakeup_new',
    '  /(probe: string[34]) != ("": string[1]): bool/',
    '  print(probe: string[34]): void',
    'tracepoint:syscalls:sys_exit_read',
    '  /(probe: string[34]) != ("": string[1]): bool/',
    '  print(probe: string[34]): void',
  ],
);
test(dump, 'tracepoint:sched:sched_wakeup*, END { if (getopt("v", false)) { @n -= 1; } }', [
  '@n: int64',
  'tracepoint:sched:sched_wakeup, tracepoint:sched:sched_wakeup_new',
  '  if false: bool',
  '    @n: int64 -= 1: int64',
  'end',
  '  if false: bool',
  '    @n: int64 -= 1: int64',
]);
test(dump, 'BEGIN { @x[1] = 2; delete(@x[1]); print(@x, 5); print(@x[1]); pid ? exit() : clear(@x); }', [
  '@x[int8]: int8 (4096)',
  'begin',
  '  @x[1: int8]: int8 = 2: int8',
  '  delete(@x: map, 1: int8): bool',
  '  print(@x: map, 5: int8): void',
  '  print(@x[1: int8]: int8): void',
  '  if pid: uint32',
  '    exit(): void',
  '  else',
  '    clear(@x: map): void',
]);
test(
  dump,
  'BEGIN { let $a: uint8; unroll ($1) { $a++; } @ = $a == 3 && pid > -1; }',
  [
    '@: bool',
    'begin',
    '  let $a: uint8',
    '  clear $a: uint8',
    '  unroll 2',
    '    ($a: uint8)++: uint8',
    '  @: bool = (($a: uint8) == (3: uint8): bool) && ((convert (pid: uint32): int64) > (-1: int64): bool): bool',
  ],
  { params: ['2'] },
);

test('targets share a variant only when what the clause reads lies alike in them', t => {
  const variants = (text: string) =>
    checked(text).value.probes[0]!.variants.map(v => v.targets.map(target => target.parts.at(-1)).join(' '));
  t.deepEqual(variants('tracepoint:sched:s* { @ = count(); }').length, 1);
  // A bare number is an address of the caller in one, of the kernel in the other.
  t.deepEqual(variants('tracepoint:s*:s* { @ = count(); }').length, 2);
  t.deepEqual(variants('tracepoint:sched:sched_wakeup* { print(args.comm); }'), [
    'sched_wakeup sched_wakeup_new',
  ]);
  t.deepEqual(
    variants('tracepoint:sched:sched_wakeup, tracepoint:sched:sched_process_exec { print(args.pid); }'),
    ['sched_wakeup', 'sched_process_exec'],
  );
  // Of fields that differ, those that it names are what counts; of args as a whole all do.
  const calls = 'tracepoint:syscalls:sys_enter_openat, tracepoint:syscalls:sys_enter_close';
  t.deepEqual(variants(`${calls} /args.__syscall_nr > 3/ { @[probe, args.__syscall_nr] = count(); }`), [
    'sys_enter_openat sys_enter_close',
  ]);
  const apart = ['sys_enter_openat', 'sys_enter_close'];
  t.deepEqual(variants(`${calls} { $all = args; print($all.__syscall_nr); }`), apart);
  t.deepEqual(variants(`${calls} { print(args.__syscall_nr); print(sizeof(args)); }`), apart);
  t.deepEqual(variants(calls), apart);
  t.deepEqual(variants('tracepoint:sched:sched_wakeup* { print(probe); }'), [
    'sched_wakeup sched_wakeup_new',
  ]);
});

test('the environment wins over the config block', t => {
  const { value } = checked('config = { max_strlen = 64; perf_rb_pages = 3 } BEGIN { }', {
    variables: { BPFTRACE_MAX_STRLEN: '128', TSBPF_PRINT_MAPS_ON_EXIT: '0' },
  });
  t.is(value.config.maxStrlen, 128);
  t.is(value.config.ringPages, 4);
  t.false(value.config.printMapsOnExit);
});

const spaces = test.macro({
  exec(t, text: string, expected: readonly string[]) {
    const { value, rendered } = checked(`struct pair { int a; int b; } BEGIN { ${text} }`);
    t.is(rendered, '');
    const variables = value.probes.flatMap(p => p.variants.flatMap(v => v.variables));
    t.deepEqual(
      variables.map(({ type }) => (type.kind === 'pointer' ? type.space : type.kind)),
      [...expected],
    );
  },
  title: (_, text: string) => `memory that pointers point into: ${text}`,
});

test(spaces, 'let $p: int32 * = uptr((int32 *)4096); $q = kptr($p);', ['user', 'kernel']);
test(spaces, 'let $p: struct pair *; $q = uptr((struct pair *)8);', ['kernel', 'user']);
test(spaces, '$n = (uint64)uptr((int32 *)8); $c = container_of($n, struct pair, b);', ['integer', 'user']);
test(spaces, '$c = container_of((uint64)8, struct pair, b);', ['kernel']);
