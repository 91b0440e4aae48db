// Random programs, first half; and those that once failed, on the kernel.
import { readdirSync, readFileSync } from 'node:fs';
import { openHost } from '../../src/kernel/host/host.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { declareRandomTests } from '../random/suite.js';
import { failureOf } from '../random/trial.js';

declareRandomTests(0, 2);

const folder = inProject('test/random/cases');
for (const name of readdirSync(folder)) {
  kernelTest(`kernel, ${name.replace('.bt', '').replaceAll('-', ' ')}`, t => {
    const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });
    t.is(failureOf(readFileSync(`${folder}/${name}`, 'utf8'), { env, kernel: true }), undefined);
  });
}
