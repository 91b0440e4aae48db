// The options of the command, declared once with commander: parsed by command-line.ts, rendered by --help and the manual.
import { Command, InvalidArgumentError, Option } from 'commander';
import { MAP_ORDERS } from '../compiler/language/config.js';
import { SUBCOMMAND_WORDS } from './subcommand-words.js';
import { VERSION } from './version.js';

/** In the order in which they pass. */
export const DEBUG_STAGES = [
  'tokens',
  'ast',
  'types',
  'ir',
  'ir-opt',
  'asm',
  'spec',
  'maps',
  'load',
  'verifier',
  'all',
] as const;

/** bpftrace's names for what we have under others. */
export const STAGE_ALIASES: Readonly<Record<string, string>> = {
  parse: 'tokens',
  codegen: 'ir',
  'codegen-opt': 'ir-opt',
  dis: 'asm',
  libbpf: 'load',
};

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
  ['tsbpf tools', 'the tools by topic'],
  ['tsbpf help tcpstates', 'the manual of one'],
  ['tsbpf help tutorial', 'one-liners, step by step'],
  ['tsbpf net', 'BPF programs on network interfaces'],
  ['tsbpf prog', 'all BPF programs: runs and cost, live'],
  ['tsbpf --fmt --write script.bt', 'bring a script into its usual form'],
];

const USAGE = [
  '[options] TOOL [tool options]',
  '[options] FILE [args]',
  "[options] -e 'PROGRAM' [args]",
  '[options] -',
  `${SUBCOMMAND_WORDS.join('|')} [options]`,
];

export const FORMATS = ['text', 'json', 'csv', 'table', 'folded'] as const;
export const MODES = ['codegen', 'compiler-bench', 'bench', 'test', 'format'] as const;

/** What commander says of a choice that is none, it says of a value that `read` throws for. */
const count = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('expected a number from 1.');
  return Number(text);
};
const pid = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected a process id.');
  return Number(text);
};
/** Of --no-x commander thinks that `before` was true. */
const listOf =
  (separator: string) =>
  (text: string, before: string[] | true = []) => [
    ...(before === true ? [] : before),
    ...text.split(separator).filter(Boolean),
  ];
const each = (text: string, before: string[] = []) => [...before, text];

/** What follows an option: one of some words, or what is made of its text and of what stood there `before`. */
type Value = readonly string[] | ((text: string, before: never) => unknown);
type Row = readonly [flags: string, words: string, value?: Value];

