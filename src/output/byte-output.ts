// Bytes to an fd, synchronously and completely: what is written is out, in order, before the next event is looked at.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Buffering, ByteOutput } from './sink.js';
import { isTerminal } from './terminal.js';

/** The reader has gone (EPIPE), or the terminal (EIO): the session ends quietly. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

/** What is written does not arrive: the disk is full (ENOSPC), a quota or the largest file reached. */
export class WriteError extends Error {
  override readonly name = 'WriteError';

  /** `path` undefined: standard output. */
  constructor(path: string | undefined, { code = '', message }: NodeJS.ErrnoException) {
    super(`${path ?? 'standard output'}: ${message.replace(/, write$/, '')}`);
    this.code = code;
  }

  readonly code: string;
}

/** An fd of ours (`close` closes it) or a standard one (it stays open). */
export class FdOutput implements ByteOutput {
  readonly isTerminal: boolean;
  readonly buffering: Buffering;
  readonly #fd: number;
  readonly #path: string | undefined;
  #open: boolean;

  /** `path`: an fd of ours, and the name of its file in messages. */
  constructor(fd: number, options: { readonly path?: string; readonly buffering?: Buffering } = {}) {
    this.#fd = fd;
    this.#path = options.path;
    this.buffering = options.buffering ?? 'line';
    this.#open = options.path !== undefined;
    this.isTerminal = isTerminal(fd);
  }

  /** Width of the terminal, characters. Asked of process.stdout only when it is one: touching it on a pipe makes it non-blocking. */
  get columns(): number {
    return this.isTerminal ? (process.stdout.columns ?? 80) : 80;
  }

  /** Throws a BrokenPipe or a WriteError. A full pipe of ours or another's making is waited for. */
  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EPIPE' || code === 'EIO') throw new BrokenPipe('the reader of the output has gone');
        if (code !== 'EAGAIN' && code !== 'EINTR')
          throw new WriteError(this.#path, error as NodeJS.ErrnoException);
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

/** Standard output, or -o FILE: truncated, or made with mode 0644 less the umask. Throws the system's error. */
export function openByteOutput(options: {
  readonly path?: string | undefined;
  readonly buffering?: Buffering | undefined;
}): FdOutput {
  const { path, buffering = 'line' } = options;
  if (path === undefined) return new FdOutput(1, { buffering });
  return new FdOutput(openSync(path, 'w', 0o644), { path, buffering });
}

/** Keeps what is written. */
export class MemoryOutput implements ByteOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  #parts: Uint8Array[] = [];

  constructor(options: { readonly isTerminal?: boolean; readonly columns?: number } = {}) {
    this.isTerminal = options.isTerminal ?? false;
    this.columns = options.columns ?? 80;
  }

  write(bytes: Uint8Array): void {
    this.#parts.push(Uint8Array.from(bytes)); // slice() of a Buffer would share
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  /** The text since the last time. */
  take(): string {
    const { text } = this;
    this.#parts = [];
    return text;
  }
}

/** Blocks this thread, milliseconds. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
