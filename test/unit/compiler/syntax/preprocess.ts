// The preprocessor of C: expansion, conditions, and what is found in headers and imports.
import test from 'ava';
import { renderDiagnostics } from '../../../../src/compiler/diagnostics/render.js';
import { conditionValue } from '../../../../src/compiler/syntax/preprocess/condition.js';
import { MacroTable } from '../../../../src/compiler/syntax/preprocess/macro.js';
import { checked } from '../../../harness/checked.js';

function table(lines: readonly string[]): MacroTable {
  const macros = new MacroTable();
  for (const line of lines) macros.define(line);
  return macros;
}

const expands = test.macro({
  exec(t, lines: readonly string[], text: string, expected: string | undefined) {
    t.is(table(lines).expand(text), expected);
  },
  title: (_, lines: readonly string[], text) => `${text} with ${lines.join('; ')}`,
});

test(expands, ['A 1'], 'A + A1 + "A"', '1 + A1 + "A"');
test(expands, ['A B', 'B C', 'C 5'], 'A', '5');
test(expands, ['A B', 'B A'], 'A', 'A');
test(expands, ['F(x) (x + 1)'], 'F(2) F F(F(3))', '(2 + 1) F ((3 + 1) + 1)');
test(expands, ['F(x, y) x-y'], 'F((1, 2), 3)', '(1, 2)-3');
test(expands, ['F() 7', 'G(x) [x]'], 'F() G()', '7 []');
test(expands, ['CAT(a, b) a ## b', 'ONE 1'], 'CAT(x, ONE) CAT(0, x1f)', 'xONE 0x1f');
test(expands, ['TEXT(a) #a', 'ONE 1'], 'TEXT(ONE + "b\\n")', '"ONE + \\"b\\\\n\\""');
test(expands, ['LIST(first, ...) first: __VA_ARGS__'], 'LIST(1, 2, (3, 4))', '1: 2, (3, 4)');
test(expands, ['ARGS(rest...) rest'], 'ARGS(1, 2)', '1, 2');
test(expands, ['NONE', 'F(x) x'], 'a NONE b F(NONE)', 'a b');
test(expands, ['A - 1'], '-A', '- - 1');
test(expands, ['D(x) x x x x x x x x x x x x', 'E(x) D(D(D(D(D(x)))))'], 'E(1)', undefined);

const condition = test.macro({
  exec(t, text: string, expected: bigint | undefined) {
    const macros = table(['ONE 1', 'TWO (ONE + ONE)', 'EMPTY', 'MAX(a, b) ((a) > (b) ? (a) : (b))']);
    t.is(conditionValue(text, macros), expected);
  },
  title: (_, text) => `#if ${text}`,
});

test(condition, '1', 1n);
test(condition, 'TWO * 3 == 6 && !(TWO < ONE)', 1n);
test(condition, 'defined(ONE) + defined EMPTY + defined(NOTHING)', 2n);
test(condition, 'NOTHING || NOTHING(5, (6))', 0n);
test(condition, 'MAX(TWO, 7) << 2 | 1', 29n);
test(condition, '0x10UL + 010 - 0b11 + 1LL', 22n);
test(condition, "'a' == 97 && '\\n' == 10 && '\\x41' == 65", 1n);
test(condition, '-1 >> 1 == -1 ? ~0 : 5 % 3', -1n);
test(condition, 'TWO != 2 ? 1 / 0 : 4', undefined);
test(condition, '(1', undefined);
test(condition, '1 2', undefined);
test(condition, '', undefined);
test(condition, '1.5', undefined);
test(condition, '('.repeat(5000), undefined);

const prints = test.macro({
  exec(t, text: string, ...expected: readonly string[]) {
    const { value, rendered } = checked(text);
    t.is(rendered, '');
    const values = value.probes.flatMap(probe =>
      probe.variants.flatMap(variant => variant.body.map(statement => constantOf(statement))),
    );
    t.deepEqual(values, expected);
  },
  title: (_, text) => `constants of ${JSON.stringify(text)}`,
});

/** The number or text of a `print(5);`. */
function constantOf(statement: unknown): string {
  const { expression } = statement as {
    expression: { call: { args: { kind: string; value?: bigint; bytes?: Uint8Array }[] } };
  };
  const [value] = expression.call.args;
  return value?.kind === 'string' ? new TextDecoder().decode(value.bytes) : String(value?.value);
}

test(prints, '#define SUM 1 + 2\nBEGIN { print(SUM * 3); }', '9');
test(
  prints,
  '#define TWICE(x) (2 * (x))\n#define SIX TWICE(3)\nBEGIN { print(SIX); print(TWICE(4)); }',
  '6',
  '8',
);
test(prints, '#define ncpus 5\n#define print 7\nBEGIN { print(TWO); }\nenum { ONE = 1, TWO };', '2');
test(prints, '#include "local.h"\nBEGIN { print(LOCAL_LIMIT); print(sizeof(struct local)); }', '32', '24');
test(prints, '#include "local.h"\n#include "local.h"\nBEGIN { print(GREEN); }', '6');
test(
  prints,
  '#include "local.h"\nstruct own { struct local l; char c[LOCAL_LIMIT]; };\nBEGIN { print(sizeof(struct own)); }',
  '56',
);
test(
  prints,
  '#include <sys/limits.h>\nBEGIN { print(SYS_LIMIT); print(SYS_NAME); print(SYS_ON); }',
  '6',
  'system',
  '5',
);
test(
  prints,
  '#include <sys/limits.h>\nBEGIN { print(sizeof(struct sys_pair)); print(sizeof(sys_t)); }',
  '12',
  '8',
);
test(
  prints,
  '#include <sys/limits.h>\n#if SYS_LIMIT == 6 && defined(SYS_NAME)\nenum { A = SYS_LIMIT };\n#endif\nBEGIN { print(A); }',
  '6',
);
test(
  prints,
  '#include <sys/limits.h>\nstruct s { char c[SYS_LIMIT]; };\nBEGIN { print(sizeof(struct s)); }',
  '6',
);
test(
  prints,
  '#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0) && __x86_64__\n#define NEW 1\n#else\n#define NEW 2\n#endif\nBEGIN { print(NEW); }',
  '1',
);
test(prints, 'import "local.h";\nBEGIN { print(LOCAL_LIMIT); }', '32');

const order = test.macro({
  exec(t, text: string, ...expected: readonly string[]) {
    const { value, list } = checked(text);
    t.deepEqual(list, []);
    t.deepEqual(
      value.probes.map(probe => constantOf(probe.variants[0]!.body[0])),
      expected,
    );
  },
  title: (_, text) => `probes of ${JSON.stringify(text)}, in order`,
});

test(order, 'import "lib.bt";\nBEGIN { print("own"); }', 'lib', 'own');
test(order, 'import "nested.bt";\nimport "lib.bt";\nBEGIN { print(hundred(5)); }', 'lib', 'nested', '105');
test(order, 'import "folder";\nBEGIN { print("own"); }', 'lib', 'nested', 'own');
test(order, 'import "ring.bt";\nBEGIN { print("own"); }', 'ring', 'own');

test('a mistake in another file is shown there', t => {
  const { list, value } = checked('import "wrong.bt";\nBEGIN { print(1); }');
  t.is(
    renderDiagnostics(list, value.source).split('\n').slice(0, 3).join('\n'),
    'wrong.bt:1:15-22: ERROR: there is no builtin or constant "nothing"\n' +
      'BEGIN { print(nothing); }\n' +
      '              ^^^^^^^',
  );
});
