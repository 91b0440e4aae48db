// The terminal that a live table is drawn on: its size, its keyboard, and bytes to it.
import type { ByteOutput } from '../sink.js';

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** undefined: standard input is no terminal, so there are no keys. */
  readonly keyboard: NodeJS.ReadStream | undefined;
  /** Throws BrokenPipe when the terminal has gone. */
  write(text: string): void;
  /** Returns what stops it. */
  onResize(listener: () => void): () => void;
}

/** Standard output's. Ink reads keys through process.stdin. */
export function ownTerminal(output: ByteOutput): Terminal {
  const { stdin, stdout } = process;
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    keyboard: stdin.isTTY ? stdin : undefined,
    write: text => output.write(Buffer.from(text, 'utf8')),
    onResize(listener) {
      stdout.on('resize', listener);
      return () => stdout.off('resize', listener);
    },
  };
}
