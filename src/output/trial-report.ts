// Results of --test and --bench: lines as bpftrace prints them, or JSON messages test_result and benchmark_result.
import type { ByteOutput } from './sink.js';

export interface TrialReportOptions {
  readonly json: boolean;
  readonly color: boolean;
}

export interface TestOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly nanoseconds: bigint;
  /** What it printed. */
  readonly output: string;
}

export class TrialReport {
  readonly #output: ByteOutput;
  readonly #options: TrialReportOptions;
  readonly #encoder = new TextEncoder();
  readonly #failed: string[] = [];
  #tests = 0;
  #width = 40;
  #headed = false;

  constructor(output: ByteOutput, options: TrialReportOptions) {
    this.#output = output;
    this.#options = options;
  }

  startTests(count: number): void {
    if (count > 0) this.#mark(GREEN, '==========', `Running ${count} tests.`);
  }

  startTest(name: string): void {
    this.#mark(GREEN, ' RUN      ', name);
  }

  test({ name, passed, nanoseconds, output }: TestOutcome): void {
    this.#tests++;
    if (!passed) this.#failed.push(name);
    if (this.#options.json) {
      const result = `{"duration": ${nanoseconds}, "passed": ${passed}, "output": ${JSON.stringify(output)}}`;
      this.#line(`{"type": "test_result", "data": {${JSON.stringify(name)}: ${result}}}`);
      return;
    }
    if (!passed && output !== '') this.#line(output.replace(/\n$/, ''));
    const taken = nanoseconds < 1000n ? `${nanoseconds} ns` : `${nanoseconds / 1000n} μs`;
    this.#mark(passed ? GREEN : RED, passed ? '       OK ' : '  FAILED  ', `${name} (${taken})`);
  }

  endTests(): void {
    if (this.#tests === 0) return;
    const tests = (count: number) => `${count} test${count === 1 ? '' : 's'}`;
    this.#mark(GREEN, '==========', `${tests(this.#tests)} ran.`);
    this.#mark(GREEN, '  PASSED  ', `${tests(this.#tests - this.#failed.length)}.`);
    if (this.#failed.length === 0) return;
    this.#mark(RED, '  FAILED  ', `${tests(this.#failed.length)}, listed below:`);
    for (const name of this.#failed) this.#mark(RED, '  FAILED  ', name);
  }

  startBenchmarks(names: readonly string[]): void {
    this.#width = Math.max(this.#width, ...names.map(name => name.length));
  }

  /** ns of one run, and how many there were. */
  benchmark(name: string, average: number, runs: number): void {
    if (this.#options.json) {
      const result = `{"average": ${average}, "iters": ${runs}}`;
      this.#line(`{"type": "benchmark_result", "data": {${JSON.stringify(name)}: ${result}}}`);
      return;
    }
    if (!this.#headed) {
      const head = this.#row('Benchmark', 'Time(ns)', 'Iterations');
      this.#line(`${head}\n${'-'.repeat(head.length)}`);
      this.#headed = true;
    }
    this.#line(this.#row(name, String(average), String(runs)));
  }

  #row(name: string, time: string, runs: string): string {
    return `${name.padEnd(this.#width)} ${time.padEnd(14)} ${runs}`;
  }

  #mark(color: string, mark: string, text: string): void {
    if (this.#options.json) return;
    this.#line(this.#options.color ? `${color}[${mark}]${PLAIN} ${text}` : `[${mark}] ${text}`);
  }

  #line(text: string): void {
    this.#output.write(this.#encoder.encode(`${text}\n`));
  }
}

const GREEN = '\x1b[32m';
const RED = '\x1b[31m';
const PLAIN = '\x1b[0m';
