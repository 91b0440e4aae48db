// The faults of `npm run test:faults` can be planted: their places are in the code.
import test from 'ava';
import { inProject } from '../harness/project.js';
import { FAULTS, plantedText } from '../random/planted-faults.js';

test('each fault to be planted has its place in the compiler, once', t => {
  for (const fault of FAULTS) t.notThrows(() => plantedText(fault, inProject('build')), fault.name);
});
