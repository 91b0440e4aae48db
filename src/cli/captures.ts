// capture() and skboutput() as the command line meets them: what cannot be, before anything is loaded, and what is told at the end.
import { resolve } from 'node:path';
import { type CaptureData, STDOUT } from '../compiler/language/functions/capture.js';
import type { PacketData } from '../compiler/language/functions/packet.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import { isTerminal } from '../output/terminal.js';
import { type CliConfig, UsageError } from './config.js';

/** Packets go to standard output: all else to standard error. */
export function capturesToStdout(
  { packets }: Pick<CliConfig, 'packets'>,
  { sites }: Pick<ObjectSpec, 'sites'>,
): boolean {
  return (
    packets?.writePassed === STDOUT ||
    sites.some(({ entry, data }) => entry === 'capture' && (data as CaptureData).path === STDOUT)
  );
}

export function checkCaptures(config: CliConfig, spec: Pick<ObjectSpec, 'sites'>): void {
  const paths = (name: string) =>
    spec.sites
      .filter(({ entry }) => entry === name)
      .map(({ data }) => (data as PacketData | CaptureData).path);
  const raw = paths('packet');
  const both = paths('capture').find(path => raw.includes(path));
  if (both !== undefined) {
    throw new UsageError(
      `${both}: a capture has packets of one link type: skboutput() writes IP packets, capture() Ethernet frames. Name two files.`,
    );
  }
  checkFiles(config, paths('capture'), raw);
  if (!capturesToStdout(config, spec) || config.dryRun) return;
  if (config.command !== undefined) {
    throw new UsageError(
      'packets go to standard output, and so does what the command of -c prints: name a file',
    );
  }
  if (isTerminal(1)) {
    throw new UsageError('packets go to standard output, which is a terminal: add | tcpdump -r -');
  }
}

/** One file, or standard output, cannot be written by two, nor read while it is written. */
function checkFiles(
  { output, packets }: Pick<CliConfig, 'output' | 'packets'>,
  captures: readonly string[],
  raw: readonly string[],
): void {
  const users = new Map<string, { path: string; by: string }>();
  const use = (path: string | undefined, by: string) => {
    if (path === undefined) return;
    const file = path === STDOUT ? STDOUT : resolve(path);
    const other = users.get(file);
    if (other === undefined) users.set(file, { path, by });
    else if (other.by !== by) throw new UsageError(`${path}: ${by} and ${other.by} cannot have one file`);
    else if (other.path !== path)
      throw new UsageError(`${path}: this is ${other.path}, which ${by} writes too: name it in one way`);
  };
  if (packets?.file !== STDOUT) use(packets?.file, '--packets');
  use(packets?.writePassed, '--write-passed');
  use(output, '--output');
  for (const path of captures) use(path, 'capture()');
  for (const path of raw) use(path, 'skboutput()');
}

/** `out.pcap: 1,204 packets` */
export function captureLine({ path, packets }: { readonly path: string; readonly packets: number }): string {
  const count = `${packets.toLocaleString('en-US')} packet${packets === 1 ? '' : 's'}`;
  return `${path === STDOUT ? 'standard output' : path}: ${count}`;
}
