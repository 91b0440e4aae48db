// What must hold among the probes of a script: tests and benchmarks have names of their own, an iterator is alone.
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Clause } from './probe.js';
import type { Target } from './typed.js';

const NAMED: readonly string[] = ['test', 'bench'];
/** What an iterator's session can run beside it. */
const BESIDE: readonly string[] = ['begin', 'end', ...NAMED];

export function checkProbeSet(clauses: readonly Clause[], diagnostics: Diagnostics): void {
  const targets = clauses.flatMap(clause => clause.variants.flatMap(variant => variant.targets));
  reportRepeatedNames(targets, diagnostics);
  reportMixedIterators(targets, diagnostics);
}

function reportRepeatedNames(targets: readonly Target[], diagnostics: Diagnostics): void {
  const seen = new Map<string, Target>();
  for (const target of targets) {
    if (!NAMED.includes(typeOf(target))) continue;
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

/** A session of an iterator is over when it has gone through its objects. */
function reportMixedIterators(targets: readonly Target[], diagnostics: Diagnostics): void {
  const iterator = targets.find(target => typeOf(target) === 'iter');
  if (iterator === undefined) return;
  for (const target of targets) {
    if (target === iterator || BESIDE.includes(typeOf(target))) continue;
    const message = `${target.name} cannot be beside ${iterator.name}, with whose last object the session ends`;
    diagnostics.error('mixed-iterator', target.span, message, {
      notes: [{ span: iterator.span, message: 'the iterator' }],
      hint: 'give each a script of its own; BEGIN and END may be beside an iterator',
    });
  }
}

function typeOf({ parts }: Target): string {
  return parts[0] ?? '';
}
