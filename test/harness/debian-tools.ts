// The tools that Debian's bpftrace packages bring (0.17 where it is installed, 0.27 where TSBPF_BPFTRACE points to it), and
// what some of them cannot have: on any kernel of today, or on this one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface DebianTool {
  readonly package: '0.17' | '0.27';
  readonly name: string; // without .bt
  readonly path: string;
  readonly text: string;
}

export function debianTools(): DebianTool[] {
  const peer = process.env.TSBPF_BPFTRACE;
  const folders = [
    ['0.17', '/usr/sbin'],
    ...(peer === undefined ? [] : [['0.27', join(dirname(peer), 'root/usr/sbin')]]),
  ] as [DebianTool['package'], string][];
  return folders.flatMap(([edition, folder]) => {
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter(name => name.endsWith('.bt'));
    return names.map(name => ({
      package: edition,
      name: name.slice(0, -3),
      path: join(folder, name),
      text: readFileSync(join(folder, name), 'utf8'),
    }));
  });
}

/** Errors that bpftrace 0.27 gives for the same script: the language has moved on since 0.17. */
export const OUTDATED: Readonly<Record<string, RegExp>> = {
  '0.17 tcpconnect': /is used before anything is assigned/,
  '0.17 tcpdrop': /is used before anything is assigned/,
};

/** What a machine may lack: fields that only some kernels have, symbols of libraries. */
export const LACKING: readonly RegExp[] = [
  /^struct \w+ has no field/, // scripts follow the kernel's structs
  /^\S+ has no function "\w+"/, // of a library
  /^there is no tracepoint/,
];
