import test from 'ava';
import { argumentSegments, parseFormat } from '../../../../src/compiler/types/format.js';

/** Short form of a parse: literals quoted, conversions with what is set. */
function sketch(format: string): string {
  return parseFormat(format)
    .map(s => {
      if (s.kind === 'literal') return JSON.stringify(s.text);
      if (s.kind === 'unsupported') return `!${s.conversion}`;
      const flags = `${s.left ? '-' : ''}${s.plus ? '+' : ''}${s.space ? '_' : ''}${s.alternate ? '#' : ''}${s.zero ? '0' : ''}`;
      return `<${flags}${s.width === 0 ? '' : s.width}${s.conversion}:${s.bits}>`;
    })
    .join(' ');
}

const parses = test.macro({
  exec: (t, format: string, expected: string) => t.is(sketch(format), expected),
  title: (_, format) => `format ${JSON.stringify(format)}`,
});

test(parses, '', '');
test(parses, 'plain', '"plain"');
test(parses, '%d %s %d\n', '<d:32> " " <s:32> " " <d:32> "\\n"');
test(parses, '%hhd%hd%ld%lld%jd%zd%td', '<d:8> <d:16> <d:64> <d:64> <d:64> <d:64> <d:64>');
test(parses, '%-16s|%05d|%+d|% d|%#x', '<-16s:32> "|" <05d:32> "|" <+d:32> "|" <_d:32> "|" <#x:32>');
test(parses, '%r %rx %rh %gr', '<r:32> " " <rx:32> " " <rh:32> " " <gr:32>');
test(parses, '100%%\n', '"100%\\n"');
test(parses, '%5%x', '"%x"');
test(parses, '%y %', '"%y %"');
test(parses, '%+-d', '"%+-d"');
test(parses, '%e%n', '!e !n');
test(parses, '%*d%.3s', '<d:32> <s:32>');
test(parses, '%%d', '"%d"');

test('spans are offsets in the format', t => {
  const [first, second, third] = parseFormat('a%%b %5lx');
  t.deepEqual([first?.start, first?.end], [0, 5]);
  t.deepEqual([second?.start, second?.end], [5, 9]);
  t.is(third, undefined);
});

test('unsupported conversions take an argument', t => {
  t.is(argumentSegments(parseFormat('%d %f %% %s')).length, 3);
});
