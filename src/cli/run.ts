// Runs a program: compile -> session -> exit code, with the sink that the command line asks for.

import { renderDiagnostics } from '../compiler/diagnostics/render.js';
import { isPacketProbe } from '../compiler/language/registry.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import { missingPrivilege } from '../kernel/host/capability.js';
import { onlineCpus } from '../kernel/host/cpu.js';
import { demangle } from '../kernel/host/demangle.js';
import type { Host } from '../kernel/host/host.js';
import { isTooComplex } from '../kernel/load/rejection.js';
import { setProcessName } from '../kernel/sys/process-name.js';
import { FdOutput, openByteOutput } from '../output/byte-output.js';
import { isLive, openSink } from '../output/open.js';
import type { OpenOptions } from '../output/options.js';
import { isTerminal } from '../output/terminal.js';
import { eventText } from '../output/text/event-text.js';
import { showsAtEndOnly } from '../runtime/event-limit.js';
import { verboseLifecycle } from '../runtime/lifecycle.js';
import { lossLines } from '../runtime/losses.js';
import { cpuShare } from '../runtime/own-cost.js';
import { runSession } from '../runtime/session.js';
import { Symbols } from '../runtime/symbols.js';
import { announceAttached, announceEnding } from './announce.js';
import { attachProgress } from './attach-progress.js';
import { captureLine, capturesToStdout } from './captures.js';
import { type CliConfig, UsageError } from './config.js';
import { compileProgram } from './program.js';
import { reportFailure, setFailure } from './report.js';
import { selectProbes } from './selection.js';
import { colorsErrors, say, sayOut } from './standard-error.js';
import { splitCommand } from './words.js';

/** Exit code of --strict when something was lost. */
const LOST = 3;
const PAGE = 4096;
/** Bytes. */
const LEAST_PERF_BUFFER = 1 << 18;

