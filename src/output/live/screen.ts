// The alternate screen: entered for the table, left on close, on a crash and at exit, so that the shell gets its terminal back
// as it was. A frame is compared with the one before; only lines that differ are written, in one synchronized update.
import type { Terminal } from './terminal.js';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'; // alternate screen, no cursor, no wrapping
const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';
const BEGIN_UPDATE = '\x1b[?2026h';
const END_UPDATE = '\x1b[?2026l';

export class Screen {
  readonly #terminal: Terminal;
  #shown: string[] = [];
  #entered = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    process.on('exit', this.#abandon);
    process.on('uncaughtExceptionMonitor', this.#abandon); // before the error is printed
    this.#shown = [];
    this.#terminal.write(ENTER);
  }

  /** Idempotent. Errors are swallowed: the terminal may have gone. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    process.off('exit', this.#abandon);
    process.off('uncaughtExceptionMonitor', this.#abandon);
    try {
      this.#terminal.write(LEAVE);
    } catch {
      // nobody is there to see it
    }
  }

  /** A frame, its lines separated by newlines. */
  paint(text: string): void {
    if (!this.#entered) return;
    const lines = text.split('\n');
    let update = '';
    for (let i = 0; i < Math.max(lines.length, this.#shown.length); i++) {
      const line = lines[i] ?? '';
      if (line !== (this.#shown[i] ?? '')) update += `\x1b[${i + 1};1H\x1b[2K${line}`;
    }
    this.#shown = lines;
    if (update !== '') this.#terminal.write(`${BEGIN_UPDATE}${update}${END_UPDATE}`);
  }

  /** The next frame is written whole: the terminal has another size, or somebody wrote on it. */
  forget(): void {
    if (!this.#entered) return;
    this.#shown = [];
    this.#terminal.write('\x1b[2J');
  }

  readonly #abandon = (): void => {
    this.leave();
    try {
      this.#terminal.keyboard?.setRawMode(false);
    } catch {
      // it has gone
    }
  };
}
