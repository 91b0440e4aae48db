// Objects that clang makes of the C programs in test/fixtures/objects, each once for a test file.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProject } from './project.js';

/** What keeps this machine from compiling for BPF, or undefined. */
export const WHY_NO_CLANG: string | undefined = spawnSync('clang', ['--print-targets'], {
  encoding: 'utf8',
}).stdout?.includes('bpf')
  ? undefined
  : 'needs clang with its BPF target';

const made = new Map<string, string>();
let folder: string | undefined;

/** Path of the object of NAME.c; `flags` beside -O2 -target bpf. */
export function clangObject(name: string, flags: readonly string[] = ['-g']): string {
  const key = [name, ...flags].join(' ');
  const known = made.get(key);
  if (known !== undefined) return known;
  if (folder === undefined) {
    const fresh = mkdtempSync(join(tmpdir(), 'tsbpf-objects-'));
    process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
    folder = fresh;
  }
  const path = join(folder, `${name}${made.size}.o`);
  const source = inProject(`test/fixtures/objects/${name}.c`);
  execFileSync('clang', ['-Wall', '-Werror', '-O2', ...flags, '-target', 'bpf', '-c', source, '-o', path]);
  made.set(key, path);
  return path;
}
