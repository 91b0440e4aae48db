// The front end never throws, whatever the bytes; and printing a tree and parsing the text gives the tree again.
import test from 'ava';
import fc from 'fast-check';
import { renderDiagnostics } from '../../../../src/compiler/diagnostics/render.js';
import { dumpAst } from '../../../../src/compiler/syntax/dump.js';
import { format } from '../../../../src/compiler/syntax/format/format.js';
import { parse } from '../../../../src/compiler/syntax/parse.js';
import { printProgram } from '../../../../src/compiler/syntax/printer.js';
import { parseScriptHeader } from '../../../../src/compiler/syntax/script-header.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 3000);

function frontEnd(text: string): void {
  const source = { name: 'stdin', text };
  const { program, diagnostics } = parse(source, { params: [] });
  dumpAst(program);
  printProgram(program);
  renderDiagnostics(diagnostics.list, source);
  parseScriptHeader(source);
  for (const { span } of diagnostics.list) {
    if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length)) {
      throw new Error(`span ${span.start}-${span.end} of ${text.length}`);
    }
  }
}

test('never throws on random bytes', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => frontEnd(new TextDecoder().decode(bytes))),
    { numRuns: RUNS },
  );
  t.pass();
});

test('never throws on random UTF-16, lone surrogates included', t => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 });
  fc.assert(
    fc.property(units, codes => frontEnd(String.fromCharCode(...codes))),
    { numRuns: RUNS },
  );
  t.pass();
});

const fragments = fc.constantFrom(
  ...'BEGIN { } ( ) [ ] / // /* */ " \\ \n ; : , . .. -> = == + - ++ -- * & ? $x $1 $# $ @ @x 1 1e9 08 5ms "a" if else for while unroll let return _ config struct macro import #include sizeof offsetof (uint64) foo kprobe:f tracepoint:a:b true pid'.split(
    ' ',
  ),
);

test('never throws on random sequences of fragments', t => {
  const text = fc
    .array(fc.tuple(fragments, fc.constantFrom('', ' ', '\n')), { maxLength: 60 })
    .map(list => list.flat().join(''));
  fc.assert(
    fc.property(text, body => {
      frontEnd(body);
      frontEnd(`BEGIN { ${body} }`);
    }),
    { numRuns: RUNS },
  );
  t.pass();
});

// Programs as text, well-formed by construction.
const word = fc.constantFrom('pid', 'comm', 'args', 'foo', 'nsecs');
const { expression } = fc.letrec<{ expression: string; atom: string }>(tie => {
  const e = tie('expression');
  return {
    atom: fc.oneof(
      word,
      fc.constantFrom(
        '$x',
        '@',
        '@m',
        '$1',
        '$#',
        'true',
        '(1,)',
        '()',
        'sizeof(uint64)',
        '5ms',
        '0x1f',
        '"a\\x01\\n"',
      ),
      fc.bigInt(0n, (1n << 64n) - 1n).map(String),
    ),
    expression: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      tie('atom'),
      fc
        .tuple(
          e,
          fc.constantFrom(
            ...[
              '+',
              '-',
              '*',
              '/',
              '%',
              '&',
              '|',
              '^',
              '<<',
              '>>',
              '&&',
              '||',
              '==',
              '!=',
              '<',
              '<=',
              '>',
              '>=',
            ],
          ),
          e,
        )
        .map(x => x.join(' ')),
      fc.tuple(fc.constantFrom('-', '!', '~', '*', '&'), e).map(([op, x]) => `${op} ${x}`),
      fc.tuple(e, e, e).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
      fc.tuple(e, e).map(([a, b]) => `(${a}) ?: ${b}`),
      e.map(x => `(${x})`),
      fc.tuple(fc.constantFrom('uint64', 'struct foo *', 'int8[4]'), e).map(([t, x]) => `(${t})(${x})`),
      fc.array(e, { maxLength: 3 }).map(x => `f(${x.join(', ')})`),
      fc.array(e, { minLength: 1, maxLength: 3 }).map(x => `@m[${x.join(', ')}]`),
      fc.array(e, { minLength: 2, maxLength: 3 }).map(x => `(${x.join(', ')})`),
      fc.tuple(e, e).map(([a, b]) => `(pid= ${a}, if= ${b})`),
      e.map(x => `(${x}).pid->0`),
      fc.tuple(e, e).map(([a, b]) => `(${a})[${b}]`),
      fc.constantFrom('$x++', '--@m[1]', '++$x', '@--'),
    ),
  };
});

const { statement } = fc.letrec<{ statement: string }>(tie => {
  const block = fc.array(tie('statement'), { maxLength: 3 }).map(x => `{ ${x.join(' ')} }`);
  return {
    statement: fc.oneof(
      { maxDepth: 3 },
      expression.map(x => `(${x});`),
      fc.tuple(fc.constantFrom('=', '+=', '<<=', '/='), expression).map(([op, x]) => `@m[1] ${op} ${x};`),
      expression.map(x => `let $y: uint8[4] = ${x};`),
      expression.map(x => `_ = ${x};`),
      fc.tuple(expression, block, block).map(([c, a, b]) => `if (${c}) ${a} else if ${c} ${b} else ${a}`),
      fc.tuple(expression, block).map(([c, b]) => `while (${c}) ${b}`),
      fc.tuple(expression, block).map(([c, b]) => `unroll (${c}) ${b}`),
      fc.tuple(expression, block).map(([c, b]) => `for ($i : 0..(${c})) ${b}`),
      block.map(b => `for ($kv : @m) ${b}`),
      block,
      fc.constantFrom('break;', 'continue;', 'return;', 'let $z;'),
    ),
  };
});

test('printed and parsed again, a program is the same', t => {
  const program = fc
    .tuple(fc.array(statement, { maxLength: 4 }), expression)
    .map(
      ([body, filter]) =>
        `config = { a = 1; b = "x y" } let @m = hash(3); kprobe:"a b":c* / ${filter} / { ${body.join(' ')} }`,
    );
  fc.assert(
    fc.property(program, text => {
      const first = parse({ name: 'stdin', text }, { params: [] });
      if (first.diagnostics.hasErrors) throw new Error(first.diagnostics.list[0]!.message);
      const printed = printProgram(first.program);
      const second = parse({ name: 'stdin', text: printed }, { params: [] });
      if (second.diagnostics.hasErrors)
        throw new Error(`${second.diagnostics.list[0]!.message} in ${printed}`);
      if (dumpAst(second.program) !== dumpAst(first.program)) throw new Error(`another tree from ${printed}`);
      if (printProgram(second.program) !== printed) throw new Error(`printed otherwise: ${printed}`);
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
  t.pass();
});

test('a field that begins with ~ does not become a match', t => {
  const text = 'begin { print((a= ~"x", b=1)); }';
  const { program } = parse({ name: 'stdin', text }, { params: [] });
  t.is(
    dumpAst(parse({ name: 'stdin', text: printProgram(program) }, { params: [] }).program),
    dumpAst(program),
  );
  const formatted = format({ name: 'stdin', text }).text ?? '';
  t.is(dumpAst(parse({ name: 'stdin', text: formatted }, { params: [] }).program), dumpAst(program));
});
