// swap(): two fields of a header change places.
import type { CheckContext, HeaderChoice, TypedCall, TypedExpression } from '../../check/typed.js';
import { VOID } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

export const swap: ValueFunction = {
  name: 'swap',
  role: 'value',
  pure: false,
  packet: true,
  reshapes: 'buffers', // the kernel adjusts their checksums
  signatures: [
    {
      params: [
        { name: 'a', kind: 'any' },
        { name: 'b', kind: 'any' },
      ],
      returns: VOID,
    },
  ],
  check: (call, context) => checkFields(call, context),
  doc: {
    summary: 'Exchanges two fields of a header, of the same size.',
    detail:
      'Of src and dst, and of sport and dport, those of the header that is there. Checksums stay right. Without the header it ' +
      'does nothing.',
    example: 'xdp:lo /icmp.type == 8/ { swap(eth.saddr, eth.daddr); swap(ip.saddr, ip.daddr); }',
  },
  lower: (lowering, call) => {
    lowering.onPacket.swapFields(choicesOf(argument(call, 0)), choicesOf(argument(call, 1)));
    return { kind: 'word', value: lowering.builder.const(0) };
  },
};

function choicesOf(expression: TypedExpression): readonly HeaderChoice[] {
  return expression.kind === 'packet' && expression.read.kind === 'field' ? expression.read.choices : [];
}

function checkFields(call: TypedCall, { diagnostics }: CheckContext): void {
  const [a, b] = [argument(call, 0), argument(call, 1)];
  for (const each of [a, b]) {
    if (choicesOf(each).length > 0) continue;
    diagnostics.error('swap-field', each.span, 'swap() takes fields of headers', {
      hint: 'for example swap(ip.saddr, ip.daddr);',
    });
    return;
  }
  const formed = [...choicesOf(a), ...choicesOf(b)].find(({ field }) => field.fixed ?? field.steers);
  if (formed !== undefined) {
    const name = `${formed.header.name}.${formed.field.name}`;
    diagnostics.error('swap-field', call.span, `${name} tells the form of the packet: it cannot be swapped`);
    return;
  }
  const others = choicesOf(b);
  const matched = choicesOf(a).every(({ header, field }, i) => {
    const other = others[i];
    return other?.header === header && other.field.kind === field.kind && other.field.width === field.width;
  });
  if (matched && others.length === choicesOf(a).length) return;
  diagnostics.error('swap-field', call.span, 'swap() takes two fields of the same header and size', {
    hint: 'assign to them one by one: $x = ip.ttl;',
  });
}
