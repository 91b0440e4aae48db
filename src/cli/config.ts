// What the command line asked for, as plain data: made by options.ts, used by everything after it.

export type Format = 'text' | 'json' | 'csv' | 'table';
export type Buffering = 'line' | 'full' | 'none';

export interface CliConfig {
  /** argv[0] as invoked: the process's name. */
  readonly invokedAs: string;
  readonly expression: string | undefined; // -e
  /** Script, tool name or '-', when there is no -e. */
  readonly script: string | undefined;
  /** Everything after the script: positional parameters and the tool's options. */
  readonly scriptArgs: readonly string[];
  readonly list: boolean; // -l: `script` is then the pattern
  readonly info: boolean;
  readonly format: Format | undefined; // undefined: text, or what the tool prefers
  readonly output: string | undefined;
  readonly buffering: Buffering | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: readonly string[]; // -d stages
  readonly dryRun: boolean;
  readonly unsafe: boolean;
  readonly warnings: boolean;
  readonly strict: boolean;
  readonly emit: 'asm' | 'spec' | undefined;
  readonly pid: number | undefined;
  readonly command: string | undefined;
  readonly deadline: number | undefined; // --for, seconds
  readonly color: boolean;
}

/** The command line is wrong; the message says how. Exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
