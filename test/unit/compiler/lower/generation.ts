// Which maps have two generations, what turns them, and that programs write to the one that the word of `globals` tells.
import test from 'ava';
import type { ClearData, PrintMapData } from '../../../../src/compiler/language/functions/output.js';
import { Compiled } from '../../../harness/compiled.js';

const WRITE = 'BEGIN { @a = count(); @b[1] = count(); @n++; } ';

/** `print @a turns @a @b`, `clear @a certain`, ... in order of their sites. */
function sitesOf(body: string): string[] {
  const { spec } = new Compiled(`${WRITE}interval:s:1 { ${body} }`);
  return spec.sites
    .filter(site => ['print', 'clear', 'zero'].includes(site.entry))
    .map(({ entry, data }) => {
      const { map, flip, done } = data as Partial<PrintMapData & ClearData>;
      const turns =
        flip === undefined ? '' : ` turns ${flip.map(each => `${each.map} ${each.after}`).join(', ')}`;
      return `${entry} ${map}${turns}${done === undefined ? '' : done.certain ? ' done' : ' perhaps done'}`;
    });
}

const rows: readonly (readonly [title: string, body: string, sites: readonly string[]])[] = [
  ['print, then clear', 'print(@a); clear(@a);', ['print @a turns @a clear', 'clear @a done']],
  ['print, then zero', 'print(@b, 5); zero(@b);', ['print @b turns @b zero', 'zero @b done']],
  ['clear, then print', 'clear(@a); print(@a);', ['clear @a', 'print @a']],
  ['a lone print', 'print(@a);', ['print @a']],
  [
    'the first print turns all maps of its run',
    'print(@a); print(@b); clear(@b); clear(@a); print(@n); zero(@n);',
    [
      'print @a turns @a clear, @b clear, @n zero',
      'print @b turns @b clear',
      'clear @b done',
      'clear @a done',
      'print @n turns @n zero',
      'zero @n done',
    ],
  ],
  [
    'inside if',
    'if (@n > 1) { print(@a); clear(@a); } else { print(@b); }',
    ['print @a turns @a clear', 'clear @a done', 'print @b'],
  ],
  [
    'print inside if, clear after it',
    'if (@n > 1) { print(@a); } clear(@a);',
    ['print @a turns @a clear', 'clear @a perhaps done'],
  ],
  ['a clear that may not come', 'print(@a); if (@n > 1) { clear(@a); }', ['print @a', 'clear @a']],
  ['what may leave between them', 'print(@a); if (@n > 9) { exit(); } clear(@a);', ['print @a', 'clear @a']],
  ['return between them', 'print(@a); if (@n > 9) { return; } clear(@a);', ['print @a', 'clear @a']],
  ['a print in a loop', 'for ($i : 0..2) { print(@a); } clear(@a);', ['print @a', 'clear @a']],
  [
    'two pairs of one map',
    'print(@a); clear(@a); print(@a); clear(@a);',
    ['print @a turns @a clear', 'clear @a done', 'print @a turns @a clear', 'clear @a done'],
  ],
];
for (const [title, body, sites] of rows) test(title, t => t.deepEqual(sitesOf(body), sites));

test('BEGIN and END need no second generation', t => {
  const { spec } = new Compiled(`${WRITE}END { print(@a); clear(@a); }`);
  t.false(spec.maps.some(map => map.user?.twin !== undefined));
});

test('programs write to the generation that the word tells, and read it', t => {
  const script =
    'BEGIN { @n++; @k[1]++; @c = count(); @s["x"] = sum(2); @seen = @n; @had = has_key(@k, 1); delete(@k, 2); @len = len(@k); } ' +
    'interval:s:1 { print(@n); clear(@n); print(@k); clear(@k); print(@c); clear(@c); print(@s); clear(@s); }';
  const object = new Compiled(script);
  object.run();
  for (const map of object.spec.maps) {
    if (map.user?.twin !== undefined) object.setGlobal(map.user.twin.word, 1n);
  }
  object.run();
  object.run();
  t.is(object.scalar('@n'), 1n);
  t.is(object.scalar('@seen'), 2n);
  t.is(object.scalar('@had'), true);
  t.is(object.scalar('@len'), 1n);
  t.deepEqual(object.entries('@k'), [[1n, 1n]]);
  const words = (map: string) => {
    const [entry] = object.vm.mapEntries(map);
    const bytes = entry!.values[0]!;
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  };
  t.is(words('@k.1'), 2n);
  t.is(words('@s'), 2n);
  t.is(words('@s.1'), 4n);
  t.is(words('@c.1'), 2n);
});
