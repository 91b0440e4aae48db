// Words of the command line -> CliConfig. What stands before the script is ours. What follows it is the script's where the
// script declares it, and ours otherwise, so that both `tsbpf -p 12 x.bt` and `tsbpf x.bt -p 12` work; after -- all is the
// script's.
import { type Command, CommanderError } from 'commander';
import { type Percentile, parsePercentiles, USUAL_PERCENTILES } from '../compiler/types/percentile.js';
import {
  type Buffering,
  type CliConfig,
  type Emitted,
  type Format,
  type Mode,
  type PacketTrial,
  UsageError,
} from './config.js';
import { DEBUG_STAGES, declare, STAGE_ALIASES } from './options.js';
import { rowSelection } from './row-selection.js';
import type { DeclaredOption } from './script-options.js';
import { parseSets } from './sets.js';
import { isSubcommand, type SubcommandName } from './subcommand-words.js';

/**
 * `text` instead of a config: help or version was asked for and that is what to print. A subcommand reads its words itself, those
 * before it included.
 */
export type ParsedCommandLine =
  | { readonly config: CliConfig }
  | { readonly text: string }
  | { readonly subcommand: SubcommandName; readonly words: readonly string[] };

/** Options that a program declares; asked only when words that look like options follow it. */
export type DeclaredBy = (program: Pick<CliConfig, 'expression' | 'script'>) => readonly DeclaredOption[];

/** Throws a UsageError. */
export function parseCommandLine(
  invokedAs: string,
  given: readonly string[],
  declaredBy: DeclaredBy,
): ParsedCommandLine {
  const argv = withUsualPercentiles(given);
  const leading = read(invokedAs, argv);
  if (leading.text !== undefined) return { text: leading.text };
  const { opts, args } = leading;
  const [first, ...rest] = args;
  const expression = opts.expression as string | undefined;
  const script = expression === undefined ? first : undefined;
  const words = expression === undefined ? rest : args;
  const own = argv.slice(0, argv.length - args.length);
  const allOurs = opts.list === true || opts.info === true || formats(opts);
  if (script !== undefined && isSubcommand(script) && !allOurs)
    return { subcommand: script, words: [...own.filter(word => word !== '--'), ...rest] };
  const closed = own.at(-1) === '--' && expression !== undefined;
  const split = closed
    ? { ours: [], theirs: words }
    : splitWords(words, leading.command, script !== undefined && isToolName(script), () =>
        allOurs ? [] : declaredBy({ expression, script }),
      );
  if (split.ours.length === 0) return { config: configOf(invokedAs, opts, script, split.theirs) };
  const again = read(invokedAs, [...(own.at(-1) === '--' ? own.slice(0, -1) : own), ...split.ours]);
  if (again.text !== undefined) return { text: again.text };
  return { config: configOf(invokedAs, again.opts, script, split.theirs) };
}

/** --percentiles alone, or before a word that is no list, asks for the usual ones. */
function withUsualPercentiles(argv: readonly string[]): readonly string[] {
  return argv.map((word, i) => {
    const alone = word === '--percentiles' && parsePercentiles(argv[i + 1] ?? '') === undefined;
    return alone ? `--percentiles=${USUAL_PERCENTILES}` : word;
  });
}

function percentilesOf(text: string | undefined): readonly Percentile[] | undefined {
  if (text === undefined) return undefined;
  const list = parsePercentiles(text);
  if (list === undefined) {
    throw new UsageError(`option '--percentiles' takes a list like ${USUAL_PERCENTILES}, not '${text}'`);
  }
  return list;
}

function formats(opts: Record<string, unknown>): boolean {
  return opts.fmt === true || opts.mode === 'format';
}

/** With the options that the words can mean; what is refused, and --help, with all of them. */
function read(invokedAs: string, argv: readonly string[]) {
  const some = readWith(declare(invokedAs, [...argv, ...FAMILIAR]), argv);
  const found = 'opts' in some ? some : readWith(declare(invokedAs), argv);
  if ('refusal' in found) throw new UsageError(found.refusal.replace(/^error: /, ''));
  return found;
}

