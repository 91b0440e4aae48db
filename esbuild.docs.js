// What entries of the language say of themselves (`doc: { ... }`) is for the manual, which is made from the compiled sources: the
// bundles have the summaries only, for completion, and examples of probe types, which --info tries.
import { readFile } from 'node:fs/promises';

const DOC = /^\s*doc: \{/gm;
/** A string, what opens or closes something, or a comma. */
const TOKEN = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|[{}[\]()]|,/gs;
const KEPT = /^\s*(summary\b|\.\.\.)/;
const KEPT_OF_PROBES = /^\s*(summary\b|example\b|\.\.\.)/;

export const withoutDocs = {
  name: 'without-docs',
  setup(b) {
    b.onLoad({ filter: /\/src\/compiler\/language\/.*\.ts$/ }, async ({ path }) => ({
      contents: withoutDoc(await readFile(path, 'utf8'), path.includes('/probes/') ? KEPT_OF_PROBES : KEPT),
      loader: 'ts',
    }));
  },
};

/** The source, with what is `kept` in each `doc: { ... }` of an entry. */
function withoutDoc(source, kept) {
  let out = '';
  let end = 0;
  for (const found of source.matchAll(DOC)) {
    const inside = found.index + found[0].length;
    if (inside < end) continue;
    const { properties, close } = propertiesAt(source, inside);
    out += source.slice(end, inside) + properties.filter(text => kept.test(text)).join(',');
    end = close;
  }
  return out + source.slice(end);
}

/** Of the block that is open at `start`: its properties, and where it closes. */
function propertiesAt(source, start) {
  const properties = [];
  let from = start;
  TOKEN.lastIndex = start;
  for (let depth = 0; ; ) {
    const token = TOKEN.exec(source);
    if (token === null) throw new Error(`esbuild.docs.js: no end of ${source.slice(start, start + 60)}`);
    const [text] = token;
    const ends = depth === 0 && (text === ',' || text === '}');
    if (ends) properties.push(source.slice(from, token.index));
    if (ends && text === '}') return { properties, close: token.index };
    if (ends) from = TOKEN.lastIndex;
    if ('{[('.includes(text)) depth++;
    if ('}])'.includes(text)) depth--;
  }
}
