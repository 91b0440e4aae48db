// Whatever a program is, the checker gives diagnostics and no exception: programs of the goldens, their tokens shuffled by a
// seeded generator. The seed of a failing program is in the title of its assertion.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { dumpTypes } from '../../../../src/compiler/check/dump.js';
import { checked } from '../../../harness/checked.js';
import { readCases } from '../../../harness/golden.js';

const GOLDEN = fileURLToPath(new URL('../../../../../test/golden/errors/', import.meta.url));
const PROGRAMS = 3000;

const sources = readdirSync(GOLDEN).flatMap(f =>
  readCases(readFileSync(GOLDEN + f, 'utf8')).map(c => c.source),
);
const statements = sources.flatMap(source => source.split(/(?<=[;{}])/));
const tokens = sources.flatMap(source => source.match(/[@$]?\w+|"[^"]*"|[^\s\w]/g) ?? []);

/** mulberry32: 32 bits of state. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function program(seed: number): string {
  const below = generator(seed);
  const pick = (list: readonly string[]): string => list[below(list.length)] ?? '';
  const heads = ['BEGIN', 'tracepoint:sched:sched_wake*', 'tracepoint:sched:*', 'interval:s:1 /pid/'];
  const body = Array.from({ length: 1 + below(8) }, () => pick(statements)).join(' ');
  const parts = body.match(/[@$]?\w+|"[^"]*"|\s+|[^\s\w]/g) ?? [];
  for (let i = below(4); i > 0; i--) parts[below(parts.length)] = pick(tokens);
  return `${pick(heads)} { ${parts.join('')} }`;
}

test('no program makes the checker throw, and what it accepts is typed throughout', t => {
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const text = program(seed);
    try {
      const { value, list } = checked(text);
      const dump = dumpTypes(value);
      if (!list.some(d => d.severity === 'error') && /: error\b/.test(dump))
        t.fail(`seed ${seed}: ${text}\n${dump}`);
    } catch (error) {
      t.fail(`seed ${seed}: ${text}\n${String((error as Error).stack)}`);
      return;
    }
  }
  t.pass();
});
