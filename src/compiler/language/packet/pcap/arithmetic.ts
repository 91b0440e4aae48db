// What is calculated in a filter: numbers, len, bytes of a header (`tcp[13]`), and operators, of 32 bits without a sign.
import {
  bytes,
  type FilterNumber,
  type FilterOperator,
  type FilterTest,
  number,
  operation,
} from './filter-tree.js';
import { PROTOCOLS } from './keywords.js';
import type { Primitives } from './primitive.js';
import { FilterProblem } from './problem.js';
import type { TokenReader } from './token-reader.js';

export interface Calculated {
  readonly number: FilterNumber;
  /** Headers that must be there, else what it is part of is false. */
  readonly needs: readonly FilterTest[];
}

/** Weakest first. Of % and ^ the right side is all that follows, as libpcap reads it. */
const LEVELS: readonly (readonly FilterOperator[])[] = [['|'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/']];
const GREEDY: readonly FilterOperator[] = ['%', '^'];

export function parseNumber(tokens: TokenReader, primitives: Primitives, level = 0): Calculated {
  const operators = LEVELS[level];
  if (operators === undefined) return operand(tokens, primitives);
  let left = parseNumber(tokens, primitives, level + 1);
  for (;;) {
    const own = tokens.takeOneOf(operators);
    const operator = own ?? tokens.takeOneOf(GREEDY);
    if (operator === undefined) return left;
    const divisor = tokens.token;
    const right = parseNumber(tokens, primitives, own === undefined ? 0 : level + 1);
    if (right.number.kind === 'number') check(operator, right.number.value, tokens.since(divisor));
    // Of what is calculated the left side says which headers must be there, as in libpcap.
    left = { number: operation(left.number, operator, right.number), needs: left.needs };
  }
}

function check(operator: FilterOperator, value: number, place: { start: number; end: number }): void {
  if ((operator === '/' || operator === '%') && value === 0) {
    throw new FilterProblem(place, 'this divides by zero');
  }
  if ((operator === '<<' || operator === '>>') && value > 31) {
    throw new FilterProblem(place, 'this shifts by more than 31 bits', 'numbers of filters have 32');
  }
}

function operand(tokens: TokenReader, primitives: Primitives): Calculated {
  if (tokens.take('-')) {
    const { number: value, needs } = operand(tokens, primitives);
    return { number: operation(number(0), '-', value), needs };
  }
  if (tokens.take('(')) {
    const inner = parseNumber(tokens, primitives);
    tokens.close('(');
    return inner;
  }
  if (tokens.take('len')) return { number: { kind: 'length' }, needs: [] };
  const { token } = tokens;
  const protocol = tokens.takeOneOf(PROTOCOLS);
  if (protocol === undefined) {
    return { number: number(tokens.number('a number, len or bytes of a header')), needs: [] };
  }
  if (!tokens.take('[')) {
    throw new FilterProblem(
      token,
      `"${protocol}" is no number`,
      `bytes of it are: ${protocol}[0], ${protocol}[2:2]`,
    );
  }
  const index = parseNumber(tokens, primitives);
  const size = tokens.take(':') ? sizeOf(tokens) : 1;
  tokens.close('[');
  const access = accessOf(protocol, size, index.number, primitives);
  if (access === undefined) {
    throw new FilterProblem(token, `bytes of ${protocol} cannot be read`, 'those of ether can: ether[14]');
  }
  return { number: access.number, needs: [...access.needs(index.needs)] };
}

function sizeOf(tokens: TokenReader): 1 | 2 | 4 {
  const { token } = tokens;
  const size = tokens.number('a number of bytes');
  if (size === 1 || size === 2 || size === 4) return size;
  throw new FilterProblem(token, `${size} bytes make no number`, '1, 2 and 4 do');
}

const TRANSPORTS: readonly string[] = ['tcp', 'udp', 'sctp', 'icmp', 'igmp', 'igrp', 'pim', 'vrrp', 'carp'];
const NETWORKS: readonly string[] = ['ip', 'ip6', 'arp', 'rarp', 'decnet', 'lat', 'sca', 'mopdl', 'moprc'];
const IP6_SIZE = 40;

interface Access {
  readonly number: FilterNumber;
  /** In libpcap's order, which tells what is read first. */
  readonly needs: (ofIndex: readonly FilterTest[]) => readonly FilterTest[];
}

function accessOf(
  protocol: (typeof PROTOCOLS)[number],
  size: 1 | 2 | 4,
  at: FilterNumber,
  primitives: Primitives,
): Access | undefined {
  const [offset, index] = at.kind === 'number' ? [at.value, undefined] : [0, at];
  const header = primitives.protocol(protocol);
  if (protocol === 'ether') return { number: bytes(size, offset, { index }), needs: ofIndex => ofIndex };
  if (header === undefined) return undefined;
  if (NETWORKS.includes(protocol)) {
    return { number: primitives.network(size, offset, index), needs: ofIndex => [...ofIndex, header] };
  }
  if (protocol === 'icmp6') {
    const number = primitives.network(size, IP6_SIZE + offset, index);
    return { number, needs: ofIndex => [...ofIndex, primitives.icmp6Next()] };
  }
  if (!TRANSPORTS.includes(protocol)) return undefined;
  return {
    number: primitives.transport(size, offset, index),
    needs: ofIndex => [primitives.protocol('ip')!, ...ofIndex, header, primitives.firstFragment()],
  };
}
