// The program that the command line names: source, its options and files, the machine it is for, and what it compiles to.
import { existsSync } from 'node:fs';
import { compile } from '../compiler/compile.js';
import type { Diagnostic, SourceFile } from '../compiler/diagnostics/diagnostic.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import { type Host, openHost } from '../kernel/host/host.js';
import { sourceFiles } from '../kernel/host/source-files.js';
import type { SshSession } from '../kernel/host/ssh-session.js';
import { featureNames } from '../kernel/sys/features.js';
import type { SessionFilters } from '../runtime/filters.js';
import { checkCaptures } from './captures.js';
import { type CliConfig, UsageError } from './config.js';
import { debugPrinter } from './debug.js';
import { checkFilters, sessionFilters } from './filters.js';
import { withIntervalWords } from './interval-words.js';
import { checkLimits } from './limits.js';
import { filterOf } from './probe-filter.js';
import { reportDiagnostics } from './report.js';
import {
  lackingParameter,
  optionsOf,
  parseScriptArguments,
  presetOptions,
  scriptHelp,
} from './script-options.js';
import { checkSets, emptySets } from './sets.js';
import { readSource, type Source } from './source.js';
import { guardedSession, type SshGuard, sshGuard } from './ssh-guard.js';
import { colorsErrors, say, sayOut } from './standard-error.js';
import { packageFolder } from './tool-folders.js';
import { obstacleOf } from './tool-requirements.js';
import { splitCommand } from './words.js';

export interface OpenProgram {
  readonly source: Source;
  readonly host: Host;
  readonly filters: SessionFilters;
  /** With what the words behind the program ask for. */
  readonly config: CliConfig;
}

export interface CompiledProgram extends OpenProgram {
  /** With what it includes and imports: places in diagnostics are of this text. */
  readonly file: SourceFile;
  readonly spec: ObjectSpec;
  /** What is to be told before it is attached. */
  readonly notice: string | undefined;
  /** The same with less for the verifier to walk, slower; undefined: it does not compile. */
  simpler(): ObjectSpec | undefined;
  /**
   * The SSH session that the user sits in, and the program without the guard, to be tried on packets of it; undefined: there is no
   * session.
   */
  rehearsed(): { readonly session: SshSession; readonly spec: ObjectSpec | undefined } | undefined;
}

/** With its options and parameters; an exit code when its --help was asked for. */
export function openProgram(given: CliConfig): OpenProgram | number {
  const source = readSource(given);
  const files = sourceFiles({
    script: source.path,
    library: packageFolder('scripts-library'),
    includeFolders: given.includeFolders,
    includes: given.includes,
    variables: process.env,
  });
  const title = source.title ?? (given.script === '-' ? '-' : "-e 'PROGRAM'");
  // Without words there is nothing to tell apart, and parsing the script for its options is a good part of a start.
  const declared = given.scriptArgs.length === 0 ? [] : optionsOf(source.file, files);
  const asked = { config: given, words: parseScriptArguments(given.scriptArgs, declared, title) };
  if (asked.words.help) {
    sayOut(scriptHelp(given.invokedAs, title, source.file, declared));
    return 0;
  }
  const { config, words } = withIntervalWords(asked, source, declared);
  const lacking = source.isTool ? lackingParameter(source.file, words.params.length) : undefined;
  if (lacking !== undefined) {
    const { name, meaning } = lacking;
    throw new UsageError(
      `${title} needs ${name}, ${meaning}; '${given.invokedAs} help ${title}' tells more`,
      title,
    );
  }
  const filters = sessionFilters(config);
  const { traceableFunctions } = config;
  if (traceableFunctions !== undefined && !existsSync(traceableFunctions)) {
    throw new UsageError(`--traceable-functions: there is no file ${traceableFunctions}`);
  }
  const host = openHost({
    filters: { follow: filters.follow, cgroups: filters.cgroups.length },
    params: words.params,
    options: new Map([
      ...(source.isTool && forPrograms(config) ? [[WIDE, true] as const] : []),
      ...words.options,
      ...presetOptions(source.file),
    ]),
    targetPid: config.pid,
    without: withoutFeatures(config),
    variables: environment(config),
    files,
    command: config.command === undefined ? undefined : splitCommand(config.command)[0],
    debugFolders: config.debugFolders,
    traceableFunctions,
    withoutInterfaces: config.packets !== undefined,
    persist: config.persist,
  });
  checkFilters(filters, host);
  return { source, host, filters, config };
}

