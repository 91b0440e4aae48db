// What a session tells of itself (-v): one line per step, with ids, sizes and timings. Off, it costs nothing.
export interface Lifecycle {
  /** `stage` is open, load, attach, run or tear down. */
  step(stage: 'open' | 'load' | 'attach' | 'run' | 'tear down', text: string): void;
}

/** ms since this process started, to hundredths. */
export function sinceStart(): string {
  return `${performance.now().toFixed(2)} ms`;
}

export function verboseLifecycle(write: (line: string) => void): Lifecycle {
  return { step: (stage, text) => write(`[${sinceStart().padStart(10)}] ${stage}: ${text}\n`) };
}
