import test from 'ava';
import { findDisagreement } from '../../../harness/ir-agreement.js';
import { runInVm } from '../../../harness/ir-vm.js';

const PROGRAMS = Number(process.env.TSBPF_RANDOM_PROGRAMS ?? 500);
const CHUNK = 100;

for (let first = 1; first <= PROGRAMS; first += CHUNK) {
  test(`generated code does what the IR says: seeds ${first} to ${first + CHUNK - 1}`, t => {
    for (let seed = first; seed < first + CHUNK; seed++) t.is(findDisagreement(seed, runInVm), undefined);
  });
}
