// A tool that this machine cannot run: its first obstacle stands for all of them, and its header tells what it takes.
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.js';
import { parseScriptHeader } from '../compiler/syntax/script-header.js';
import type { Source } from './source.js';

/** What a kernel lacks, rather than what is wrong with a script. */
export const OF_THE_MACHINE: readonly string[] = [
  'no-kprobes',
  'no-fentry',
  'kernel-too-old',
  'unknown-probe',
  'unknown-function-probe',
  'unmatched-probe',
  'unknown-field',
];

/** Of maps that only a probe which there is not would fill. */
const OF_MAPS = 'unknown-map';

export interface Obstacle {
  readonly first: Diagnostic;
  /** Ends with a newline. */
  readonly requirements: string;
}

/** Undefined: it is no tool, it is one of probes that the user names, or something else is wrong. */
export function obstacleOf(source: Source, diagnostics: readonly Diagnostic[]): Obstacle | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!source.isTool || first === undefined || first.code === OF_MAPS) return undefined;
  if (!errors.every(({ code }) => code === OF_MAPS || OF_THE_MACHINE.includes(code))) return undefined;
  const { header } = parseScriptHeader(source.file);
  if (header === undefined || header.parameters.length > 0 || header.requires.length === 0) return undefined;
  const lines = [`${header.name} requires:`, ...header.requires.map(line => `  ${line}`)];
  return { first, requirements: `${lines.join('\n')}\n` };
}
