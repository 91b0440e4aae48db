// Which probes of a script are run: its tests, its benchmarks, or everything else. What --probe-filter does not
// name was not compiled.
import type { ObjectSpec, ProbeAlternative, ProbeTypeName } from '../compiler/object-spec.js';
import { type CliConfig, UsageError } from './config.js';

const ALWAYS: readonly ProbeTypeName[] = ['begin', 'end'];

/** Probes that are not wanted have no alternative left: nothing of theirs is loaded. Throws a UsageError when none is left. */
export function selectProbes(spec: ObjectSpec, { mode, probeFilter }: CliConfig): ObjectSpec {
  const inMode = (type: ProbeTypeName) =>
    mode === 'test' || mode === 'bench' ? type === mode : type !== 'test' && type !== 'bench';
  let left = 0;
  let chosen = 0;
  const select = ({ type, targets }: ProbeAlternative): ProbeAlternative[] => {
    if (ALWAYS.includes(type)) {
      left++;
      return [{ type, targets }];
    }
    if (!inMode(type) || targets.length === 0) return [];
    left++;
    chosen++;
    return [{ type, targets }];
  };
  const probes = spec.probes.map(probe => ({ ...probe, alternatives: probe.alternatives.flatMap(select) }));
  if (probeFilter !== undefined && chosen === 0) throw new UsageError('No probes to attach');
  if (left === 0 && spec.probes.length > 0) {
    const other = spec.probes[0]?.alternatives[0]?.type;
    const hint =
      mode === 'run' ? `; use --${other} to run ${other === 'test' ? 'test' : 'benchmark'} probes` : '';
    if (mode === 'run') throw new UsageError(`No probes attached${hint}.`);
  }
  return { ...spec, probes };
}
