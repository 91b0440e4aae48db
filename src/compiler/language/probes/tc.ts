// tc: packets as traffic control sees them, on their way in from an interface or out to it (tcx).
import { AttachType, ProgType, TcAction } from '../../bpf/uapi.js';
import type { ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { namedInterfaces } from './interface.js';

const USAGE = 'tc:INTERFACE:ingress|egress';
/** The mode of a target that is attached as a filter of clsact. */
const FILTER = 'filter';
const DIRECTIONS: readonly string[] = ['ingress', 'egress'];

export const tc: ProbeTypeEntry = {
  name: 'tc',
  aliases: [],
  program: ({ parts }) => ({
    type: ProgType.BPF_PROG_TYPE_SCHED_CLS,
    expectedAttachType: parts[2] === 'egress' ? AttachType.BPF_TCX_EGRESS : AttachType.BPF_TCX_INGRESS,
  }),
  requires: {
    features: ['tcx'],
    persistent: true,
    alternative:
      'xdp:INTERFACE sees what comes in; --persist attaches a filter of tc, which outlives a tracer that is killed',
  },
  origin: 'event',
  process: 'ignored',
  usage: USAGE,
  doc: {
    summary: 'Packets that come in from a network interface or go out to it; wildcards allowed.',
    detail:
      'Headers, fields and sets are those of xdp probes. On the way in, XDP and packet capture come before it; on the way out it sees ' +
      'what this machine sends, segments not yet split included, which XDP never does. A block that runs to its end leaves the packet ' +
      'to the next block on the same interface, finally to the next program there (TC_ACT_UNSPEC). return TC_ACT_OK; passes it without ' +
      'these, return TC_ACT_SHOT; drops it. TCX_NEXT, TCX_PASS and TCX_DROP are other names of the three. A VLAN tag that the kernel ' +
      'keeps beside the packet is read as vlan, and is not a part of pkt.len; the fields of tags cannot be assigned.',
    example: 'tc:lo:ingress { @ = count(); }',
  },
  packet: {
    // struct __sk_buff, include/uapi/linux/bpf.h
    context: { data: 76, end: 80, len: 0, ifindex: 40, queue: 12, tag: { present: 20, tci: 24, type: 28 } },
    buffered: true,
    redirects: 'by number',
    undecided: TcAction.TC_ACT_UNSPEC,
    hooks: new Map([
      [AttachType.BPF_TCX_INGRESS, ' ingress'],
      [AttachType.BPF_TCX_EGRESS, ' egress'],
    ]),
    passing: [TcAction.TC_ACT_UNSPEC, TcAction.TC_ACT_OK],
    verdictType: 1,
    outbound: ({ parts }) => parts[2] === 'egress',
    verdicts: [
      { name: 'TC_ACT_UNSPEC', value: TcAction.TC_ACT_UNSPEC },
      { name: 'TC_ACT_OK', value: TcAction.TC_ACT_OK },
      { name: 'TC_ACT_SHOT', value: TcAction.TC_ACT_SHOT },
      { name: 'TC_ACT_REDIRECT', value: TcAction.TC_ACT_REDIRECT, by: 'redirect("eth1")' },
      { name: 'TCX_NEXT', value: TcAction.TC_ACT_UNSPEC },
      { name: 'TCX_PASS', value: TcAction.TC_ACT_OK },
      { name: 'TCX_DROP', value: TcAction.TC_ACT_SHOT },
    ],
  },
  expand: (point, env, diagnostics) => {
    const parts = operands(point, 2, 2, USAGE, diagnostics);
    if (parts === undefined) return [];
    const [name = '', direction = ''] = parts;
    if (!DIRECTIONS.includes(direction)) {
      const span = point.parts[2]?.span ?? point.span;
      diagnostics.error('attach-point', span, `there is no direction "${direction}"`, {
        hint: `packets come in by ingress, and go out by egress`,
      });
      return [];
    }
    return namedInterfaces(point, name, env, diagnostics).map(each => ({
      name: `tc:${each}:${direction}`,
      parts: ['tc', each, direction],
      ...(env.persist === true && !env.has('tcx') ? { mode: FILTER } : {}),
    }));
  },
  list: function* (pattern, env) {
    for (const name of env.interfaces?.() ?? []) {
      for (const direction of DIRECTIONS) {
        const full = `tc:${name}:${direction}`;
        if (pattern.matches(full)) yield full;
      }
    }
  },
};