function readWith(
  command: Command,
  argv: readonly string[],
):
  | { text?: never; command: Command; opts: Record<string, unknown>; args: string[] }
  | { text: string }
  | { refusal: string } {
  let text = '';
  command.configureOutput({ writeOut: part => (text += part), writeErr: () => {} });
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? { text } : { refusal: error.message };
  }
  return { command, opts: command.opts(), args: command.args };
}

/**
 * Letters that people are used to give tools. Behind a tool each is the tool's option of this name where it declares one, else
 * `ours`; elsewhere they are what they are everywhere.
 */
const FAMILY: Readonly<Record<string, { readonly name: string; readonly ours?: string }>> = {
  d: { name: 'duration', ours: '--for' },
  i: { name: 'interval', ours: '--interval' },
  c: { name: 'count' },
  p: { name: 'pid' },
  T: { name: 'timestamp' },
};

/** What letters of the family may stand for. */
const FAMILIAR = Object.values(FAMILY).map(({ name, ours }) => ours ?? `--${name}`);

/** A word that is looked for among the tools first. */
function isToolName(script: string): boolean {
  return script !== '-' && !script.includes('/') && !script.endsWith('.bt');
}

/** Of the words behind the script, those that are ours: what it does not declare and we do. -h is the script's. */
function splitWords(
  words: readonly string[],
  command: Command,
  ofTool: boolean,
  declared: () => readonly DeclaredOption[],
): { ours: string[]; theirs: string[] } {
  const ours: string[] = [];
  const theirs: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--') {
      theirs.push(...words.slice(i + 1));
      break;
    }
    const word = ofTool ? familiar(words[i]!, declared) : words[i]!;
    const [, long, short] = /^(?:--([A-Za-z][\w-]*)|-([A-Za-z]))/.exec(word) ?? [];
    const option = command.options.find(o =>
      long === undefined ? short !== undefined && o.short === `-${short}` : o.long === `--${long}`,
    );
    const isTheirs =
      option === undefined ||
      declared().some(o => (long === undefined ? o.short === short : o.name === long));
    if (isTheirs) {
      theirs.push(word);
      continue;
    }
    ours.push(word);
    const attached = long === undefined ? word.length > 2 : word.includes('=');
    if (option.required && !attached && i + 1 < words.length) ours.push(words[++i]!);
  }
  return { ours, theirs };
}

/** A word that begins with a letter of the family, with the long option that it stands for; else as it is. */
function familiar(word: string, declared: () => readonly DeclaredOption[]): string {
  const [, letter = '', value = ''] = /^-([A-Za-z])=?(.*)$/s.exec(word) ?? [];
  const member = FAMILY[letter];
  if (member === undefined || declared().some(({ short }) => short === letter)) return word;
  const long = declared().some(({ name }) => name === member.name) ? `--${member.name}` : member.ours;
  if (long === undefined) return word;
  return value === '' ? long : `${long}=${value}`;
}

function configOf(
  invokedAs: string,
  o: Record<string, unknown>,
  script: string | undefined,
  args: readonly string[],
): CliConfig {
  refuseForeign(o);
  const formatting = formats(o);
  if (!formatting && (o.check === true || o.write === true)) {
    throw new UsageError(`option '--${o.check === true ? 'check' : 'write'}' belongs to --fmt`);
  }
  const files = [...(script === undefined ? [] : [script]), ...args];
  return {
    invokedAs,
    expression: o.expression as string | undefined,
    script,
    scriptArgs: args,
    list: o.list === true,
    info: o.info === true,
    format: o.format as Format | undefined,
    formatting: formatting ? { files, check: o.check === true, write: o.write === true } : undefined,
    mode: modeOf(o),
    output: (o.emitElf ?? o.output) as string | undefined,
    buffering: o.B as Buffering | undefined,
    ...rowSelection(o),
    percentiles: percentilesOf(o.percentiles as string | undefined),
    quiet: o.quiet === true,
    verbose: o.verbose === true,
    debug: stagesOf(o.debug as readonly string[] | undefined),
    dryRun: o.dryRun === true,
    unsafe: o.unsafe === true,
    warnings: o.warnings !== false,
    strict: o.strict === true,
    emit: o.emitElf === undefined ? (o.emit as Emitted | undefined) : 'elf',
    warnOfReads: o.warnings === true,
    checkIr: o.verifyLlvmIr === true,
    withoutFeatures: Array.isArray(o.feature) ? o.feature : [],
    includes: (o.include as string[] | undefined) ?? [],
    includeFolders: (o.I as string[] | undefined) ?? [],
    debugFolders: (o.debuginfo as string[] | undefined) ?? [],
    traceableFunctions: o.traceableFunctions as string | undefined,
    eventBuffer: o.eventBuffer as 'ring' | 'perf' | undefined,
    probeFilter: o.probeFilter as string | undefined,
    pid: o.pid as number | undefined,
    follow: o.follow === true,
    cgroup: o.cgroup as string | undefined,
    container: o.container as string | undefined,
    command: o.cmd as string | undefined,
    deadline: duration((o.for ?? o.duration) as string | undefined),
    events: (o.events ?? (o.interval === undefined ? o.count : undefined)) as number | undefined,
    interval: interval(o.interval as string | undefined),
    prints: o.interval === undefined ? undefined : (o.count as number | undefined),
    packets: packetsOf(o),
    sets: parseSets((o.set as string[] | undefined) ?? []),
    sshGuard: o.sshGuard !== false,
    filter: o.filter as string | undefined,
    verdicts: o.verdicts === true,
    live: o.live === true,
    persist: o.persist === true,
    color: (o.color as 'auto' | 'always' | 'never' | undefined) ?? 'auto',
  };
}

