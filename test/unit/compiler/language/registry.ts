// The registry as a whole: names, documentation, examples that compile on a recorded machine.
import test from 'ava';
import { compile } from '../../../../src/compiler/compile.js';
import {
  BUILTINS,
  FUNCTIONS,
  findBuiltin,
  findFunction,
  findProbeType,
  PROBE_TYPES,
} from '../../../../src/compiler/language/registry.js';
import { fixtureEnv } from '../../../harness/replay-env.js';

const ENTRIES = [...BUILTINS, ...FUNCTIONS, ...PROBE_TYPES];

test('names and aliases are unique within their kind', t => {
  for (const kind of [BUILTINS, FUNCTIONS, PROBE_TYPES]) {
    const names = kind.flatMap(entry => [entry.name, ...(entry.aliases ?? [])]);
    t.is(new Set(names).size, names.length);
  }
});

test('entries are found by name and by alias', t => {
  t.is(findBuiltin('pid')?.name, 'pid');
  t.is(findFunction('count')?.role, 'aggregation');
  t.is(findProbeType('t')?.name, 'tracepoint');
  t.is(findProbeType('BEGIN')?.name, 'begin');
  t.is(findFunction('nope'), undefined);
});

for (const entry of ENTRIES) {
  const { name, doc } = entry;
  // kstack is a builtin and a function.
  test(`${name}${'signatures' in entry ? '()' : ''} is documented, and its example compiles`, t => {
    t.regex(doc.summary, /\.$/);
    t.truthy(doc.example);
    for (const other of doc.seeAlso ?? []) {
      t.true(
        ENTRIES.some(entry => entry.name === other),
        other,
      );
    }
    let compiled: ReturnType<typeof compile> | undefined;
    try {
      compiled = compile({ name: 'stdin', text: doc.example! }, fixtureEnv('6.12'), { unsafe: true });
    } catch (error) {
      // What the recording was never asked is no fault of the example.
      t.regex(String(error), /record/);
      return;
    }
    t.deepEqual(
      compiled.diagnostics
        .filter(d => d.severity === 'error' && !['fail', 'kernel-option'].includes(d.code))
        .map(d => d.message),
      [],
    );
  });
}
