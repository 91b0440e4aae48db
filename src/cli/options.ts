// The command line, declared once with commander: parsed into CliConfig, rendered by --help. Flags before the script or tool
// are ours; those after it belong to the script, except our long forms.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type Buffering, type CliConfig, type Format, UsageError } from './config.js';
import { VERSION } from './version.js';

export const DEBUG_STAGES = [
  'tokens',
  'ast',
  'types',
  'ir',
  'ir-opt',
  'asm',
  'spec',
  'maps',
  'verifier',
  'all',
] as const;

/** Shown by --help and by the manual; '' needs no words. */
export const EXAMPLES: readonly (readonly [command: string, meaning: string])[] = [
  ['tsbpf tcpstates', 'live table of TCP state changes'],
  ['tsbpf tcpstates --lport 443 | head', 'the same as plain columns'],
  [
    `tsbpf -e 'tracepoint:syscalls:sys_enter_openat { printf("%s %s\\n", comm, str(args.filename)); }'`,
    'files opened, by process',
  ],
  [`tsbpf -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'`, 'system calls by process'],
  [`tsbpf -l 'tracepoint:sched:*'`, 'list probes'],
  ['tsbpf -lv tracepoint:sched:sched_switch', '... and their arguments'],
  [
    `tsbpf -c 'ls /' -e 'tracepoint:raw_syscalls:sys_enter /pid == cpid/ { @[args.id] = count(); }'`,
    'system calls of a command, by number',
  ],
];

const USAGE = [
  '[options] TOOL [tool options]',
  '[options] FILE [args]',
  "[options] -e 'PROGRAM' [args]",
  '[options] -',
];