export async function run(given: CliConfig): Promise<number> {
  const program = await compileProgram(given);
  if (typeof program === 'number') return program;
  const { source, file, spec, host, filters, config } = program;
  if (config.emit !== undefined) return (await import('./emit.js')).emit(config.emit, spec, host, config);
  if (config.mode === 'codegen') return 0;
  const lacking = config.dryRun ? missingPrivilege() : undefined;
  if (lacking !== undefined) {
    say(`The program compiles. It was not loaded: ${lacking}\n`);
    return 0;
  }
  const asksFor = (stage: string) => config.debug.includes(stage) || config.debug.includes('all');
  setProcessName(config.invokedAs);
  const command = config.command === undefined ? undefined : splitCommand(config.command);
  if (command?.length === 0) throw new UsageError('-c needs a command');

  const toStderr = config.output === undefined && capturesToStdout(config, spec);
  const { buffering } = config;
  const output = toStderr
    ? new FdOutput(2, buffering === undefined ? {} : { buffering })
    : openByteOutput({ path: config.output, buffering });
  const notice = config.quiet ? () => {} : (line: string) => say(line);
  if (program.notice !== undefined) notice(`${program.notice}\n`);
  if (config.persist && host.env.has('tcx'))
    notice(
      '--persist is not needed here: tc programs are attached by links (tcx), which go with the tracer\n',
    );
  const symbols = new Symbols({
    kallsyms: host.kallsyms,
    demangle: spec.config.cppDemangle === false ? undefined : name => demangle(name),
    withoutTracer: source.isTool,
  });
  const format = config.format ?? (source.isTool || config.live ? 'table' : 'text');
  // Beside a live table such lines wait until the screen is ours no more.
  const held: string[] = [];
  let live = isLive(format, output);
  const tell = (line: string) => void (live ? held.push(line) : say(line));
  let closed = false;
  const leaveScreen = async () => {
    if (closed) return;
    closed = true;
    await sink.close();
    live = false;
    say(held.splice(0).join(''));
  };
  const sinkOptions: OpenOptions = {
    title: [config.invokedAs, source.title].filter(Boolean).join(' '),
    strTruncTrailer: spec.config.strTruncTrailer,
    maxStrlen: spec.config.maxStrlen,
    quiet: config.quiet,
    color: config.color,
    selection: config.selection,
    notice,
    say: tell,
    source: file,
    sites: spec.sites,
    atEndOnly: showsAtEndOnly(spec),
    symbol: (type, value) => symbols.text(type, value),
    epochOffset: epochOffset(host),
    cpu: cpuShare(),
    render: (severity, message, [start, end]) =>
      renderDiagnostics([{ severity, code: 'run-time', message, span: { start, end }, notes: [] }], file),
    onQuit: () => process.kill(process.pid, 'SIGINT'),
  };
  const opened = await openSink(format, output, sinkOptions);
  const trials =
    config.mode === 'test' || config.mode === 'bench'
      ? (await import('./trials.js')).trialRun(config, output, opened, sinkOptions)
      : undefined;
  const sink = trials?.sink ?? opened;
  const packets =
    config.packets === undefined
      ? undefined
      : (await import('./packets.js')).packetRun(config, config.packets, output);
  const ssh =
    handlesPackets(spec) && !config.quiet && packets === undefined ? program.rehearsed() : undefined;
  const rehearsal =
    ssh?.spec === undefined
      ? undefined
      : (await import('./ssh-rehearsal.js')).sshRehearsal({
          spec: selectProbes(ssh.spec, config),
          session: ssh.session,
          guarded: program.notice !== undefined,
          begins: !config.unsafe,
          notice: tell,
        });
  const session = (loaded: ObjectSpec) =>
    runSession({
      spec: selectProbes(loaded, config),
      sink,
      host,
      symbols,
      eventText: eventText(sinkOptions),
      mapStyle: {
        order: config.mapOrder ?? spec.config.mapOrder,
        percentiles: config.percentiles ?? spec.config.percentiles,
      },
      notice: tell,
      // Beside a live table the screen is not ours.
      progress: config.quiet || live ? undefined : attachProgress(say, isTerminal(2)),
      sets: {
        files: config.sets,
        progress:
          config.quiet || live || !isTerminal(2)
            ? undefined
            : attachProgress(say, true, ['Loading', 'prefixes']),
        onReload: text => {
          if (!config.quiet) tell(`${text}\n`);
        },
        onFailure: (set, error) => {
          if (config.warnings && !config.quiet) tell(setFailure(set, error, config.invokedAs));
        },
      },
      warnings: config.warnings,
      ringSize: ringSize(spec),
      command,
      pid: config.pid,
      filters,
      deadline: config.deadline,
      events: config.events,
      interval: config.interval,
      verdicts: config.verdicts,
      rulesEvery: config.live ? (config.interval ?? 1) : undefined,
      prints: config.prints,
      dryRun: config.dryRun,
      rehearsal,
      instead: packets ?? trials?.instead,
      onEnd: async ({ losses, captured }) => {
        announceEnding();
        await leaveScreen();
        for (const each of captured) notice(`${captureLine(each)}\n`);
        const tellsLosses = config.warnings && config.mode !== 'bench';
        if (tellsLosses) for (const line of lossLines(losses)) notice(`${line}\n`);
      },
      onAttached: () => {
        announceAttached(toStderr ? say : sayOut);
      },
      lifecycle: config.verbose
        ? verboseLifecycle(tell)
        : asksFor('load')
          ? verboseLifecycle(sayOut)
          : undefined,
      verifierLog: asksFor('verifier')
        ? { level: 1, write: (program, log) => tell(`Verifier log of ${program}:\n${log}\n`) }
        : undefined,
    });
  let result: Awaited<ReturnType<typeof runSession>>;
  try {
    result = await session(spec).catch((error: unknown) => {
      const simpler = isTooComplex(error) && handlesPackets(spec) ? program.simpler() : undefined;
      if (simpler === undefined) throw error;
      // Nothing has run so far.
      return session(simpler);
    });
  } catch (error) {
    await leaveScreen();
    await reportFailure(error, file, config.invokedAs, colorsErrors(config.color));
    return 1;
  }
  if (config.strict && result.losses.lost > 0) return LOST;
  return result.code;
}

function handlesPackets({ probes }: ObjectSpec): boolean {
  return probes.some(({ alternatives }) => alternatives.some(({ type }) => isPacketProbe(type)));
}

/** Bytes: what config asks for, or what the compiler thought right for this program; the perf buffers share that. */
function ringSize(spec: ObjectSpec): number {
  if (spec.config.ringPages !== undefined) return spec.config.ringPages * PAGE;
  const perf = spec.maps.find(map => map.name === 'perf');
  if (perf !== undefined)
    return Math.max(LEAST_PERF_BUFFER, perf.maxEntries / 2 ** Math.ceil(Math.log2(onlineCpus().length)));
  return spec.maps.find(map => map.name === 'ring')?.maxEntries ?? PAGE;
}

/** ns to add to a kernel timestamp for ns since 1970: asked once, when the first one is printed. */
function epochOffset(host: Host): () => bigint {
  let offset: bigint | undefined;
  return () => {
    offset ??= host.wallClockOffset();
    return offset;
  };
}
