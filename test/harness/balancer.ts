// The tool xdp-lb in the kernel, by BPF_PROG_TEST_RUN: frames in, and what it makes of them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../src/compiler/compile.js';
import { possibleCpus } from '../../src/kernel/host/cpu.js';
import { hostEnv } from '../../src/kernel/host/env.js';
import { loadObject } from '../../src/kernel/load/object.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { Globals } from '../../src/runtime/globals.js';
import { SetFiles } from '../../src/runtime/set-files.js';
import { type Bytes, ethernet, ipv4, ipv6, pseudo4, pseudo6, tcp, udp } from './packet/frame.js';
import { inProject } from './project.js';

export const VIP = { 4: '192.0.2.10', 6: '2001:db8::10' } as const;
export const PORT = 443;
/** Of the machine that packets come from, and of the balancer. */
export const MACS = { source: '02:00:00:00:00:fe', destination: '02:00:00:00:00:ff' };

export interface Sent {
  readonly verdict: number;
  readonly frame: Uint8Array;
}

export interface Balancer {
  /** Returns when programs ask what the file says now; throws when it is refused. */
  load(lines: readonly string[]): Promise<readonly string[]>;
  send(frame: Uint8Array): Sent;
}

export async function withBalancer(
  options: Readonly<Record<string, string | true>>,
  body: (balancer: Balancer) => Promise<void>,
  family: 4 | 6 = 4,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-lb-'));
  const path = join(folder, 'backends');
  const env = hostEnv({
    params: ['lo', VIP[family], String(PORT)],
    options: new Map(Object.entries(options)),
  });
  const text = readFileSync(inProject('scripts-library/xdp-lb.bt'), 'utf8');
  const { spec, diagnostics } = compile({ name: 'xdp-lb.bt', text }, env);
  if (spec === undefined) throw new Error(diagnostics.map(d => d.message).join('\n'));
  const object = loadObject(spec, { btf: env.btf(), possibleCpus: possibleCpus(), ringSize: 4096 });
  const sets = new SetFiles({
    sets: spec.sets!,
    source: spec.source,
    files: new Map([['@backends', path]]),
    maps: object.maps,
    globals: new Globals(object.maps.get('globals')!, spec.globals, spec.probes.length),
    wait: () => {},
    pace: () => () => true,
    onReload: () => {},
    onFailure: () => {},
  });
  try {
    await body({
      load(lines) {
        writeFileSync(path, lines.map(line => `${line}\n`).join(''));
        return sets.load();
      },
      send(frame) {
        const dataOut = new Uint8Array(2048);
        const { returnValue, dataSizeOut } = progTestRun(object.program(0).fd, { dataIn: frame, dataOut });
        return { verdict: returnValue, frame: dataOut.subarray(0, dataSizeOut) };
      },
    });
  } finally {
    sets.close();
    object.close();
    rmSync(folder, { recursive: true });
  }
}

export interface Flow {
  readonly source: string;
  readonly sport: number;
}

/** A packet of a connection to the VIP; `udp`: a datagram. */
export function packetOf(
  { source, sport }: Flow,
  more: { udp?: true; dport?: number; payload?: Bytes } = {},
): Uint8Array {
  const { dport = PORT, payload = [] } = more;
  const is6 = source.includes(':');
  const destination = VIP[is6 ? 6 : 4];
  const pseudo = is6 ? pseudo6(source, destination) : pseudo4(source, destination);
  const segment =
    more.udp === true
      ? udp(payload, { sport, dport, pseudo })
      : tcp(payload, { sport, dport, flags: 2, pseudo });
  const protocol = more.udp === true ? 17 : 6;
  return Uint8Array.from(
    is6
      ? ethernet(0x86dd, ipv6(segment, { next: protocol, source, destination }), MACS)
      : ethernet(0x0800, ipv4(segment, { protocol, source, destination }), MACS),
  );
}

/** So many connections of clients of a network, some of each from consecutive ports. */
export function flows(count: number, network = '172.22'): Flow[] {
  const ports = 50;
  return Array.from({ length: count }, (_, i) => {
    const client = Math.floor(i / ports);
    return {
      source: `${network}.${client >> 8}.${client & 255}`,
      sport: 32_768 + ((client * 97 + (i % ports)) % 28_000),
    };
  });
}

export function macOf(bytes: Uint8Array): string {
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(':');
}
