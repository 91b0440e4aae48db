// The host's texts: tracepoint formats, CPU lists, kernel versions, kallsyms.
import test from 'ava';
import { parseCpuList } from '../../../../src/kernel/host/cpu.js';
import { Kallsyms } from '../../../../src/kernel/host/kallsyms.js';
import { parseKernelVersion } from '../../../../src/kernel/host/kernel-version.js';
import { parseTracepointFormat } from '../../../../src/kernel/host/tracepoint-format.js';

const field = (declaration: string, rest = 'offset:8;\tsize:4;\tsigned:1;') =>
  parseTracepointFormat(
    'sched',
    `name: t\nID: 12\nformat:\n\tfield:${declaration};\t${rest}\n\nprint fmt: "x"\n`,
  )?.fields[0];

const declarations: readonly (readonly [text: string, name: string, declaration: string])[] = [
  ['int prev_prio', 'prev_prio', 'int'],
  ['unsigned short common_type', 'common_type', 'unsigned short'],
  ['char comm[16]', 'comm', 'char[16]'],
  ['const char * filename', 'filename', 'const char *'],
  ['const char *const * argv', 'argv', 'const char *const *'],
  ['__data_loc char[] name', 'name', '__data_loc char[]'],
  ['unsigned long args[6]', 'args', 'unsigned long[6]'],
  ['u8 table[4] [2]', 'table', 'u8[4][2]'],
  ['struct sockaddr * uservaddr', 'uservaddr', 'struct sockaddr *'],
  ['char rwbs[RWBS_LEN]', 'rwbs', 'char[RWBS_LEN]'],
  ['void *ptr', 'ptr', 'void *'],
];
for (const [text, name, declaration] of declarations) {
  test(`field '${text}'`, t => {
    t.like(field(text), { name, declaration, offset: 8, size: 4, signed: true });
  });
}

test('a format has its number; common fields are marked; signed may be absent', t => {
  const format = parseTracepointFormat(
    'syscalls',
    'name: sys_enter_openat\nID: 703\nformat:\n' +
      '\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n' +
      '\tfield:int dfd;\toffset:16;\tsize:8;\n\nprint fmt: "dfd: 0x%08lx", ((unsigned long)(REC->dfd))\n',
  );
  t.deepEqual(format, {
    category: 'syscalls',
    name: 'sys_enter_openat',
    id: 703,
    fields: [
      { name: 'common_pid', declaration: 'int', offset: 4, size: 4, signed: true, common: true },
      { name: 'dfd', declaration: 'int', offset: 16, size: 8, signed: false, common: false },
    ],
  });
});

test('text that is no format gives nothing', t => {
  t.is(parseTracepointFormat('a', ''), undefined);
  t.is(parseTracepointFormat('a', 'name: b\n'), undefined);
  t.is(field('int'), undefined);
});

test('CPU lists', t => {
  t.deepEqual(parseCpuList('0-3\n'), [0, 1, 2, 3]);
  t.deepEqual(parseCpuList('0,2-3,8\n'), [0, 2, 3, 8]);
  t.deepEqual(parseCpuList('0'), [0]);
  t.deepEqual(parseCpuList(''), []);
});

const versions: readonly (readonly [
  release: string,
  version: string,
  signature: string,
  expected: number[],
])[] = [
  ['6.18.44-fc-v669', '#1 SMP PREEMPT_DYNAMIC', '', [6, 18, 44]],
  ['5.10.0-32-amd64', '#1 SMP Debian 5.10.223-1 (2024-08-10)', '', [5, 10, 223]],
  ['5.15.0-91-generic', '#101-Ubuntu SMP', 'Ubuntu 5.15.0-91.101-generic 5.15.131\n', [5, 15, 131]],
  ['6.12.117+deb13-amd64', '#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-01-01)', '', [6, 12, 117]],
  ['7.2', '', '', [7, 2, 0]],
  ['nonsense', '', '', [0, 0, 0]],
];
for (const [release, version, signature, expected] of versions) {
  test(`kernel ${release} is ${expected.join('.')}`, t => {
    t.deepEqual([...parseKernelVersion(release, version, signature)], expected);
  });
}

const symbols = (text: string): Kallsyms => new Kallsyms(() => new TextEncoder().encode(text));

test('an address belongs to the function that starts below it', t => {
  const table = symbols(
    'ffffffff81000000 T _text\nffffffff81000100 t do_one\nffffffff81000180 d data\nffffffff81000200 W do_two\n' +
      'ffffffffc0000000 t late\t[xfs]\nffffffff81000300 T early\n',
  );
  t.deepEqual(table.lookup(0xffffffff81000100n), { name: 'do_one', module: undefined, offset: 0 });
  t.deepEqual(table.lookup(0xffffffff810001ffn), { name: 'do_one', module: undefined, offset: 0xff });
  t.deepEqual(table.lookup(0xffffffff81000300n), { name: 'early', module: undefined, offset: 0 });
  t.deepEqual(table.lookup(0xffffffffc0000010n), { name: 'late', module: 'xfs', offset: 16 });
  t.is(table.lookup(0x1000n), undefined);
});

test('hidden addresses give no symbols', t => {
  t.is(
    symbols('0000000000000000 T _text\n0000000000000000 t do_one\n').lookup(0xffffffff81000000n),
    undefined,
  );
  t.is(symbols('').lookup(1n), undefined);
});

test('the address of a name: a function before data', t => {
  const table = symbols(
    '0000000000012340 D only\nffffffff81000100 D both\nffffffff81000200 t both\nffffffff81000300 t both_more\n',
  );
  t.is(table.address('both'), 0xffffffff81000200n);
  t.is(table.address('only'), 0x12340n);
  t.is(table.address('bot'), undefined);
});
