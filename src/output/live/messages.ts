// Warnings and errors of the run: the latest is shown on the screen, all are said again when the terminal is back. A message
// that repeats is kept once and counted.
import type { Line, Style } from './frame.js';

const MOST = 100;

export class Messages {
  readonly #counts = new Map<string, number>();
  #dropped = 0;
  #latest: Line | undefined;

  /** Whole lines; the first is shown. */
  add(text: string, style: Style): void {
    const known = this.#counts.get(text);
    if (known !== undefined || this.#counts.size < MOST) this.#counts.set(text, (known ?? 0) + 1);
    else this.#dropped++;
    this.#latest = { text: text.split('\n', 1)[0] ?? '', style };
  }

  get latest(): Line | undefined {
    return this.#latest;
  }

  /** Not shown any more; still said at the end. */
  dismiss(): void {
    this.#latest = undefined;
  }

  sayAll(notice: (text: string) => void): void {
    for (const [text, count] of this.#counts) {
      notice(text.endsWith('\n') ? text : `${text}\n`);
      if (count > 1) notice(`  (${count} times)\n`);
    }
    if (this.#dropped > 0) notice(`${this.#dropped} more messages\n`);
  }
}
