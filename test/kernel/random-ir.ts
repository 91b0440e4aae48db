// Random IR programs in the kernel: the verifier accepts each, and each does what the IR interpreter says.

import { createFeatures } from '../../src/kernel/sys/features.js';
import { IN_GUEST } from '../harness/guest.js';
import { findDisagreement } from '../harness/ir-agreement.js';
import { IrKernel } from '../harness/ir-kernel.js';
import { kernelTest } from '../harness/kernel-test.js';

const DEFAULT = IN_GUEST ? 100 : 500;
const PROGRAMS = Number(process.env.TSBPF_RANDOM_PROGRAMS ?? DEFAULT);

kernelTest(`the kernel accepts ${PROGRAMS} random programs and runs them right`, t => {
  t.timeout(600_000);
  const kernel = new IrKernel();
  const features = createFeatures();
  const available = {
    signedDivision: features.has('signed_division'),
    atomicFetch: features.has('atomic_fetch'),
    loop: features.has('loop'),
  };
  try {
    for (let seed = 100_001; seed <= 100_000 + PROGRAMS; seed++) {
      t.is(
        findDisagreement(seed, (functions, inputs) => kernel.run(functions, inputs), available),
        undefined,
      );
    }
  } finally {
    kernel.close();
  }
});
