// The program that a word of the command line means: an id, a tag, or a name.

import { didYouMean } from '../../compiler/diagnostics/suggest.js';
import { MissingError } from '../../kernel/host/missing.js';
import { allPrograms, type BpfProgram } from '../../kernel/host/objects/programs.js';

/** At least one: a name may be that of several. Throws a MissingError, which names the nearest. */
export function findPrograms(word: string, programs = allPrograms()): BpfProgram[] {
  const found = programs.filter(
    ({ id, tag, name }) => String(id) === word || tag === word.toLowerCase() || name === word,
  );
  if (found.length > 0) return found;
  throw new MissingError(`there is no BPF program '${word}'`, nearest(word, programs));
}

function nearest(word: string, programs: readonly BpfProgram[]): string {
  if (programs.length === 0) return 'none is loaded.';
  if (/^\d+$/.test(word)) {
    const distance = ({ id }: BpfProgram) => Math.abs(id - Number(word));
    const { id, name } = programs.reduce((best, each) => (distance(each) < distance(best) ? each : best));
    return `the nearest id is ${id}${name === '' ? '' : ` (${name})`}.`;
  }
  const names = programs.flatMap(({ name, tag }) => [name, tag]).filter(text => text !== '');
  return didYouMean(word, names) ?? 'tsbpf prog lists those that there are.';
}
