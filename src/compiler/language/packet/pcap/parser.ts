// The text of a filter, as pcap-filter(7) defines it -> a test of packets. By recursive descent; `and` and `or` bind alike and
// from the left, `not` binds closest. An id without a primitive of its own (`port 80 or 443`) takes that of the term before.
import { didYouMean } from '../../../diagnostics/suggest.js';
import { parseNumber } from './arithmetic.js';
import { ALWAYS, and, compare, type FilterTest, not, number, or } from './filter-tree.js';
import { meaningfulWords, PROTOCOLS, refusalOf } from './keywords.js';
import { Primitives } from './primitive.js';
import { FilterProblem, type Place } from './problem.js';
import { idTest, type Qualifiers } from './qualified.js';
import { TokenReader } from './token-reader.js';

/** The test, or what is wrong with the text: offsets in it. */
export type ParsedFilter =
  | { readonly test: FilterTest }
  | {
      readonly problem: {
        readonly place: Place;
        readonly message: string;
        readonly hint: string | undefined;
      };
    };

/** An empty text asks for nothing. */
export function parseFilter(text: string): ParsedFilter {
  try {
    const parser = new FilterParser(new TokenReader(text));
    return { test: parser.filter() };
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    const { place, message, hint } = error;
    return { problem: { place, message, hint } };
  }
}

/** A term, and what an id behind it means; undefined: none may follow. */
interface Term {
  readonly test: FilterTest;
  readonly qualifiers: Qualifiers | undefined;
}

