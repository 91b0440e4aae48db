// What is named anywhere below a node of the syntax tree, found by its shape: any object with a `kind` is a node.

/** Bare words and called names. */
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

/** Fields of a bare word that are named anywhere below a node (`args.fd`); undefined: the word stands there without one too. */
export function fieldsNamedOf(word: string, node: object): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  return noteFields(word, node, fields) ? fields : undefined;
}

/** False: the word stands alone. */
function noteFields(word: string, part: object, fields: Set<string>): boolean {
  if (Array.isArray(part)) {
    return part.every(item => typeof item !== 'object' || item === null || noteFields(word, item, fields));
  }
  const { kind, name, object } = part as Readonly<Record<string, unknown>>;
  if (kind === 'identifier') return name !== word;
  if (kind === 'member' && isNamed(object, word)) {
    fields.add(String(name));
    return true;
  }
  for (const key in part) {
    const value = (part as Readonly<Record<string, unknown>>)[key];
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (!noteFields(word, value, fields)) return false;
  }
  return true;
}

function isNamed(node: unknown, word: string): boolean {
  const { kind, name } = (node ?? {}) as Readonly<Record<string, unknown>>;
  return kind === 'identifier' && name === word;
}
