// How far attaching is, or loading a set, when it takes long: a bar that is written over on a terminal and gone at the end; else a line every few
// seconds.

const WIDTH = 30;
/** Of the lines: at most one in so many calls. */
const CALLS = 30;

/** `write` puts text on stderr. */
export function attachProgress(
  write: (text: string) => void,
  isTerminal: boolean,
  [verb, what] = ['Attaching', 'probes'],
): (done: number, total: number) => void {
  let calls = 0;
  return (done, total) => {
    if (!isTerminal) {
      if (done < total && calls++ % CALLS === 0) write(`${verb}: ${done} of ${total} ${what}\n`);
      return;
    }
    const full = Math.floor((WIDTH * done) / total);
    const bar = `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}]`;
    // At the end the line is cleared (EL), so that what follows starts on it.
    write(done === total ? '\r\x1b[K' : `\r${verb} ${bar} ${done} of ${total} ${what}`);
  };
}
