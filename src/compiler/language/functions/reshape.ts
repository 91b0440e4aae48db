// What makes a packet longer or shorter: VLAN tags, and IP headers around it.
import { ProgType } from '../../bpf/uapi.js';
import type { TypedCall } from '../../check/typed.js';
import { BOOL } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import type { HeaderEntry } from '../packet/header.js';
import { IP, IP6, VLAN } from '../packet/headers.js';
import { argument } from './argument.js';

type Lower = ValueFunction['lower'];

const { BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS } = ProgType;

function reshaping(
  name: string,
  programTypes: readonly number[],
  looksFor: readonly HeaderEntry[],
  more: Pick<ValueFunction, 'signatures' | 'doc' | 'check'>,
  lower: (...given: Parameters<Lower>) => number,
): ValueFunction {
  return {
    name,
    role: 'value',
    pure: false,
    packet: true,
    programTypes,
    reshapes: 'all',
    looksFor,
    ...more,
    lower: (lowering, call) => ({ kind: 'word', value: lower(lowering, call) }),
  };
}

export const pushVlan = reshaping(
  'push_vlan',
  [BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS],
  [],
  {
    signatures: [
      {
        params: [
          { name: 'id', kind: 'integer' },
          { name: 'pcp', kind: 'integer', optional: true },
        ],
        returns: BOOL,
      },
    ],
    doc: {
      summary: 'Puts a VLAN tag (802.1Q) into the packet, before those that it has: whether that was done.',
      detail:
        'Of id the low 12 bits count, of pcp (priority, default 0) the low 3. It is not done when the driver has left no room ' +
        'before the packet. Afterwards vlan is the new tag, cvlan what was vlan.',
      example: 'xdp:lo /ip.dscp == 46/ { push_vlan(100, 5); }',
      seeAlso: ['pop_vlan'],
    },
  },
  (lowering, call) => lowering.onPacket.pushVlan(...vlanWords(lowering, call)),
);

function vlanWords(lowering: Parameters<Lower>[0], call: TypedCall): [id: number, pcp: number] {
  const id = lowering.word(argument(call, 0));
  const pcp = call.args[1];
  return [id, pcp === undefined ? lowering.builder.const(0) : lowering.word(pcp)];
}

export const popVlan = reshaping(
  'pop_vlan',
  [BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS],
  [VLAN],
  {
    signatures: [{ params: [], returns: BOOL }],
    doc: {
      summary: 'Takes the outer VLAN tag out of the packet: whether there was one.',
      example: 'xdp:lo /vlan.id == 100/ { pop_vlan(); }',
      seeAlso: ['push_vlan'],
    },
  },
  lowering => lowering.onPacket.popVlan(),
);

const AROUND =
  'Assign to its fields what they are to be: the packet is one of the new header then, and what it was is its payload. It is not ' +
  'done when the packet is none of IP, has a VLAN tag, or the driver has left no room before it; in tc also when it is in such a ' +
  'header of the kernel already (a second call).';

export const pushIp = reshaping(
  'push_ip',
  [BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS],
  [IP, IP6, VLAN],
  {
    signatures: [{ params: [], returns: BOOL }],
    doc: {
      summary: 'Puts an IPv4 header around the IP packet (IPIP, or 6in4 of IPv6): whether that was done.',
      detail: `The addresses are those of the packet within, 0.0.0.0 when that is of IPv6; the TTL is 64, fragments are not allowed. ${AROUND}`,
      example:
        'xdp:lo /tcp.dport == 80/ { if (push_ip()) { ip.saddr = "10.0.0.1"; ip.daddr = "10.0.0.2"; return XDP_TX; } }',
      seeAlso: ['push_ip6'],
    },
  },
  lowering => lowering.onPacket.pushIp(IP),
);

export const pushIp6 = reshaping(
  'push_ip6',
  [BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS],
  [IP, IP6, VLAN],
  {
    signatures: [{ params: [], returns: BOOL }],
    doc: {
      summary: 'Puts an IPv6 header around the IP packet: whether that was done.',
      detail: `The addresses are those of the packet within, :: when that is of IPv4; the hop limit is 64. ${AROUND}`,
      example: 'xdp:lo /udp.dport == 53/ { if (push_ip6()) { ip6.daddr = "fd00::2"; return XDP_TX; } }',
      seeAlso: ['push_ip'],
    },
  },
  lowering => lowering.onPacket.pushIp(IP6),
);
