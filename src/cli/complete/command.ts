// Completion of the command line, from what is declared: options and their choices, subcommands, tools with their options and
// parameters.
import { readdirSync, readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { parseScriptHeader } from '../../compiler/syntax/script-header.js';
import { TOPICS } from '../../compiler/syntax/topics.js';
import { netInterfaces } from '../../kernel/host/interfaces.js';
import { sourceFiles } from '../../kernel/host/source-files.js';
import { featureNames } from '../../kernel/sys/features.js';
import { catalog } from '../library/catalog.js';
import { DEBUG_STAGES, declare } from '../options.js';
import { optionsOf } from '../script-options.js';
import { sharedWith } from '../shared-options.js';
import { isSubcommand, SUBCOMMAND_WORDS, type SubcommandName } from '../subcommand-words.js';
import { declareSubcommand, SHELLS } from '../subcommands.js';
import { findTool, packageFolder } from '../tool-folders.js';
import { type Candidate, type Completion, FILES, NOTHING, offered, offeredInList } from './candidates.js';
import { probeNames } from './probes.js';
import { completeProgram } from './program.js';

/** `words`: those behind the command's name, the last one as far as the cursor. */
export function completeCommand(words: readonly string[]): Completion {
  let command = declare('tsbpf');
  const current = words.at(-1) ?? '';
  const given = new Set<string>();
  let script: string | undefined;
  let behind = 0; // positional words behind it
  let pending: Option | undefined;
  let own: readonly OwnOption[] = [];
  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) {
      pending = undefined;
      continue;
    }
    if (word.startsWith('-') && word !== '-') {
      const option = optionOf(command, word);
      const isOwn = own.find(({ flags }) => flags.includes(word));
      if (option !== undefined) given.add(option.long ?? option.short ?? '');
      if (isOwn !== undefined ? isOwn.takesValue : option?.required === true && !isAttached(word, option))
        pending = option ?? NO_OPTION;
      continue;
    }
    if (script === undefined && !given.has('--expression')) {
      script = word;
      if (isSubcommand(word)) command = declareSubcommand(word, 'tsbpf');
      else own = ownOptions(word);
    } else behind++;
  }
  if (pending !== undefined) return optionValue(pending, current, 0, script);
  const [, name] = /^(--[\w-]+)=/.exec(current) ?? [];
  const attached = name === undefined ? undefined : optionOf(command, name);
  if (attached !== undefined) return optionValue(attached, current, name!.length + 1, script);
  if (current.startsWith('-')) return offered(current, 0, optionsFor(command, script));
  if (given.has('--list')) return offered(current, 0, probeNames(current), true);
  if (script === undefined) return given.has('--expression') ? FILES : firstWord(current);
  return argument(script, behind, current);
}

interface OwnOption {
  readonly flags: readonly string[];
  readonly takesValue: boolean;
}

/** Takes a value of which nothing is known. */
const NO_OPTION = { long: undefined, argChoices: undefined } as unknown as Option;

function optionOf(command: Command, word: string): Option | undefined {
  const flag = word.replace(/=.*$/s, '');
  return command.options.find(
    ({ long, short }) =>
      flag === long || (short !== undefined && word.startsWith(short) && !word.startsWith('--')),
  );
}

function isAttached(word: string, { short }: Option): boolean {
  return word.includes('=') || (short !== undefined && word.startsWith(short) && word.length > 2);
}

function optionValue(option: Option, word: string, kept: number, script: string | undefined): Completion {
  if (option.argChoices !== undefined) return offered(word, kept, option.argChoices);
  switch (option.long) {
    case '--expression':
      return completeProgram(word);
    case '--list':
      return offered(word, kept, probeNames(word.slice(kept)), true);
    case '--pid':
      return offered(word, kept, processes());
    case '--dev':
      return offered(word, kept, interfaces());
    case '--debug':
      return offeredInList(word, DEBUG_STAGES);
    case '--no-feature':
      return offeredInList(word, featureNames());
    case '--columns':
      return offeredInList(word, columnsOf(script));
    case '--sort':
      return offered(word, kept, columnsOf(script));
    case '--where':
      return offered(word, word.search(/\w*$/), columnsOf(script), true);
    case undefined:
      return NOTHING;
    default:
      return /[<[](file|folders?|path|name=file)[\]>]/.test(option.flags) ? FILES : NOTHING;
  }
}

