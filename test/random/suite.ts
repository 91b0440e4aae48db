// The random programs as tests, in chunks so that progress shows. Two files run a half each, side by side.

import type { ExecutionContext } from 'ava';
import { openHost } from '../../src/kernel/host/host.js';
import { raiseMemlock } from '../../src/kernel/sys/rlimit.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { COUNT, SEED } from './suite-size.js';
import { type Finding, type Machine, PROGRAMS_PER_TRIAL, trial } from './trial.js';

const CHUNK = 248;

/** Declares the tests of one of `parts` shares of the programs. */
export function declareRandomTests(part: number, parts: number): void {
  const share = Math.ceil(COUNT / parts / PROGRAMS_PER_TRIAL) * PROGRAMS_PER_TRIAL;
  let machine: Machine | undefined;
  for (let done = 0; done < share; done += CHUNK) {
    const count = Math.min(CHUNK, share - done);
    const first = SEED + part * share + done;
    kernelTest(
      `${count} random programs from seed ${first}: kernel, interpreter and source agree`,
      async t => {
        t.timeout(600_000);
        raiseMemlock();
        machine ??= {
          env: openHost({ params: [], options: new Map(), targetPid: undefined }).env,
          kernel: true,
        };
        await runRandom(t, machine, first, count);
      },
    );
  }
}

/** Fails with the first finding, shortened. */
export async function runRandom(
  t: ExecutionContext,
  machine: Machine,
  first: number,
  count: number,
): Promise<void> {
  let limited = 0;
  for (let seed = first; seed < first + count; seed += PROGRAMS_PER_TRIAL) {
    const { findings, limited: refused } = trial(seed, machine);
    limited += refused;
    await new Promise(setImmediate); // the runner hears from us
    if (findings[0] !== undefined) {
      t.fail(explain(findings[0]));
      return;
    }
  }
  // Most programs were run, on the newest kernel at least.
  if (!IN_GUEST) t.true(limited <= count / 10, `${limited} of ${count} over a limit`);
  else t.true(limited < count);
}

/** Everything needed to look into it: seed, reason, script. A fixed one belongs into test/random/cases. */
export function explain(finding: Finding): string {
  return `seed ${finding.seed}: ${finding.kind}\n${finding.reason}\n\n${finding.script}`;
}
