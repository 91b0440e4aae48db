// Builds dist/tsbpf.cjs and dist/more.cjs. The first is what every run needs. The second is what few runs do: modules that are
// reached by import() only, and SELDOM. It is evaluated when the first of them is used; they share the modules of the first.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

/**
 * Imported as usual, and used by few: the import becomes lazy, so nothing of them may be needed while modules are evaluated, and
 * they may export functions and classes only.
 */
const SELDOM = [
  'src/compiler/bpf/disassemble.ts',
  'src/compiler/check/dump.ts',
  'src/compiler/ir/printer.ts',
  'src/compiler/language/names/syscall.ts',
  'src/compiler/language/packet/pcap/parser.ts',
  'src/compiler/lower/packet/filter.ts',
  'src/compiler/lower/rule.ts',
  'src/compiler/syntax/dump.ts',
  'src/kernel/attach/tc-filter.ts',
  'src/kernel/host/binary/user-space.ts',
  'src/kernel/host/demangle.ts',
  'src/runtime/capture-files.ts',
];
const ENTRY = 'src/cli/main.ts';

/** `common`, `evaluated`: as for buildLive(); `plugins` of both bundles. */
export async function buildMain(common, evaluated, directory, plugins) {
  const options = { ...common, ...evaluated, minify: true, metafile: true };
  const seldom = new Set();
  const first = await build({
    ...options,
    write: false,
    outfile: `${directory}/tsbpf.cjs`,
    entryPoints: [ENTRY],
    plugins: [...plugins, toMore(seldom)],
  });
  const unused = SELDOM.find(path => !seldom.has(path));
  if (unused !== undefined) throw new Error(`esbuild.more.js: nothing imports ${unused}`);
  const inFirst = new Set(Object.keys(first.metafile.inputs));
  const shared = new Set();
  const modules = [...seldom].map(path => `${JSON.stringify(path)}: () => require('./${path}')`);
  await build({
    ...options,
    stdin: {
      contents: `module.exports = { ${modules.join(',\n')} };`,
      resolveDir: '.',
      sourcefile: 'more-entry.js',
    },
    outfile: `${directory}/more.cjs`,
    plugins: [...plugins, toFirst(inFirst, shared)],
  });
  const lent = await Promise.all([...shared].map(lend));
  await build({
    ...options,
    stdin: {
      contents: [
        `export { main } from './${ENTRY}';`,
        ...lent.map(each => each.imports),
        `let lent;`,
        `export const shared = path => (lent ??= { ${lent.map(each => each.entry).join(',\n')} })[path]();`,
      ].join('\n'),
      resolveDir: '.',
      sourcefile: 'tsbpf-entry.js',
    },
    outfile: `${directory}/tsbpf.cjs`,
    plugins: [...plugins, toMore(new Set())],
  });
}

/** How the first bundle gives the exports of one of its modules away: by getters, for nothing is left of the module itself. */
async function lend(path, i) {
  const key = JSON.stringify(path);
  const names = await exportsOf(path);
  if (names.length === 1 && names[0] === 'default')
    return { imports: '', entry: `${key}: () => require('./${path}')` };
  const local = name => `lent${i}_${name}`;
  return {
    imports: `import { ${names.map(name => `${name} as ${local(name)}`).join(', ')} } from './${path}';`,
    entry: `${key}: () => ({ __esModule: true, ${names.map(name => `get ${name}() { return ${local(name)}; }`).join(', ')} })`,
  };
}

/** In the first bundle: modules of the second are asked for when they, or names of them, are used. Collects them. */
const toMore = found => ({
  name: 'to-more',
  setup(b) {
    b.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir, importer }) => {
      if (importer === '' || importer.includes('/node_modules/')) return undefined;
      const file = sourceOf(resolveDir, path);
      const late = kind === 'dynamic-import';
      if (file === undefined || !(late || SELDOM.includes(file))) return undefined;
      found.add(file);
      return { path: file, namespace: late ? 'late' : 'seldom', sideEffects: false };
    });
    b.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = bundle('more')[${JSON.stringify(path)}]();`,
    }));
    // Getters of a CommonJS module would be copied one by one at each start, which costs a millisecond.
    b.onLoad({ filter: /.*/, namespace: 'seldom' }, async ({ path }) => {
      if (/^export (const|let|var|enum|default)\b/m.test(readFileSync(path, 'utf8')))
        throw new Error(`${path} exports something other than functions and classes`);
      const stub = name => `export function ${name}(...args) {
        const it = made().${name};
        return new.target ? new it(...args) : it(...args);
      }`;
      const made = `let it; const made = () => (it ??= bundle('more')[${JSON.stringify(path)}]());`;
      return { contents: [made, ...(await exportsOf(path)).map(stub)].join('\n') };
    });
  },
});

/** In the second bundle: what the first holds is the first's. Collects those modules. */
const toFirst = (inFirst, found) => ({
  name: 'to-first',
  setup(b) {
    b.onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, namespace, pluginData }) => {
      if (pluginData === 'resolving' || namespace !== 'file' || kind === 'entry-point') return undefined;
      const resolved = await b.resolve(path, { kind, importer, resolveDir, pluginData: 'resolving' });
      const file = relative('.', resolved.path);
      if (resolved.external || resolved.namespace !== 'file' || !inFirst.has(file)) return undefined;
      found.add(file);
      // What it is replaced by is CommonJS, whatever an ending .mjs says.
      return { path: `${file}.cjs`, pluginData: file, namespace: 'first' };
    });
    b.onLoad({ filter: /.*/, namespace: 'first' }, ({ pluginData }) => ({
      contents: `module.exports = bundle('tsbpf').shared(${JSON.stringify(pluginData)});`,
    }));
  },
});

/** The source file that an import names; undefined: it is none of ours. */
function sourceOf(folder, path) {
  for (const end of ['.ts', '.tsx']) {
    const file = join(folder, path.replace(/\.js$/, end));
    if (existsSync(file)) return relative('.', file);
  }
  return undefined;
}

/** Names that a module exports. */
async function exportsOf(path) {
  const { metafile } = await build({ entryPoints: [path], format: 'esm', write: false, metafile: true });
  return Object.values(metafile.outputs)[0].exports;
}
