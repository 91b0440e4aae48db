// Patterns of =~: what they take, against regular expressions that say the same.
import test from 'ava';
import { matchesText, parseTextPattern } from '../../../../src/compiler/types/text-pattern.js';
import { RandomSource } from '../../../harness/random-source.js';

const bytes = (text: string) => new TextEncoder().encode(text);

function matches(pattern: string, text: string): boolean | string {
  const parsed = parseTextPattern(bytes(pattern));
  return typeof parsed === 'string' ? parsed : matchesText(parsed, bytes(text));
}

for (const [pattern, yes, no] of [
  ['', [''], ['a']],
  ['*', ['', 'a', 'abc'], []],
  ['foo*', ['foo', 'foobar'], ['fo', 'xfoo', '']],
  ['*foo', ['foo', 'xfoo', 'fofoo'], ['foox']],
  ['a*b*c', ['abc', 'aXbYc', 'abbcc'], ['acb', 'ab', 'abcd']],
  ['k?r*/[0-3]:*', ['kwr/0:1', 'kkr-x/3:'], ['kwr/4:1', 'kr/0:1']],
  ['[!a-c]x', ['dx', '!x'], ['ax', 'bx', 'x']],
  ['[^a]', ['b'], ['a', '']],
  ['[]a]', [']', 'a'], ['[']],
  ['[a-]', ['a', '-'], ['b']],
  ['\\*\\?\\[\\\\', ['*?[\\'], ['a?[\\']],
  ['**a**', ['a', 'xax'], ['b']],
] as [string, string[], string[]][]) {
  test(`"${pattern}"`, t => {
    for (const text of yes) t.is(matches(pattern, text), true, text);
    for (const text of no) t.is(matches(pattern, text), false, text);
  });
}

test('what is no pattern', t => {
  t.is(matches('a[bc', ''), 'has a [ without its ]');
  t.is(matches('a\\', ''), 'ends in a backslash');
  t.is(matches(`${'a'.repeat(63)}*`, `${'a'.repeat(63)}b`), true);
  t.is(matches('a'.repeat(64), ''), 'is longer than 63 characters, stars apart');
});

test('random patterns and texts agree with regular expressions', t => {
  const random = new RandomSource(1);
  const pick = (from: string, most: number) =>
    Array.from({ length: random.below(most) }, () => from[random.below(from.length)]).join('');
  for (let i = 0; i < 20_000; i++) {
    const pattern = pick('ab*?', 8);
    const text = pick('abc', 10);
    const regular = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
    t.is(matches(pattern, text), regular.test(text), `${text} =~ ${pattern}`);
  }
});
