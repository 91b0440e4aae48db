// What can be seen of a run: the contents of every map and the events, in a text form that the evaluator, the interpreter and
// the kernel share.

export interface Outcome {
  /** Map name -> key as text ('' for a scalar map) -> value as text. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Of each run, in order: the values of each event. */
  readonly events: readonly (readonly string[])[];
  /** Parts of a run's events whose order is the kernel's choice: what loops over maps print. */
  readonly unordered?: readonly Unordered[];
}

export type Unordered = readonly [run: number, start: number, end: number];

/** Differences in words, none when they agree. */
export function differences(expected: Outcome, actual: Outcome): string[] {
  const found: string[] = [];
  for (const name of new Set([...expected.maps.keys(), ...actual.maps.keys()])) {
    const want = expected.maps.get(name) ?? new Map<string, string>();
    const have = actual.maps.get(name) ?? new Map<string, string>();
    for (const key of new Set([...want.keys(), ...have.keys()])) {
      const a = want.get(key);
      const b = have.get(key);
      if (a !== b) found.push(`${name}[${key}]: expected ${a ?? 'nothing'}, found ${b ?? 'nothing'}`);
    }
  }
  const wanted = sorted(expected.events, expected.unordered ?? []);
  const had = sorted(actual.events, expected.unordered ?? []);
  for (const [run, events] of wanted.entries()) {
    const count = Math.max(events.length, had[run]?.length ?? 0);
    for (let i = 0; i < count; i++) {
      const a = events[i];
      const b = had[run]?.[i];
      if (a !== b) found.push(`run ${run}, event ${i}: expected ${a ?? 'nothing'}, found ${b ?? 'nothing'}`);
    }
  }
  return found;
}

function sorted(runs: Outcome['events'], parts: readonly Unordered[]): Outcome['events'] {
  if (parts.length === 0) return runs;
  const list = runs.map(events => [...events]);
  for (const [run, start, end] of parts) {
    const part = list[run]!.slice(start, end).sort();
    list[run]!.splice(start, part.length, ...part);
  }
  return list;
}
