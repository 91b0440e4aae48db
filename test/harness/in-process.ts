// A whole session within the test's own process, on the kernel that runs it: what `tsbpf -e PROGRAM` prints and its exit code.
// In an emulated kernel this is fifty times quicker than a process for each program.
import { presetOptions } from '../../src/cli/script-options.js';
import { compile } from '../../src/compiler/compile.js';
import type { Diagnostic } from '../../src/compiler/diagnostics/diagnostic.js';
import { renderDiagnostics } from '../../src/compiler/diagnostics/render.js';
import { openHost } from '../../src/kernel/host/host.js';
import { sourceFiles } from '../../src/kernel/host/source-files.js';
import { Rejection } from '../../src/kernel/load/rejection.js';
import { setProcessName } from '../../src/kernel/sys/process-name.js';
import { MemoryOutput } from '../../src/output/byte-output.js';
import { openSink } from '../../src/output/open.js';
import type { OpenOptions } from '../../src/output/options.js';
import { eventText } from '../../src/output/text/event-text.js';
import { runSession } from '../../src/runtime/session.js';
import { Symbols } from '../../src/runtime/symbols.js';
import type { Observation } from './comparison.js';

/** The runner would print a Rejection with its log, of megabytes. */
async function withoutLog<T>(session: Promise<T>): Promise<T> {
  try {
    return await session;
  } catch (error) {
    throw error instanceof Rejection ? new Error(`${error.message}\n${error.log.slice(-2000)}`) : error;
  }
}

export interface InProcessOutcome extends Observation {
  /** The compiler's; with errors nothing ran. */
  readonly diagnostics: readonly Diagnostic[];
}

const RING_SIZE = 1 << 18; // bytes

/** Ends by exit() or with the command, or fails after `patience` ms. Throws what a session throws. */
export async function runInProcess(
  program: string,
  format: 'text' | 'json',
  {
    patience = 60_000,
    command,
    unsafe = false,
    dryRun = false,
    tool,
  }: {
    patience?: number;
    command?: readonly string[] | undefined;
    unsafe?: boolean;
    /** Ends with 0 when all is attached. */
    dryRun?: boolean;
    /** The program is this script of the library, with its own options as preset. */
    tool?: { readonly path: string; readonly params: readonly string[] } | undefined;
  } = {},
): Promise<InProcessOutcome> {
  setProcessName('tsbpf');
  const source = { name: tool?.path ?? 'stdin', text: program };
  const host = openHost({
    params: tool?.params ?? [],
    options: presetOptions(source),
    targetPid: undefined,
    files: tool === undefined ? undefined : sourceFiles({ script: tool.path }),
  });
  const { spec, diagnostics } = compile(source, host.env, { unsafe });
  let stderr = renderDiagnostics(diagnostics, source);
  if (spec === undefined) return { code: 1, stdout: '', stderr, diagnostics };
  const output = new MemoryOutput();
  const symbols = new Symbols({ kallsyms: host.kallsyms });
  const sinkOptions: OpenOptions = {
    title: 'tsbpf',
    onQuit: () => {},
    strTruncTrailer: spec.config.strTruncTrailer,
    maxStrlen: spec.config.maxStrlen,
    source,
    sites: spec.sites,
    notice: line => (stderr += line),
    epochOffset: () => host.wallClockOffset(),
    symbol: (type, value) => symbols.text(type, value),
    render: (severity, message, [start, end]) =>
      renderDiagnostics([{ severity, code: 'run-time', message, span: { start, end }, notes: [] }], source),
  };
  const sink = await openSink(format, output, sinkOptions);
  const { code, ending } = await withoutLog(
    runSession({
      spec,
      sink,
      host,
      symbols,
      eventText: eventText(sinkOptions),
      notice: line => (stderr += line),
      ringSize: RING_SIZE,
      deadline: patience / 1000,
      command,
      dryRun,
    }),
  );
  await sink.close();
  return {
    code: dryRun || ending.kind === 'exit' ? code : undefined,
    stdout: output.text,
    stderr,
    diagnostics,
  };
}
