// `node build/test/random/try.js COUNT [SEED]`: runs random programs outside the test runner and prints what was found.
import { hostEnv } from '../../src/kernel/host/env.js';
import { raiseMemlock } from '../../src/kernel/sys/rlimit.js';
import { PROGRAMS_PER_TRIAL, trial } from './trial.js';

const count = Number(process.argv[2] ?? 1000);
const first = Number(process.argv[3] ?? 1);
const kernel = process.argv[4] !== 'vm';
if (kernel) raiseMemlock();
const machine = { env: hostEnv(), kernel, shrinks: process.env.TSBPF_SHRINK !== '0' };
const started = performance.now();
let programs = 0;
let refused = 0;
let found = 0;
let limited = 0;
for (let seed = first; programs < count; seed += PROGRAMS_PER_TRIAL) {
  const result = trial(seed, machine);
  programs += result.programs;
  refused += result.refused;
  limited += result.limited;
  for (const finding of result.findings) {
    found++;
    console.log(`seed ${finding.seed}: ${finding.kind}: ${finding.reason}\n${finding.script}\n`);
  }
  if (found >= Number(process.env.TSBPF_FINDINGS ?? 5)) break;
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${programs} programs, ${found} findings, ${refused} refused, ${limited} over a limit, ${seconds.toFixed(1)} s`,
);
