// When a view that goes on by itself ends.

/** ms: what a timer of Node takes; 24 days. */
const LONGEST_WAIT = 0x7fff_ffff;

/** q, Ctrl-C and signals end it; a wait ends with it. */
export class Ending {
  over = false;
  #wake: () => void = () => {};
  readonly #end = () => this.end();

  constructor() {
    process.on('SIGINT', this.#end);
    process.on('SIGTERM', this.#end);
    process.on('SIGHUP', this.#end);
  }

  end(): void {
    this.over = true;
    this.#wake();
  }

  /** ms; without, until it ends. */
  async wait(time = LONGEST_WAIT): Promise<void> {
    if (this.over) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.#wake = resolve;
      timer = setTimeout(resolve, time);
    });
    clearTimeout(timer);
    if (time === LONGEST_WAIT) await this.wait();
  }

  close(): void {
    process.off('SIGINT', this.#end);
    process.off('SIGTERM', this.#end);
    process.off('SIGHUP', this.#end);
  }
}
