// --packets: what a program did with each packet of a capture, and with all of them: columns, or JSON messages packet and packets.
import type { ByteOutput } from './sink.js';

export interface PacketOutcome {
  readonly number: number; // from 1
  /** ns since the first one; negative when it is older. */
  readonly time: bigint;
  readonly bytes: number;
  /** undefined: it was not run. */
  readonly verdict: string | undefined;
}

export interface PacketTotals {
  readonly verdicts: readonly {
    readonly verdict: string;
    readonly packets: number;
    readonly bytes: number;
  }[];
  /** Shorter than an Ethernet header, or longer than the kernel takes in a trial. */
  readonly notRun: number;
  /** ns of one run, averaged, as the kernel measures it; of a program that does nothing. Undefined: nothing was run. */
  readonly time: { readonly program: number; readonly empty: number; readonly repeat: number } | undefined;
}

export class PacketReport {
  readonly #output: ByteOutput;
  readonly #json: boolean;
  readonly #encoder = new TextEncoder();
  #headed = false;

  constructor(output: ByteOutput, json: boolean) {
    this.#output = output;
    this.#json = json;
  }

  packet({ number, time, bytes, verdict }: PacketOutcome): void {
    const seconds = secondsOf(time);
    if (this.#json) {
      const said = verdict === undefined ? 'null' : `"${verdict}"`;
      this.#line(
        `{"type": "packet", "data": {"number": ${number}, "time": ${seconds}, "bytes": ${bytes}, "verdict": ${said}}}`,
      );
      return;
    }
    if (!this.#headed) this.#line(row('PACKET', 'SECONDS', 'BYTES', 'VERDICT'));
    this.#headed = true;
    this.#line(row(`${number}`, seconds.slice(0, -3), `${bytes}`, verdict ?? 'not run'));
  }

  totals({ verdicts, notRun, time }: PacketTotals): void {
    const sum = verdicts.reduce((total, { packets }) => total + packets, 0);
    const round = (ns: number) => Math.round(ns * 10) / 10;
    if (this.#json) {
      const each = verdicts.map(
        ({ verdict, packets, bytes }) => `"${verdict}": {"packets": ${packets}, "bytes": ${bytes}}`,
      );
      const timed =
        time === undefined
          ? ''
          : `, "ns_per_packet": ${round(time.program)}, "ns_empty": ${round(time.empty)}`;
      this.#line(
        `{"type": "packets", "data": {"packets": ${sum}, "not_run": ${notRun}, "verdicts": {${each.join(', ')}}${timed}}}`,
      );
      return;
    }
    this.#line('');
    this.#line(row('PACKETS', 'SHARE', 'BYTES', 'VERDICT'));
    for (const { verdict, packets, bytes } of verdicts) {
      this.#line(row(`${packets}`, `${((100 * packets) / sum).toFixed(1)}%`, `${bytes}`, verdict));
    }
    if (notRun > 0) this.#line(row(`${notRun}`, '', '', 'not run: too short or too long'));
    if (time === undefined) return;
    const once = time.repeat === 1 ? ' (run once each: --repeat 1000 measures well)' : '';
    this.#line(`${round(time.program)} ns a packet; an empty program takes ${round(time.empty)}${once}`);
  }

  #line(text: string): void {
    this.#output.write(this.#encoder.encode(`${text}\n`));
  }
}

/** ns as seconds: captures that were merged or whose clock was set have packets before the first. */
function secondsOf(time: bigint): string {
  const digits = String(time < 0n ? -time : time).padStart(10, '0');
  return `${time < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function row(number: string, time: string, bytes: string, verdict: string): string {
  return `${number.padStart(8)} ${time.padStart(14)} ${bytes.padStart(9)} ${verdict}`;
}