function declare(invokedAs: string): Command {
  const pid = (text: string): number => {
    if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected a process id.');
    return Number(text);
  };
  const collect = (stage: string, before: string[] = []) => [...before, ...stage.split(',')];
  return new Command()
    .name(invokedAs)
    .description(
      'Traces Linux: one-liners and tools compiled to BPF, printed as text, live tables, JSON or CSV.',
    )
    .usage(USAGE.map((form, i) => (i === 0 ? form : form.replace('[options] ', ''))).join(' | '))
    .argument('[script]', 'a tool (tcpstates), a script file, or - for stdin')
    .argument('[args...]', "the script's own options and positional parameters ($1, $2, ...)")
    .option('-e, --expression <program>', 'run this program')
    .option('-l, --list', 'list probes matching a pattern, or the probes of a script')
    .option('-c, --cmd <command>', 'run a command once everything is attached; end with it')
    .option('-p, --pid <pid>', 'trace this process only; end with it', pid)
    .option('--for <duration>', 'end after this time (10s, 500ms, 2m)')
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json', 'csv', 'table']))
    .option('-o, --output <file>', 'write output to a file')
    .addOption(new Option('-B <mode>', 'output buffering').choices(['line', 'full', 'none']))
    .option('-q, --quiet', 'print the output of the script, nothing else')
    .option('-v, --verbose', 'say what happens; with -l, show arguments')
    .option('-d, --debug <stage>', `print stages: ${DEBUG_STAGES.join(', ')}`, collect)
    .option('--dry-run', 'compile, load and attach, then exit')
    .addOption(new Option('--emit <what>', 'print the compiled object and exit').choices(['asm', 'spec']))
    .option('--info', 'show what this kernel offers')
    .option('--unsafe', 'allow functions that change the system')
    .option('--no-warnings', 'do not print warnings')
    .option('--strict', 'exit with 3 when events were lost')
    .addOption(new Option('-k, --warnings-of-reads', 'warn of failed reads').hideHelp())
    .version(`tsbpf v${VERSION}`, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examplesText)
    .passThroughOptions()
    .allowUnknownOption(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
}

function examplesText(): string {
  const lines = EXAMPLES.map(([command, meaning]) =>
    command.length > 46 ? `  ${command}` : `  ${command.padEnd(46)}  ${meaning}`,
  );
  return `\nExamples:\n${lines.join('\n')}\n`;
}

/** What is declared, as plain data: for the manual. */
export function describeCommand() {
  const command = declare('tsbpf');
  const help = { flags: '-h, --help', description: 'show this help', choices: undefined };
  return {
    description: command.description(),
    usage: USAGE,
    options: [
      ...command.options
        .filter(option => !option.hidden)
        .map(({ flags, description, argChoices }) => ({ flags, description, choices: argChoices })),
      help,
    ],
    examples: EXAMPLES.map(([example, meaning]) => ({
      command: example,
      meaning: meaning.replace('... ', ''),
    })),
  };
}

/** `exit` instead of a config: help or version was asked for and `text` is what to print. */
export type ParsedCommandLine = { readonly config: CliConfig } | { readonly text: string };

/** Throws a UsageError. */
export function parseCommandLine(
  invokedAs: string,
  argv: readonly string[],
  color: boolean,
): ParsedCommandLine {
  const command = declare(invokedAs);
  let text = '';
  command.configureOutput({ writeOut: part => (text += part), writeErr: () => {} });
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text };
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  const o = command.opts();
  const [first, ...rest] = command.args;
  const hasExpression = o.expression !== undefined;
  const words = hasExpression && first !== undefined ? [first, ...rest] : rest;
  const { own, script } = splitOwnOptions(words);
  return {
    config: {
      invokedAs,
      expression: o.expression as string | undefined,
      script: hasExpression ? undefined : first,
      scriptArgs: script,
      list: o.list === true,
      info: o.info === true,
      format: (own.get('format') ?? o.format) as Format | undefined,
      output: own.get('output') ?? (o.output as string | undefined),
      buffering: o.B as Buffering | undefined,
      quiet: o.quiet === true,
      verbose: o.verbose === true,
      debug: [...((o.debug as string[] | undefined) ?? []), ...(own.get('debug')?.split(',') ?? [])],
      dryRun: o.dryRun === true || own.has('dry-run'),
      unsafe: o.unsafe === true,
      warnings: o.warnings !== false,
      strict: o.strict === true || own.has('strict'),
      emit: o.emit as CliConfig['emit'],
      pid: o.pid as number | undefined,
      command: o.cmd as string | undefined,
      deadline: duration(own.get('for') ?? (o.for as string | undefined)),
      color,
    },
  };
}

const OWN_LONG_WITH_VALUE = ['format', 'output', 'debug', 'for'];
const OWN_LONG_FLAGS = ['dry-run', 'strict'];

/** Takes our long options out of what follows the script; all after `--` is the script's. */
function splitOwnOptions(words: readonly string[]): { own: Map<string, string>; script: string[] } {
  const own = new Map<string, string>();
  const script: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      script.push(...words.slice(i + 1));
      break;
    }
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(word);
    if (match !== null && OWN_LONG_FLAGS.includes(match[1]!)) {
      own.set(match[1]!, '');
    } else if (match !== null && OWN_LONG_WITH_VALUE.includes(match[1]!)) {
      const value = match[2] ?? words[++i];
      if (value === undefined) throw new UsageError(`option '--${match[1]}' needs a value`);
      own.set(match[1]!, value);
    } else if (
      word === '-f' &&
      words[i + 1] !== undefined &&
      ['text', 'json', 'csv', 'table'].includes(words[i + 1]!)
    ) {
      own.set('format', words[++i]!);
    } else {
      script.push(word);
    }
  }
  const format = own.get('format');
  if (format !== undefined && !['text', 'json', 'csv', 'table'].includes(format)) {
    throw new UsageError(`unknown format '${format}': text, json, csv or table`);
  }
  return { own, script };
}

/** Seconds. */
function duration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null) throw new UsageError(`'${text}' is no duration: use 500ms, 10s or 2m`);
  return Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 's'];
}
