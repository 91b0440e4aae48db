// What can be seen of a run: the contents of every map and the events, in a text form that the evaluator, the interpreter and
// the kernel share.

export interface Outcome {
  /** Map name -> key as text ('' for a scalar map) -> value as text. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** `CLAUSE: values`, in order. */
  readonly events: readonly string[];
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
  const count = Math.max(expected.events.length, actual.events.length);
  for (let i = 0; i < count; i++) {
    const a = expected.events[i];
    const b = actual.events[i];
    if (a !== b) found.push(`event ${i}: expected ${a ?? 'nothing'}, found ${b ?? 'nothing'}`);
  }
  return found;
}
