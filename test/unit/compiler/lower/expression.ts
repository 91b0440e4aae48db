// Integer expressions, run in the interpreter: widths, signs, division by zero, short circuits.
import test from 'ava';
import { Compiled } from '../../../harness/compiled.js';

const evaluates = test.macro({
  exec(t, body: string, expected: bigint | boolean) {
    const object = new Compiled(`BEGIN { ${body} }`);
    object.run();
    t.is(object.scalar('@'), expected);
  },
  title: (_, body, expected) => `${body} gives ${expected}`,
});

test(evaluates, '@ = 2 + 3 * 4', 14n);
test(evaluates, '$a = -5; $b = 3; @ = $a / $b', -1n);
test(evaluates, '$a = -5; $b = 3; @ = $a % $b', -2n);
test(evaluates, '$a = -5; @ = $a / 2', -2n);
test(evaluates, '$a = (uint64)100; $b = (uint64)7; @ = $a % $b', 2n);
test(evaluates, '$a = -8; @ = $a >> 1', -4n);
test(evaluates, '$a = (uint64)-8; @ = $a >> 60', 15n);
test(evaluates, '$a = 1; $s = 40; @ = $a << $s', 1n << 40n);
test(evaluates, '$a = 300; @ = (uint8)$a', 44n);
test(evaluates, '$a = 200; @ = (int8)$a', -56n);
test(evaluates, '$a = (uint8)200; $b = (uint8)100; @ = $a + $b', 300n);
test(evaluates, '$a = -1; @ = (uint32)$a', 0xffff_ffffn);
test(evaluates, '$a = 5; @ = ~$a', -6n);
test(evaluates, '$a = 12; $b = 10; @ = ($a & $b) | ($a ^ $b)', 14n);
test(evaluates, '$a = -1; $b = (uint64)1; @ = $a < 0', true);
test(evaluates, '$a = (uint64)-1; @ = $a > 5', true);
test(evaluates, '$a = 5; @ = $a == 5 && $a != 4', true);
test(evaluates, '$a = 0; @ = $a || $a > 1', false);
test(evaluates, '$a = 0; @ = !$a', true);
test(evaluates, '$a = 3; @ = $a > 2 ? 10 : 20', 10n);
test(evaluates, '$a = 1; $a++; ++$a; $a += 5; $a *= 2; $a -= 1; @ = $a', 15n);
test(evaluates, '$a = 5; $b = $a++; @ = $b * 100 + $a', 506n);
test(evaluates, '$a = 5; $b = --$a; @ = $b * 100 + $a', 404n);
test(evaluates, '$t = (1, (2, 3), 4); @ = $t.0 * 100 + $t.1.1 * 10 + $t.2', 134n);
test(evaluates, '$r = (a = 7, b = 8); @ = $r.b', 8n);
test(
  evaluates,
  '$i = 0; while ($i < 10) { $i++; if ($i == 3) { continue; } if ($i == 6) { break; } @ += $i; }',
  12n,
);
test(evaluates, 'unroll(4) { @ += 2; }', 8n);
test(evaluates, 'if (0) { @ = 1; } else if (1) { @ = 2; } else { @ = 3; }', 2n);
test(evaluates, '@ = 1; return; @ = 2;', 1n);
test(evaluates, '@ = 1; exit(); @ = 2;', 1n);

test('division by zero gives 1, counts and tells', t => {
  const object = new Compiled('BEGIN { $z = 0; @ = 7 / $z; @m = 7 % $z; }');
  const { events } = object.run();
  t.is(object.scalar('@'), 1n);
  t.is(object.scalar('@m'), 1n);
  t.is(object.loss('divideByZero'), 2n);
  t.is(events.length, 2);
  t.is(object.spec.sites[0]!.entry, 'runtime-error');
});

test('the right operand of && is not evaluated when the left is false', t => {
  const object = new Compiled('BEGIN { $a = 0; if ($a && @n++) { @x = 1; } if (1 || @n++) { @x = 2; } }');
  object.run();
  t.is(object.scalar('@n'), undefined);
  t.is(object.scalar('@x'), 2n);
});
