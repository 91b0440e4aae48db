// What the kernel does when it is asked: each feature tried once, each probe type attached once. Loading alone tells nothing
// of attaching.
import { compile } from '../../compiler/compile.js';
import type { ProbeTypeEntry } from '../../compiler/language/probe-type.js';
import { isPacketProbe, PROBE_TYPES } from '../../compiler/language/registry.js';
import { AttachError } from '../../kernel/attach/link.js';
import type { Host } from '../../kernel/host/host.js';
import { MissingError } from '../../kernel/host/missing.js';
import { Rejection } from '../../kernel/load/rejection.js';
import { SyscallError } from '../../kernel/sys/error.js';
import { FEATURE_TEXT } from '../../kernel/sys/feature-text.js';
import type { Features, KernelFeature } from '../../kernel/sys/features.js';
import { MemoryOutput } from '../../output/byte-output.js';
import { resolveOptions } from '../../output/options.js';
import { TextSink } from '../../output/text/text-sink.js';
import { runSession } from '../../runtime/session.js';
import type { Row, Section } from './report.js';

export function featureSection(features: Features): Section {
  const rows = (Object.keys(FEATURE_TEXT) as KernelFeature[]).map((feature): Row => {
    const { label, without } = FEATURE_TEXT[feature];
    const value = features.has(feature);
    return { key: feature, label, value, ...(value ? {} : { advice: without }) };
  });
  return { key: 'features', title: 'Features of the kernel', rows };
}

/** The example of each type's documentation is compiled, loaded and, but for packets, attached; nothing is run. */
export async function probeSection(host: Host): Promise<Section> {
  const rows: Row[] = [];
  for (const entry of PROBE_TYPES) {
    const problem = await trial(entry, host);
    // A packet program could cut the very connection it is tried over.
    const tried = isPacketProbe(entry.name) ? 'loaded' : true;
    const said = problem === undefined ? { value: tried } : { value: false, advice: problem };
    const label = [entry.name, ...entry.aliases].join(', ');
    rows.push({ key: entry.name, label, ...said });
  }
  return { key: 'probes', title: 'Probe types (attached for a moment)', rows };
}

/** Why it cannot be attached, in words. */
async function trial({ doc }: ProbeTypeEntry, host: Host): Promise<string | undefined> {
  const source = { name: 'info', text: doc.example ?? '' };
  try {
    const { spec, diagnostics } = compile(source, host.env, { unsafe: true });
    const mistake = diagnostics.find(d => d.severity === 'error');
    if (mistake !== undefined) return words(mistake.message, mistake.hint);
    if (spec === undefined) return 'it does not compile';
    const silent = resolveOptions({ title: '', source, notice: () => {}, onQuit: () => {} });
    const sink = new TextSink(new MemoryOutput(), silent);
    await runSession({ spec, sink, host, ringSize: 4096, dryRun: true });
    return undefined;
  } catch (error) {
    return reason(error);
  }
}

function reason(error: unknown): string {
  if (error instanceof MissingError) return words(error.message, error.hint);
  if (error instanceof Rejection) return error.diagnostic.message;
  if (error instanceof SyscallError || error instanceof AttachError) return error.message;
  throw error;
}

function words(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}
