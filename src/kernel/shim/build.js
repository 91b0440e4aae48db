// Finds or compiles the native shim: prebuilds/linux-<arch>[-musl]/tsbpf.node. Plain JavaScript, since it
// runs at install, before anything is built: `node src/kernel/shim/build.js [--force]`, or import
// buildShim(). A binary that loads and is no older than shim.c is left alone.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const shimFolder = dirname(fileURLToPath(import.meta.url));
const packageRoot = resolve(shimFolder, '../../..');
const source = join(shimFolder, 'shim.c');

/** What has to be present before the shim can be compiled, and is not. */
export class ShimBuildError extends Error {
  name = 'ShimBuildError';
}

/**
 * The path of a shim that this Node can load, compiled when there is none.
 * @param {{ root?: string, force?: boolean, env?: NodeJS.ProcessEnv }} [options] root: where prebuilds/ is
 * @returns {string}
 * @throws {ShimBuildError} naming what is missing and how to get it
 */
export function buildShim({ root = packageRoot, force = false, env = process.env } = {}) {
  if (process.platform !== 'linux') {
    throw new ShimBuildError(`tsbpf traces Linux; this is ${process.platform}`);
  }
  const target = join(root, 'prebuilds', `linux-${process.arch}${isMusl() ? '-musl' : ''}`, 'tsbpf.node');
  if (!force && isCurrent(target) && loads(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const draft = join(dirname(target), `.${process.pid}.node`);
  try {
    compile(draft, env);
    renameSync(draft, target); // never leaves half a file under the real name
  } finally {
    rmSync(draft, { force: true });
  }
  return target;
}

/** @param {string} output @param {NodeJS.ProcessEnv} env */
function compile(output, env) {
  const compiler = findCompiler(env);
  if (compiler === undefined) {
    throw new ShimBuildError(
      `no prebuilt native part for linux-${process.arch}, and no C compiler to build it.\n` +
        'Install one (Debian, Ubuntu: apt install gcc libc6-dev; Fedora: dnf install gcc; Alpine: apk add build-base)\n' +
        'or name one in CC, then run: npm rebuild tsbpf',
    );
  }
  const headers = findHeaders(env);
  if (headers === undefined) return compileWithNodeGyp(output, env);
  const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-fPIC', '-shared', `-I${headers}`];
  const { status, stderr, error } = spawnSync(compiler, [...flags, '-o', output, source], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new ShimBuildError(
      `${compiler} could not compile ${source}:\n${error?.message ?? stderr}\n` +
        'If it misses headers: apt install libc6-dev linux-libc-dev (Fedora: dnf install glibc-devel kernel-headers)',
    );
  }
}

/** @param {string} output @param {NodeJS.ProcessEnv} env */
function compileWithNodeGyp(output, env) {
  const gyp = env.npm_config_node_gyp; // set by npm while it runs install scripts
  const hint =
    `no node_api.h for ${process.execPath}.\n` +
    'Install the headers (Debian, Ubuntu: apt install libnode-dev; Fedora: dnf install nodejs-devel;\n' +
    'or the official tarball, which has them), or name their parent in npm_config_nodedir, then run: npm rebuild tsbpf';
  if (gyp === undefined) throw new ShimBuildError(hint);
  const { status, stderr } = spawnSync(process.execPath, [gyp, 'rebuild'], {
    cwd: shimFolder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new ShimBuildError(`${hint}\nnode-gyp could not fetch them either:\n${stderr}`);
  copyFileSync(join(shimFolder, 'build/Release/tsbpf.node'), output);
}

/** The first compiler that answers; CC wins. @param {NodeJS.ProcessEnv} env */
function findCompiler(env) {
  const candidates = [env.CC, 'cc', 'gcc', 'clang'].filter(name => name !== undefined && name !== '');
  return candidates.find(name => spawnSync(name, ['--version'], { stdio: 'ignore', env }).status === 0);
}

/** The folder with node_api.h and uv.h of the running Node. @param {NodeJS.ProcessEnv} env */
function findHeaders(env) {
  const prefix = dirname(dirname(process.execPath));
  const candidates = [
    env.npm_config_nodedir && join(env.npm_config_nodedir, 'include/node'),
    join(prefix, 'include/node'),
    '/usr/include/node',
    '/usr/local/include/node',
    join(homedir(), '.cache/node-gyp', process.version.slice(1), 'include/node'),
  ];
  return candidates.find(
    folder => folder && existsSync(join(folder, 'node_api.h')) && existsSync(join(folder, 'uv.h')),
  );
}

/** @param {string} binary */
function isCurrent(binary) {
  if (!existsSync(binary)) return false;
  return !existsSync(source) || statSync(binary).mtimeMs >= statSync(source).mtimeMs;
}

/** @param {string} binary */
function loads(binary) {
  try {
    return typeof createRequire(import.meta.url)(binary).syscall === 'function';
  } catch {
    return false;
  }
}

function isMusl() {
  const report = process.report.getReport();
  return !('glibcVersionRuntime' in (typeof report === 'string' ? JSON.parse(report) : report).header);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(buildShim({ force: process.argv.includes('--force') }));
  } catch (error) {
    if (!(error instanceof ShimBuildError)) throw error;
    console.error(`tsbpf: ${error.message}`);
    process.exitCode = 1;
  }
}
