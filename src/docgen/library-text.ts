// What the manual says of the subcommands that are about tools, and of where tools come from.
import { TOPICS } from '../compiler/syntax/topics.js';
import { type Block, terms, text } from './page.js';
import type { About } from './subcommand-page.js';

export type LibrarySubcommand = 'tplist' | 'tools' | 'help' | 'edit' | 'completion';

export const LIBRARY_SUMMARIES: Readonly<Record<LibrarySubcommand, string>> = {
  tplist: 'list tracepoints and USDT probes, with their arguments',
  tools: 'list the tools by topic',
  help: 'show a page of the manual',
  edit: 'copy a tool, to change it',
  completion: 'complete command lines in a shell',
};

/** Of a section that says where a tool is looked for. */
export const TOOL_FOLDERS: readonly Block[] = [
  ...text(
    'A tool is a script <name>`.bt` in one of these folders; the first that has it gives the tool, so that a copy of yours goes before the original:',
  ),
  terms([
    ['`$TSBPF_PATH`', 'Folders parted by colons, in their order.'],
    ['`$XDG_CONFIG_HOME/tsbpf`', 'Yours; `~/.config/tsbpf` when that variable is not set.'],
    ['the library', 'What tsbpf comes with.'],
  ]),
  ...text(
    'A tool never hides a subcommand, and `tsbpf` <name> is a tool before it is a file. `sudo` has a home of its own and takes these variables away: there name the file, as in `sudo tsbpf ~/.config/tsbpf/`<name>`.bt`.',
  ),
];

const SEE_ALSO =
  '`tsbpf`(8), `tsbpf-language`(7), `tsbpf-tools`(8), `tsbpf-help`(8), `tsbpf-edit`(8), `tsbpf-completion`(8)';

export const LIBRARY_ABOUT: Readonly<Record<LibrarySubcommand, About>> = {
  tplist: {
    description: text(
      'The same as `tsbpf -l` and `-lv`, which list probes of every type, by the options of the tool of that name. Without `-p` and `-l` it is the tracepoints of the kernel. What is listed is written in programs as it stands.',
    ),
    sections: [],
    exitStatus: '0; 1 when nothing matches.',
    seeAlso: `${SEE_ALSO}, \`perf-list\`(1)`,
  },
  tools: {
    description: text(
      `A line for each tool, with the folder that it is from where that is not the library; a tool that another of its name hides says so. Topics are ${TOPICS.join(', ')}; scripts that name none come last. In another format than text there is a row for each tool that its name stands for.`,
    ),
    sections: [{ title: 'FOLDERS', blocks: TOOL_FOLDERS }],
    exitStatus: '0; 1 when no tool is about the words.',
    seeAlso: SEE_ALSO,
  },
  help: {
    description: text(
      'On a terminal the page is shown by `man`(1), where it is installed; through a pipe, and without it, as plain text. The page of a script of yours is made of its header.',
    ),
    sections: [],
    exitStatus: '0; 1 when there is no such page.',
    seeAlso: `${SEE_ALSO}, \`man\`(1)`,
  },
  edit: {
    description: text(
      'The copy is a tool of the same name and goes before the original; with a path it is a file. A file that is there already is never overwritten: on a terminal, without a path, it is opened. The editor is `$VISUAL` or `$EDITOR`; without either the script is only copied.',
    ),
    sections: [{ title: 'FOLDERS', blocks: TOOL_FOLDERS }],
    exitStatus: "0; 1 when there is no such tool, or the file is there already; else the editor's.",
    seeAlso: SEE_ALSO,
  },
  completion: {
    description: text(
      'Completed are options and their values, tools with their options and parameters, subcommands, and process ids with `-p`. Within the program of `-e`, in quotes, it is the names of probes up to the next colon, words of the language, maps and variables of the program, and behind `args.` the arguments of the probe. As root: to others the kernel does not show its probes.',
      'The script runs `tsbpf` at each Tab, so what it offers is what the installed version has, with the tools of your own.',
    ),
    sections: [],
    exitStatus: '0; 1 when there is no script for the shell.',
    seeAlso: `${SEE_ALSO}, \`bash\`(1), \`zsh\`(1), \`fish\`(1)`,
  },
};
