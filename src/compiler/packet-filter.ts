// --filter: a predicate of each packet probe, before its own: `pcap("...")`, of a text that is a part of the source like a file that
// the script includes, so that messages show their place in it.
import type { SourceFile, Span } from './diagnostics/diagnostic.js';
import { isPacketProbe } from './language/registry.js';
import type { AttachPoint, Expression, Probe, Program } from './syntax/ast.js';

export interface Filtered {
  readonly program: Program;
  readonly source: SourceFile;
  /** There are probes that see packets. */
  readonly applies: boolean;
}

/** The name of its text in messages. */
const NAME = '--filter';

export function filtered(program: Program, source: SourceFile, filter: string): Filtered {
  const start = source.text.length + 1;
  const span = { start, end: start + filter.length };
  const probes = program.probes.flatMap(probe => withFilter(probe, filter, span));
  return {
    program: { ...program, probes },
    source: {
      name: source.name,
      text: `${source.text}\n${filter}`,
      parts: [...(source.parts ?? []), { name: NAME, start }],
    },
    applies: program.probes.some(({ attachPoints }) => attachPoints.some(isOfPackets)),
  };
}

/** What a probe has beside packets is a probe of its own. */
function withFilter(probe: Probe, filter: string, span: Span): readonly Probe[] {
  const { attachPoints, predicate } = probe;
  const packets = attachPoints.filter(isOfPackets);
  if (packets.length === 0) return [probe];
  const matches: Expression = {
    kind: 'call',
    name: 'pcap',
    args: [{ kind: 'string-literal', bytes: new TextEncoder().encode(filter), span }],
    nameSpan: span,
    span,
  };
  const both: Expression =
    predicate === undefined
      ? matches
      : { kind: 'binary', operator: '&&', left: matches, right: predicate, operatorSpan: span, span };
  const own: Probe = { ...probe, attachPoints: packets, predicate: both };
  const others = attachPoints.filter(point => !isOfPackets(point));
  return others.length === 0 ? [own] : [own, { ...probe, attachPoints: others }];
}

export function isOfPackets({ parts }: AttachPoint): boolean {
  return parts[0] !== undefined && isPacketProbe(parts[0].text);
}
