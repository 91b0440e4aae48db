// The subcommands that look at BPF programs, declared once with commander: parsed by parse.ts, rendered by --help and the manual.
import { Command, InvalidArgumentError, Option } from 'commander';

export type SubcommandName = 'net' | 'prog';

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
        .addOption(new Option('--color <when>').choices(['auto', 'always', 'never']).hideHelp()),
  },
};

export const SUBCOMMANDS = Object.keys(DECLARATIONS) as readonly SubcommandName[];

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
