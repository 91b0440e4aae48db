// The subcommands, declared once with commander: parsed here, rendered by --help, the manual and completion.
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UsageError } from './config.js';
import type { SubcommandName } from './subcommand-words.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

type Examples = readonly (readonly [command: string, meaning: string])[];

interface Declaration {
  readonly summary: string;
  readonly usage: readonly string[];
  readonly examples: Examples;
  readonly declare: (command: Command) => Command;
}

const format = () =>
  new Option('-f, --format <format>', 'output format').choices(['table', 'text', 'json', 'csv']);

const count = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a number from 1.');
  return Number(text);
};

/** A color that only those who know it ask for. */
const color = () => new Option('--color <when>').choices(['auto', 'always', 'never']).hideHelp();

const DECLARATIONS: Readonly<Record<SubcommandName, Declaration>> = {
  net: {
    summary:
      'Lists the BPF programs that are attached to network interfaces: XDP, tcx, netkit, filters of tc.',
    usage: ['[options] [interface...]'],
    examples: [
      ['tsbpf net', 'all interfaces of this network namespace'],
      ['tsbpf net eth0 "veth*"', 'these only'],
      ['tsbpf net -f json', 'an object per line, for programs'],
    ],
    declare: command =>
      command
        .argument('[interfaces...]', 'names or patterns; all without any')
        .addOption(format())
        .option('-o, --output <file>', 'write output to a file'),
  },
  prog: {
    summary:
      'Shows the BPF programs that are loaded, whoever loaded them: how often they run, and what they cost.',
    usage: ['[options] [list]', '[options] show PROGRAM|FILE.o', '[options] dump PROGRAM'],
    examples: [
      ['tsbpf prog', 'live: runs, time per run, share of a CPU'],
      ['tsbpf prog | head', 'the same as a table, over one second'],
      ['tsbpf prog -i 5s -n 3 -f csv', 'three times, each over five seconds'],
      ['tsbpf prog -i 0', 'at once, with the counters as they are'],
      ['tsbpf prog show 12', 'everything about one: maps, links, who holds it'],
      ['tsbpf prog show -i 1s 12', '... and what it does in a second'],
      ['tsbpf prog show ./filter.o', 'programs and maps of an object file'],
      ['tsbpf prog dump my_program', 'its instructions, with source lines'],
    ],
    declare: command =>
      command
        .argument('[action]', 'list (the default), show or dump')
        .argument('[program]', 'with show and dump: an id, a name, or a tag; with show, an object file too')
        .addOption(format())
        .option('-o, --output <file>', 'write output to a file')
        .option('-i, --interval <duration>', 'measure over this time; 0: do not (default 1s; with show 0)')
        .option('-n, --count <n>', 'end after so many tables', count)
        .option('--once', 'print one table, on a terminal too')
        .option('--opcodes', 'with dump: the bytes of each instruction too')
        .addOption(color()),
  },
  xdp: {
    summary: 'Attaches an XDP program that clang compiled to a network interface, for as long as this runs.',
    usage: ['load FILE.o --dev INTERFACE [options]', 'load FILE.o --dry-run [options]'],
    examples: [
      ['tsbpf xdp load ./filter.o --dev eth0', 'until Ctrl-C'],
      ['tsbpf xdp load ./filter.o --dev eth0 --section xdp_drop', 'one of several programs'],
      ['tsbpf xdp load ./filter.o --dry-run', 'what the verifier says, without attaching it'],
      ['tsbpf xdp load ./filter.o --dev eth0 --for 60s -i 1s --maps', 'what it costs, and what it counted'],
      ['tsbpf prog show ./filter.o', 'what is in the file'],
    ],
    declare: command =>
      command
        .argument('[action]', 'load')
        .argument('[file]', 'an object of BPF programs (clang -O2 -g -target bpf -c)')
        .option('--dev <interface>', 'attach to this network interface')
        .option('--section <name>', 'the program of this section, or of this name')
        .addOption(
          new Option('--mode <mode>', 'without it native, else generic').choices(['native', 'generic']),
        )
        .option('--for <duration>', 'detach after this time')
        .option('-i, --interval <duration>', 'count runs and their time, a row for each interval')
        .option('--maps', 'print its maps at the end')
        .option('--dry-run', 'load and verify, and attach nowhere')
        .option(
          '--no-ssh-guard',
          'do not let the packets of the SSH session pass before the program sees them',
        )
        .addOption(format())
        .option('-o, --output <file>', 'write output to a file')
        .option('-q, --quiet', 'print no remarks')
        .option('-v, --verbose', "tell of maps and programs, and print the verifier's log")
        .addOption(color()),
  },
  tplist: {
    summary: 'Lists tracepoints, or the USDT probes of a process, program or library, with their arguments.',
    usage: ['[options] [pattern]'],
    examples: [
      ['tsbpf tplist "sched:*wake*"', 'tracepoints whose category and name match'],
      ['tsbpf tplist -v syscalls:sys_enter_openat', '... with their arguments'],
      ['tsbpf tplist -v -p 1234', 'USDT probes of a process, of all that it has mapped'],
      ['tsbpf tplist -l libc', 'those of a library, or a program'],
    ],
    declare: command =>
      command
        .argument('[pattern]', 'category:name, provider:name, or a name alone; all without any')
        .option('-p, --pid <pid>', 'USDT probes of what this process has mapped', count)
        .option('-l, --lib <library>', 'USDT probes of this program or library: a path, or a name')
        .option('-v, --verbose', 'show the arguments too')
        .option('-o, --output <file>', 'write output to a file'),
  },
  tools: {
    summary: 'Lists the tools by topic, those of your own among them.',
    usage: ['[options] [word...]'],
    examples: [
      ['tsbpf tools', 'all of them'],
      ['tsbpf tools tcp', 'those that are about TCP'],
      ['tsbpf tools disks', 'those of a topic'],
      ['tsbpf tools -f json', 'an object per line, for programs'],
    ],
    declare: command =>
      command
        .argument('[words...]', 'only tools whose name, summary, topic or description has all these words')
        .addOption(format())
        .option('-o, --output <file>', 'write output to a file'),
  },
  help: {
    summary: 'Shows the page of the manual of a tool or of a subcommand; that of tsbpf without one.',
    usage: ['[tool|subcommand|language|tutorial]'],
    examples: [
      ['tsbpf help tcpstates', 'the page of a tool'],
      ['tsbpf help tutorial', 'one-liners, step by step, and a cheat sheet'],
      ['tsbpf help language', 'the language'],
      ['tsbpf help net | less', 'plain text through a pipe'],
    ],
    declare: command =>
      command.argument('[name]', 'a tool, a subcommand, language (the reference) or tutorial'),
  },
  edit: {
    summary: 'Copies a tool to a script of your own, to change it; opens the editor on a terminal.',
    usage: ['[options] tool [path]'],
    examples: [
      ['tsbpf edit tcpstates', 'as a tool of your own: it goes before the original'],
      ['tsbpf edit tcpstates ./states.bt', 'as a file, run by tsbpf ./states.bt'],
      ['tsbpf edit --no-editor tcpstates', 'only copy it'],
    ],
    declare: command =>
      command
        .argument('<tool>', 'which tool')
        .argument('[path]', 'a file, or a folder; default: $XDG_CONFIG_HOME/tsbpf')
        .option('--no-editor', 'do not open $VISUAL or $EDITOR'),
  },
  completion: {
    summary: 'Prints a script that completes command lines of tsbpf, for a shell to read.',
    usage: [SHELLS.join('|')],
    examples: [
      ['eval "$(tsbpf completion bash)"', 'in ~/.bashrc'],
      ['eval "$(tsbpf completion zsh)"', 'in ~/.zshrc, behind compinit'],
      ['tsbpf completion fish | source', 'in config.fish'],
    ],
    declare: command => command.addArgument(new Argument('<shell>', 'which').choices(SHELLS)),
  },
};

