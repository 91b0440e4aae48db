// The bare words and called names anywhere below a node of the syntax tree, found by its shape: any object with a `kind` is a
// node.

export function namesIn(node: object, names = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(node)) {
    for (const item of node) if (typeof item === 'object' && item !== null) namesIn(item, names);
    return names;
  }
  const fields = node as Readonly<Record<string, unknown>>;
  if (fields.kind === 'identifier' || fields.kind === 'call') names.add(String(fields.name));
  for (const key in fields) {
    const value = fields[key];
    if (typeof value !== 'object' || value === null || key === 'bytes' || key.endsWith('pan')) continue; // span, nameSpan
    namesIn(value, names);
  }
  return names;
}