/** By their headings in --help. An option without words is not shown. */
const OPTIONS: readonly (readonly [heading: string, rows: readonly Row[]])[] = [
  [
    'Options:',
    [
      ['-e, --expression <program>', 'run this program'],
      ['-l, --list', 'list probes matching a pattern, or the probes of a script'],
      ['-c, --cmd <command>', 'run a command once everything is attached; end with it'],
      ['-p, --pid <pid>', 'trace this process only; end with it', pid],
      ['--follow', 'with -p or -c: trace the processes that it forks too, until all have ended'],
      ['--cgroup <path>', 'trace processes of this control group only (and groups below it)'],
      ['--container <name>', 'trace this container only: a name, or the beginning of an id'],
      ['--for <duration>', 'end after this time (10s, 500ms, 2m); behind a tool also -d, --duration'],
      ['--duration <duration>', ''],
      ['--events <n>', 'end after so many printed lines, or captured packets', count],
      ['--interval <duration>', 'print and clear the maps every so often; behind a tool also -i'],
      ['--count <n>', 'end after so many of these intervals; without any, as --events', count],
    ],
  ],
  [
    'Output:',
    [
      ['-f, --format <format>', 'output format', FORMATS],
      ['-o, --output <file>', 'write output to a file'],
      ['-B <mode>', 'output buffering', ['line', 'full', 'none']],
      ['--columns <names>', 'show only these columns of rows, in this order (pid,comm)', listOf(',')],
      ['--where <filter>', "show only rows that hold a text, or column>value: 'age>5ms && comm=sshd'"],
      ['--sort <order>', `sort rows by a column (age, age:asc, age:desc), maps by ${MAP_ORDERS.join(', ')}`],
      ['--top <n>', 'of each map only the greatest values; of sorted rows the first', count],
      ['-T, --timestamp', 'show the time of rows that have none'],
      ['--percentiles <list>', 'print these beside histograms (default p50,p90,p99,max)'],
      ['-q, --quiet', 'print the output of the script, nothing else'],
      ['-v, --verbose', 'say what happens; with -l, show arguments'],
      ['-k, --warnings', 'warn of each failed read, with its place'],
      ['--no-warnings', 'do not print warnings'],
      ['--color <when>', 'colours in messages', ['auto', 'always', 'never']],
      ['--strict', 'exit with 3 when events were lost'],
    ],
  ],
  [
    'Packets:',
    [
      [
        '--set <name=file>',
        'load a set of prefixes or backends from a file, and again when it changes',
        each,
      ],
      ['--packets <file>', 'run the program on the packets of a capture, not on an interface (- is stdin)'],
      ['--write-passed <file>', 'with --packets: write those that pass to a capture (.pcap, .pcapng)'],
      ['--repeat <n>', 'with --packets: run it so many times on each, for timing', count],
      ['--no-ssh-guard', 'let programs decide about the packets of this SSH session too'],
      ['--filter <text>', "look only at packets that a filter of tcpdump's lets through"],
      ['--verdicts', 'count what becomes of packets, by interface and verdict'],
      ['--persist', 'before Linux 6.6: attach tc programs by filters, which outlive a tracer that is killed'],
      ['--live', 'show packets/s, bytes/s and verdicts of each interface and probe, every second'],
    ],
  ],
  [
    'Program:',
    [
      ['--unsafe', 'allow functions that change the system'],
      ['-I <folder>', 'look for included files in this folder first', each],
      ['--include <file>', 'include this file before the program', each],
      ['--debuginfo <folders>', 'look for debug information here (folder:folder)', listOf(':')],
      ['--usdt-file-activation', 'the kernel switches USDT probes on in all processes of a file: always so'],
      ['--traceable-functions <file>', 'read the names of traceable kernel functions here'],
      ['--probe-filter <regex>', 'attach only probes whose names match'],
      ['--event-buffer <kind>', 'events come by a ring, or by a perf buffer per CPU', ['ring', 'perf']],
      ['--no-feature <features>', 'do without these features of the kernel (name,name)', listOf(',')],
      ['--mode <mode>', 'compile, time the compiler, run bench: or test: probes, or format', MODES],
      ['--test', 'run the test: probes'],
      ['--bench', 'run the bench: probes'],
    ],
  ],
  [
    'Instead of tracing:',
    [
      ['--info', 'show what this kernel offers'],
      ['--dry-run', 'compile, load and attach, then exit'],
      ['-d, --debug <stages>', `print stages: ${DEBUG_STAGES.join(', ')}`, listOf(',')],
      ['--emit <what>', 'write what was compiled and exit', ['asm', 'spec', 'elf']],
      ['--emit-elf <file>', 'write an object for other loaders, and exit'],
      ['--fmt', 'print the script in its usual form'],
      ['--check', 'with --fmt: name files in another form, exit with 1'],
      ['--write', 'with --fmt: change the files'],
      ['--verify-llvm-ir', ''],
      ['--emit-llvm <file>', ''],
      ['--dwarf-pid <pid>', ''],
    ],
  ],
];

/** With all options, or with those that words like the `given` ones can mean: to declare all takes a millisecond of a start. */
export function declare(invokedAs: string, given?: readonly string[]): Command {
  const command = new Command()
    .name(invokedAs)
    .description(
      'Traces Linux: one-liners and tools compiled to BPF, printed as text, live tables, JSON or CSV.',
    )
    .usage(USAGE.join(`\n       ${invokedAs} `))
    .argument('[script]', 'a tool (tcpstates), a script file, or - for stdin')
    .argument('[args...]', "the script's own options and positional parameters ($1, $2, ...)");
  for (const [heading, rows] of OPTIONS) {
    command.optionsGroup(heading);
    for (const row of rows)
      if (given === undefined || isMeant(row[0], given)) command.addOption(optionOf(row));
  }
  return command
    .optionsGroup('About:')
    .version(`tsbpf v${VERSION}`, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examplesText)
    .passThroughOptions()
    .allowUnknownOption(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
}

/** Whether an option with these flags may be meant by one of the words: -qT are two of one letter, --name=value has a value. */
function isMeant(flags: string, given: readonly string[]): boolean {
  const end = flags.indexOf(' <');
  const [first = '', second] = (end < 0 ? flags : flags.slice(0, end)).split(', ');
  const letter = first.startsWith('--') ? undefined : first[1]!;
  const long = letter === undefined ? first : second;
  return given.some(word =>
    word.startsWith('--')
      ? long !== undefined && word.startsWith(long)
      : letter !== undefined && word.startsWith('-') && word.includes(letter),
  );
}

function optionOf([flags, words, value]: Row): Option {
  const option = new Option(flags, words).hideHelp(words === '');
  if (typeof value === 'function')
    return option.argParser(value as (text: string, before: unknown) => unknown);
  return value === undefined ? option : option.choices(value);
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
