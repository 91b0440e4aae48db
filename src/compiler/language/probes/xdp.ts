// xdp: packets as an interface receives them, before the network stack sees them.
import { AttachType, ProgType, XdpAction } from '../../bpf/uapi.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { namedInterfaces } from './interface.js';

const USAGE = 'xdp:INTERFACE[:native|generic]';
const MODES: readonly string[] = ['native', 'generic'];

export const xdp: ProbeTypeEntry = {
  name: 'xdp',
  aliases: [],
  program: () => ({ type: ProgType.BPF_PROG_TYPE_XDP, expectedAttachType: AttachType.BPF_XDP }),
  origin: 'event',
  process: 'ignored',
  usage: USAGE,
  doc: {
    summary: 'Packets that a network interface receives, before the network stack; wildcards allowed.',
    detail:
      'A block that runs to its end leaves the packet to the next block on the same interface, finally to XDP_PASS; ' +
      'return XDP_DROP; (XDP_PASS, XDP_TX, XDP_ABORTED) decides at once; a bare return; leaves its block only. Without a mode, ' +
      'native is tried before generic.',
    example: 'xdp:lo { @ = count(); }',
  },
  packet: {
    // struct xdp_md, include/uapi/linux/bpf.h
    context: { data: 0, end: 4, len: undefined, ifindex: 12, queue: 16 },
    undecided: XdpAction.XDP_PASS,
    verdictType: 2,
    hooks: new Map([[AttachType.BPF_XDP, '']]),
    passing: [XdpAction.XDP_PASS],
    redirects: 'by map',
    verdicts: [
      { name: 'XDP_ABORTED', value: XdpAction.XDP_ABORTED },
      { name: 'XDP_DROP', value: XdpAction.XDP_DROP },
      { name: 'XDP_PASS', value: XdpAction.XDP_PASS },
      { name: 'XDP_TX', value: XdpAction.XDP_TX },
      { name: 'XDP_REDIRECT', value: XdpAction.XDP_REDIRECT, by: 'redirect("eth1")' },
    ],
  },
  expand: (point, env, diagnostics) => {
    const parts = operands(point, 1, 2, USAGE, diagnostics);
    if (parts === undefined) return [];
    const [name = '', mode] = parts;
    if (mode !== undefined && !MODES.includes(mode)) {
      const span = point.parts[2]?.span ?? point.span;
      diagnostics.error('attach-point', span, `there is no XDP mode "${mode}"`, {
        hint: `the modes are ${MODES.join(' and ')}`,
      });
      return [];
    }
    return namedInterfaces(point, name, env, diagnostics).map(each => targetOf(each, mode));
  },
  list: function* (pattern, env) {
    for (const name of env.interfaces?.() ?? []) if (pattern.matches(`xdp:${name}`)) yield `xdp:${name}`;
  },
};

function targetOf(name: string, mode: string | undefined): ExpandedTarget {
  return { name: `xdp:${name}`, parts: ['xdp', name], ...(mode === undefined ? {} : { mode }) };
}
