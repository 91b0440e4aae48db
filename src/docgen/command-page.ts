// The command's own page of the manual. Its options are handed in by whoever declares them, its tools are the library's.
import { TOPICS, type Topic, topicTitle } from '../compiler/syntax/topics.js';
import { FILTERS, LIMITS } from './filters-text.js';
import { MAPS } from './maps-text.js';
import { type Block, capital, code, heading, type Page, sentence, type Term, terms, text } from './page.js';

/** An option of the command line, as declared. */
export interface CommandOption {
  readonly flags: string; // '-o, --output <file>'
  readonly description: string;
  readonly choices: readonly string[] | undefined;
}

export interface CommandExample {
  readonly command: string;
  readonly meaning: string; // '' when the command speaks for itself
}

export interface CommandDocs {
  readonly description: string;
  readonly usage: readonly string[]; // a line each, without the name
  readonly options: readonly CommandOption[];
  readonly examples: readonly CommandExample[];
  readonly tools: readonly {
    readonly name: string;
    readonly summary: string;
    readonly topic: Topic | undefined;
  }[];
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
}

export function commandPage(docs: CommandDocs): Page {
  return {
    name: 'tsbpf',
    section: 8,
    summary: 'trace Linux with one-liners, scripts and tools compiled to BPF',
    sections: [
      { title: 'SYNOPSIS', blocks: [code(...docs.usage.map(line => `tsbpf ${line}`))] },
      {
        title: 'DESCRIPTION',
        blocks: text(
          docs.description,
          'The program is a tool of the library, a script in a file, the text after `-e`, or standard input when it is `-`. A first word may be a subcommand; otherwise it is a tool first, then a file; a word with a slash or ending in `.bt` is a file. The language is that of bpftrace, told in `tsbpf-language`(7).',
          "Options before the script are those below. Behind it stand its own options and its positional parameters; an option that the script does not declare is taken for one of those below there too. What follows `--` is always the script's.",
        ),
      },
      { title: 'OPTIONS', blocks: [{ kind: 'terms', terms: docs.options.map(optionTerm) }] },
      {
        title: 'TOOLS',
        blocks: [
          ...text(
            '`tsbpf tools` lists them, those of your own too, which `tsbpf-tools`(8) tells how to have.',
          ),
          ...TOPICS.flatMap(topic => toolsOf(topic, docs)),
        ],
      },
      {
        title: 'SUBCOMMANDS',
        blocks: [
          terms(
            docs.subcommands.map(({ name, summary }) => [
              `\`${name}\``,
              `${sentence(capital(summary))} See \`tsbpf-${name}\`(8).`,
            ]),
          ),
        ],
      },
      { title: 'OUTPUT FORMATS', blocks: FORMATS },
      { title: 'FILTERS', blocks: FILTERS },
      { title: 'LIMITS', blocks: LIMITS },
      { title: 'MAPS', blocks: MAPS },
      { title: 'LISTING', blocks: LISTING },
      { title: 'FORMATTING', blocks: FORMATTING },
      { title: 'OBJECTS', blocks: OBJECTS },
      { title: 'LOST EVENTS', blocks: LOSSES },
      { title: 'SIGNALS', blocks: SIGNALS },
      { title: 'EXIT STATUS', blocks: EXIT_STATUS },
      { title: 'ENVIRONMENT', blocks: ENVIRONMENT },
      { title: 'REQUIREMENTS', blocks: REQUIREMENTS },
      { title: 'EXAMPLES', blocks: docs.examples.flatMap(example) },
      {
        title: 'SEE ALSO',
        blocks: text(
          [
            '`tsbpf-language`(7)',
            '`tsbpf-tutorial`(7)',
            ...docs.subcommands.map(({ name }) => `\`tsbpf-${name}\`(8)`),
            '`bpftrace`(8)',
            '`bpf`(2)',
          ].join(', '),
        ),
      },
    ],
  };
}

function toolsOf(topic: Topic, { tools }: CommandDocs): Block[] {
  const rows = tools
    .filter(tool => tool.topic === topic)
    .map(({ name, summary }): readonly [string, string] => [
      `\`${name}\``,
      `${sentence(capital(summary))} See \`tsbpf-${name}\`(8).`,
    ]);
  return rows.length === 0 ? [] : [heading(topicTitle(topic)), terms(rows)];
}

export function optionTerm({ flags, description, choices }: CommandOption): Term {
  const oneOf = choices === undefined ? '' : ` One of ${choices.map(choice => `\`${choice}\``).join(', ')}.`;
  return {
    term: flags.replace(/--?[\w-]+/g, flag => `\`${flag}\``),
    blocks: text(`${sentence(capital(description))}${oneOf}`),
  };
}

export function example({ command, meaning }: CommandExample): Block[] {
  return [...(meaning === '' ? [] : text(sentence(capital(meaning)))), code(command)];
}

