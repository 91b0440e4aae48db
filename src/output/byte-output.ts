// Bytes to an fd, synchronously and completely: what is written is out, in order, before the next event is looked at.
import { closeSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { ByteOutput } from './sink.js';

/** The reader has gone (EPIPE): the session ends quietly. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

/** -B: when output is handed on. line: after each batch of events; full: by 64 KiB; none: after each message. */
export type Buffering = 'line' | 'full' | 'none';

/** An fd of ours (`close` closes it) or a standard one (it stays open). */
export class FdOutput implements ByteOutput {
  readonly isTerminal: boolean;
  readonly #fd: number;
  #open: boolean;

  constructor(fd: number, options: { readonly owned?: boolean } = {}) {
    this.#fd = fd;
    this.#open = options.owned === true;
    this.isTerminal = isatty(fd);
  }

  /** Width of the terminal, characters. Asked of process.stdout only when it is one: touching it on a pipe makes it non-blocking. */
  get columns(): number {
    return this.isTerminal ? (process.stdout.columns ?? 80) : 80;
  }

  /** Throws BrokenPipe, or the system's error (ENOSPC ...). A full pipe of ours or another's making is waited for. */
  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EPIPE') throw new BrokenPipe('the reader of the output has gone');
        if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
        pause(2);
      }
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }
}

/** -o FILE: truncated, or made with mode 0644 less the umask. */
export function openFile(path: string): FdOutput {
  return new FdOutput(openSync(path, 'w', 0o644), { owned: true });
}

/** Keeps what is written, for tests. */
export class MemoryOutput implements ByteOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly #parts: Uint8Array[] = [];

  constructor(options: { readonly isTerminal?: boolean; readonly columns?: number } = {}) {
    this.isTerminal = options.isTerminal ?? false;
    this.columns = options.columns ?? 80;
  }

  write(bytes: Uint8Array): void {
    this.#parts.push(bytes.slice());
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }
}

/** Blocks this thread, milliseconds. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
