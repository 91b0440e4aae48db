// `npm run test:faults`: does the random test bite? Twenty faults are planted in the built compiler, one at a time, in a
// copy of build/, and the random programs are run against it. Every fault must be found within the budget of CI;
// one whose place is no longer in the code fails the command too, so that the list cannot rot.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from '../harness/project.js';
import { FAULTS, type Fault, plantedText } from './planted-faults.js';
import { COUNT, SEED } from './suite-size.js';

/** ms for one fault. */
const BUDGET = 600_000;

interface Outcome {
  readonly found: boolean;
  readonly programs: string;
  readonly seconds: string;
  readonly how: string;
}

/** A project whose compiler may be spoilt. */
function copyProject(): string {
  const root = mkdtempSync(inProject('build/faults-'));
  cpSync(inProject('build/src'), join(root, 'build/src'), { recursive: true });
  cpSync(inProject('build/test'), join(root, 'build/test'), { recursive: true });
  return root;
}

function tryPrograms(root: string, count: number) {
  return spawnSync(process.execPath, [join(root, 'build/test/random/try.js'), String(count), String(SEED)], {
    encoding: 'utf8',
    timeout: BUDGET,
    env: { ...process.env, TSBPF_FINDINGS: '1', TSBPF_SHRINK: '0' },
  });
}

function hunt(fault: Fault, root: string): Outcome {
  const path = join(root, 'build/src/compiler', fault.file);
  const whole = readFileSync(path, 'utf8');
  const spoilt = plantedText(fault, join(root, 'build'));
  try {
    writeFileSync(path, spoilt);
    const run = tryPrograms(root, COUNT);
    const summary = /(\d+) programs, (\d+) findings.* ([\d.]+) s/.exec(run.stdout);
    if (summary === null) return { found: false, programs: '-', seconds: '-', how: run.stderr.slice(-300) };
    const how = /^seed \d+: (\w+):/m.exec(run.stdout)?.[1] ?? '-';
    return { found: summary[2] !== '0', programs: summary[1]!, seconds: summary[3]!, how };
  } finally {
    writeFileSync(path, whole);
  }
}

const only = process.argv[2];
for (const fault of FAULTS) plantedText(fault, inProject('build')); // throws before any work when one has no place
const root = copyProject();
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
// A compiler that fails as it is would find every fault.
if (!/ 0 findings/.test(tryPrograms(root, 400).stdout))
  throw new Error('the compiler as it is does not pass');
let missed = 0;
console.log(`${'fault'.padEnd(30)}${'found by'.padEnd(14)}${'programs'.padStart(9)}${'seconds'.padStart(9)}`);
for (const fault of FAULTS) {
  if (only !== undefined && !fault.name.includes(only)) continue;
  const { found, programs, seconds, how } = hunt(fault, root);
  if (!found) missed++;
  const by = found ? how : `NOT FOUND ${how}`;
  console.log(`${fault.name.padEnd(30)}${by.padEnd(14)}${programs.padStart(9)}${seconds.padStart(9)}`);
}
console.log(missed === 0 ? 'every fault was found' : `${missed} not found`);
process.exitCode = missed === 0 ? 0 : 1;
