// When an event source is drained. Wake-ups by level-triggered poll would spin when the tracer sees its own system calls, so:
// wake, drain, disarm for some milliseconds, drain, arm again. An idle source costs nothing, the first event after a pause
// arrives at once, and a flood is drained on a timer.
import { type FdWatch, watchFd } from '../kernel/sys/fd-watch.js';

/** Pause of the poll after a wake-up. */
const PAUSE_MS = 10;

/** 'busy': there is much more; 'some': events were there, or wait for their turn; 'none': it is empty. */
export type Progress = 'busy' | 'some' | 'none';

export interface PacedDrainOptions {
  /** Readable when there are events. They stay the caller's. */
  readonly fds: readonly number[];
  /** Takes a bounded amount, so that a flood leaves room for drawing and Ctrl-C. */
  readonly drainSome: () => Progress;
  /**
   * Asks to be woken, where an fd does not tell by itself. What happens at the same moment on another CPU may miss it: it is
   * looked after once more, a pause later.
   */
  readonly beforeSleep?: () => void;
}

export class PacedDrain {
  readonly #options: PacedDrainOptions;
  #watches: readonly FdWatch[] = [];
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #asleep = false;
  #closed = false;

  constructor(options: PacedDrainOptions) {
    this.#options = options;
  }

  start(): void {
    this.#watches = this.#options.fds.map(fd => watchFd(fd, () => this.#onWake()));
    this.#sleep();
  }

  /** Idempotent; before the fds are closed. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimer();
    for (const watch of this.#watches) watch.close();
  }

  #sleep(): void {
    this.#asleep = true;
    this.#options.beforeSleep?.();
    for (const watch of this.#watches) watch.arm();
    if (this.#options.beforeSleep !== undefined) this.#timer = setTimeout(() => this.#lookAgain(), PAUSE_MS);
  }

  #lookAgain(): void {
    this.#timer = undefined;
    const progress = this.#options.drainSome();
    if (progress !== 'none' && !this.#closed && this.#asleep) this.#wake(progress);
  }

  /** Several fds may be readable in one turn of the event loop. */
  #onWake(): void {
    if (this.#asleep && !this.#closed) this.#wake(this.#options.drainSome());
  }

  #wake(progress: Progress): void {
    if (this.#closed) return;
    this.#asleep = false;
    this.#stopTimer();
    for (const watch of this.#watches) watch.disarm();
    // One drain per pause costs less than one wake-up per event.
    this.#again(progress === 'none' ? 'some' : progress);
  }

  #turn(): void {
    this.#timer = undefined;
    const progress = this.#options.drainSome();
    if (this.#closed) return;
    if (progress === 'none') this.#sleep();
    else this.#again(progress);
  }

  #again(progress: 'busy' | 'some'): void {
    this.#timer =
      progress === 'busy' ? setImmediate(() => this.#turn()) : setTimeout(() => this.#turn(), PAUSE_MS);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}
