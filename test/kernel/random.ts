// Random programs, first half; and those that once failed, on the kernel.

import { readdirSync, readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { openHost } from '../../src/kernel/host/host.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { declareRandomTests } from '../random/suite.js';
import { failureOf } from '../random/trial.js';

declareRandomTests(0, 2);

const folder = inProject('test/random/cases');
for (const name of readdirSync(folder)) {
  const behaves = (t: ExecutionContext) => {
    const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });
    const failure = failureOf(readFileSync(`${folder}/${name}`, 'utf8'), { env, kernel: true });
    // An old kernel may not have what it takes.
    const old = IN_GUEST && failure?.kind === 'limit';
    t.is(old ? undefined : failure, undefined);
  };
  kernelTest(`kernel, ${name.replace('.bt', '').replaceAll('-', ' ')}`, behaves);
}
