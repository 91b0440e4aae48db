// What the running kernel can do, found out by trying, once each and only when asked. Loading a program tells
// for helpers and instructions; kprobes and fentry must be attached, since programs for them load on kernels
// without either. Where privilege is missing, the kernel's version answers instead.

import type { FeatureName } from '../../compiler/env.js';
import { SyscallError } from './error.js';
import { type FeatureContext, mayLoad, PROBES } from './feature-probes.js';
import { isAtLeast, runningKernel } from './kernel-version.js';

/** Beyond what the compiler asks about. */
export type KernelFeature = FeatureName | 'uprobe' | 'program_btf' | 'map_batch';

export interface Features {
  has(feature: KernelFeature): boolean;
}

/**
 * idOf: of vmlinux BTF (BtfView.idOf); without it there is no fentry and no tp_btf. `without`: names of features that are
 * to count as missing (--no-feature).
 */
export function createFeatures(
  context: Partial<FeatureContext> = {},
  without: readonly string[] = [],
): Features {
  const known = new Map<string, boolean>(without.map(name => [name, false]));
  const full: FeatureContext = {
    kernel: context.kernel ?? runningKernel(),
    arch: context.arch ?? process.arch,
    idOf: context.idOf ?? (() => undefined),
  };
  return {
    has(feature) {
      let answer = known.get(feature);
      if (answer === undefined) {
        answer = probe(feature, full);
        known.set(feature, answer);
      }
      return answer;
    },
  };
}

/** Names that --no-feature takes. */
export function featureNames(): readonly string[] {
  return Object.keys(PROBES).sort();
}

/** The first kernel with the feature, for messages. */
export function featureSince(feature: KernelFeature): readonly [major: number, minor: number] {
  return PROBES[feature].since;
}

function probe(feature: KernelFeature, context: FeatureContext): boolean {
  const { since, works } = PROBES[feature];
  try {
    return works(context);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const refused = error.code === 'EPERM' || error.code === 'EACCES';
    // A kernel may also answer EPERM for what it was built without (fentry in some guests).
    return refused && !mayLoad() && isAtLeast(context.kernel, since);
  }
}
