// Functions of strings, bytes, names and addresses, run in the interpreter.
import test from 'ava';
import type { Value } from '../../../../src/compiler/types/value.js';
import { Compiled, cstring, textOf } from '../../../harness/compiled.js';

const gives = test.macro({
  exec(t, expression: string, expected: Value | string, setup = '') {
    const object = new Compiled(`BEGIN { ${setup} @x = ${expression}; }`, {
      lacks: ['get_current_task_btf'],
    });
    object.vm.world.comm = 'nginx';
    object.run();
    const value = object.scalar('@x');
    if (typeof expected === 'string') t.is(textOf(value as Uint8Array), expected);
    else t.deepEqual(value, expected);
  },
  title: (_, expression, expected, setup = '') =>
    `${setup} ${expression} is ${Array.isArray(expected) ? expected.join(' ') : String(expected)}`,
});

test(gives, 'strncmp(comm, "nginx", 16)', 0n);
test(gives, 'strncmp(comm, "nginy", 4)', 0n);
test(gives, 'strncmp(comm, "nginy", 5)', 1n);
test(gives, 'strncmp("ab", "abc", 5)', 1n);
test(gives, 'strncmp("a", "b", 0)', 0n);

test(gives, 'strstr(comm, "nx")', 3n);
test(gives, 'strstr(comm, "nginx")', 0n);
test(gives, 'strstr(comm, "")', 0n);
test(gives, 'strstr(comm, "nginx!")', -2n);
test(gives, 'strstr(comm, "a needle longer than any command name")', -2n);
test(gives, 'strstr("aab", "ab")', 1n);
test(gives, 'strstr($h, $n)', 4n, '$h = "one two"; $n = "two";');
test(gives, 'strstr($h, $n)', -2n, '$h = "one two"; $n = "twos";');
test(gives, 'strstr($h, $n)', 0n, '$h = "one"; $n = "";');
test(gives, 'strstr($h, $n)', 2n, '$h = "aaab"; $n = "ab";');
test(gives, 'strcontains(comm, "gin")', true);
test(gives, 'strcontains(comm, "gim")', false);

test(gives, 'strlen(comm)', 5n);
test(gives, 'strlen("")', 0n);
test(gives, 'strcap(comm)', 16n);
test(gives, 'str_concat(comm, "!")', 'nginx!');
test(gives, 'str_concat("", str_concat("a", comm))', 'anginx');

test(gives, 'memcmp("abc", "abd", 3)', -1n);
test(gives, 'memcmp("abd", "abc", 3)', 1n);
test(gives, 'memcmp("abc", "abd", 2)', 0n);
test(gives, 'memcmp("z", "a", 1)', 25n);
test(gives, 'memcmp((1, 2), (1, 3), 16)', -1n);
test(gives, 'memcmp("abc", "abd", $n)', 0n, '$n = 2;');
test(gives, 'memcmp("abc", "abd", $n)', -1n, '$n = 200;');

test(gives, 'strerror(2)', 'No such file or directory');
test(gives, 'strerror($e)', 'Permission denied', '$e = -13;');
test(gives, 'strerror($e)', 'Unknown error', '$e = 5000000000;');
test(gives, 'strerror($e)', 'Unknown error', '$e = 41;');
test(gives, 'signal_name($s)', 'Killed', '$s = 9;');
test(gives, 'signal_name($s)', 'Real-time signal 30', '$s = 64;');
test(gives, 'signal_name($s)', 'N/A', '$s = 65;');
test(gives, 'signal_name($s)', 'N/A', '$s = -1;');
test(gives, 'syscall_name($n)', 'openat', '$n = 257;');
test(gives, 'syscall_name($n)', 'Unknown syscall', '$n = -1;');

test(gives, 'pton("1.2.3.4")', [1n, 2n, 3n, 4n]);
test(gives, 'pton("1::2:3")', [0n, 1n, ...new Array<bigint>(11).fill(0n), 2n, 0n, 3n]);
test(gives, 'pton("::")', new Array<bigint>(16).fill(0n));
test(gives, 'pton("::ffff:1.2.3.4")', [...new Array<bigint>(10).fill(0n), 255n, 255n, 1n, 2n, 3n, 4n]);
test(gives, 'bswap((uint16)0x1234)', 0x3412n);
test(gives, 'bswap((uint32)0x12345678)', 0x78563412n);
test(gives, 'bswap((uint64)1)', 1n << 56n);
test(gives, 'bswap((uint8)7)', 7n);
test(gives, 'ntohs($p)', 80n, '$p = (uint16)0x5000;');
test(gives, 'htonl((uint32)1)', 0x0100_0000n);

