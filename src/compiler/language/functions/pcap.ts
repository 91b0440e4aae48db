// pcap(): whether a packet matches a filter of tcpdump's, which is compiled like everything else.
import type { CheckContext, TypedCall } from '../../check/typed.js';
import type { Span } from '../../diagnostics/diagnostic.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import { BOOL } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import type { FilterTest } from '../packet/pcap/filter-tree.js';
import { type ParsedFilter, parseFilter } from '../packet/pcap/parser.js';
import { argument } from './argument.js';

export const pcap: ValueFunction = {
  name: 'pcap',
  role: 'value',
  pure: false,
  packet: true,
  signatures: [{ params: [{ name: 'filter', kind: 'string-literal' }], returns: BOOL }],
  check: (call, context) => checkFilter(call, context),
  doc: {
    summary: 'Whether the packet matches a filter of tcpdump (pcap-filter(7)).',
    detail:
      'It means exactly what it means to tcpdump that reads a capture: `tcp` and `port` are of frames without a VLAN tag, and of ' +
      'what a tag holds behind `vlan`; extension headers of IPv6 are not followed; ports are those of first fragments; and a byte ' +
      'beyond the end of the packet makes all of the filter false, `not` or no `not`. The words of the language follow tags and ' +
      'extension headers, so filter for `tcp.dport == 443` where that is wanted. An empty filter is true. Names of hosts and ' +
      'networks are not looked up; the best known ports have names. --filter adds one to all packet probes. A tag that tc finds beside the packet counts as one of the frame, and in len.',
    example: 'xdp:lo /pcap("tcp port 443 and not src net 10.0.0.0/8")/ { @[src] = count(); }',
    seeAlso: ['ratelimit'],
  },
  lower: (lowering, call) => {
    const test = filterOf(call);
    if (test === undefined) throw new InternalError('pcap() without a filter');
    return { kind: 'word', value: lowering.onPacket.matchesFilter(test) };
  },
};

/** What a call of pcap() asks; undefined: that has been reported to be wrong. */
export function filterOf(call: TypedCall): FilterTest | undefined {
  const parsed = parsedOf(call);
  return parsed !== undefined && 'test' in parsed ? parsed.test : undefined;
}

function parsedOf(call: TypedCall): ParsedFilter | undefined {
  const text = argument(call, 0);
  return text.kind === 'string' ? parseFilter(new TextDecoder().decode(text.bytes)) : undefined;
}

function checkFilter(call: TypedCall, { diagnostics }: CheckContext): void {
  const parsed = parsedOf(call);
  if (parsed === undefined || !('problem' in parsed)) return;
  const { place, message, hint } = parsed.problem;
  const text = argument(call, 0);
  const { length } = text.kind === 'string' ? text.bytes : new Uint8Array();
  const span = within(text.span, length, place);
  diagnostics.error('bad-filter', span, message, hint === undefined ? {} : { hint });
}

/** The place in the source, where the text stands there as it is: in quotes, or by itself (--filter). Else all of the argument. */
function within({ start, end }: Span, length: number, place: Span): Span {
  const around = end - start - length;
  if (around !== 0 && around !== 2) return { start, end };
  const from = start + around / 2;
  // What is missing at the end is shown as a place.
  return { start: from + place.start, end: from + Math.max(place.end, place.start) };
}
