// Looks for a disagreement among the evaluations of random IR programs: `node probe.js FIRST COUNT`. Prints `found N MESSAGE` (N:
// programs it took) or `none`. Started by bite.ts from a copy of the build in which one fault was planted.
import { findDisagreement } from '../harness/ir-agreement.js';
import { runInVm } from '../harness/ir-vm.js';

const [first = 1, count = 1000] = process.argv.slice(2).map(Number);
let answer = 'none';
for (let i = 0; i < count && answer === 'none'; i++) {
  const found = findDisagreement(first + i, runInVm);
  if (found !== undefined) answer = `found ${i + 1} ${found}`;
}
console.log(answer);
