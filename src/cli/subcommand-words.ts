// First words that are neither tools nor files.

/** What each does is in its page of the manual, and in `tsbpf WORD --help`. */
export const SUBCOMMAND_WORDS = [
  'net',
  'prog',
  'xdp',
  'tplist',
  'tools',
  'help',
  'edit',
  'completion',
] as const;

/** What the scripts of `tsbpf completion` run at each Tab. */
export const COMPLETE = 'complete';

export type SubcommandName = (typeof SUBCOMMAND_WORDS)[number];

export function isSubcommand(word: string): word is SubcommandName {
  return (SUBCOMMAND_WORDS as readonly string[]).includes(word);
}
