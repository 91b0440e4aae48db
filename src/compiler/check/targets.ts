// What a script attaches to, without a look at its blocks: for -l.
import { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { ProbeTypeEntry } from '../language/probe-type.js';
import type { Program } from '../syntax/ast.js';
import { readConfig } from './config.js';
import { expandProbe } from './probe.js';
import type { Target } from './typed.js';

export interface ListedTarget {
  readonly probeType: ProbeTypeEntry;
  readonly target: Target;
}

/** In source order, each once. */
export function scriptTargets(
  program: Program,
  env: Env,
  keep: (target: string) => boolean = () => true,
): { value: readonly ListedTarget[]; diagnostics: Diagnostics } {
  const diagnostics = new Diagnostics();
  const config = readConfig(program.config, env, diagnostics);
  const found = new Map<string, ListedTarget>();
  for (const [i, node] of program.probes.entries()) {
    const { variants } = expandProbe(node, i, { env, config, keep }, diagnostics);
    for (const { probeType, targets } of variants) {
      for (const target of targets)
        if (!found.has(target.name)) found.set(target.name, { probeType, target });
    }
  }
  return { value: [...found.values()], diagnostics };
}
