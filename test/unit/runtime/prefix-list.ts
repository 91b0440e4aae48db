// Files of prefixes: what is taken as which keys, what is no prefix and where, and numbers of them.
import test from 'ava';
import { parsePrefix } from '../../../src/compiler/language/names/address-range.js';
import { PREFIX_KEY_SIZE } from '../../../src/compiler/types/prefix-key.js';
import { PrefixReader } from '../../../src/runtime/prefix-list.js';
import { RandomSource } from '../../harness/random-source.js';

function read(text: string, lines = 1): PrefixReader {
  const reader = new PrefixReader(new TextEncoder().encode(text));
  while (reader.read(lines));
  return reader;
}

/** Keys as text: length, then bytes of the address in hexadecimal. */
function keysOf(reader: PrefixReader): string[] {
  const { v4, v6 } = reader.list();
  return [[v4, PREFIX_KEY_SIZE[4]] as const, [v6, PREFIX_KEY_SIZE[6]] as const].flatMap(([keys, size]) =>
    Array.from({ length: keys.length / size }, (_, i) => {
      const key = keys.subarray(i * size, (i + 1) * size);
      const length = new DataView(key.buffer, key.byteOffset).getUint32(0, true);
      return `${length} ${Buffer.from(key.subarray(4)).toString('hex')}`;
    }),
  );
}

const takes = test.macro<[string, (readonly string[])?]>({
  exec(t, text, keys = []) {
    const reader = read(text);
    t.deepEqual(reader.bad, []);
    t.deepEqual(keysOf(reader), keys);
    t.is(reader.list().count, keys.length);
  },
  title: (_, text) => `takes ${JSON.stringify(text)}`,
});

test(takes, '');
test(takes, '\n\n  \n# nothing\n\t# at all');
test(takes, '10.0.0.0/8', ['8 0a00000000000000']);
test(takes, '0.0.0.0/0', ['0 0000000000000000']);
test(takes, '192.0.2.1', ['32 c000020100000000']);
test(takes, '255.255.255.255/32', ['32 ffffffff00000000']);
test(takes, ' 192.0.2.1\t# a host\r\n198.51.100.0/24#x\r\n', ['32 c000020100000000', '24 c633640000000000']);
test(takes, '10.1.2.3/8\n10.0.0.0/8\n10.255.0.0/8', ['8 0a00000000000000']); // bits behind the length do not count
test(takes, '10.0.0.0/8\n10.0.0.0/9', ['8 0a00000000000000', '9 0a00000000000000']);
test(takes, '2001:db8::/32', [`32 20010db8${'0'.repeat(24)}`]);
test(takes, '::/0\n::1', [`0 ${'0'.repeat(32)}`, `128 ${'0'.repeat(31)}1`]);
test(takes, '2001:DB8::1/32 # the same\n2001:db8:ffff::/32', [`32 20010db8${'0'.repeat(24)}`]);
test(takes, '::ffff:10.0.0.1', ['128 00000000000000000000ffff0a000001']); // an address of IPv6
test(takes, 'fd00::/8\n10.0.0.0/8', ['8 0a00000000000000', `8 fd${'0'.repeat(30)}`]);

const refuses = test.macro<[string, readonly string[]]>({
  exec(t, text, bad) {
    const { bad: found, badCount } = read(text);
    t.deepEqual(
      found.map(({ text, start, end }) => `${start}-${end} ${text}`),
      bad,
    );
    t.is(badCount, bad.length);
  },
  title: (_, text) => `refuses ${JSON.stringify(text)}`,
});

test(refuses, '10.0.0', ['0-6 10.0.0']);
test(refuses, '10.0.0.0/33', ['0-11 10.0.0.0/33']);
test(refuses, '10.0.0.0/', ['0-9 10.0.0.0/']);
test(refuses, '10.0.0.0/8/8', ['0-12 10.0.0.0/8/8']);
test(refuses, '10.0.0.256', ['0-10 10.0.0.256']);
test(refuses, '010.0.0.1', ['0-9 010.0.0.1']);
test(refuses, '10.0.0.1 10.0.0.2', ['0-17 10.0.0.1 10.0.0.2']);
test(refuses, '1.2.3.4\n  example.org # a name\n5.6.7.8', ['10-21 example.org']);
test(refuses, '2001:db8::/129', ['0-14 2001:db8::/129']);
test(refuses, '02:00:00:00:00:01', ['0-17 02:00:00:00:00:01']);
test(refuses, '10.0.0.1-10.0.0.9', ['0-17 10.0.0.1-10.0.0.9']);
test(refuses, '-1.2.3.4', ['0-8 -1.2.3.4']);

test('of many bad lines the first few are kept, all are counted', t => {
  const { bad, badCount } = read('x\n'.repeat(1000), 64);
  t.is(bad.length, 5);
  t.is(badCount, 1000);
});

test('what is read byte by byte is what the parser of prefixes reads', t => {
  const random = new RandomSource(7);
  const pieces = [
    '0',
    '1',
    '9',
    '10',
    '255',
    '256',
    '.',
    '.',
    '.',
    '/',
    '8',
    '32',
    ' ',
    'a',
    'F00d',
    ':',
    ':',
    '::',
  ];
  const number = (most: number) => String(random.below(most));
  const group = () => random.below(random.chance(30) ? 3 : 70_000).toString(16);
  const usual = [
    () => `${[300, 256, 256, 256].map(number).join('.')}/${number(35)}`,
    () => `${Array.from({ length: 8 }, group).join(':')}/${number(130)}`,
    () => {
      const [before, after] = [random.below(7), random.below(7)].map(length => Array.from({ length }, group));
      return `${before!.join(':')}::${after!.join(':')}/${number(130)}`;
    },
    () => Array.from({ length: 1 + random.below(9) }, () => random.pick(pieces)).join(''),
    () =>
      Array.from({ length: 1 + random.below(16) }, () => random.pick(['1', 'ab', ':', ':', '::'])).join(''),
  ];
  for (let i = 0; i < 30_000; i++) {
    const text = usual[i % usual.length]!();
    const expected = parsePrefix(text.trim());
    const reader = read(`${text}\n`);
    const wanted =
      expected === undefined || expected.family === 'mac'
        ? []
        : [`${expected.length} ${Buffer.from(expected.bytes).toString('hex').padEnd(16, '0')}`];
    t.deepEqual(keysOf(reader), text.trim() === '' ? [] : wanted, text);
  }
});

test('many prefixes, some twice: each is there once', t => {
  const lines = Array.from({ length: 5000 }, (_, i) => `10.${(i >> 4) & 255}.${(i * 16) & 255}.0/28`);
  const { v4, count } = read(`${lines.join('\n')}\n${lines.reverse().join('\n')}`, 100).list();
  t.is(count, new Set(lines).size);
  t.is(v4.length, count * PREFIX_KEY_SIZE[4]);
});
