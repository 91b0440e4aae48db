// While many targets are attached one after the other: events are drained, signals are let in, and after a second it is said
// how far it is.

export interface PaceOptions {
  /** A line for stderr; on a terminal it is written over. */
  readonly notice: ((line: string) => void) | undefined;
  /** Takes events out of the ring. */
  readonly drain: () => void;
  /** The session has ended meanwhile. */
  readonly ended: () => boolean;
}

/** ms of work without a look at the event loop. */
const TURN = 50;
/** ms before the first word, and between words. */
const PATIENCE = 1000;

/** Called after each attachment; false: give up. */
export function attachPace({ notice, drain, ended }: PaceOptions) {
  let turn = performance.now();
  let told = turn;
  return (done: number, total: number): boolean | Promise<boolean> => {
    const now = performance.now();
    if (now - turn < TURN) return true;
    if (now - told >= PATIENCE && done < total) {
      told = now;
      notice?.(`Attaching: ${done} of ${total} probes\n`);
    }
    drain();
    return new Promise(resolve => {
      setImmediate(() => {
        turn = performance.now();
        resolve(!ended());
      });
    });
  };
}
