// The formatter: its style as goldens, and what must hold for every program: it means the same, all comments are there, and
// formatting it again changes nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { compile } from '../../../../src/compiler/compile.js';
import type { SourceFile } from '../../../../src/compiler/diagnostics/diagnostic.js';
import type { ObjectSpec } from '../../../../src/compiler/object-spec.js';
import { dumpAst } from '../../../../src/compiler/syntax/dump.js';
import { format } from '../../../../src/compiler/syntax/format/format.js';
import { parse } from '../../../../src/compiler/syntax/parse.js';
import { readComparison } from '../../../harness/comparison.js';
import { fixtureKernel } from '../../../harness/fixture-kernel.js';
import { goldenTests, readCases } from '../../../harness/golden.js';
import { inProject } from '../../../harness/project.js';
import { RandomSource } from '../../../harness/random-source.js';
import { composeScript } from '../../../random/batch.js';
import { generateProgram } from '../../../random/generate/program.js';

goldenTests('format', text => {
  const { text: formatted, diagnostics } = format({ name: 'test', text });
  return formatted ?? diagnostics.list.map(d => d.message).join('\n');
});

const named = (name: string, text: string): SourceFile => ({ name, text });

/** Everything that must hold; the formatted text. */
function holds(t: ExecutionContext, source: SourceFile): string {
  const { text, diagnostics } = format(source);
  t.deepEqual(
    diagnostics.list.filter(d => d.severity === 'error'),
    [],
    source.text,
  );
  if (text === undefined) return source.text;
  const again = parse(named(source.name, text), { params: [] });
  t.is(dumpAst(again.program), dumpAst(parse(source, { params: [] }).program));
  t.deepEqual(commentsOf(text), commentsOf(source.text));
  t.is(format(named(source.name, text)).text, text, 'formatting again changes it');
  for (const line of text.split('\n')) t.is(line, line.trimEnd());
  t.true(text === '' || text.endsWith('\n'));
  return text;
}

/** White space apart. */
function commentsOf(text: string): string[] {
  const { program } = parse(named('test', text), { params: [] });
  return program.comments.map(comment => comment.text.replaceAll(/\s+/g, ' ').trim());
}

/** Are both accepted, and the same but for places in the source? */
function compilesAlike(t: ExecutionContext, before: SourceFile, after: SourceFile): void {
  const [a, b] = [before, after].map(source => compile(source, fixtureKernel('6.12')));
  t.deepEqual(codes(b!), codes(a!));
  t.is(placeless(b!.spec), placeless(a!.spec));
}

function codes({ diagnostics }: ReturnType<typeof compile>): string[] {
  return diagnostics.map(d => d.code);
}

function placeless(spec: ObjectSpec | undefined): string {
  return JSON.stringify(spec ?? null, (key, value) =>
    key === 'span' || key === 'source' || key === 'lines' || key === 'place' ? undefined : value,
  );
}

const TOOLS = [
  '/usr/sbin',
  ...(process.env.TSBPF_BPFTRACE === undefined ? [] : [join(process.env.TSBPF_BPFTRACE, '../root/usr/sbin')]),
  inProject('scripts-library'),
];

for (const folder of TOOLS) {
  const scripts = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.bt')) : [];
  test(`the ${scripts.length} scripts of ${folder.replace(inProject(''), '')} keep their meaning and their comments`, t => {
    for (const name of scripts) holds(t, named(name, readFileSync(join(folder, name), 'utf8')));
    t.pass();
  });
}

test('sources of the goldens keep their meaning', t => {
  for (const folder of ['parse', 'errors', 'format']) {
    for (const file of readdirSync(inProject('test/golden', folder))) {
      if (`${folder}/${file}` === 'errors/format.txt') continue; // what cannot be formatted
      for (const { source } of readCases(readFileSync(inProject('test/golden', folder, file), 'utf8'))) {
        if (!parse(named('test', source), { params: [] }).diagnostics.hasErrors)
          holds(t, named('test', source));
      }
    }
  }
});

test('programs of the comparison with bpftrace keep their meaning', t => {
  const folder = inProject('test/kernel/bpftrace-comparison');
  for (const file of readdirSync(folder).filter(name => name.endsWith('.txt'))) {
    for (const { program } of readComparison(readFileSync(join(folder, file), 'utf8')).cases) {
      if (!parse(named('test', program), { params: [] }).diagnostics.hasErrors)
        holds(t, named('test', program));
    }
  }
});

test('random programs compile to the same object', t => {
  for (let seed = 1; seed <= 60; seed++) {
    const script = composeScript(seed, [generateProgram(seed, { prefix: 'p' })]);
    const source = named('test', script);
    compilesAlike(t, source, named('test', holds(t, source)));
  }
});

test('white space and comments wherever they may stand: the same in the end', t => {
  const random = new RandomSource(7);
  for (let seed = 100; seed < 140; seed++) {
    const script = generateProgram(seed, { prefix: 'p' }).clauses[0]!;
    const usual = format(named('test', script)).text;
    const strewn = script.replaceAll(/ |\n/g, gap => {
      if (random.chance(70)) return gap;
      return random.pick(['\n', '  ', '\t', '\n\n\n', ' /* c */ ', ' // c\n', '\n// c\n', ' /* a\n b */ ']);
    });
    if (parse(named('test', strewn), { params: [] }).diagnostics.hasErrors) continue; // within a string
    holds(t, named('test', strewn));
    const bare = script.replaceAll(/ |\n/g, gap =>
      random.chance(80) ? gap : random.pick(['\n', '  ', '\t']),
    );
    if (parse(named('test', bare), { params: [] }).diagnostics.hasErrors) continue;
    holds(t, named('test', bare));
    t.truthy(usual);
  }
});

test('a broken program is refused with its diagnostics', t => {
  const { text, diagnostics } = format(named('test', 'BEGIN { $x = ; }'));
  t.is(text, undefined);
  t.deepEqual(
    diagnostics.list.map(d => d.code),
    ['syntax'],
  );
});

test('what a condition leaves out must be code too: else it is refused, not guessed at', t => {
  const { text, diagnostics } = format(
    named('test', 'BEGIN { }\n#ifdef FOO\nsome text { that is no ( code\n#endif\nEND { }\n'),
  );
  t.is(text, undefined);
  t.deepEqual(
    diagnostics.list.map(d => d.code),
    ['not-formattable'],
  );
  t.regex(diagnostics.list[0]?.hint ?? '', /left as it is/);
});