function optionsFor(command: Command, script: string | undefined): Candidate[] {
  const tool = script === undefined || isSubcommand(script) ? undefined : toolOf(script);
  if (tool === undefined) return flagsOf(command);
  const shared = sharedWith(tool.options).flatMap(([flags, about]) =>
    (flags.match(/--?\w[\w-]*/g) ?? []).map(text => ({ text, about })),
  );
  return [
    ...tool.options.flatMap(({ name, short, help }) => [
      { text: `--${name}`, about: help },
      ...(short === undefined ? [] : [{ text: `-${short}`, about: help }]),
    ]),
    ...shared,
    { text: '--help', about: 'show its help' },
  ];
}

function flagsOf(command: Command): Candidate[] {
  const visible = command.options.filter(({ hidden }) => !hidden);
  return [
    ...visible.flatMap(({ long, short, description }) =>
      [long, short].flatMap(text => (text === undefined ? [] : [{ text, about: description }])),
    ),
    { text: '--help', about: 'show this help' },
  ];
}

function toolOf(name: string) {
  const tool = findTool(name);
  if (tool === undefined) return undefined;
  const file = { name: tool.path, text: readFileSync(tool.path, 'utf8') };
  return {
    header: parseScriptHeader(file).header,
    options: optionsOf(file, sourceFiles({ script: tool.path, library: packageFolder('scripts-library') })),
  };
}

function ownOptions(script: string): OwnOption[] {
  return (toolOf(script)?.options ?? []).map(({ name, short, flag }) => ({
    flags: [`--${name}`, ...(short === undefined ? [] : [`-${short}`])],
    takesValue: !flag,
  }));
}

function firstWord(current: string): Completion {
  if (current.includes('/')) return FILES;
  const found = offered(current, 0, [
    ...tools(),
    ...SUBCOMMAND_WORDS.map(text => ({ text, about: declareSubcommand(text, 'tsbpf').description() })),
  ]);
  return found.candidates.length === 0 ? FILES : found;
}

function tools(): Candidate[] {
  return catalog()
    .filter(({ hiddenBy }) => hiddenBy === undefined)
    .map(({ name, header }) => ({ text: name, about: header?.summary }));
}

/** The word `index` behind a tool or a subcommand. */
function argument(script: string, index: number, current: string): Completion {
  if (isSubcommand(script)) return argumentOf(script, index, current);
  const parameter = toolOf(script)?.header?.parameters[index];
  if (parameter === undefined) return findTool(script) === undefined ? FILES : NOTHING;
  if (/interface/i.test(parameter.meaning) || /^(iface|from|to)$/i.test(parameter.name))
    return offered(current, 0, interfaces());
  if (/probe/i.test(parameter.name)) return offered(current, 0, probeNames(current), true);
  return FILES;
}

function argumentOf(subcommand: SubcommandName, index: number, current: string): Completion {
  switch (subcommand) {
    case 'net':
      return offered(current, 0, interfaces());
    case 'prog':
      return index === 0 ? offered(current, 0, ['list', 'show', 'dump']) : FILES;
    case 'xdp':
      return index === 0 ? offered(current, 0, ['load']) : FILES;
    case 'tplist':
      return NOTHING;
    case 'tools':
      return offered(current, 0, [...tools(), ...TOPICS]);
    case 'help':
      return index > 0
        ? NOTHING
        : offered(current, 0, [...tools(), ...SUBCOMMAND_WORDS, 'language', 'tutorial']);
    case 'edit':
      return index === 0 ? offered(current, 0, tools()) : FILES;
    case 'completion':
      return index > 0 ? NOTHING : offered(current, 0, SHELLS);
  }
}

function columnsOf(script: string | undefined): string[] {
  const header = script === undefined ? undefined : toolOf(script)?.header;
  return header?.columns.map(({ name }) => name.toLowerCase()) ?? [];
}

function interfaces(): string[] {
  return netInterfaces().map(({ name }) => name);
}

function processes(): Candidate[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(text => {
      let about: string | undefined;
      try {
        about = readFileSync(`/proc/${text}/comm`, 'utf8').trim();
      } catch {
        // It has ended.
      }
      return { text, about };
    });
}
