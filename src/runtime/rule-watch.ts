// --live: tells the rows of rules every so often, and a last time when the session ends.
import type { RuleSpec } from '../compiler/object-spec.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { Sink } from '../output/sink.js';
import { formatTime } from '../output/text/strftime.js';
import { ruleRows } from './rules.js';
import { readCounts } from './verdicts.js';

export interface RuleWatchOptions {
  readonly seconds: number;
  readonly rules: readonly RuleSpec[];
  /** What programs count. */
  readonly counts: LoadedMap;
  readonly sink: Sink;
  /** ns since 1970. */
  readonly wallClock: () => bigint;
  /** Runs what prints; a reader that has gone ends the session. */
  readonly guard: (act: () => void) => void;
}

export interface RuleWatch {
  /** Now, out of turn. */
  tell(): void;
  close(): void;
}

const SHEET = 'rules';

export function watchRules({ seconds, rules, counts, sink, wallClock, guard }: RuleWatchOptions): RuleWatch {
  const { replaceRows } = sink;
  const rows = ruleRows(rules, { none: '-', timed: replaceRows === undefined });
  let before = process.hrtime.bigint();
  const tell = () => {
    const now = process.hrtime.bigint();
    const time = formatTime('%H:%M:%S', wallClock(), { fraction: false });
    const { type, values } = rows.read(readCounts(counts), now - before, time);
    before = now;
    if (replaceRows !== undefined) replaceRows.call(sink, SHEET, type, values);
    else for (const value of values) sink.value(type, value);
    sink.flush();
  };
  if (replaceRows !== undefined) guard(tell);
  const timer = setInterval(() => guard(tell), seconds * 1000);
  return { tell, close: () => clearInterval(timer) };
}
