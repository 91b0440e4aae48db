// --packets: the program is run on each packet of a capture, by the kernel, without an interface.
import { readFileSync } from 'node:fs';
import { MOST_SNAPLEN } from '../compiler/language/functions/capture.js';
import { findProbeType } from '../compiler/language/registry.js';
import { closeFd } from '../kernel/sys/fd.js';
import { PacketReport } from '../output/packet-report.js';
import type { ByteOutput } from '../output/sink.js';
import type { PacketFile } from '../runtime/capture-file.js';
import { openCapture } from '../runtime/capture-files.js';
import { CaptureError, readCapture } from '../runtime/capture-reader.js';
import type { SeenPacket } from '../runtime/pcapng-file.js';
import { emptyProgram, type Instead, type Trial } from '../runtime/trial.js';
import { verdictName } from '../runtime/verdicts.js';
import { type CliConfig, type PacketTrial, UsageError } from './config.js';

/** What the kernel runs: an Ethernet header at least. */
const LEAST = 14;

/** Reads the capture at once, so that nothing is run when there is none. Throws a UsageError. */
export function packetRun(config: CliConfig, trial: PacketTrial, output: ByteOutput): Instead {
  if (config.format !== undefined && config.format !== 'text' && config.format !== 'json')
    throw new UsageError(`--packets prints text or JSON, not ${config.format}`);
  const packets = readPackets(trial.file);
  const report = config.quiet ? undefined : new PacketReport(output, config.format === 'json');
  return {
    probes: ['xdp', 'tc'],
    printsMaps: true,
    async run(trials, ended) {
      const [program, another] = trials;
      if (program === undefined) throw new UsageError('--packets: the program has no packet probe');
      if (another !== undefined) {
        const names = trials.map(({ target }) => target).join(' and ');
        throw new UsageError(`--packets runs one program, and here are ${names}: choose by --probe-filter`);
      }
      await runPackets({ packets, program, trial, report, ended });
      return 0;
    },
  };
}

function readPackets(file: string) {
  try {
    return [...readCapture(readFileSync(file === '-' ? 0 : file))];
  } catch (error) {
    if (error instanceof CaptureError || (error as NodeJS.ErrnoException).code !== undefined)
      throw new UsageError(`--packets ${file}: ${(error as Error).message}`);
    throw error;
  }
}

interface Run {
  readonly packets: ReturnType<typeof readPackets>;
  readonly program: Trial;
  readonly trial: PacketTrial;
  readonly report: PacketReport | undefined;
  readonly ended: () => boolean;
}

/** All of them, unless exit() ends it. */
async function runPackets({ packets, program, trial, report, ended }: Run): Promise<void> {
  const { repeat, writePassed } = trial;
  const passed = writePassed === undefined ? undefined : openPassed(writePassed);
  const { probeType } = program;
  const packet = findProbeType(probeType)?.packet;
  const passing = new Set(packet?.passing);
  const verdictType = packet?.verdictType ?? 0;
  const nameOf = (verdict: number) => verdictName(probeType, verdict);
  const empty = emptyProgram(program.programType);
  const totals = new Map<number, { packets: number; bytes: number }>();
  const spent = { program: 0, empty: 0, runs: 0 };
  let notRun = 0;
  try {
    for (const [index, { time, bytes }] of packets.entries()) {
      if (index % 256 === 0) await new Promise(resolve => setImmediate(resolve)); // lets signals in
      if (ended()) break;
      const done = bytes.length < LEAST ? undefined : program.packet(bytes, time, repeat);
      const outcome = { number: index + 1, time: time - (packets[0]?.time ?? 0n), bytes: bytes.length };
      if (done === undefined) {
        notRun++;
        report?.packet({ ...outcome, verdict: undefined });
        continue;
      }
      const total = totals.get(done.verdict) ?? { packets: 0, bytes: 0 };
      total.packets++;
      total.bytes += bytes.length;
      totals.set(done.verdict, total);
      report?.packet({ ...outcome, verdict: nameOf(done.verdict) });
      if (passing.has(done.verdict))
        passed?.append({ ...SOMEWHERE, time, bytes: done.packet, verdict: done.verdict, verdictType });
      spent.program += done.nanoseconds;
      spent.empty += program.compare(empty, bytes, repeat);
      spent.runs++;
    }
  } finally {
    passed?.close();
    closeFd(empty);
  }
  report?.totals({
    verdicts: [...totals]
      .sort(([a], [b]) => a - b)
      .map(([verdict, total]) => ({ verdict: nameOf(verdict), ...total })),
    notRun,
    time:
      spent.runs === 0
        ? undefined
        : { program: spent.program / spent.runs, empty: spent.empty / spent.runs, repeat },
  });
}

/** Where a packet of a capture was seen is not known. */
const SOMEWHERE = { interface: 0, queue: 0, outbound: false };

function openPassed(path: string): PacketFile<SeenPacket> {
  try {
    return openCapture(path, { snaplen: MOST_SNAPLEN, nameOf: () => undefined });
  } catch (error) {
    throw new UsageError(`--write-passed ${path}: ${(error as Error).message}`);
  }
}