const FORMATS: readonly Block[] = [
  terms([
    ['`text`', "bpftrace's text. The default for programs and scripts."],
    [
      '`table`',
      'Records printed by the script are rows, their fields columns. On a terminal the table is live: it scrolls back, pauses and tells events and losses in a status line; `?` shows its keys. Through a pipe it is plain columns, a line per event. The default for tools of the library.',
    ],
    ['`json`', "An object per line, in bpftrace's form."],
    [
      '`folded`',
      'Maps with stacks in their keys as flame graphs are made of: a line for each, the parts of the key and the frames of the stacks joined by semicolons, the outermost frame first, then the value. Everything else is text.',
    ],
    ['`csv`', 'Records as comma-separated values, a head first.'],
  ]),
  ...text(
    '`--columns`, `--where`, `--sort` and `--top` choose rows and columns in every format: of records that a program prints, and of maps with keys (of which text and JSON have no columns). A live table begins with them, and its keys go on from there. Elsewhere rows that are sorted are printed at the end, the first 100,000 of them; each map is sorted when it is printed.',
    'A column is named as in its head or as in the program. `--where` takes what `/` takes in a live table: a part of any cell, or <column>`>`<value> with `=`, `!=`, `<`, `<=`, `>`, `>=` and units that the column has, several joined by `&&`. A comparison with a column that a row has not is false. Numbers are sorted with the largest first and text in alphabetical order, unless `:asc` or `:desc` says otherwise.',
  ),
  ...text(
    'Text that comes from the traced system is escaped before it is written to a terminal. Into pipes and files its bytes go as they are.',
  ),
];

const LISTING: readonly Block[] = [
  ...text(
    '`-l` takes patterns parted by commas, with `*`, `?` and `[abc]`. `TYPE:PATTERN` is matched as attach points are; a word without a colon is looked for in the last part of every name. With a program (`-e`, a file, a tool) the probes are listed that it would attach to. With `-v` arguments are shown below each name.',
    "`struct` <pattern>, and `union`, `enum`, `typedef`, list types of the running kernel; with `-v` they are printed as C. As in `-lv 'struct task_struct'`. When nothing matches the exit status is 1.",
  ),
];

const FORMATTING: readonly Block[] = [
  ...text(
    '`--fmt` prints scripts in their usual form: two columns for each block, a statement a line, at most one empty line between groups, lines of at most 100 columns where their words allow. Comments of both kinds, lines of the preprocessor and C definitions stay where they are. Nothing else changes: the program compiles to the same instructions.',
    'It takes files, the program of `-e`, or standard input. With `--write` the files are changed; with `--check` those in another form are named and the exit status is 1. A program with mistakes is refused, with its diagnostics, and its file is left as it is.',
  ),
];

const OBJECTS: readonly Block[] = [
  ...text(
    '`--emit elf -o` <file>, or `--emit-elf` <file>, writes an ELF object that libbpf and its tools load: programs in sections by their kind, maps defined by BTF, the lines of the script for dumps. What a program loses without us is told as a warning: events have no reader, timers no perf event, maps are not printed.',
    'As in:',
  ),
  code(
    `tsbpf --emit-elf count.o -e 'tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }'`,
    'bpftool prog loadall count.o /sys/fs/bpf/count pinmaps /sys/fs/bpf/count-maps',
  ),
];

const LOSSES: readonly Block[] = [
  ...text(
    'Every event that a probe could not deliver is counted where it was lost, by probe and cause: the ring was full, a map was full, interrupts were nested too deeply. Failed reads of memory, strings cut short and divisions by zero are counted too. The counts are printed to standard error at the end, and shown in the status line of a live table.',
  ),
];

const SIGNALS: readonly Block[] = [
  ...text(
    '`SIGINT` and `SIGTERM` end the session: the END probes run, maps are printed, the exit status is 0. `SIGHUP`, or the loss of the terminal, ends it too. When the reader of standard output goes away, as in `| head`, it ends quietly with status 0. Whatever was attached is detached when the process is gone, however it went. `SIGUSR1` loads the sets of `--set` again, see PACKETS in `tsbpf-language`(7).',
  ),
];

const EXIT_STATUS: readonly Block[] = [
  terms([
    ['`0`', 'The session ended without an error.'],
    ['`1`', 'The command line or the program is wrong, or something is missing that it needs.'],
    ['`3`', 'Events were lost, with `--strict`.'],
    ['other', 'The code that the program gave to `exit()`.'],
  ]),
];

const ENVIRONMENT: readonly Block[] = [
  terms([
    [
      '`TSBPF_NOTIFY_ATTACHED`',
      'When set, its value is printed as a line on standard output as soon as every probe is attached. For scripts that start a workload then.',
    ],
    [
      '`NOTIFY_SOCKET`',
      'Set by systemd for services of `Type=notify`: it is told when every probe is attached, and when the session ends.',
    ],
    [
      '`TSBPF_`<name>, `BPFTRACE_`<name>',
      'Settings of the language, told in `tsbpf-language`(7): `TSBPF_MAX_STRLEN` and so on.',
    ],
    [
      '`TSBPF_PATH`, `XDG_CONFIG_HOME`',
      'Where tools are looked for, besides the library: see `tsbpf-tools`(8).',
    ],
    [
      '`NO_COLOR`, `TSBPF_COLOR`, `BPFTRACE_COLOR`',
      'Without `--color`, colours are used on a terminal that is not dumb; not when `NO_COLOR` is set. The other two are `auto`, `always` or `never` and go before it.',
    ],
  ]),
];

const REQUIREMENTS: readonly Block[] = [
  ...text(
    'Linux 5.10 or later with BPF and tracefs; BTF (`CONFIG_DEBUG_INFO_BTF`) for types of the kernel. Loading programs takes root, or `CAP_BPF` and `CAP_PERFMON` with read access to tracefs. `tsbpf --info` tells what this machine has, and how to get what it lacks.',
  ),
];
