// Diagnostics of the checker as text; and every code it has appears in a golden.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { checked } from '../../../harness/checked.js';
import type { SmallEnvOptions } from '../../../harness/fixture-env.js';
import { goldenTests, readCases } from '../../../harness/golden.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const GOLDEN = `${ROOT}test/golden/errors/`;

goldenTests('errors', (text, options) => checked(text, options as SmallEnvOptions).rendered, /^check-/);

test('every code of the checker has a golden', t => {
  const spoken = new Set<string>();
  for (const file of readdirSync(GOLDEN).filter(f => f.startsWith('check-'))) {
    for (const { source, options } of readCases(readFileSync(GOLDEN + file, 'utf8'))) {
      for (const { code } of checked(source, options as SmallEnvOptions).list) spoken.add(code);
    }
  }
  const folder = `${ROOT}src/compiler/check/`;
  const text = readdirSync(folder).map(f => readFileSync(folder + f, 'utf8'));
  const codes = text.flatMap(s => [...s.matchAll(/\.(?:error|warn)\(\s*'([a-z-]+)'/g)].map(m => m[1]!));
  t.true(codes.length > 40);
  t.deepEqual(
    [...new Set(codes)].filter(code => !spoken.has(code) && !UNREACHABLE.includes(code)).sort(),
    [],
  );
});

/** Codes that no word of the language needs yet. */
const UNREACHABLE: readonly string[] = ['not-in-probe'];
