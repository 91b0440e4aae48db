// Loops in the interpreter: as callbacks of the kernel and, where it has none, as jumps.
import test from 'ava';
import { Compiled } from '../../../harness/compiled.js';

/** Maps without keys after BEGIN ran, on a kernel with bpf_loop and on one without. */
const scalars = test.macro({
  exec(t, body: string, expected: Readonly<Record<string, bigint>>) {
    for (const lacks of [[], ['loop']] as const) {
      const object = new Compiled(`BEGIN { ${body} }`, { lacks });
      object.run();
      for (const [name, value] of Object.entries(expected)) t.is(object.scalar(name), value, name);
    }
  },
  title: (_, body: string) => body,
});

test(scalars, 'for ($i : 0..5) { @n++; @last = $i; }', { '@n': 5n, '@last': 4n });
test(scalars, '@n = 0; for ($i : 5..2) { @n++; } for ($i : 3..3) { @n++; }', { '@n': 0n });
test(scalars, '$s = 0; for ($i : -3..3) { $s += $i; } @s = $s;', { '@s': -3n });
test(scalars, '$s = 0; for ($i : 0..10) { for ($j : 0..10) { $s += $i * $j; } } @s = $s;', { '@s': 2025n });
test(
  scalars,
  '$s = 0; for ($i : 0..10) { if ($i == 2) { continue; } if ($i == 5) { break; } $s += $i; } @s = $s;',
  {
    '@s': 8n,
  },
);
test(scalars, 'for ($i : 0..5) { for ($j : 0..5) { if ($j > $i) { break; } @n++; } @m++; }', {
  '@n': 15n,
  '@m': 5n,
});
test(
  scalars,
  '@after = 0; for ($i : 0..5) { for ($j : 0..5) { @n++; if ($i + $j == 3) { return; } } } @after = 1;',
  {
    '@n': 4n,
    '@after': 0n,
  },
);
test(scalars, '$i = 0; while ($i < 50) { $i++; if ($i % 2) { continue; } @even++; } @i = $i;', {
  '@i': 50n,
  '@even': 25n,
});
test(scalars, '$i = 0; while (1) { if ($i == 200) { break; } $i++; } @i = $i;', { '@i': 200n });
test(scalars, '$b = (uint8)250; for ($i : 0..10) { $b = (uint8)($b + 1); } @b = $b;', { '@b': 4n });
test(scalars, 'for ($i : 0..4) { let $x; @sum += $x; $x = 5; }', { '@sum': 0n });
test(scalars, '$t = (1, 2); for ($i : 0..4) { $t = ($t.1, $t.0 + $t.1); } @t = $t.1;', { '@t': 13n });
test(scalars, 'for ($i : 0..3) { unroll (3) { if ($i == 1) { break; } @n++; } }', { '@n': 3n });
test('bounds are evaluated once', t => {
  const object = new Compiled('BEGIN { $n = 3; for ($i : $n..$n + 2) { $n = 100; @n++; } }');
  object.run();
  t.is(object.scalar('@n'), 2n);
});

test('text around a loop is shared, text within is its own', t => {
  const object = new Compiled(
    'BEGIN { $s = "before"; for ($i : 0..3) { $t = "inside"; @[$i] = $s; $s = $t; } }',
  );
  object.run();
  t.deepEqual(
    object.entries('@').map(([key, value]) => [key, new TextDecoder().decode(value as Uint8Array)]),
    [
      [0n, 'before'],
      [1n, 'inside'],
      [2n, 'inside'],
    ],
  );
});

test('a loop over a map visits each entry once', t => {
  const object = new Compiled(
    'BEGIN { @a[1] = 10; @a[2] = 20; @a[3] = 30; for ($kv : @a) { @sum += $kv.0 * $kv.1; if (@n == 5) { break; } @n++; } }',
  );
  object.run();
  t.is(object.scalar('@sum'), 140n);
  t.is(object.scalar('@n'), 3n);
});

test('a loop over counts adds up the CPUs', t => {
  const object = new Compiled(
    'BEGIN { @c[7] = count(); for ($kv : @c) { @key = $kv.0; @value = $kv.1; } }',
    {},
    { cpus: 2 },
  );
  object.run();
  object.vm.world.cpu = 1;
  object.run();
  t.is(object.scalar('@key', 0), 7n);
  t.is(object.scalar('@value', 0), 2n);
});

test('return leaves a loop over a map and the program', t => {
  const object = new Compiled(
    'BEGIN { @a[1] = 1; @a[2] = 2; @n = 0; for ($kv : @a) { @n++; return; } @n = 100; }',
  );
  object.run();
  t.is(object.scalar('@n'), 1n);
});

test('an endless while ends after 256 turns without bpf_loop, and says so', t => {
  const object = new Compiled('BEGIN { while (1) { @n++; } }', { lacks: ['loop'] });
  const { events } = object.run();
  t.is(object.scalar('@n'), 256n);
  t.is(events.length, 1);
});

test('large variables of a loop lie in scratch memory, as do those around it', t => {
  const object = new Compiled(
    'BEGIN { $s = str(0, 200); for ($i : 0..3) { $u = str(0, 200); for ($j : 0..2) { $w = ($u, $s); @n++; @[$w, $i, $j] = 1; } } }',
  );
  object.run();
  t.is(object.scalar('@n'), 6n);
  t.is(object.entries('@').length, 6);
});

test(scalars, '@n = 0; $x = { $a = 1; @n++; $a + 2 }; @x = $x + { @n++; 5 };', { '@x': 8n, '@n': 2n });
test(scalars, '$n = 5; @x = if ($n > 3) { 1 } else if ($n > 2) { 2 } else { 3 };', { '@x': 1n });
test(scalars, '@x = 1; for ($i : 0..5) { @x = { if ($i == 3) { break; } $i * 2 }; }', { '@x': 4n });

test('what many nested loops share lies in scratch memory when the stack is too small', t => {
  const names = Array.from({ length: 14 }, (_, i) => `$v${i}`);
  const begin = names.map((name, i) => `${name} = ${i};`).join(' ');
  const change = names.map(name => `${name}++;`).join(' ');
  const loops = 'ijklm'.split('').map(name => `for ($${name} : 0..2) {`);
  const text = `BEGIN { ${begin} $s = "a"; ${loops.join(' ')} ${change} $s = "b"; ${'}'.repeat(5)} @sum = ${names.join(' + ')}; @s = $s; }`;
  const object = new Compiled(text);
  object.run();
  t.is(object.scalar('@sum'), BigInt(14 * 32 + 91));
  t.is(new TextDecoder().decode(object.scalar('@s') as Uint8Array), 'b');
});
