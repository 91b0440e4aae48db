// Grammar: goldens for trees and messages, tables for precedence, spans and attach points.
import test from 'ava';
import { renderDiagnostics } from '../../../../src/compiler/diagnostics/render.js';
import type { Expression } from '../../../../src/compiler/syntax/ast.js';
import { dumpAst } from '../../../../src/compiler/syntax/dump.js';
import { printExpression } from '../../../../src/compiler/syntax/printer.js';
import { goldenTests } from '../../../harness/golden.js';
import { HAVE, parsed } from '../../../harness/parsed.js';

goldenTests('parse', (text, options) => {
  const { source, program, diagnostics } = parsed(text, options);
  return renderDiagnostics(diagnostics.list, source) + dumpAst(program);
});

function expressionOf(text: string): Expression {
  const { program, diagnostics } = parsed(`BEGIN { ${text} }`);
  if (diagnostics.hasErrors) throw new Error(diagnostics.list[0]!.message);
  const statement = program.probes[0]!.body.statements[0]!;
  if (statement.kind !== 'expression-statement') throw new Error(statement.kind);
  return statement.expression;
}

// Confirmed with `bpftrace -d ast` of 0.27, which prints the grouping.
const groups = test.macro({
  exec(t, text: string, expected: string) {
    t.is(printExpression(expressionOf(text)), expected);
  },
  title: (_, text) => `grouping of ${text}`,
});

test(groups, '1 + 2 * 3', '1 + (2 * 3)');
test(groups, '1 - 2 - 3', '(1 - 2) - 3');
test(groups, '1 << 2 + 3', '1 << (2 + 3)');
test(groups, '5 == 3 < 1', '5 == (3 < 1)');
test(groups, '1 & 2 == 2', '1 & (2 == 2)');
test(groups, '1 | 2 ^ 3 & 4', '1 | (2 ^ (3 & 4))');
test(groups, '1 || 2 && 3', '1 || (2 && 3)');
test(groups, '1 | 2 && 3', '(1 | 2) && 3');
test(groups, '!1 == 2', '(!1) == 2');
test(groups, '-1 * 2 / 3 % 4', '(((-1) * 2) / 3) % 4');
test(groups, '1 ? 2 : 3 ? 4 : 5', '1 ? 2 : (3 ? 4 : 5)');
test(groups, '1 ? 2 ? 3 : 4 : 5', '1 ? (2 ? 3 : 4) : 5');
test(groups, '1 || 0 ? 1 : 2', '(1 || 0) ? 1 : 2');
test(groups, '1 ?: 2 ?: 3', '1 ?: (2 ?: 3)');
test(groups, '$x+++$y', '($x++) + $y');
test(groups, '$x- -$y', '$x - (-$y)');
test(groups, '$x & &$y', '$x & (&$y)');
test(groups, '-$x.a', '-$x.a');
test(groups, '*$x->a', '*$x->a');
test(groups, '(uint64)$x + 1', '((uint64)$x) + 1');
test(groups, '(int8)$x.a', '(int8)$x.a');
test(groups, '-(int64)$x', '-((int64)$x)');
test(groups, '(int8)(int16)5', '(int8)((int16)5)');
test(groups, '(int8*)1 + 1', '((int8 *)1) + 1');
test(groups, '(pid)-1', 'pid - 1');
test(groups, '(foo)-1', '(foo)(-1)');
test(groups, '(foo)*$x', '(foo)(*$x)');
test(groups, '(foo)(1)', '(foo)1');
test(groups, '(foo)+1', 'foo + 1');
test(groups, '(foo) & 1', 'foo & 1');
test(groups, '(pid * 2)', 'pid * 2');
test(groups, '(struct foo*[4])1', '(struct foo *[4])1');
test(groups, '(uint8[])$x', '(uint8[])$x');
test(groups, '(uint64)', 'uint64');
test(groups, '@x[(1,2)]', '@x[1, 2]');
test(groups, '@x[(1,2),3]', '@x[(1, 2), 3]');
test(groups, '@x[(1,)]', '@x[(1,)]');
test(groups, '(1)', '1');
test(groups, '(1,)', '(1,)');
test(groups, '((1,2),3,)', '((1, 2), 3)');
test(groups, '(pid=1, if=2)', '(pid=1, if=2)');
test(groups, '$x.if.let.0', '$x.if.let.0');
test(groups, 'sizeof(pid)', 'sizeof(pid)');

const spans = test.macro({
  exec(t, text: string, expected: string) {
    const { span } = expressionOf(text);
    t.is(`BEGIN { ${text} }`.slice(span.start, span.end), expected);
  },
  title: (_, text) => `span of ${text}`,
});

test(spans, '1 + 2 ', '1 + 2');
test(spans, '(1 + 2) * 3', '(1 + 2) * 3');
test(spans, '@x[1] /* c */ ', '@x[1]');
test(spans, 'f(1).a [2] ', 'f(1).a [2]');
test(spans, '(1, 2) ', '(1, 2)');

const attach = test.macro({
  exec(t, text: string, ...parts: string[]) {
    const params = ['syscalls', 'openat', '', 'tracepoint:sched:sched_*'];
    const { program, diagnostics } = parsed(`${text} { }`, { params });
    t.deepEqual(diagnostics.list, []);
    const points = program.probes[0]!.attachPoints.map(p => p.parts.map(x => x.text).join('|'));
    t.deepEqual(points, parts);
  },
  title: (_, text) => `attach points ${JSON.stringify(text)}`,
});

