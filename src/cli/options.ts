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

export function declare(invokedAs: string): Command {
  const choice = (flags: string, words: string, choices: readonly string[]) =>
    new Option(flags, words).choices(choices);
  return new Command()
    .name(invokedAs)
    .description(
      'Traces Linux: one-liners and tools compiled to BPF, printed as text, live tables, JSON or CSV.',
    )
    .usage(USAGE.join(`\n       ${invokedAs} `))
    .argument('[script]', 'a tool (tcpstates), a script file, or - for stdin')
    .argument('[args...]', "the script's own options and positional parameters ($1, $2, ...)")
    .option('-e, --expression <program>', 'run this program')
    .option('-l, --list', 'list probes matching a pattern, or the probes of a script')
    .option('-c, --cmd <command>', 'run a command once everything is attached; end with it')
    .option('-p, --pid <pid>', 'trace this process only; end with it', pid)
    .option('--follow', 'with -p or -c: trace the processes that it forks too, until all have ended')
    .option('--cgroup <path>', 'trace processes of this control group only (and groups below it)')
    .option('--container <name>', 'trace this container only: a name, or the beginning of an id')
    .option('--for <duration>', 'end after this time (10s, 500ms, 2m); behind a tool also -d, --duration')
    .addOption(new Option('--duration <duration>').hideHelp())
    .option('--events <n>', 'end after so many printed lines, or captured packets', count)
    .option('--interval <duration>', 'print and clear the maps every so often; behind a tool also -i')
    .option('--count <n>', 'end after so many of these intervals; without any, as --events', count)
    .optionsGroup('Output:')
    .addOption(choice('-f, --format <format>', 'output format', FORMATS))
    .option('-o, --output <file>', 'write output to a file')
    .addOption(choice('-B <mode>', 'output buffering', ['line', 'full', 'none']))
    .option('--columns <names>', 'show only these columns of rows, in this order (pid,comm)', listOf(','))
    .option('--where <filter>', "show only rows that hold a text, or column>value: 'age>5ms && comm=sshd'")
    .option(
      '--sort <order>',
      `sort rows by a column (age, age:asc, age:desc), maps by ${MAP_ORDERS.join(', ')}`,
    )
    .option('--top <n>', 'of each map only the greatest values; of sorted rows the first', count)
    .option('-T, --timestamp', 'show the time of rows that have none')
    .option('--percentiles <list>', 'print these beside histograms (default p50,p90,p99,max)')
    .option('-q, --quiet', 'print the output of the script, nothing else')
    .option('-v, --verbose', 'say what happens; with -l, show arguments')
    .option('-k, --warnings', 'warn of each failed read, with its place')
    .option('--no-warnings', 'do not print warnings')
    .addOption(choice('--color <when>', 'colours in messages', ['auto', 'always', 'never']))
    .option('--strict', 'exit with 3 when events were lost')
    .optionsGroup('Packets:')
    .option(
      '--set <name=file>',
      'load a set of prefixes or backends from a file, and again when it changes',
      each,
    )
    .option(
      '--packets <file>',
      'run the program on the packets of a capture, not on an interface (- is stdin)',
    )
    .option('--write-passed <file>', 'with --packets: write those that pass to a capture (.pcap, .pcapng)')
    .option('--repeat <n>', 'with --packets: run it so many times on each, for timing', count)
    .option('--no-ssh-guard', 'let programs decide about the packets of this SSH session too')
    .option('--filter <text>', "look only at packets that a filter of tcpdump's lets through")
    .option('--verdicts', 'count what becomes of packets, by interface and verdict')
    .option(
      '--persist',
      'before Linux 6.6: attach tc programs by filters, which outlive a tracer that is killed',
    )
    .option('--live', 'show packets/s, bytes/s and verdicts of each interface and probe, every second')
    .optionsGroup('Program:')
    .option('--unsafe', 'allow functions that change the system')
    .option('-I <folder>', 'look for included files in this folder first', each)
    .option('--include <file>', 'include this file before the program', each)
    .option('--debuginfo <folders>', 'look for debug information here (folder:folder)', listOf(':'))
    .option(
      '--usdt-file-activation',
      'the kernel switches USDT probes on in all processes of a file: always so',
    )
    .option('--traceable-functions <file>', 'read the names of traceable kernel functions here')
    .option('--probe-filter <regex>', 'attach only probes whose names match')
    .addOption(
      choice('--event-buffer <kind>', 'events come by a ring, or by a perf buffer per CPU', ['ring', 'perf']),
    )
    .option('--no-feature <features>', 'do without these features of the kernel (name,name)', listOf(','))
    .addOption(
      choice('--mode <mode>', 'compile, time the compiler, run bench: or test: probes, or format', MODES),
    )
    .option('--test', 'run the test: probes')
    .option('--bench', 'run the bench: probes')
    .optionsGroup('Instead of tracing:')
    .option('--info', 'show what this kernel offers')
    .option('--dry-run', 'compile, load and attach, then exit')
    .option('-d, --debug <stages>', `print stages: ${DEBUG_STAGES.join(', ')}`, listOf(','))
    .addOption(choice('--emit <what>', 'write what was compiled and exit', ['asm', 'spec', 'elf']))
    .option('--emit-elf <file>', 'write an object for other loaders, and exit')
    .option('--fmt', 'print the script in its usual form')
    .option('--check', 'with --fmt: name files in another form, exit with 1')
    .option('--write', 'with --fmt: change the files')
    .addOption(new Option('--verify-llvm-ir', 'check intermediate code').hideHelp())
    .addOption(new Option('--emit-llvm <file>').hideHelp())
    .addOption(new Option('--dwarf-pid <pid>').hideHelp())
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
