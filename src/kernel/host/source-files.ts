// The files that a program names by #include and import, looked for when they are asked for. Headers of the system lie below
// /usr/include and, for a kernel's own, in the tree it was built from, where that is installed.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import type { HeaderFile, ImportedFiles, SourceFiles } from '../../compiler/env.js';

export interface SourceFilesOptions {
  /** Path of the script; undefined for -e and stdin: then the current folder is its own. */
  readonly script?: string | undefined;
  /** Folder of the tools: what they share is found from anywhere, and trusted as they are. */
  readonly library?: string | undefined;
  /** -I, in order. */
  readonly includeFolders?: readonly string[];
  /** --include, in order. */
  readonly includes?: readonly string[];
  /** BPFTRACE_KERNEL_SOURCE, BPFTRACE_KERNEL_BUILD, CPATH and C_INCLUDE_PATH are looked at. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** S_IWOTH of sys/stat.h. */
const WRITABLE_BY_ALL = 0o002;
const MULTIARCH: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const KERNEL_ARCH: Readonly<Record<string, string>> = { x64: 'x86', arm64: 'arm64' };

export function sourceFiles(options: SourceFilesOptions = {}): SourceFiles {
  const { script, library, includeFolders = [], includes = [], variables = {} } = options;
  const home = script === undefined ? '.' : dirname(script);
  const texts = new Map<string, string | undefined>();
  const read = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, readText(path));
    return texts.get(path);
  };
  let system: readonly string[] | undefined;
  return {
    first: includes,
    header(name, quoted, from): HeaderFile | undefined {
      const local = quoted
        ? [from === '' ? '.' : dirname(from), '.', home, ...includeFolders]
        : includeFolders;
      for (const folder of local) {
        const path = join(folder, name);
        const text = read(path);
        if (text !== undefined) return { path, text, system: false };
      }
      system ??= systemFolders(variables);
      for (const folder of system) {
        const path = join(folder, name);
        const text = read(path);
        if (text !== undefined) return { path, text, system: true };
      }
      return undefined;
    },
    imported(name, from) {
      const folders = [
        home,
        ...(from === '' ? [] : [dirname(from)]),
        ...(library === undefined ? [] : [library]),
      ];
      const paths = name.startsWith('/') ? [name] : [...new Set(folders.map(folder => join(folder, name)))];
      const path = paths.find(isThere);
      if (path === undefined) return { problem: 'missing', checked: paths };
      return importFrom(path, name, library !== undefined && path.startsWith(join(library, '/')));
    },
  };
}

function importFrom(path: string, name: string, trusted: boolean): ImportedFiles {
  try {
    const scripts: string[] = [];
    if (statSync(path).isDirectory()) {
      const names = readdirSync(path).sort();
      const compiled = names.find(each => each.endsWith('.c'));
      if (compiled !== undefined) return { problem: 'compiled', checked: [join(path, compiled)] };
      scripts.push(...names.filter(each => each.endsWith('.bt')));
    } else if (!name.endsWith('.bt')) return { problem: 'kind', checked: [path] };
    const isFolder = scripts.length > 0;
    const chosen = isFolder ? scripts.map(each => join(path, each)) : [path];
    const open = trusted
      ? undefined
      : [...chosen, isFolder ? path : dirname(path)].find(each => isWritableByAll(each));
    if (open !== undefined) return { problem: 'writable', checked: [open] };
    return {
      files: chosen.map((file, i) => ({
        path: realpathSync(file),
        name: isFolder ? join(name, scripts[i]!) : name,
        text: readFileSync(file, 'utf8'),
      })),
    };
  } catch {
    return { problem: 'unreadable', checked: [path] };
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isWritableByAll(path: string): boolean {
  return (statSync(path).mode & WRITABLE_BY_ALL) !== 0;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Where headers of the kernel and of libc lie, the kernel's own first. */
function systemFolders(variables: Readonly<Record<string, string | undefined>>): string[] {
  const { BPFTRACE_KERNEL_SOURCE, BPFTRACE_KERNEL_BUILD, CPATH = '', C_INCLUDE_PATH = '' } = variables;
  const modules = `/lib/modules/${release()}`;
  const build = BPFTRACE_KERNEL_BUILD ?? BPFTRACE_KERNEL_SOURCE ?? `${modules}/build`;
  const source = BPFTRACE_KERNEL_SOURCE ?? `${modules}/source`;
  const arch = `arch/${KERNEL_ARCH[process.arch] ?? process.arch}/include`;
  const inKernel = [arch, `${arch}/generated`, 'include', `${arch}/uapi`, `${arch}/generated/uapi`];
  inKernel.push('include/uapi', 'include/generated/uapi');
  const multiarch = MULTIARCH[process.arch];
  return [
    ...[CPATH, C_INCLUDE_PATH].flatMap(list => list.split(':')).filter(folder => folder !== ''),
    ...[...new Set([source, build])].flatMap(tree => inKernel.map(folder => join(tree, folder))),
    '/usr/local/include',
    ...(multiarch === undefined ? [] : [`/usr/include/${multiarch}`]),
    '/usr/include',
  ].filter(folder => isThere(folder));
}
