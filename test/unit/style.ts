// The formatter and the linter agree with every file (biome.json), so that a review need not speak of either.
import { execFileSync } from 'node:child_process';
import test from 'ava';
import { inProject, ROOT } from '../harness/project.js';

test('biome has nothing to say', t => {
  t.notThrows(() =>
    execFileSync(inProject('node_modules/.bin/biome'), ['check', '.'], { cwd: ROOT, encoding: 'utf8' }),
  );
});
