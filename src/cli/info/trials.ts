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
import { inOwnNetwork } from '../../kernel/sys/network-namespace.js';
import { MemoryOutput } from '../../output/byte-output.js';
import { resolveOptions } from '../../output/options.js';
import { TextSink } from '../../output/text/text-sink.js';
import { runSession } from '../../runtime/session.js';
import type { Row, Section } from './report.js';

type Said = Pick<Row, 'value' | 'advice'>;

export function featureSection(features: Features): Section {
  const rows = (Object.keys(FEATURE_TEXT) as KernelFeature[]).map((feature): Row => {
    const { label, without } = FEATURE_TEXT[feature];
    const value = features.has(feature);
    return { key: feature, label, value, ...(value ? {} : { advice: without }) };
  });
  return { key: 'features', title: 'Features of the kernel', rows };
}

/** The example of each type's documentation is compiled, loaded and attached; nothing is run. */
export async function probeSection(host: Host): Promise<Section> {
  const rows: Row[] = [];
  for (const entry of PROBE_TYPES) {
    const said = await (isPacketProbe(entry.name) ? packetTrial(entry, host) : trial(entry, host));
    const label = [entry.name, ...entry.aliases].join(', ');
    rows.push({ key: entry.name, label, ...said });
  }
  return { key: 'probes', title: 'Probe types (attached for a moment)', rows };
}

/** A packet program could cut the very connection it is tried over: it is attached where there is none, or only loaded. */
async function packetTrial(entry: ProbeTypeEntry, host: Host): Promise<Said> {
  try {
    return await inOwnNetwork(() => trial(entry, host, true));
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const loaded = await trial(entry, host);
    return loaded.value === true ? { value: 'loaded' } : loaded;
  }
}

async function trial(entry: ProbeTypeEntry, host: Host, withoutPackets = false): Promise<Said> {
  const advice = await problem(entry, host, withoutPackets);
  return advice === undefined ? { value: true } : { value: false, advice };
}

/** Why it cannot be attached, in words. */
async function problem(
  { doc }: ProbeTypeEntry,
  host: Host,
  withoutPackets: boolean,
): Promise<string | undefined> {
  const source = { name: 'info', text: doc.example ?? '' };
  try {
    const { spec, diagnostics } = compile(source, host.env, { unsafe: true });
    const mistake = diagnostics.find(d => d.severity === 'error');
    if (mistake !== undefined) return words(mistake.message, mistake.hint);
    if (spec === undefined) return 'it does not compile';
    const silent = resolveOptions({ title: '', source, notice: () => {}, onQuit: () => {} });
    const sink = new TextSink(new MemoryOutput(), silent);
    await runSession({ spec, sink, host, ringSize: 4096, dryRun: true, withoutPackets });
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
