// What is said about source text, as goldens; and every code that src/ gives to a diagnostic is in one of them.
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { STAGES } from '../../../harness/error-goldens.js';
import { goldenTests, readCases } from '../../../harness/golden.js';
import { inProject } from '../../../harness/project.js';

for (const [stage, tell] of Object.entries(STAGES)) {
  goldenTests('errors', (text, options) => tell(text, options).rendered, new RegExp(`^${stage}\\b`));
}

/** Of whatever a running script says: the words are its own, or the kernel's. */
const NO_GOLDEN: ReadonlySet<string> = new Set(['run-time']);

test('every code of a diagnostic has a golden', t => {
  const spoken = new Set<string>();
  const folder = inProject('test/golden/errors');
  for (const file of readdirSync(folder)) {
    const tell = STAGES[/^[a-z]+/.exec(file)![0]]!;
    for (const { source, options } of readCases(readFileSync(`${folder}/${file}`, 'utf8'))) {
      for (const { code } of tell(source, options).list) spoken.add(code);
    }
  }
  const codes = codesOf('src');
  t.true(codes.size > 140);
  t.deepEqual([...codes].filter(code => !spoken.has(code) && !NO_GOLDEN.has(code)).sort(), []);
  t.deepEqual([...spoken].filter(code => !codes.has(code)).sort(), []);
});

/** The forms that give one: an argument, which may be a choice of two, or a property. */
function codesOf(folder: string): Set<string> {
  const codes = new Set<string>();
  for (const name of readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(name)) continue;
    const text = readFileSync(inProject(folder, name), 'utf8');
    const forms = [
      ...text.matchAll(/\b(?:error|warn|fail)\(\s*([^,()]*),/g),
      ...text.matchAll(/\bcode: ('[a-z-]+')/g),
      ...text.matchAll(/\bcode =[^;]*?\? ('[a-z-]+' : '[a-z-]+')/g),
    ];
    for (const [, form = ''] of forms) {
      for (const [, code = ''] of form.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)) codes.add(code);
    }
  }
  return codes;
}
