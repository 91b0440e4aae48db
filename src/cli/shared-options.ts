// Options of ours that make sense with every tool, as its --help and its page of the manual show them. They may stand behind
// the tool's name; an option of the tool's own of the same name takes its place (command-line.ts).

export const SHARED_OPTIONS: readonly (readonly [flags: string, meaning: string])[] = [
  ['-p, --pid <pid>', 'trace this process only; end with it'],
  ['-c, --cmd <command>', 'run a command, and trace while it runs'],
  ['--follow', 'with either: the processes that it forks too'],
  ['--cgroup <path>', 'trace processes of this control group only'],
  ['--container <name>', 'trace this container only'],
  ['-d, --duration <time>', 'end after this time: 10s, 500ms, 2m; without a unit seconds'],
  ['-i, --interval <time>', 'print and clear the maps every so often, where the tool does not'],
  ['--count <n>', 'end after so many of these intervals; without any, after so many rows'],
  ['-T, --timestamp', 'show the time of rows that have none'],
  ['--columns <names>', 'show only these columns, in this order: pid,comm'],
  ['--where <filter>', "show only rows that hold a text, or column>value: 'pid=12 && comm!=sshd'"],
  ['--sort <column>', 'sort rows by it: age, age:asc, age:desc'],
  ['--top <n>', 'of maps only the greatest values; of sorted rows the first'],
  [
    '-f, --format <format>',
    'table (live on a terminal), text, json, csv (both with the columns of --wide) or folded (stacks)',
  ],
  ['-o, --output <file>', 'write output to a file'],
];

/** Without what a tool declares itself, letters and names. */
export function sharedWith(
  declared: readonly { readonly name: string; readonly short: string | undefined }[],
): (readonly [flags: string, meaning: string])[] {
  return SHARED_OPTIONS.flatMap(([flags, meaning]) => {
    const [, letter, name] = /^(?:-(\w), )?--(\w+)/.exec(flags) ?? [];
    if (declared.some(option => option.name === name)) return [];
    const taken = letter !== undefined && declared.some(({ short }) => short === letter);
    return [[taken ? flags.slice(4) : flags, meaning] as const];
  });
}
