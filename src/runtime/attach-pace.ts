// While many targets are attached one after the other: events are drained, signals are let in, and when it takes long it is told
// how far it is.
import { milliseconds } from './clock.js';

export interface PaceOptions {
  /** Told after a second, then ten times a second, and at the end if it was told before. */
  readonly progress: ((done: number, total: number) => void) | undefined;
  /** Takes events out of the ring. */
  readonly drain: () => void;
  /** The session has ended meanwhile. */
  readonly ended: () => boolean;
  /** Milliseconds of the clock. */
  readonly now?: () => number;
}

/** ms of work without a look at the event loop. */
const TURN = 50;
/** ms before the first word, and between words. */
const PATIENCE = 1000;
const INTERVAL = 100;

/** Called after each attachment; false: give up. */
export function attachPace({ progress, drain, ended, now: clock = milliseconds }: PaceOptions) {
  let turn = clock();
  let next = turn + PATIENCE;
  let told = false;
  return (done: number, total: number): boolean | Promise<boolean> => {
    const now = clock();
    if (now >= next || (told && done === total)) {
      next = now + INTERVAL;
      told = true;
      progress?.(done, total);
    }
    if (now - turn < TURN) return true;
    drain();
    return new Promise(resolve => {
      setImmediate(() => {
        turn = clock();
        resolve(!ended());
      });
    });
  };
}
