// Rules: the clauses of packet programs, each on each of its interfaces, as they are told to people.
import type { Target } from '../check/typed.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { RuleSpec } from '../object-spec.js';
import type { AttachedTogether, Served } from './attachment.js';
import type { ClauseInput } from './program-lowering.js';

/** Characters of a rule's text. */
const MOST_TEXT = 60;

export function rulesOf(probes: readonly AttachedTogether[], source: string): RuleSpec[] {
  const served = probes.flatMap(({ alternatives }) =>
    alternatives.flatMap(alternative => alternative.served.filter(ofPackets)),
  );
  const clauses = [...new Set(served.flatMap(each => each.clauses.map(({ probeIndex }) => probeIndex)))];
  clauses.sort((a, b) => a - b);
  const starts = new Set(clauses.map(index => probes[index]!.span).flatMap(([a, b]) => (b > a ? [a] : [])));
  const places = [...starts];
  const ruleOf = ({ variant, probeIndex }: ClauseInput, { parts }: Target): RuleSpec => {
    const [start, end] = probes[probeIndex]!.span;
    const isOurs = start === end;
    return {
      probe: probeIndex,
      type: variant.probeType.name,
      interface: parts[1] ?? '',
      hook: variant.attributes.expectedAttachType ?? 0,
      number: isOurs ? undefined : places.indexOf(start) + 1,
      text: isOurs ? 'SSH session, ARP, neighbour discovery' : textOf(variant, { start, end }, source),
    };
  };
  const rules = served.flatMap(({ clauses, targets }) =>
    targets.flatMap(target => clauses.map(clause => ruleOf(clause, target))),
  );
  return rules.sort((a, b) => a.probe - b.probe);
}

function ofPackets({ clauses }: Served): boolean {
  return clauses[0]?.variant.probeType.packet !== undefined;
}

function textOf({ predicate }: ClauseInput['variant'], clause: Span, source: string): string {
  const inside = ({ start, end }: Span) => start >= clause.start && end <= clause.end && end > start;
  // What --filter asks is before it, and elsewhere.
  const own =
    predicate?.kind === 'logical' && !inside(predicate.span) && inside(predicate.right.span)
      ? predicate.right
      : predicate;
  const whole = source.slice(clause.start, clause.end);
  const text =
    own !== undefined && inside(own.span)
      ? `/${source.slice(own.span.start, own.span.end)}/`
      : whole.slice(Math.max(0, whole.indexOf('{')));
  const line = text.replace(/\s+/g, ' ');
  return line.length <= MOST_TEXT ? line : `${line.slice(0, MOST_TEXT - 2)}..`;
}