test(attach, 'BEGIN', 'BEGIN');
test(attach, 'interval:s:1', 'interval|s|1');
test(attach, 'kprobe:vfs_*,kretprobe:vfs_?', 'kprobe|vfs_*', 'kretprobe|vfs_?');
test(attach, 'kprobe:a,\n// c\nkprobe:b /* d */,', 'kprobe|a', 'kprobe|b');
test(attach, 'uprobe:/bin/b-1.so.6:main+0x10', 'uprobe|/bin/b-1.so.6|main+0x10');
test(attach, 'uprobe:/a/*:cpp:"f(int, char)::g{}"', 'uprobe|/a/*|cpp|f(int, char)::g{}');
test(attach, 'uprobe:/bin/sh:"a\\"b\\\\"', 'uprobe|/bin/sh|a"b\\');
test(attach, 'tracepoint:$1:sys_enter_$2', 'tracepoint|syscalls|sys_enter_openat');
test(attach, 'tracepoint:$1:$3', 'tracepoint|syscalls|');
test(attach, 'tracepoint:$1:"$2"', 'tracepoint|syscalls|$2');
test(attach, '$4', 'tracepoint|sched|sched_*');
test(attach, '$4,BEGIN', 'tracepoint|sched|sched_*', 'BEGIN');
test(attach, 'kprobe:$4', 'kprobe|tracepoint:sched:sched_*');
test(attach, 'usdt:/bin/sh::probe', 'usdt|/bin/sh||probe');
test(attach, 'name=BEGIN', 'BEGIN');
test(attach, 'xdp:veth*:native', 'xdp|veth*|native');

const codes = test.macro({
  exec(t, text: string, ...expected: string[]) {
    t.deepEqual(
      parsed(text).diagnostics.list.map(d => d.code),
      expected,
    );
  },
  title: (_, text) => `mistakes in ${JSON.stringify(text)}`,
});

test(codes, '', 'no-probes');
test(codes, '// only a comment', 'no-probes');
test(codes, 'BEGIN { print(1) print(2) }', 'syntax');
test(codes, 'BEGIN { $x = ; $y = ; } END { $z = ; }', 'syntax', 'syntax', 'syntax');
test(codes, 'BEGIN { print("a); }', 'unterminated-string');
test(codes, 'BEGIN { print(1);\ninterval:s:1 { print(; }', 'unclosed-block', 'syntax');
test(codes, 'BEGIN { 1 = 2 }', 'assignment-target');
test(codes, 'BEGIN { 5++ }', 'update-target');
test(codes, 'BEGIN / / { $x = }', 'empty-predicate', 'syntax');
test(codes, 'BEGIN /1 + / { $x = }', 'syntax', 'syntax');
test(codes, 'macro f(5) { 1 } BEGIN { }', 'macro-parameter');
test(codes, '#include "a.h"\nstruct s { int a; };\nBEGIN { $x = }', 'missing-header', 'syntax');

test(codes, `#ifndef ${HAVE}\n#include <a.h>\nstruct a { };\n#endif\nBEGIN { }`);
test(codes, `#ifdef ${HAVE}\nBEGIN { }\n#else\nstruct a { };\n# endif`);
test(
  codes,
  `#ifndef ${HAVE}\n#ifdef A\n#else\n1\n#endif\n#else\n#include "b.h"\n#endif\nBEGIN { }`,
  'missing-header',
);
test(codes, '#ifndef OTHER\nBEGIN { }\n#endif');
test(codes, '#endif\n#else\nBEGIN { }', 'syntax', 'syntax');
test(codes, '#ifndef A\nBEGIN { }', 'syntax');
test(codes, '#ifdef A\nBEGIN { }', 'syntax');
test(codes, '#define A \\\n b\nBEGIN { }');
test(
  codes,
  '#define A 1\n#undef A\n#pragma once\n#define B (2 | 1 << 3)\n#ifdef B\n#define C -B\n#endif\nBEGIN { print(C); }',
);
test(codes, '#include <linux/sched.h>\nBEGIN { print(AF_INET); }');
test(codes, '#define A 1\n#define B "x"\n#define C (0x1)\nBEGIN { print((A, B, C)); }');
test(
  codes,
  '#define A(x) 1\n#define\n#define B +\nBEGIN { print(A(2)); print(B); }',
  'syntax',
  'define-value',
);
test(codes, '#if 0\n#elif 1\n#elif A(\n#else\n$\n#endif\n#if 2 > 1 && !defined(A)\nBEGIN { }\n#endif');
test(codes, '#elif 1\nBEGIN { }', 'syntax');
test(codes, '#if 1\n#else\nBEGIN { }', 'syntax');
test(codes, '#define A /* one\ntwo */ 5 // six\nBEGIN { print(A); }');
test(codes, 'struct s {\n#ifdef A\n  foo bar baz\n#else\n  int a;\n#endif\n};\nBEGIN { }');

test('deep nesting is a mistake, not an overflow', t => {
  for (const text of [
    '('.repeat(100_000),
    '{'.repeat(100_000),
    '-'.repeat(99_999),
    `${'f('.repeat(50_000)}`,
    `1${'+1'.repeat(100_000)}`,
    `$x${'.a'.repeat(100_000)}`,
    'if 1 { } else '.repeat(20_000),
    '1 ? '.repeat(50_000),
    '(a=('.repeat(20_000),
  ]) {
    const list = parsed(`BEGIN { ${text} }`).diagnostics.list;
    t.true(
      list.some(d => d.code === 'nested-too-deep'),
      text.slice(0, 20),
    );
  }
});