/** Options of bpftrace that mean nothing here, and why. */
function refuseForeign(o: Record<string, unknown>): void {
  if (o.emitLlvm !== undefined) {
    throw new UsageError('there is no LLVM here to emit: -d ir and -d ir-opt print intermediate code');
  }
  if (o.dwarfPid !== undefined) {
    throw new UsageError('--dwarf-pid: stacks are not unwound by DWARF here; ustack follows frame pointers');
  }
  if (o.cmd !== undefined && o.pid !== undefined) {
    throw new UsageError('options -c and -p both name the process to trace: give one of them');
  }
  const runsHere = ['packets', 'test', 'bench'].find(name => o[name] !== undefined || o.mode === name);
  const timed = ['interval', 'live'].find(name => o[name] !== undefined);
  if (timed !== undefined && runsHere !== undefined) {
    throw new UsageError(
      `option '--${timed}' does not go with --${runsHere}, which waits for nothing: maps are printed at the end`,
    );
  }
}

function packetsOf(o: Record<string, unknown>): PacketTrial | undefined {
  if (o.packets !== undefined) {
    return {
      file: o.packets as string,
      writePassed: o.writePassed as string | undefined,
      repeat: (o.repeat as number | undefined) ?? 1,
    };
  }
  const lone =
    o.writePassed !== undefined ? '--write-passed' : o.repeat !== undefined ? '--repeat' : undefined;
  if (lone !== undefined) throw new UsageError(`option '${lone}' belongs to --packets`);
  return undefined;
}

function modeOf(o: Record<string, unknown>): Mode {
  if (o.test === true || o.mode === 'test') return 'test';
  if (o.bench === true || o.mode === 'bench') return 'bench';
  return o.mode === 'codegen' || o.mode === 'compiler-bench' ? o.mode : 'run';
}

function stagesOf(stages: readonly string[] = []): readonly string[] {
  const known = stages.map(stage => STAGE_ALIASES[stage] ?? stage);
  const unknown = known.find(stage => !(DEBUG_STAGES as readonly string[]).includes(stage));
  if (unknown === undefined) return known;
  const aliases = Object.entries(STAGE_ALIASES).map(([alias, stage]) => `${alias} for ${stage}`);
  throw new UsageError(
    `unknown stage '${unknown}' for -d: ${DEBUG_STAGES.join(', ')}; as in bpftrace ${aliases.join(', ')}`,
  );
}

/** Seconds; timers of Node have a limit. */
function interval(text: string | undefined): number | undefined {
  const seconds = duration(text);
  if (seconds === undefined || (seconds >= 0.01 && seconds <= 86_400)) return seconds;
  throw new UsageError(`--interval takes 10ms to 24h, not '${text}'`);
}

/** Seconds. */
function duration(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

/** Seconds. Throws a UsageError. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null) throw new UsageError(`'${text}' is no duration: use 500ms, 10s or 2m`);
  return Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 's'];
}
