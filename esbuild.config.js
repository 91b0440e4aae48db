// Builds dist/: one CommonJS bundle with a V8 code cache (start-up), and another for ink (esbuild.live.js), which is loaded
// only when a live table is drawn. `node esbuild.config.js` compiles the native shim too when none fits.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { buildLive, lazyUnicode, splitLive } from './esbuild.live.js';
import { buildShim, ShimBuildError } from './src/kernel/shim/build.js';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
  legalComments: 'none',
};

// Into a folder beside, then over the old files one by one: a tsbpf that runs meanwhile finds a whole build.
/** commander can run subcommands as programs of their own, which we have none of: child_process costs 2 ms of start-up. */
const withoutSubprograms = {
  name: 'without-subprograms',
  setup(b) {
    b.onResolve({ filter: /^node:child_process$/ }, args =>
      args.importer.includes('node_modules/commander/') ? { path: 'none', namespace: 'none' } : undefined,
    );
    b.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** A launcher evaluates such a bundle: a function of (require, filename) that returns the module's exports. */
const evaluated = {
  format: 'cjs',
  banner: {
    js: '(function(require,__filename){var module={exports:{}},exports=module.exports;var __import_meta_url=require("node:url").pathToFileURL(__filename).href;',
  },
  footer: { js: 'return module.exports;})' },
  define: { 'import.meta.url': '__import_meta_url' },
};

const draft = `dist.${process.pid}`;
mkdirSync(draft);
process.on('exit', () => rmSync(draft, { recursive: true, force: true }));
try {
  buildShim();
} catch (error) {
  if (!(error instanceof ShimBuildError)) throw error;
  process.stderr.write(`tsbpf: ${error.message}\n`);
  process.exit(1);
}
await Promise.all([
  build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    outfile: `${draft}/tsbpf.cjs`,
    ...evaluated,
    minify: true,
    plugins: [splitLive, lazyUnicode, withoutSubprograms],
  }),
  buildLive(common, evaluated, draft),
]);

// A cache made after a run holds the functions that a run compiles, not just the top level.
const makeCache = `
const { readFileSync, writeFileSync } = require('node:fs');
const vm = require('node:vm');
const file = require('node:path').resolve('${draft}/tsbpf.cjs');
const script = new vm.Script(readFileSync(file, 'latin1'), { filename: file, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
process.on('exit', () => writeFileSync('${draft}/tsbpf.cache', script.createCachedData()));
const { main } = script.runInThisContext()(require, file);
const [program, tool] = process.argv.slice(1);
main('tsbpf', ['--dry-run', '-q', '-e', program]).then(() => main('tsbpf', ['--mode', 'codegen', tool]));
`;
const warmUp = `
BEGIN { @a[comm, pid] = count(); @h = hist(nsecs); @l = lhist(pid, 0, 100, 10); @s[tid] = nsecs; @n++; $x = "abc";
  if (pid > 1 && comm != "x") { printf("%d %s %x\\\\n", pid, comm, uid); print((a=1, b=comm)); } delete(@s[tid]);
  @m = max(cpu); @q = stats(elapsed); print(@a); clear(@a); time("%H:%M:%S"); exit(); }
interval:s:1 { print(@a, 5); } END { printf("%s", str(0)); }`;
const run = spawnSync(process.execPath, ['-e', makeCache, '--', warmUp, 'scripts-library/tcpstates.bt'], {
  stdio: ['ignore', 'ignore', 'pipe'],
  encoding: 'utf8',
});
if (run.status !== 0)
  process.stderr.write(`code cache: the warm-up run ended with ${run.status}: ${run.stderr}\n`);
writeFileSync(`${draft}/package.json`, '{ "type": "commonjs" }\n');
mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist')) if (!readdirSync(draft).includes(name)) rmSync(`dist/${name}`);
for (const name of readdirSync(draft)) renameSync(`${draft}/${name}`, `dist/${name}`);
