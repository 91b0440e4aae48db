// Where a packet goes instead: to another interface, or to another CPU of this one.
import { ProgType } from '../../bpf/uapi.js';
import type { CheckContext, TypedCall } from '../../check/typed.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import { ERROR, type Type } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { verdictType } from '../verdict.js';
import { argument, literalText } from './argument.js';

const verdictOf = (_args: unknown, { probeType }: CheckContext): Type =>
  probeType.packet === undefined ? ERROR : verdictType(probeType.packet.verdicts);

export const redirect: ValueFunction = {
  name: 'redirect',
  role: 'value',
  pure: false,
  packet: true,
  programTypes: [ProgType.BPF_PROG_TYPE_XDP, ProgType.BPF_PROG_TYPE_SCHED_CLS],
  signatures: [{ params: [{ name: 'interface', kind: 'string-literal' }], returns: verdictOf }],
  check: (call, context) => checkInterface(call, context),
  doc: {
    summary: 'The verdict that sends the packet out of another network interface.',
    detail:
      'In native mode its driver must be able to send XDP frames (ndo_xdp_xmit); a veth takes them only while its peer runs an ' +
      'XDP program of its own or has GRO switched on. In generic mode any driver will do. A packet that the kernel cannot ' +
      'hand over is dropped, and counted by tracepoint:xdp:xdp_redirect_err; when the interface has gone, the packet passes. A tc ' +
      'program sends it through the other interface as any packet that goes out.',
    example: 'xdp:lo { return redirect("lo"); }',
    seeAlso: ['redirect_cpu'],
  },
  lower: (lowering, call) => ({
    kind: 'word',
    value: lowering.onPacket.redirectTo(literalText(argument(call, 0))),
  }),
};

export const redirectCpu: ValueFunction = {
  name: 'redirect_cpu',
  role: 'value',
  pure: false,
  packet: true,
  programTypes: [ProgType.BPF_PROG_TYPE_XDP],
  signatures: [{ params: [{ name: 'cpu', kind: 'integer' }], returns: verdictOf }],
  doc: {
    summary: 'The verdict that leaves the packet to the network stack of another CPU.',
    detail:
      'It works in native mode; in generic mode from Linux 5.15 on. Each online CPU gets a kernel thread (cpumap) while the ' +
      'program is there. A number that is no online CPU passes the packet on the present one.',
    example: 'xdp:lo { return redirect_cpu(0); }',
    seeAlso: ['redirect'],
  },
  lower: (lowering, call) => ({
    kind: 'word',
    value: lowering.onPacket.redirectToCpu(lowering.word(argument(call, 0))),
  }),
};

function checkInterface(call: TypedCall, { env, diagnostics }: CheckContext): void {
  const name = literalText(argument(call, 0));
  const known = env.interfaces?.();
  if (known === undefined || known.includes(name)) return;
  diagnostics.error('unknown-interface', argument(call, 0).span, `there is no network interface "${name}"`, {
    hint: didYouMean(name, known) ?? `there are: ${known.join(', ')}`,
  });
}