export function declareSubcommand(name: SubcommandName, invokedAs: string): Command {
  const { summary, usage, examples, declare } = DECLARATIONS[name];
  const title = `${invokedAs} ${name}`;
  return declare(new Command().name(title).description(summary))
    .usage(usage.join(`\n       ${title} `))
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examplesText(examples))
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
}

/** What the words say; text instead when help was asked for. Throws a UsageError. */
export function readSubcommand(
  name: SubcommandName,
  invokedAs: string,
  words: readonly string[],
): { readonly opts: Readonly<Record<string, unknown>>; readonly args: readonly string[] } | string {
  const command = declareSubcommand(name, invokedAs);
  let text = '';
  command.configureOutput({ writeOut: part => (text += part), writeErr: () => {} });
  try {
    command.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return text;
    throw new UsageError(`${name}: ${error.message.replace(/^error: /, '')}`);
  }
  return { opts: command.opts() as Record<string, unknown>, args: command.args };
}

function examplesText(examples: Examples): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `\nExamples:\n${examples.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}\n`).join('')}`;
}

/** What is declared, as plain data: for the manual. */
export function describeSubcommand(name: SubcommandName) {
  const { summary, usage, examples } = DECLARATIONS[name];
  const { options } = declareSubcommand(name, 'tsbpf');
  return {
    name,
    description: summary,
    usage,
    options: [
      ...options
        .filter(option => !option.hidden)
        .map(({ flags, description, argChoices }) => ({ flags, description, choices: argChoices })),
      { flags: '-h, --help', description: 'show this help', choices: undefined },
    ],
    examples: examples.map(([command, meaning]) => ({ command, meaning })),
  };
}
