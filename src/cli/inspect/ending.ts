// When a view that goes on by itself ends.

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

  /** ms. */
  async wait(time: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.#wake = resolve;
      timer = setTimeout(resolve, time);
    });
    clearTimeout(timer);
  }

  close(): void {
    process.off('SIGINT', this.#end);
    process.off('SIGTERM', this.#end);
    process.off('SIGHUP', this.#end);
  }
}
