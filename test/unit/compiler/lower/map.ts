// Maps of a script, in the interpreter: insertion, atomics, aggregations per CPU, losses.
import test from 'ava';
import { MapType } from '../../../../src/compiler/bpf/uapi.js';
import { Compiled, textOf } from '../../../harness/compiled.js';

test('a map without a key is an array with a word that says it was set', t => {
  const object = new Compiled('BEGIN { if (@never > 5) { @never = 1; } @x = 0; @s = sum(0); }');
  object.run();
  t.is(object.scalar('@never'), undefined);
  t.is(object.scalar('@x'), 0n);
  t.is(object.scalar('@s'), 0n);
  const typeOf = (name: string) => object.spec.maps.find(map => map.name === name)!.type;
  t.is(typeOf('@x'), MapType.BPF_MAP_TYPE_ARRAY);
  t.is(typeOf('@s'), MapType.BPF_MAP_TYPE_PERCPU_ARRAY);
});

test('++ and += insert an absent key as zero, then add', t => {
  const object = new Compiled('BEGIN { @a[1]++; @a[1] += 5; @a[2] -= 3; @v = @a[1]++; @w = ++@a[1]; }');
  object.run();
  t.deepEqual(object.entries('@a'), [
    [1n, 8n],
    [2n, -3n],
  ]);
  t.is(object.scalar('@v'), 6n);
  t.is(object.scalar('@w'), 8n);
});

test('without fetching atomics the value is read first', t => {
  const object = new Compiled('BEGIN { @v = @a[1]++; @v = @a[1]++; }', { lacks: ['atomic_fetch'] });
  object.run();
  t.is(object.scalar('@v'), 1n);
  t.deepEqual(object.entries('@a'), [[1n, 2n]]);
});

test('keys of several parts are padded with zeros and compare as memory', t => {
  const object = new Compiled('BEGIN { @a["x", 1] = 1; @a["longer", 1] = 2; $k = "x"; @found = @a[$k, 1]; }');
  object.run();
  t.is(object.scalar('@found'), 1n);
  t.is(object.vm.mapEntries('@a').length, 2);
});

test('a full map is counted, not overwritten', t => {
  const env = { variables: { BPFTRACE_MAX_MAP_KEYS: '2' } };
  const object = new Compiled('BEGIN { @a[1] = 1; @a[2] = 1; @a[3] = 1; @b[1]++; @b[2]++; @b[3]++; }', env);
  object.run();
  t.is(object.entries('@a').length, 2);
  t.is(object.entries('@b').length, 2);
  t.is(object.loss('mapFull'), 2n);
});

test('delete tells whether the key was there; has_key and len ask', t => {
  const object = new Compiled(
    'BEGIN { @a[1] = 1; @had = has_key(@a, 1); @n = len(@a); @first = delete(@a, 1); @again = delete(@a[1]); @none = len(@a); }',
  );
  object.run();
  t.is(object.scalar('@had'), true);
  t.is(object.scalar('@n'), 1n);
  t.is(object.scalar('@first'), true);
  t.is(object.scalar('@again'), false);
  t.is(object.scalar('@none'), 0n);
});

test('reading an absent key gives 0 or the empty string', t => {
  const object = new Compiled('BEGIN { @s[1] = "text"; @x = @n[5] + 1; @n[1] = 1; @t = @s[2]; @u = @s[1]; }');
  object.run();
  t.is(object.scalar('@x'), 1n);
  t.is(textOf(object.scalar('@t') as Uint8Array), '');
  t.is(textOf(object.scalar('@u') as Uint8Array), 'text');
});

test('aggregations keep a value per CPU and read as their sum over all', t => {
  const text =
    'BEGIN { @c = count(); @s[1] = sum(10); @a[1] = avg(cpu * 10); @mx = max(cpu); @mn = min(-5); } ' +
    'END { @rc = @c; @rs = @s[1]; @ra = @a[1]; @rmx = @mx; @rmn = @mn; @none = @s[7]; }';
  const object = new Compiled(text, {}, { cpus: 4 });
  for (const cpu of [0, 2, 2]) {
    object.vm.world.cpu = cpu;
    object.run(0);
  }
  t.is(object.scalar('@c', 0), 1n);
  t.is(object.scalar('@c', 2), 2n);
  t.is(object.scalar('@c', 1), undefined);
  object.run(1);
  t.is(object.scalar('@rc'), 3n);
  t.is(object.scalar('@rs'), 30n);
  t.is(object.scalar('@ra'), 13n);
  t.is(object.scalar('@rmx'), 2n);
  t.is(object.scalar('@rmn'), -5n);
  t.is(object.scalar('@none'), 0n);
});

test('min and max follow the sign of what they are given', t => {
  const object = new Compiled(
    'BEGIN { @a = min(5); @a = min(-3); @b = max((uint64)5); @b = max((uint64)-1); @c = max(-7); @c = max(-9); }',
  );
  object.run();
  t.is(object.scalar('@a'), -3n);
  t.is(object.scalar('@b'), 0xffff_ffff_ffff_ffffn);
  t.is(object.scalar('@c'), -7n);
});

test('the other compound assignments work in place', t => {
  const object = new Compiled(
    'BEGIN { @a[1] = 12; @a[1] *= 3; @a[1] |= 1; @a[1] <<= 2; @a[1] /= 3; @b %= 5; }',
  );
  object.run();
  t.deepEqual(object.entries('@a'), [[1n, 49n]]);
  t.is(object.scalar('@b'), 0n);
});

test('large per-CPU values are allocated late only where programs may do that', t => {
  const flagsOn = (kernelVersion: readonly [number, number, number]) =>
    new Compiled('BEGIN { @[1] = hist(5); }', { kernelVersion }).spec.maps.find(map => map.name === '@')!
      .flags;
  t.is(flagsOn([5, 10, 0]), 0);
  t.is(flagsOn([6, 12, 0]), 1);
});
