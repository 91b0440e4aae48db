// Which maps a script only fills.
import test from 'ava';
import { findResultMaps } from '../../../../src/compiler/lower/result-maps.js';
import { checked } from '../../../harness/checked.js';

const results = test.macro({
  exec(t, text: string, expected: readonly string[]) {
    const { value, list, rendered } = checked(text);
    t.deepEqual(
      list.filter(d => d.severity === 'error'),
      [],
      rendered,
    );
    t.deepEqual([...findResultMaps(value)], expected);
  },
  title: (_, text: string) => text,
});

test(results, 'BEGIN { @a = 1; @b[pid] = count(); @c++; }', ['@a', '@b', '@c']);
test(results, 'BEGIN { @a = 1; @b = @a; }', ['@b']);
test(results, 'BEGIN { @a = 1; @b = 1; $p = &@a; }', ['@b']);
