// Pages of the subcommands. Their options are handed in by whoever declares them.
import { type CommandExample, type CommandOption, example, optionTerm } from './command-page.js';
import { LIBRARY_ABOUT, LIBRARY_SUMMARIES, type LibrarySubcommand } from './library-text.js';
import { type Block, code, type Page, type Section, terms, text } from './page.js';
import { XDP_ABOUT } from './xdp-text.js';

export interface SubcommandDocs {
  readonly name: 'net' | 'prog' | 'xdp' | LibrarySubcommand;
  readonly description: string;
  readonly usage: readonly string[]; // a line each, without the names
  readonly options: readonly CommandOption[];
  readonly examples: readonly CommandExample[];
}

export const SUBCOMMAND_SUMMARIES: Readonly<Record<SubcommandDocs['name'], string>> = {
  net: 'list the BPF programs that are attached to network interfaces',
  prog: 'show the BPF programs that are loaded, what they cost, and their code',
  xdp: 'attach an XDP program that clang compiled to a network interface',
  ...LIBRARY_SUMMARIES,
};

export function subcommandPage({ name, description, usage, options, examples }: SubcommandDocs): Page {
  return {
    name: `tsbpf-${name}`,
    section: 8,
    summary: SUBCOMMAND_SUMMARIES[name],
    sections: [
      { title: 'SYNOPSIS', blocks: [code(...usage.map(line => `tsbpf ${name} ${line}`))] },
      { title: 'DESCRIPTION', blocks: [...text(description), ...ABOUT[name].description] },
      { title: 'OPTIONS', blocks: [{ kind: 'terms', terms: options.map(optionTerm) }] },
      ...ABOUT[name].sections,
      { title: 'EXIT STATUS', blocks: text(ABOUT[name].exitStatus) },
      { title: 'EXAMPLES', blocks: examples.flatMap(example) },
      { title: 'SEE ALSO', blocks: text(ABOUT[name].seeAlso) },
    ],
  };
}

export interface About {
  readonly description: readonly Block[];
  readonly sections: readonly Section[];
  readonly exitStatus: string;
  readonly seeAlso: string;
}

const SEE_ALSO = '`tsbpf`(8), `bpftool`(8), `ip-link`(8), `tc-bpf`(8)';

const REQUIREMENTS =
  'CAP_SYS_ADMIN: the kernel shows the programs of all processes to nobody else. Linux 5.10 or later; tcx is shown from 6.6, netkit from 6.7.';

const ABOUT: Readonly<Record<SubcommandDocs['name'], About>> = {
  net: {
    description: text(
      'Interfaces are those of the network namespace in which it runs: by way of `nsenter --net=`<path> it shows those of another (`ip netns exec` hides the bpf file system, and with it where programs are pinned). A row is one program in one place. When nothing is attached, that is said on standard error and the exit status is 0.',
    ),
    sections: [
      {
        title: 'COLUMNS',
        blocks: [
          terms([
            [
              '`HOOK`',
              '`xdp`; `tcx/ingress` and `tcx/egress`; `netkit/primary` and `netkit/peer`; of filters of tc, `clsact/ingress`, `clsact/egress`, or the queueing discipline that they belong to.',
            ],
            [
              '`MODE`',
              'Of XDP `native`, `generic` or `offloaded`; of filters `direct` when the return value is the verdict, else `classifier`.',
            ],
            ['`ID`, `NAME`, `TAG`', 'Of the program; the tag is a hash of its instructions.'],
            ['`JITED`', 'Bytes of machine code; 0 when it is interpreted.'],
            ['`AGE`', 'Since the program was loaded.'],
            [
              '`BY`',
              '`link` with its number: it goes away with the last process that holds it, unless it is pinned. `netlink`, `attached` and `filter` (with priority and handle) stay until somebody takes them off.',
            ],
            [
              '`OWNER`',
              'The process that holds the link, or the program where there is no link: name and id; `+1` when another holds it too.',
            ],
            ['`PINNED`', 'Where it has a name in a bpf file system.'],
          ]),
        ],
      },
      { title: 'REQUIREMENTS', blocks: text(REQUIREMENTS) },
    ],
    exitStatus: '0; 1 when an interface that was named is not there, or without privilege.',
    seeAlso: SEE_ALSO,
  },
  prog: {
    description: [
      ...text(
        'On a terminal `tsbpf prog` is a live table, read again every second, with the programs that take most time on top; its keys are those of every live table (`?` shows them). Through a pipe, in another format or with `--once` it is one plain table, measured over the interval: with `-n` several, each row with its time.',
        'While it measures, the kernel counts the runs of all programs and their time (BPF_ENABLE_STATS), which costs each run some tens of nanoseconds; it stops with the process, however that ends. With `-i 0` nothing is measured, and counters are as they were left.',
      ),
      terms([
        [
          '`show` <program>',
          'Everything that the kernel tells about one program: its code, type information and maps, where it is attached, which processes hold it, where it is pinned. With `-i` its runs are measured too. A name may be that of several; all are shown. `-f json` prints an object for each.',
        ],
        [
          '`show` <file>`.o`',
          'What an object file holds that clang made, or `--emit-elf`: its programs by section with their instructions, its maps, license and type information. A word with a slash or ending in `.o` is a file. Nothing is loaded.',
        ],
        [
          '`dump` <program>',
          "Its instructions after the verifier's rewriting, in the notation of the verifier's log, with the source line before the instructions that come of it where the program has type information. Maps, functions and helpers are shown by name.",
        ],
      ]),
    ],
    sections: [
      {
        title: 'COLUMNS',
        blocks: [
          terms([
            ['`RATE`', 'Runs in a second.'],
            ['`AVG`', 'Time of one run in the interval; of all counted runs when it had none.'],
            [
              '`CPU`',
              'Share of one CPU; above 100 % when it runs on several at once. In JSON and CSV in parts per million.',
            ],
            [
              '`OWNER`',
              'A process that holds the program or a link of it: name and id; `+1` when another does too. In the live table, where it is pinned when no process does.',
            ],
            [
              '`ATTACHED`',
              'Where links and interfaces tell it to be attached; `+1` when in another place too. A program that a tail call, a socket or a control group holds without a link shows none.',
            ],
            ['`RUNS`, `RUN_TIME`', 'As counted since it was loaded, while statistics were on.'],
            ['`AGE`, `JITED`, `TAG`, `PINNED`', 'As in `tsbpf-net`(8).'],
          ]),
        ],
      },
      { title: 'REQUIREMENTS', blocks: text(REQUIREMENTS) },
    ],
    exitStatus: '0; 1 when there is no such program, or without privilege.',
    seeAlso: SEE_ALSO,
  },
  xdp: XDP_ABOUT,
  ...LIBRARY_ABOUT,
};