test(gives, 'buf("hello", 3)', cstring('hel').subarray(0, 3));
test(gives, 'buf((uint8[4])0x41424344)', cstring('DCBA').subarray(0, 4));
test(gives, 'buf("hello", $n)', cstring('hell').subarray(0, 4), '$n = 4;');
test(gives, 'macaddr((uint8[6])0x0102)', Uint8Array.of(2, 1, 0, 0, 0, 0));

test(gives, 'is_ptr(1)', false);
test(gives, 'is_str(comm)', true);
test(gives, 'is_unsigned_integer(pid)', true);
test(gives, 'is_literal($x)', false, '$x = 1;');
test(gives, 'is_err($x)', true, '$x = -2;');
test(gives, 'is_err($x)', false, '$x = -4096;');
test(gives, 'default_str_length', 1024n);
test(gives, 'probetype', 'special');

test('find() sets the variable only when the key is there', t => {
  const object = new Compiled(
    'BEGIN { @m["a"] = 7; $v = 1; if (find(@m, "b", $v)) { @wrong = 1; } @before = $v; ' +
      'if (find(@m, "a", $v)) { @after = $v; } }',
  );
  object.run();
  t.is(object.scalar('@wrong'), undefined);
  t.is(object.scalar('@before'), 1n);
  t.is(object.scalar('@after'), 7n);
});

test('find() of a string that the variable is wider than', t => {
  const object = new Compiled(
    'BEGIN { @m[1] = "ab"; $v = "a longer text"; if (find(@m, 1, $v)) { @x = $v; } }',
  );
  object.run();
  t.is(textOf(object.scalar('@x') as Uint8Array), 'ab');
});

test('assert() that fails stops the program, with exit code 1', t => {
  const object = new Compiled('BEGIN { @a = 1; assert(@a == 2, "it is not"); @b = 1; }');
  const { events } = object.run();
  t.is(events.length, 2); // the message, and the exit
  t.is(object.scalar('@b'), undefined);
  t.is(object.global('exitCode'), 1n);
});

test('join() sends the strings with their NUL, up to the null pointer', t => {
  const object = new Compiled('tracepoint:syscalls:sys_enter_openat { join(args.filename); }');
  const memory = object.vm.memory;
  const pointers = new Uint8Array(24);
  new DataView(pointers.buffer).setBigUint64(0, 0x2000n, true);
  new DataView(pointers.buffer).setBigUint64(8, 0x3000n, true);
  memory.addAt(0x1000n, pointers);
  memory.addAt(0x2000n, cstring('ls'));
  memory.addAt(0x3000n, cstring('-l'));
  const ctx = new Uint8Array(48);
  new DataView(ctx.buffer).setBigUint64(24, 0x1000n, true);
  const { events } = object.run(0, ctx);
  t.is(events.length, 1);
  t.deepEqual(Buffer.from(events[0]!.subarray(8)).toString(), 'ls\0-l\0');
});
test(gives, 'errno_symbol($e)', 'ENOENT', '$e = -2;');
test(gives, 'errno_symbol($e)', 'EPROTONOSUPPORT', '$e = (int32)-93;');
test(gives, 'errno_symbol($e)', 'EHWPOISON', '$e = -133;');
test(gives, 'errno_symbol($e)', '-', '$e = -134;');
test(gives, 'errno_symbol($e)', '-', '$e = 2;');
test(gives, 'errno_symbol($e)', '-', '$e = 0x7f00fffffffe;');
test(gives, 'errno_symbol(-11)', 'EAGAIN');
test(gives, 'signal_symbol($s)', 'SIGKILL', '$s = 9;');
test(gives, 'signal_symbol($s)', 'SIGRTMIN+30', '$s = 64;');
test(gives, 'signal_symbol($s)', '-', '$s = 0;');
test(gives, 'capability_symbol($c)', 'CAP_CHOWN', '$c = 0;');
test(gives, 'capability_symbol($c)', 'CAP_CHECKPOINT_RESTORE', '$c = 40;');
test(gives, 'capability_symbol($c)', '-', '$c = 41;');
test(gives, 'capability_symbol(21)', 'CAP_SYS_ADMIN');
test(gives, 'flag_bits("O_CREAT|O_TRUNC|X=0x10000")', 0x10240n);
test(gives, 'flag_names($f, "O_WRONLY|O_RDWR") == 2', true, '$f = 2;');
