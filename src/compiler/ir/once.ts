// Passes make functions anew, and leave alone what they were given: what is known of one stays true.

/** Computed when it is first asked for of an object, and kept as long as that. */
export function once<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return key => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = compute(key);
    known.set(key, made);
    return made;
  };
}
