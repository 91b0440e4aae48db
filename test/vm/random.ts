// Random programs without a kernel: interpreter and direct evaluation agree. And those that once failed.
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { inProject } from '../harness/project.js';
import { fixtureEnv } from '../harness/replay-env.js';
import { FAULTS, plantedText } from '../random/planted-faults.js';
import { runRandom } from '../random/suite.js';
import { SEED } from '../random/suite-size.js';
import { failureOf } from '../random/trial.js';

/** For each machine. */
const PROGRAMS = 80;

for (const [index, name] of ['5.10', '6.12', '6.18'].entries()) {
  test(`${PROGRAMS} random programs compiled for ${name}: interpreter and source agree`, async t => {
    t.timeout(600_000);
    const first = SEED + 0x800000 + index * PROGRAMS;
    await runRandom(t, { env: fixtureEnv(name), kernel: false }, first, PROGRAMS);
  });
}

const folder = inProject('test/random/cases');
for (const name of readdirSync(folder)) {
  test(name.replace('.bt', '').replaceAll('-', ' '), t => {
    const script = readFileSync(`${folder}/${name}`, 'utf8');
    t.is(failureOf(script, { env: fixtureEnv('6.18'), kernel: false }), undefined);
  });
}

test('every fault of `npm run test:faults` still has its place in the compiler', t => {
  t.is(FAULTS.length, 20);
  for (const fault of FAULTS) t.notThrows(() => plantedText(fault, inProject('build')), fault.name);
});