class FilterParser {
  readonly #tokens: TokenReader;
  readonly #primitives = new Primitives();

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  filter(): FilterTest {
    if (this.#tokens.atEnd()) return ALWAYS;
    const { test } = this.#expression(undefined);
    if (!this.#tokens.atEnd()) this.#unexpected();
    return test;
  }

  #expression(before: Qualifiers | undefined): Term {
    const tokens = this.#tokens;
    let { test, qualifiers } = this.#term(before);
    for (;;) {
      const isAnd = tokens.take('and', '&&');
      if (!isAnd && !tokens.take('or', '||')) return { test, qualifiers };
      const next = this.#term(qualifiers);
      test = isAnd ? and(test, next.test) : or(test, next.test);
      qualifiers = next.qualifiers;
    }
  }

  #term(before: Qualifiers | undefined): Term {
    const tokens = this.#tokens;
    if (tokens.take('not', '!')) {
      const { test, qualifiers } = this.#term(before);
      return { test: not(test), qualifiers };
    }
    if (tokens.startsNumber()) return { test: this.#relation(), qualifiers: undefined };
    if (tokens.take('(')) {
      const { test } = this.#expression(before);
      tokens.close('(');
      // What is within says nothing of ids behind it.
      return { test, qualifiers: before };
    }
    if (tokens.isId()) return this.#idAfter(before);
    return this.#primitive();
  }

  /** `or 443`: as the term before says. */
  #idAfter(qualifiers: Qualifiers | undefined): Term {
    const { token } = this.#tokens;
    if (qualifiers !== undefined) return { test: this.#ids(qualifiers), qualifiers };
    const suggestion = token.kind === 'word' ? didYouMean(token.text, meaningfulWords()) : undefined;
    const hint = suggestion ?? 'e.g. host 10.0.0.1, net 10.0.0.0/8, port 443';
    throw new FilterProblem(token, `"${token.text}" needs a word before it that says what it is`, hint);
  }

  #relation(): FilterTest {
    const tokens = this.#tokens;
    const left = parseNumber(tokens, this.#primitives);
    const operator = tokens.comparison();
    if (operator === undefined) {
      const hint = 'numbers are compared: tcp[13] & 2 != 0';
      throw new FilterProblem(tokens.token, 'a comparison is missing here', hint);
    }
    const right = parseNumber(tokens, this.#primitives);
    // First that there are such headers, on both sides; then what is in them.
    const needed = [...left.needs, ...right.needs];
    const [a, b] = [left.number, right.number];
    const test = {
      '=': () => compare(a, '==', b),
      '!=': () => not(compare(a, '==', b)),
      '>': () => compare(a, '>', b),
      '>=': () => compare(a, '>=', b),
      '<': () => not(compare(a, '>=', b)),
      '<=': () => not(compare(a, '>', b)),
    }[operator]();
    return and(...needed, test);
  }

  #primitive(): Term {
    const tokens = this.#tokens;
    const start = tokens.token;
    const other = this.#other();
    if (other !== undefined) return { test: other, qualifiers: undefined };
    const protocol = tokens.takeOneOf(PROTOCOLS);
    if (protocol !== undefined && tokens.isOneOf(['broadcast', 'multicast'])) {
      return { test: this.#castOf(protocol, start), qualifiers: undefined };
    }
    const direction = this.#direction();
    const type = tokens.takeOneOf(['host', 'net', 'port', 'portrange', 'proto'] as const);
    if (type === undefined && direction === undefined) {
      if (protocol === undefined) this.#unexpected();
      const test = this.#primitives.protocol(protocol);
      if (test !== undefined) return { test, qualifiers: undefined };
      throw new FilterProblem(
        start,
        `"${protocol}" alone asks nothing`,
        `e.g. ${protocol} host 02:00:00:00:00:01`,
      );
    }
    if (type === 'proto' && direction !== undefined) {
      throw new FilterProblem(start, 'a protocol has no direction', 'e.g. ip proto 6');
    }
    const qualifiers: Qualifiers = {
      protocol,
      direction: direction ?? 'either',
      type,
      place: tokens.since(start),
    };
    return { test: this.#ids(qualifiers), qualifiers };
  }

  /** What takes neither a protocol before it nor an id. */
  #other(): FilterTest | undefined {
    const tokens = this.#tokens;
    const { token } = tokens;
    const refused = token.kind === 'word' && !token.escaped ? refusalOf(token.name) : undefined;
    if (refused !== undefined) throw new FilterProblem(token, refused.problem, refused.hint);
    if (tokens.take('less', 'greater')) {
      const length = { kind: 'length' } as const;
      const bound = number(tokens.number('a number of bytes'));
      return token.text === 'less' ? not(compare(length, '>', bound)) : compare(length, '>=', bound);
    }
    if (tokens.take('vlan')) {
      const place = tokens.token;
      const id = tokens.startsId() ? tokens.numberInParentheses('the number of a VLAN') : undefined;
      if (id !== undefined && id > 4095)
        throw new FilterProblem(place, `there is no VLAN ${id}`, 'they go up to 4095');
      return this.#primitives.vlan(id);
    }
    if (tokens.isOneOf(['broadcast', 'multicast'])) return this.#castOf('ether', token);
    return undefined;
  }

  #castOf(protocol: string, start: Place): FilterTest {
    const tokens = this.#tokens;
    const broadcast = tokens.takeOneOf(['broadcast', 'multicast'] as const) === 'broadcast';
    const primitives = this.#primitives;
    if (protocol === 'ether') return broadcast ? primitives.etherBroadcast() : primitives.etherMulticast();
    if (protocol === 'ip') return broadcast ? primitives.ipBroadcast() : primitives.ipMulticast();
    if (protocol === 'ip6' && !broadcast) return primitives.ip6Multicast();
    const kind = broadcast ? 'broadcast' : 'multicast';
    const hint = broadcast ? 'ether and ip have broadcasts' : 'ether, ip and ip6 have multicasts';
    throw new FilterProblem(tokens.since(start), `there is no ${protocol} ${kind}`, hint);
  }

  /** `src`, `dst`, `src or dst`, `src and dst`. */
  #direction() {
    const tokens = this.#tokens;
    const first = tokens.takeOneOf(['src', 'dst'] as const);
    if (first === undefined) return undefined;
    const other = first === 'src' ? 'dst' : 'src';
    if (tokens.takeBoth(['or', '||'], other)) return 'either' as const;
    if (tokens.takeBoth(['and', '&&'], other)) return 'both' as const;
    return first;
  }

  /** One id, or several in parentheses: `port (80 or 443)`. */
  #ids(qualifiers: Qualifiers): FilterTest {
    const tokens = this.#tokens;
    if (tokens.take('not', '!')) return not(this.#ids(qualifiers));
    if (!tokens.take('(')) return idTest(tokens, qualifiers, this.#primitives);
    let test = this.#ids(qualifiers);
    for (;;) {
      if (tokens.take('and', '&&')) test = and(test, this.#ids(qualifiers));
      else if (tokens.take('or', '||')) test = or(test, this.#ids(qualifiers));
      else break;
    }
    tokens.close('(');
    return test;
  }

  #unexpected(): never {
    const { token } = this.#tokens;
    if (token.kind === 'end')
      throw new FilterProblem(token, 'the filter ends too early', 'e.g. tcp port 443');
    const hint =
      (token.kind === 'word' ? didYouMean(token.text, meaningfulWords()) : undefined) ??
      'a filter looks like: tcp port 443 and host 10.0.0.1';
    throw new FilterProblem(token, `"${token.text}" does not belong here`, hint);
  }
}
