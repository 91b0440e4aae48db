// ratelimit(): a token bucket for each key.
import type { CheckContext, TypedCall } from '../../check/typed.js';
import { BOOL } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

const SECOND = 1_000_000_000n; // ns
const MOST_BURST = 1_000_000_000n;
/** Kinds of types that have a stored form of a fixed size. */
const KEYS: readonly string[] = ['integer', 'bool', 'string', 'inet', 'mac', 'pointer', 'tuple', 'record'];

export const ratelimit: ValueFunction = {
  name: 'ratelimit',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'key', kind: 'any' },
        { name: 'rate', kind: 'integer-literal' },
        { name: 'burst', kind: 'integer-literal' },
      ],
      returns: BOOL,
    },
  ],
  check: (call, context) => checkLimit(call, context),
  doc: {
    summary:
      'Whether the key keeps within rate times a second, after a burst at once: a token bucket for each key.',
    detail:
      'Each call that is true takes a token; burst are there at first, and rate are added a second. CPUs that take tokens of a ' +
      'key in the same moment may get fewer than there are, never more; on kernels before 5.12 they may get more. Each place in ' +
      'the script has buckets of its own for 65536 keys, of which those unused longest make room. With --packets the time is ' +
      'that of the capture.',
    example: 'xdp:lo /icmp && !ratelimit(src, 10, 20)/ { return XDP_DROP; }',
  },
  lower: (lowering, call) => ({
    kind: 'word',
    value: lowering.withinLimit(argument(call, 0), {
      place: call.span.start,
      interval: SECOND / numberOf(call, 1),
      burst: numberOf(call, 2),
    }),
  }),
};

function checkLimit(call: TypedCall, { diagnostics }: CheckContext): void {
  const [key, rate, burst] = [argument(call, 0), argument(call, 1), argument(call, 2)];
  if (!KEYS.includes(key.type.kind)) {
    diagnostics.error('limit-key', key.span, 'ratelimit() cannot have this as a key', {
      hint: 'keys are numbers, text, addresses and tuples of them',
    });
  }
  const outside = (value: bigint, most: bigint) => value < 1n || value > most;
  if (outside(numberOf(call, 1), SECOND))
    diagnostics.error('limit-range', rate.span, `a rate is a number from 1 to ${SECOND}, of times a second`);
  if (outside(numberOf(call, 2), MOST_BURST))
    diagnostics.error('limit-range', burst.span, `a burst is a number from 1 to ${MOST_BURST}`);
}

/** 0 when it is no literal, which has been reported. */
function numberOf(call: TypedCall, index: number): bigint {
  const literal = argument(call, index);
  return literal.kind === 'integer' ? literal.value : 0n;
}