/** The option of tools for the columns that a line of a terminal has no room for. */
const WIDE = 'wide';

/** Rows without a line to fit into, or with columns of the user's own choice: all columns are there. */
function forPrograms({ format, selection }: CliConfig): boolean {
  return format === 'json' || format === 'csv' || selection?.columns !== undefined;
}

/** Reports its diagnostics; an exit code when there is nothing to run: mistakes, or its --help. */
export async function compileProgram(given: CliConfig): Promise<CompiledProgram | number> {
  const program = openProgram(given);
  if (typeof program === 'number') return program;
  const { source, host, filters, config } = program;
  // Asked for when a program decides about packets: it looks at each ancestor of this process.
  let guard: SshGuard | undefined;
  const session = once(() => guardedSession(config));
  const passes = () => {
    const guarded = config.sshGuard ? session() : undefined;
    if (guarded !== undefined) guard ??= sshGuard(guarded);
    return guard?.passes;
  };
  const compiled = (simple: boolean) =>
    compile(source.file, host.env, {
      observe: debugPrinter(config.debug, source.file),
      unsafe: config.unsafe,
      periodic: config.interval !== undefined,
      checkIr: config.checkIr,
      tellFailures: config.warnOfReads,
      keep: filterOf(config),
      simple,
      guard: passes,
      countVerdicts: config.verdicts,
      countRules: config.live,
      filter: config.filter,
      captureClock: config.packets !== undefined,
      ends: config.deadline !== undefined && config.packets === undefined,
    });
  const { spec, diagnostics, source: file, guarded, nothingToFilter } = compiled(false);
  const obstacle = spec === undefined ? obstacleOf(source, diagnostics) : undefined;
  await reportHeard(obstacle === undefined ? diagnostics : [obstacle.first], file, config);
  if (obstacle !== undefined) say(obstacle.requirements);
  if (spec === undefined) return 1;
  if (nothingToFilter === true)
    throw new UsageError('--filter is of packets, and the program has no packet probe');
  if (config.live && spec.rules === undefined)
    throw new UsageError('--live is of packets, and the program has no packet probe');
  checkLimits(config, spec);
  checkCaptures(config, spec);
  checkSets(config, spec);
  if (config.selection !== undefined) (await import('./check-rows.js')).checkRows(config.selection, spec);
  if (config.emit === undefined) await reportHeard(emptySets(config, spec), file, config);
  const notice = guarded === true ? guard?.notice : undefined;
  return {
    ...{ source, host, filters, config, file, spec, notice },
    simpler: () => compiled(true).spec,
    rehearsed: () => {
      const theirs = session();
      const bare = () =>
        compile(source.file, host.env, {
          ...{ unsafe: config.unsafe, keep: filterOf(config), checkIr: false, filter: config.filter },
          rehearsal: true,
        }).spec;
      return theirs === undefined ? undefined : { session: theirs, spec: bare() };
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Errors, and warnings unless they are not wanted. */
export async function reportHeard(
  diagnostics: readonly Diagnostic[],
  file: SourceFile,
  config: CliConfig,
): Promise<void> {
  const heard =
    config.warnings && !config.quiet ? diagnostics : diagnostics.filter(d => d.severity === 'error');
  await reportDiagnostics(heard, file, colorsErrors(config.color));
}

/** An option is as good as the variable that sets the same. */
function environment({ eventBuffer }: CliConfig): NodeJS.ProcessEnv {
  return eventBuffer === undefined ? process.env : { ...process.env, TSBPF_EVENT_BUFFER: eventBuffer };
}

/** bpftrace's names are among those of the features that we try. */
export function withoutFeatures({ withoutFeatures: names }: CliConfig): readonly string[] {
  const known = featureNames();
  const unknown = names.find(name => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`--no-feature: there is no feature '${unknown}': ${known.join(', ')}`);
}
