// Signals of Linux on x86 and arm64: include/uapi/asm-generic/signal.h, and strsignal(3) of them.
import { numbered } from './numbered.js';

const NAMES =
  '1: HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU ' +
  'URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS';

const TEXTS =
  '1:|Hangup|Interrupt|Quit|Illegal instruction|Trace/breakpoint trap|Aborted|Bus error|' +
  'Floating point exception|Killed|User defined signal 1|Segmentation fault|User defined signal 2|' +
  'Broken pipe|Alarm clock|Terminated|Stack fault|Child exited|Continued|Stopped (signal)|Stopped|' +
  'Stopped (tty input)|Stopped (tty output)|Urgent I/O condition|CPU time limit exceeded|' +
  'File size limit exceeded|Virtual timer expired|Profiling timer expired|Window changed|I/O possible|' +
  'Power failure|Bad system call';

/** Real-time signals of the C library are numbered from here. */
const FIRST_REAL_TIME = 34;
export const LAST_SIGNAL = 64;

const names = numbered(NAMES);
const texts = numbered(TEXTS, '|');

/** By name, with or without SIG, in any case; undefined: there is none. */
export function signalNumber(name: string): number | undefined {
  const wanted = name.toUpperCase().replace(/^SIG/, '');
  for (const [number, known] of names()) if (known === wanted) return number;
  return undefined;
}

/** 'SIGKILL' of 9; undefined: no signal has that number. */
export function signalSymbol(number: number): string | undefined {
  if (number >= FIRST_REAL_TIME && number <= LAST_SIGNAL) {
    return number === FIRST_REAL_TIME ? 'SIGRTMIN' : `SIGRTMIN+${number - FIRST_REAL_TIME}`;
  }
  const name = names().get(number);
  return name === undefined ? undefined : `SIG${name}`;
}

/** 'Killed' of 9; undefined beyond the last signal. */
export function signalText(number: number): string | undefined {
  if (number < 0 || number > LAST_SIGNAL) return undefined;
  if (number >= FIRST_REAL_TIME) return `Real-time signal ${number - FIRST_REAL_TIME}`;
  return texts().get(number) ?? `Unknown signal ${number}`;
}
