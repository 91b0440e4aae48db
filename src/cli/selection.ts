// Which probes of a script are run: its tests, its benchmarks, or everything else; of these those that --probe-filter names.
import type { ObjectSpec, ProbeAlternative, ProbeTypeName } from '../compiler/object-spec.js';
import { type CliConfig, UsageError } from './config.js';

const ALWAYS: readonly ProbeTypeName[] = ['begin', 'end'];

/** Probes that are not wanted have no alternative left: nothing of theirs is loaded. Throws a UsageError when none is left. */
export function selectProbes(spec: ObjectSpec, { mode, probeFilter }: CliConfig): ObjectSpec {
  const filter = probeFilter === undefined ? undefined : pattern(probeFilter);
  const inMode = (type: ProbeTypeName) =>
    mode === 'test' || mode === 'bench' ? type === mode : type !== 'test' && type !== 'bench';
  let left = 0;
  let chosen = 0;
  const select = ({ type, targets }: ProbeAlternative): ProbeAlternative[] => {
    if (ALWAYS.includes(type)) {
      left++;
      return [{ type, targets }];
    }
    const named = targets.filter(target => filter?.test(target.name) ?? true);
    if (!inMode(type) || named.length === 0) return [];
    left++;
    chosen++;
    return [{ type, targets: named }];
  };
  const probes = spec.probes.map(probe => ({ ...probe, alternatives: probe.alternatives.flatMap(select) }));
  if (filter !== undefined && chosen === 0) throw new UsageError('No probes to attach');
  if (left === 0 && spec.probes.length > 0) {
    const other = spec.probes[0]?.alternatives[0]?.type;
    const hint =
      mode === 'run' ? `; use --${other} to run ${other === 'test' ? 'test' : 'benchmark'} probes` : '';
    if (mode === 'run') throw new UsageError(`No probes attached${hint}.`);
  }
  return { ...spec, probes };
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`--probe-filter: ${(error as Error).message}`);
  }
}
