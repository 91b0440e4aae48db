// capture() and skboutput() as the command line meets them: what cannot be, before anything is loaded, and what is told at the end.
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

/** `out.pcap: 1,204 packets` */
export function captureLine({ path, packets }: { readonly path: string; readonly packets: number }): string {
  const count = `${packets.toLocaleString('en-US')} packet${packets === 1 ? '' : 's'}`;
  return `${path === STDOUT ? 'standard output' : path}: ${count}`;
}
