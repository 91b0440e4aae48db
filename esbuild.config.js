// Builds dist/: CommonJS bundles with V8 code caches (start-up): what every run needs, what few need (esbuild.more.js), and ink
// (esbuild.live.js), which is loaded only when a live table is drawn. `node esbuild.config.js` compiles the native shim too when none fits.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { withoutDocs } from './esbuild.docs.js';
import { buildLive, lazyUnicode, splitLive } from './esbuild.live.js';
import { buildMain } from './esbuild.more.js';
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

/**
 * The launcher evaluates such a bundle: a function that returns the module's exports. bundle() of a name gives those of another.
 * Each of many modules requires node:fs for itself: once is cheaper.
 */
const evaluated = {
  format: 'cjs',
  banner: {
    js: '(function(__load,__filename,bundle){var module={exports:{}},exports=module.exports,__loaded={},require=id=>__loaded[id]??=__load(id);',
  },
  footer: { js: 'return module.exports;})' },
  define: { 'import.meta.filename': '__filename' },
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
  buildMain(common, evaluated, draft, [splitLive, lazyUnicode, withoutSubprograms, withoutDocs]),
  buildLive(common, evaluated, draft),
]);

// A cache made after a run holds the functions that a run compiles, not just the top level. It keeps the name that is given here,
// for stack traces. What Sparkplug compiled meanwhile would be marked, and compiled at its first call: 4 ms of a start.
const makeCache = `
const { readFileSync, writeFileSync } = require('node:fs');
const vm = require('node:vm');
const v8 = require('node:v8');
v8.setFlagsFromString('--no-sparkplug');
const [wanted, cache, ...runs] = process.argv.slice(1);
const scripts = {};
const loaded = {};
const bundle = name => {
  if (name in loaded) return loaded[name];
  const file = require('node:path').resolve('${draft}', name + '.cjs');
  scripts[name] = new vm.Script(readFileSync(file, 'latin1'), { filename: 'dist/' + name + '.cjs', importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  return (loaded[name] = scripts[name].runInThisContext()(require, file, bundle));
};
const program = bundle('tsbpf');
process.on('exit', () => {
  v8.setFlagsFromString('--sparkplug');
  writeFileSync('${draft}/' + cache + '.cache', scripts[wanted].createCachedData());
});
(async () => {
  for (const run of runs) await program.main('tsbpf', JSON.parse(run));
})();
`;
const warmUp = `
#ifndef BPFTRACE_HAVE_BTF
#include <linux/sched.h>
#endif
#define FEW 10
BEGIN { @a[comm, pid] = count(); @h = hist(nsecs); @l = lhist(pid, 0, 100, FEW); @s[tid] = nsecs; @n++; $x = "abc";
  if (pid > 1 && comm != "x") { printf("%d %s %x\\\\n", pid, comm, uid); print((a=1, b=comm)); } delete(@s[tid]);
  @m = max(cpu); @q = stats(elapsed); print(@a); clear(@a); time("%H:%M:%S"); exit(); }
interval:s:1 { print(@a, 5); } END { printf("%s", str(0)); }`;
const oneLiners = [
  'BEGIN { exit(); }',
  'tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }',
  'tracepoint:syscalls:sys_enter_openat { printf("%d %s\\n", pid, str(args.filename)); }',
].map(program => ['--dry-run', '-q', '-e', program]);
const neither = [['--version']];
const scripts = [
  ['--dry-run', '-q', '-e', warmUp],
  ['--mode', 'codegen', 'scripts-library/tcpstates.bt'],
];
const few = [
  ['--dry-run', '-q', '-f', 'json', '-e', warmUp],
  ['--dry-run', '-q', '-f', 'table', '-e', warmUp],
  ['-lv', 'tracepoint:sched:*'],
  ['--mode', 'codegen', '-e', `uprobe:${process.execPath}:main { @ = count(); }`],
];
for (const [bundle, cache, runs] of [
  ['tsbpf', 'one-liner', oneLiners],
  ['tsbpf', 'script', scripts],
  ['tsbpf', 'neither', neither],
  ['more', 'more', few],
]) {
  const words = [bundle, cache, ...runs.map(run => JSON.stringify(run))];
  const { status, stderr } = spawnSync(process.execPath, ['-e', makeCache, '--', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0)
    process.stderr.write(`code cache ${cache}: the warm-up run ended with ${status}: ${stderr}\n`);
}
writeFileSync(`${draft}/package.json`, '{ "type": "commonjs" }\n');
mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist')) if (!readdirSync(draft).includes(name)) rmSync(`dist/${name}`);
for (const name of readdirSync(draft)) renameSync(`${draft}/${name}`, `dist/${name}`);
