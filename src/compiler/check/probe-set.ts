// What must hold among the probes of a script: tests and benchmarks have names of their own.
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Clause } from './probe.js';
import type { Target } from './typed.js';

const NAMED: readonly string[] = ['test', 'bench'];

export function checkProbeSet(clauses: readonly Clause[], diagnostics: Diagnostics): void {
  const seen = new Map<string, Target>();
  for (const target of targetsOf(clauses)) {
    if (!NAMED.includes(target.parts[0] ?? '')) continue;
    const first = seen.get(target.name);
    if (first === undefined) seen.set(target.name, target);
    else {
      const message = `"${target.parts[1]}" is the name of another ${target.parts[0]} probe already`;
      diagnostics.error('repeated-name', target.span, message, {
        notes: [{ span: first.span, message: 'here' }],
      });
    }
  }
}

function targetsOf(clauses: readonly Clause[]): readonly Target[] {
  return clauses.flatMap(clause => clause.variants.flatMap(variant => variant.targets));
}
