// --set: which file each of the script's sets is loaded from.
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.js';
import { didYouMean } from '../compiler/diagnostics/suggest.js';
import type { ObjectSpec, SetSpec } from '../compiler/object-spec.js';
import { type CliConfig, UsageError } from './config.js';

/** `block=FILE` or `@block=FILE`, as words of the command line; the names with their @. Throws a UsageError. */
export function parseSets(words: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const word of words) {
    const [, name = '', file] = /^(?:@?([A-Za-z_]\w*)|@)=(.+)$/s.exec(word) ?? [];
    if (file === undefined)
      throw new UsageError(`--set takes NAME=FILE, as in --set block=prefixes.txt, not '${word}'`);
    if (files.has(`@${name}`)) throw new UsageError(`--set names @${name} twice`);
    files.set(`@${name}`, file);
  }
  return files;
}

/** Throws a UsageError for a file of a set that the program has not, and where there is nobody to load one. */
export function checkSets(
  { sets: files, emit }: Pick<CliConfig, 'sets' | 'emit'>,
  { sets = [] }: ObjectSpec,
): void {
  if (emit === 'elf' && sets.length > 0) {
    throw new UsageError(
      `--emit elf: ${sets[0]!.name} is a set, which tsbpf loads: an object for other loaders cannot have one`,
    );
  }
  for (const name of files.keys()) {
    if (sets.some(set => set.name === name)) continue;
    const names = sets.map(set => set.name);
    const hint = didYouMean(name, names) ?? (names.length > 0 ? `it has ${names.join(', ')}` : undefined);
    throw new UsageError(
      `--set: the program has no set ${name}${hint === undefined ? `: let ${name} = lpmtrie(100000); declares one` : ` (${hint})`}`,
    );
  }
}

/** Sets that programs ask and nothing loads. */
export function emptySets({ sets: files }: Pick<CliConfig, 'sets'>, { sets = [] }: ObjectSpec): Diagnostic[] {
  return sets
    .filter(({ name, maps }) => !files.has(name) && Object.values(maps).some(map => map !== undefined))
    .map(warning);
}

function warning({ type, name, span: [start, end] }: SetSpec): Diagnostic {
  const [none, line] =
    type === 'backends' ? ['there is no backend', 'an address'] : ['no address is in it', 'a prefix'];
  return {
    severity: 'warning',
    code: 'empty-set',
    span: { start, end },
    message: `${name} is empty: ${none}`,
    notes: [],
    hint: `--set ${name.slice(1)}=FILE loads it, ${line} a line`,
  };
}
