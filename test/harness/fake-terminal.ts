// A terminal in memory: what is painted can be read as lines, keys can be pressed, the size changed, the other side hung up.
import { PassThrough } from 'node:stream';
import { BrokenPipe } from '../../src/output/byte-output.js';
import type { Terminal } from '../../src/output/live/terminal.js';
import { resolveOptions, type SinkOptions } from '../../src/output/options.js';
import type { ByteOutput } from '../../src/output/sink.js';

/** Keyboard sequences of xterm. */
export const KEYS = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  enter: '\r',
  escape: '\x1b',
  backspace: '\x7f',
  ctrlC: '\x03',
} as const;

const ESC = '\x1b';
/** A line of an update, up to the next one or the update's end. */
const LINE = new RegExp(`${ESC}\\[(\\d+);1H${ESC}\\[2K([^\\n]*?)(?=${ESC}\\[\\d+;1H|${ESC}\\[\\?2026l)`, 'g');

export class FakeTerminal implements Terminal, ByteOutput {
  columns: number;
  rows: number;
  readonly keyboard: NodeJS.ReadStream | undefined;
  readonly isTerminal = true;
  /** Everything written, in order. */
  written = '';
  updates = 0;
  rawMode = false;
  hungUp = false;
  #lines: string[] = [];
  readonly #keys: PassThrough;
  #onResize: () => void = () => {};

  constructor(columns: number, rows: number, options: { readonly keyboard?: boolean } = {}) {
    this.columns = columns;
    this.rows = rows;
    this.#keys = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (on: boolean) => {
        this.rawMode = on;
      },
      ref() {},
      unref() {},
    });
    this.keyboard = options.keyboard === false ? undefined : (this.#keys as unknown as NodeJS.ReadStream);
  }

  write(data: string | Uint8Array): void {
    if (this.hungUp) throw new BrokenPipe('hung up');
    const text = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
    this.written += text;
    if (text.includes('\x1b[2J')) this.#lines = [];
    for (const [, row = '', line = ''] of text.matchAll(LINE)) this.#lines[Number(row) - 1] = line;
    if (text.includes('\x1b[?2026l')) this.updates++;
  }

  onResize(listener: () => void): () => void {
    this.#onResize = listener;
    return () => {
      this.#onResize = () => {};
    };
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#onResize();
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.#keys.write(key);
  }

  /** The screen without colours, trailing spaces removed. */
  get screen(): string {
    const lines = Array.from({ length: this.#lines.length }, (_, i) => plain(this.#lines[i] ?? '').trimEnd());
    return lines.join('\n');
  }

  /** With colours. */
  get painted(): string {
    return this.#lines.join('\n');
  }

  /** What was written after the alternate screen was left. */
  get left(): string {
    return this.written.slice(this.written.lastIndexOf('\x1b[?1049l') + '\x1b[?1049l'.length);
  }

  /** Once `test` holds of the screen; throws with the screen after half a minute. */
  async until(test: (screen: string) => boolean): Promise<string> {
    for (let i = 0; i < 3000; i++) {
      if (test(this.screen)) return this.screen;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    throw new Error(`the screen did not become what was expected:\n${this.screen}`);
  }
}

export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are removed
  return text.replace(/\x1b\[[\d;]*m/g, '');
}

export function liveOptions(options: Partial<SinkOptions> = {}): SinkOptions {
  return {
    ...resolveOptions({
      title: 'tsbpf tcpstates',
      source: { name: 'test', text: '' },
      notice: () => {},
      onQuit: () => {},
      cpu: () => 0.001,
      epochOffset: () => 0n,
      now: () => 0n,
    }),
    ...options,
  };
}
