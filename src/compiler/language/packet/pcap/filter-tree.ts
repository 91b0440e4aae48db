// What a filter of pcap-filter(7) asks of a packet: tests of numbers that lie at places in the frame. A number that lies beyond
// the end of the packet makes the whole filter false, whatever it is part of, as in the kernel's packet filters.

export type FilterTest =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: FilterTest; readonly right: FilterTest }
  | { readonly kind: 'not'; readonly operand: FilterTest }
  /** Of 32 bits without a sign. */
  | {
      readonly kind: 'compare';
      readonly operator: FilterComparison;
      readonly left: FilterNumber;
      readonly right: FilterNumber;
    };

export type FilterComparison = '==' | '>' | '>=';

/** 32 bits without a sign; what overflows is cut off. */
export type FilterNumber =
  | { readonly kind: 'number'; readonly value: number }
  /** Bytes of the frame. */
  | { readonly kind: 'length' }
  /** In network order. */
  | { readonly kind: 'bytes'; readonly size: 1 | 2 | 4; readonly place: FilterPlace }
  | {
      readonly kind: 'operation';
      readonly operator: FilterOperator;
      readonly left: FilterNumber;
      readonly right: FilterNumber;
    };

/** Dividing by 0 makes the whole filter false; shifting by more than 31 gives 0. */
export type FilterOperator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';

/** So many bytes behind the frame's first one, or behind the end of the IPv4 header that starts at `header`, and `index` more. */
export interface FilterPlace {
  readonly header: number | undefined;
  readonly offset: number;
  readonly index: FilterNumber | undefined;
}

export const ALWAYS: FilterTest = { kind: 'constant', value: true };

export function and(...tests: readonly FilterTest[]): FilterTest {
  return tests.reduce((left, right) => ({ kind: 'and', left, right }));
}

export function or(...tests: readonly FilterTest[]): FilterTest {
  return tests.reduce((left, right) => ({ kind: 'or', left, right }));
}

export function not(operand: FilterTest): FilterTest {
  return { kind: 'not', operand };
}

export function number(value: number): FilterNumber {
  return { kind: 'number', value: value >>> 0 };
}

export function bytes(size: 1 | 2 | 4, offset: number, more: Partial<FilterPlace> = {}): FilterNumber {
  return { kind: 'bytes', size, place: { header: undefined, index: undefined, ...more, offset } };
}

export function compare(left: FilterNumber, operator: FilterComparison, right: FilterNumber): FilterTest {
  if (left.kind !== 'number' || right.kind !== 'number') return { kind: 'compare', operator, left, right };
  const [a, b] = [left.value, right.value];
  return { kind: 'constant', value: operator === '==' ? a === b : operator === '>' ? a > b : a >= b };
}

/** With what constants make of it. Dividing a constant by 0, and shifting by a constant beyond 31, have been refused. */
export function operation(left: FilterNumber, operator: FilterOperator, right: FilterNumber): FilterNumber {
  if (left.kind === 'number' && right.kind === 'number') {
    return number(Number(BigInt.asUintN(32, calculate(operator, BigInt(left.value), BigInt(right.value)))));
  }
  const isZero = (side: FilterNumber) => side.kind === 'number' && side.value === 0;
  // Then nothing is read.
  if ((operator === '&' || operator === '*') && isZero(right)) return number(0);
  return { kind: 'operation', operator, left, right };
}

function calculate(operator: FilterOperator, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
  }
}

/** The last byte it may look at, of headers as long as they may be; infinite where that is calculated. */
export function furthest(test: FilterTest): number {
  switch (test.kind) {
    case 'constant':
      return 0;
    case 'not':
      return furthest(test.operand);
    case 'and':
    case 'or':
      return Math.max(furthest(test.left), furthest(test.right));
    case 'compare':
      return Math.max(furthestOf(test.left), furthestOf(test.right));
  }
}

const MOST_IP_HEADER = 60;

function furthestOf(value: FilterNumber): number {
  if (value.kind === 'operation') return Math.max(furthestOf(value.left), furthestOf(value.right));
  if (value.kind !== 'bytes') return 0;
  const { header, offset, index } = value.place;
  if (index !== undefined) return Number.POSITIVE_INFINITY;
  return offset + value.size + (header === undefined ? 0 : header + MOST_IP_HEADER);
}
