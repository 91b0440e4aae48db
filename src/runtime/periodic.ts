// --interval: prints and clears the maps that the script only fills, under a line with the time.
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { MapOptions, MapSnapshot } from '../output/sink.js';
import type { ScriptMaps } from './script-maps.js';

export interface PeriodicOptions {
  readonly seconds: number;
  /** How often, and what comes then; undefined: on and on. */
  readonly times: number | undefined;
  readonly onLast: () => void;
  readonly names: readonly string[];
  readonly maps: ScriptMaps;
  /** What comes after the maps, counted since it was asked last. */
  readonly verdicts: (() => MapSnapshot) | undefined;
  readonly style: Pick<MapOptions, 'order' | 'percentiles'> | undefined;
  readonly sink: {
    time(format: string): void;
    map(map: MapSnapshot, options: MapOptions): void;
    flush(): void;
  };
  /** Events that came before are printed first. */
  readonly drain: () => void;
  /** Runs what prints; a reader that has gone ends the session. */
  readonly guard: (act: () => void) => void;
}

/** Those that the compiler gave two generations for it. */
export function periodicMaps(maps: Iterable<LoadedMap>): readonly string[] {
  return [...maps].flatMap(({ spec }) => (spec.user?.periodic === true ? [spec.name] : []));
}

/** Returns what ends it. */
export function printPeriodically(options: PeriodicOptions): () => void {
  const { seconds, times, onLast, names, maps, verdicts, style, sink, drain, guard } = options;
  const print = () =>
    guard(() => {
      drain();
      maps.turn(names.map(map => ({ map, after: 'clear' })));
      sink.time('%H:%M:%S\n');
      for (const name of names) {
        const collected = maps.forget(name);
        if (collected !== undefined) sink.map(collected, { top: 0, div: 0n, ...style });
      }
      if (verdicts !== undefined) sink.map(verdicts(), { top: 0, div: 0n });
      sink.flush();
    });
  let left = times;
  const timer = setInterval(() => {
    print();
    if (left === undefined) return;
    left--;
    if (left > 0) return;
    clearInterval(timer);
    onLast();
  }, seconds * 1000);
  return () => clearInterval(timer);
}
