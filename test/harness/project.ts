// Where the project lies: compiled tests run from build/test/..., and find fixtures, scripts and bin/ from here.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export const ROOT: string = findRoot();

/** A path in the project. */
export function inProject(...parts: readonly string[]): string {
  return join(ROOT, ...parts);
}
