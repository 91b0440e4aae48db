// What a packet program makes of a frame, evaluated directly by the reference. The rules are the language's: a comparison that
// reads a field of a header which is not there is false, any other read of it is 0.
import { compareIntegers } from '../../random/meaning/arithmetic.js';
import type { Address, Condition, Number_, PacketProgram, Pair, Statement } from './program.js';
import { type Parsed, parsePacket, type ReferenceField, readField, writeField } from './reference.js';

const PASS = 2;

/** Thrown within a comparison by a read of what is not there. */
const ABSENT = Symbol('absent');

interface Outcome {
  readonly verdict: number;
  readonly packet: readonly number[];
}

export class Evaluation {
  packet: number[];
  #parsed: Parsed;
  #turn = 0n;
  /** How many comparisons are around. */
  #comparing = 0;

  constructor(packet: readonly number[]) {
    this.packet = [...packet];
    this.#parsed = parsePacket(packet);
  }

  run({ clauses }: PacketProgram): Outcome {
    for (const { predicate, body } of clauses) {
      if (predicate !== undefined && !this.condition(predicate)) continue;
      const verdict = this.#body(body);
      if (typeof verdict === 'number') return { verdict, packet: this.packet };
    }
    return { verdict: PASS, packet: this.packet };
  }

  /** A verdict; 'left' when the clause is left; undefined: it ran to its end. */
  #body(body: readonly Statement[]): number | 'left' | undefined {
    for (const statement of body) {
      const verdict = this.#statement(statement);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  #statement(s: Statement): number | 'left' | undefined {
    switch (s.kind) {
      case 'return':
        if (s.verdict === undefined) return 'left';
        return typeof s.verdict === 'number' ? s.verdict : Number(this.number(s.verdict) & 3n);
      case 'if':
        return this.#body(this.condition(s.condition) ? s.yes : s.no);
      case 'loop':
        for (let turn = 0; turn < s.count; turn++) {
          this.#turn = BigInt(turn);
          const verdict = this.#body(s.body);
          if (verdict !== undefined) return verdict;
        }
        return undefined;
      case 'set': {
        const value = this.number(s.value);
        this.#write(s.field, value);
        return undefined;
      }
      case 'swap': {
        const pair = s.pairs.find(([field]) => this.#parsed.at.has(field.header));
        if (pair === undefined) return undefined;
        const [a, b] = pair.map(field => readField(this.packet, this.#parsed, field)!);
        this.#swap(pair, [b!, a!]);
        return undefined;
      }
      case 'copy':
        this.#write(s.to, readField(this.packet, this.#parsed, s.from) ?? 0n);
        return undefined;
      case 'fill':
        this.#write(s.to, s.value);
        return undefined;
    }
  }

  /** Of whole words the sum stays; else the checksum follows each. */
  #swap(pair: Pair, values: readonly [bigint, bigint]): void {
    pair.forEach((field, i) => {
      if (pair.every(each => each.bit % 16 === 0 && each.width % 16 === 0 && each.name !== 'length')) {
        this.packet = writeField(this.packet, field, values[i]!);
      } else this.#write(field, values[i]!);
    });
  }

  #write(field: ReferenceField, value: bigint): void {
    const before = this.packet;
    const after = writeField(before, field, value & ((1n << BigInt(field.width)) - 1n));
    this.packet = after;
    if (this.#parsed.at.has(field.header)) this.#adjust(field, before, after);
    this.#parsed = parsePacket(this.packet);
  }

  /** Checksums gain what the words they cover gain (RFC 1624, equation 3). */
  #adjust(field: ReferenceField, before: readonly number[], after: number[]): void {
    if (field.name === 'checksum') return;
    const start = this.#parsed.at.get(field.header)!;
    const fix = (header: string, offset: number) => {
      const at = this.#parsed.at.get(header)! + offset;
      const old = (after[at]! << 8) | after[at + 1]!;
      if (header === 'udp' && old === 0) return;
      let sum = ~old & 0xffff;
      const first = start + 2 * Math.floor(field.bit / 16);
      const last = start + 2 * Math.ceil((field.bit + field.width) / 16);
      for (let i = first; i < last; i += 2) {
        sum += ~((before[i]! << 8) | before[i + 1]!) & 0xffff;
        sum += (after[i]! << 8) | after[i + 1]!;
      }
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      let checksum = ~sum & 0xffff;
      if (header === 'udp' && checksum === 0) checksum = 0xffff;
      after[at] = checksum >> 8;
      after[at + 1] = checksum & 0xff;
    };
    const has = (header: string) => this.#parsed.at.has(header);
    const isLength = field.name === 'length';
    const pseudo = isLength || field.name.endsWith('addr');
    switch (field.header) {
      case 'ip':
        fix('ip', 10);
        if (pseudo && has('tcp')) fix('tcp', 16);
        if (pseudo && !isLength && has('udp')) fix('udp', 6);
        return;
      case 'ip6':
        if (pseudo && has('tcp')) fix('tcp', 16);
        if (pseudo && !isLength && has('udp')) fix('udp', 6);
        if (pseudo && has('icmp6')) fix('icmp6', 2);
        return;
      case 'tcp':
        fix('tcp', 16);
        return;
      case 'udp':
        fix('udp', 6);
        if (isLength) fix('udp', 6); // of the pseudo header
        return;
      case 'icmp':
      case 'icmp6':
        fix(field.header, 2);
        return;
      default:
        return;
    }
  }

  condition(c: Condition): boolean {
    switch (c.kind) {
      case 'header':
        return this.#parsed.at.has(c.name);
      case 'payload':
        return this.#payloadLength(true) > 0n;
      case 'number':
        return this.number(c.number) !== 0n;
      case 'compare':
        return this.#compare(() => {
          const a = this.number(c.a);
          return compareIntegers(c.operator, a, this.number(c.b));
        });
      case 'listed':
        return this.#compare(() => {
          const value = this.number(c.number);
          return c.list.some(([first, last]) => value >= first && value <= last);
        });
      case 'address':
        return this.#compare(() => {
          const { width, value } = this.#address(c.address);
          const inside = c.ranges.some(
            range => range.width === width && value >= range.first && value <= range.last,
          );
          return inside === (c.operator !== '!=');
        });
      case 'same':
        return this.#compare(() => {
          const a = this.#address(c.a);
          const b = this.#address(c.b);
          return (a.width === b.width && a.value === b.value) === (c.operator === '==');
        });
      case 'not':
        return !this.condition(c.of);
      case '&&':
        return this.condition(c.a) && this.condition(c.b);
      case '||':
        return this.condition(c.a) || this.condition(c.b);
    }
  }

  #compare(test: () => boolean): boolean {
    this.#comparing++;
    try {
      return test();
    } catch (error) {
      if (error !== ABSENT) throw error;
      return false;
    } finally {
      this.#comparing--;
    }
  }

  #missing(): bigint {
    if (this.#comparing > 0) throw ABSENT;
    return 0n;
  }

  number(n: Number_): bigint {
    switch (n.kind) {
      case 'constant':
        return n.value;
      case 'field':
        return readField(this.packet, this.#parsed, n.field) ?? this.#missing();
      case 'either': {
        for (const field of n.fields) {
          const value = readField(this.packet, this.#parsed, field);
          if (value !== undefined) return value;
        }
        return this.#missing();
      }
      case 'len':
        return BigInt(this.packet.length);
      case 'turn':
        return this.#turn;
      case 'proto':
        return this.#parsed.protocol === undefined ? this.#missing() : BigInt(this.#parsed.protocol);
      case 'payload.len':
        return this.#payloadLength(false);
      case 'byte': {
        const index = this.number(n.index);
        const { payload } = this.#parsed;
        if (payload === undefined || index >= BigInt(payload.to - payload.from)) return this.#missing();
        return BigInt(this.packet[payload.from + Number(index)]!);
      }
      case 'operation': {
        const a = this.number(n.a);
        const b = this.number(n.b);
        return n.operator === '+' ? a + b : n.operator === '&' ? a & b : n.operator === '|' ? a | b : a ^ b;
      }
      case 'choice':
        return this.condition(n.condition) ? this.number(n.a) : this.number(n.b);
      case 'truth':
        return this.condition(n.condition) ? 1n : 0n;
    }
  }

  /** `asked`: whether it is there, of which 0 is an answer. */
  #payloadLength(asked: boolean): bigint {
    const { payload } = this.#parsed;
    if (payload === undefined) return asked ? 0n : this.#missing();
    return BigInt(payload.to - payload.from);
  }

  #address({ fields }: Address): { width: number; value: bigint } {
    for (const field of fields) {
      const value = readField(this.packet, this.#parsed, field);
      if (value !== undefined) return { width: field.width, value };
    }
    throw ABSENT;
  }
}
