// Backends of a load balancer: which one a packet goes to, and what each was given.
import { ProgType } from '../../bpf/uapi.js';
import type { TypedExpression } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import { BACKEND, BACKEND_COUNTS } from '../../types/backend-table.js';
import type { Parameter, ValueFunction } from '../entry.js';
import { argument } from './argument.js';

const BACKENDS: Parameter = { name: 'backends', kind: 'backends' };

function nameOf(expression: TypedExpression): string {
  if (expression.kind !== 'map') throw new InternalError('no set of backends');
  return expression.map.name;
}

export const backend: ValueFunction = {
  name: 'backend',
  role: 'value',
  pure: false,
  packet: true,
  programTypes: [ProgType.BPF_PROG_TYPE_XDP, ProgType.BPF_PROG_TYPE_SCHED_CLS],
  signatures: [
    {
      params: [BACKENDS, { name: 'hash', kind: 'integer' }, { name: 'id', kind: 'integer', optional: true }],
      returns: BACKEND,
    },
  ],
  doc: {
    summary: 'Which of the backends that a file lists a packet goes to: a record of id, address and mac.',
    detail:
      '`let @web = backends(100);` before the probes declares a set with room for so many, --set web=FILE loads it. Of the hash the high 32 bits choose, ' +
      'by the weights of the backends (a Maglev table of 65537 places): when a backend comes or goes only few packets beside its own change theirs. ' +
      'With an id, as of an earlier packet of a connection, it is the backend of that id as long as the file lists it. id is 0 when ' +
      'there is no backend, and never the same for two; mac is 00:00:00:00:00:00 where the file says none. The packet is counted as one of that backend, and ' +
      'where an id is given that does not serve, as a flow.',
    example:
      'let @web = backends(100); xdp:lo /ip && tcp.dport == 80/ { $b = backend(@web, hash(src, sport)); if ($b.id != 0) { eth.daddr = $b.mac; return XDP_TX; } }',
    seeAlso: ['backend_at', 'hash', 'push_ip'],
  },
  lower: (lowering, call) => {
    const known = call.args[2];
    return lowering.onPacket.chooseBackend(
      nameOf(argument(call, 0)),
      lowering.word(argument(call, 1)),
      known === undefined ? undefined : lowering.word(known),
    );
  },
};

export const backendAt: ValueFunction = {
  name: 'backend_at',
  role: 'value',
  pure: false,
  requires: {
    features: ['loop', 'lookup_percpu_elem'],
    alternative: 'count packets in a map: @[$b.address] = count()',
  },
  signatures: [
    {
      params: [BACKENDS, { name: 'row', kind: 'integer' }],
      returns: BACKEND_COUNTS,
    },
  ],
  doc: {
    summary:
      'One of the backends by its number from 1, with what was counted of it: id, address, mac, weight, packets, bytes, flows.',
    detail:
      'Counted is what backend() has chosen, since the backend came. One that the file lists no more stays, its weight 0, until its place is needed. id is 0 ' +
      'where none was. Row 0 counts the packets for which there was no backend.',
    example:
      'let @web = backends(8); interval:s:1 { for ($i : 1..9) { $b = backend_at(@web, $i); if ($b.id != 0) { print(($b.address, $b.packets)); } } }',
    seeAlso: ['backend'],
  },
  lower: (lowering, call) => lowering.backendAt(nameOf(argument(call, 0)), lowering.word(argument(call, 1))),
};
