// Why a session ends, and the watchers that notice: signals, a closed pipe or terminal, the end of a process, a deadline.
import { watchProcess } from './process-watch.js';

export type Ending =
  /** exit(), the deadline, END of the child or target: END runs, maps are printed. */
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The reader of stdout has gone: nobody to print for. */
  | { readonly kind: 'broken-pipe' }
  /** A second Ctrl-C, while the session was ending. */
  | { readonly kind: 'abort' };

export interface EndingOptions {
  readonly pid: number | undefined;
  /** Seconds, undefined: none. */
  readonly deadline: number | undefined;
}

/** Without a listener Node would let a debugger in. Whoever has a use for the signal listens too. */
function ignored(): void {}

/** Calls `end` at the first cause; later ones are passed on too (a second SIGINT is 'abort'). Returns what stops watching. */
export function watchEndings(options: EndingOptions, end: (ending: Ending) => void): () => void {
  let interrupted = false;
  const onSignal = (signal: NodeJS.Signals) => {
    end(interrupted ? { kind: 'abort' } : { kind: 'signal', signal });
    interrupted = true;
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  for (const signal of signals) process.on(signal, onSignal);
  process.on('SIGUSR1', ignored);
  const over = () => end({ kind: 'exit', code: 0 });
  const stopClock = options.deadline === undefined ? undefined : callAfter(options.deadline * 1000, over);
  const target = options.pid === undefined ? undefined : watchProcess(options.pid, over);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('SIGUSR1', ignored);
    stopClock?.();
    target?.close();
  };
}

/** ms: what a timer of Node takes; 24 days. */
const LONGEST_TIMER = 0x7fff_ffff;

/** ms, any number of them. Returns what cancels it. */
function callAfter(time: number, act: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number) => {
    const next = Math.min(left, LONGEST_TIMER);
    timer = setTimeout(() => (left > next ? wait(left - next) : act()), next);
  };
  wait(time);
  return () => clearTimeout(timer);
}
