// What can be seen of a run: the contents of every map and the events, in a text form that the evaluator, the interpreter and
// the kernel share.

export interface Outcome {
  /** Map name -> key as text ('' for a scalar map) -> value as text. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** `PROBE: values`, in order. */
  readonly events: readonly string[];
  /** Parts of the events whose order is the kernel's choice: what loops over maps print. */
  readonly unordered?: readonly (readonly [start: number, end: number])[];
}

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
  const count = Math.max(wanted.length, had.length);
  for (let i = 0; i < count; i++) {
    const a = wanted[i];
    const b = had[i];
    if (a !== b) found.push(`event ${i}: expected ${a ?? 'nothing'}, found ${b ?? 'nothing'}`);
  }
  return found;
}

function sorted(events: readonly string[], parts: readonly (readonly [number, number])[]): readonly string[] {
  if (parts.length === 0) return events;
  const list = [...events];
  for (const [start, end] of parts) {
    const part = list.slice(start, end).sort();
    list.splice(start, part.length, ...part);
  }
  return list;
}
