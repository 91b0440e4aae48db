// Builds dist/live.cjs: ink and React with what draws the live table, as a second bundle with its own V8 code cache. It is
// read when a live table is drawn, and only then.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** In the main bundle, import('./app.js') of output/live becomes the exports of live.cjs. */
export const splitLive = {
  name: 'split-live',
  setup(b) {
    b.onResolve({ filter: /^\.\/app\.js$/ }, args =>
      args.kind === 'dynamic-import' && args.importer.includes('/output/live/')
        ? { path: 'live', namespace: 'live' }
        : undefined,
    );
    b.onLoad({ filter: /.*/, namespace: 'live' }, () => ({ contents: `module.exports = bundle('live');` }));
  },
};

/**
 * Segmenters and the pattern of all emoji take 10 ms each to make, and most tables hold neither emoji nor wide characters:
 * they are made when they are first used. For both bundles.
 */
export const lazyUnicode = {
  name: 'lazy-unicode',
  setup(b) {
    b.onLoad(
      { filter: /\/node_modules\/(string-width|slice-ansi|wrap-ansi|@alcalzone\/ansi-tokenize)\/.*\.js$/ },
      args => ({
        contents: readFileSync(args.path, 'utf8')
          .replace(/^const (\w+) = (new Intl\.Segmenter\(.*\));$/gm, lazy('segment'))
          .replace(/^const (\w+) = (\/.*RGI_Emoji.*\/v);$/gm, lazy('test')),
      }),
    );
  },
};

/** For replace(): a constant of which only this method is called. */
const lazy = method =>
  `let $1Made; const $1 = { ${method}: text => { $1Made ??= $2; return $1Made.${method}(text); } };`;

/**
 * What ink has for its own development, and for terminals that do not know their size, is left out. Yoga awaits its
 * WebAssembly at top level, where CommonJS cannot, and would fetch() it from a data URL, which loads Node's HTTP client:
 * mountApp() awaits it instead, and it is given the bytes.
 */
const leanInk = {
  name: 'lean-ink',
  setup(b) {
    b.onLoad({ filter: /\/ink\/build\/reconciler\.js$/ }, args => ({
      contents: readFileSync(args.path, 'utf8').replaceAll('isDev()', 'false'),
    }));
    b.onLoad({ filter: /\/node_modules\/terminal-size\/index\.js$/ }, () => ({
      contents: 'export default () => ({ columns: 80, rows: 24 });',
    }));
    b.onLoad({ filter: /\/yoga-wasm-base64-esm\.js$/ }, args => {
      const text = readFileSync(args.path, 'utf8');
      const prefix = 'data:application/octet-stream;base64,';
      const [, base64] = new RegExp(`${prefix}([\\w+/=]{1000,})`).exec(text);
      return { contents: `${text.replace(base64, '')}\nloadYoga.base64 = '${base64}';` };
    });
    b.onLoad({ filter: /\/yoga-layout\/dist\/src\/index\.js$/ }, () => ({
      contents: `
        import loadYoga from '../binaries/yoga-wasm-base64-esm.js';
        import wrapAssembly from './wrapAssembly.js';
        let Yoga;
        export const ready = loadYoga({ wasmBinary: Buffer.from(loadYoga.base64, 'base64') }).then(library => { Yoga = wrapAssembly(library); });
        export { Yoga as default };
        export * from './generated/YGEnums.js';`,
    }));
  },
};

const entry = `
import { ready } from 'yoga-layout';
import { mountApp as mount } from './src/output/live/app.tsx';
export const mountApp = async options => {
  await ready;
  return mount(options);
};`;

/** `common`: options of every bundle; `evaluated`: the wrapping that makes a bundle a function of (require, filename). */
export async function buildLive(common, evaluated, directory) {
  await build({
    ...common,
    ...evaluated,
    stdin: { contents: entry, resolveDir: '.', sourcefile: 'live-entry.js' },
    outfile: `${directory}/live.cjs`,
    jsx: 'automatic',
    minify: true,
    // Yoga notes where it lies, and loads nothing from there.
    define: {
      ...evaluated.define,
      'import.meta.url': '__filename',
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
    },
    plugins: [leanInk, lazyUnicode],
  });
  const run = spawnSync(process.execPath, ['-e', makeCache, directory], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (run.status !== 0) process.stderr.write(`code cache of the live table: ${run.stderr}\n`);
}

/** Made after a few frames, it holds the functions that drawing compiles. */
const makeCache = `
const { readFileSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
v8.setFlagsFromString('--no-sparkplug');
const directory = resolve(process.argv[1]);
const file = join(directory, 'live.cjs');
const script = new vm.Script(readFileSync(file, 'utf8'), { filename: 'dist/live.cjs', importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
const line = (text, style = 'plain') => ({ text, style });
const frame = n => ({
  width: 80,
  height: 24,
  title: { left: 'tsbpf', state: ' [paused]', status: [line(n + ' events'), line('1 lost', 'error')] },
  body: [line('TIME  PID'.padEnd(80), 'head'), ...Array.from({ length: 21 }, (_, i) => line('row ' + i * n, i === n ? 'selected' : 'plain'))],
  footer: { kind: 'keys', keys: [['q', 'quit'], ['?', 'help']] },
});
script.runInThisContext()(require, file).mountApp({ keyboard: undefined, onKey() {}, onFailure(e) { throw e; }, color: true }).then(app => {
  for (let n = 0; n < 5; n++) app.draw(frame(n));
  app.unmount();
  v8.setFlagsFromString('--sparkplug');
  writeFileSync(join(directory, 'live.cache'), script.createCachedData());
});
`;
