// ns per packet of packet programs, by BPF_PROG_TEST_RUN, net of an empty program: ours beside what clang -O2 makes of the same
// in C (packets/programs.c).
import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../src/compiler/compile.js';
import { TABLE_SIZE } from '../../src/compiler/types/backend-table.js';
import { possibleCpus } from '../../src/kernel/host/cpu.js';
import { hostEnv } from '../../src/kernel/host/env.js';
import { loadObject } from '../../src/kernel/load/object.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { mapUpdateElem } from '../../src/kernel/sys/map.js';
import { objGet } from '../../src/kernel/sys/object.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { Globals } from '../../src/runtime/globals.js';
import { SetFiles } from '../../src/runtime/set-files.js';
import { ethernet, ipv4, pseudo4, udp } from '../harness/packet/frame.js';
import { inProject } from '../harness/project.js';
import { median } from './peer.js';

/** The tool, given PARAMS: with a memory of connections, and without. */
const BALANCER = readFileSync(inProject('scripts-library/xdp-lb.bt'), 'utf8');
const PARAMS = ['lo', '10.0.0.2', '53'];
const STATELESS = BALANCER.replaceAll(/getopt\("stateless", false(, "[^"]*")?\)/g, 'true');

/** Name of the program in C, the script, and what it is called where that is too long. */
export const PACKET_SCRIPTS: readonly (readonly [name: string, script: string, title?: string])[] = [
  ['empty', 'xdp:lo { return XDP_PASS; }'],
  ['drop', 'xdp:lo /udp.dport == 53/ { return XDP_DROP; }'],
  ['count', 'xdp:lo { @[proto] = count(); }'],
  ['block', 'let @b = lpmtrie(1000); xdp:lo /ip.saddr in @b/ { return XDP_DROP; }'],
  ['limit', 'xdp:lo /ip && !ratelimit(ip.saddr, 1000000, 1000)/ { return XDP_DROP; }'],
  [
    'rewrite',
    'xdp:lo /ip && udp.dport == 53/ { ip.ttl -= 1; udp.sport += 1; swap(eth.saddr, eth.daddr); return XDP_TX; }',
  ],
  ['balance', BALANCER, 'xdp-lb, of a connection that it knows'],
  ['choose', STATELESS, 'xdp-lb --stateless'],
];

const REPEAT = 1_000_000;
const ROUNDS = 15;
const SOURCE = '10.0.0.1';
/** 10.0.0.0/24, 10.0.1.0/24, ... */
const PREFIXES = Array.from({ length: 1000 }, (_, i) => [10, i >> 8, i & 255, 0] as const);

/** Of a balancer, in its file. */
const BACKENDS = Array.from({ length: 10 }, (_, i) => `10.0.1.${i} mac=02:00:00:00:01:0${i}\n`).join('');

function frame(): Uint8Array {
  const datagram = udp(new Array<number>(30).fill(1), { sport: 4000, dport: 53, pseudo: pseudo4() });
  return Uint8Array.from(ethernet(0x0800, ipv4(datagram, { protocol: 17, source: SOURCE })));
}

/** fds of the programs by name, and what lets go of them. */
interface Programs {
  readonly fds: ReadonlyMap<string, number>;
  close(): void;
}

/** Undefined without clang or bpftool. */
export function clangPrograms(): Programs | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-bench-'));
  const pins = `/sys/fs/bpf/tsbpf-bench-${process.pid}`;
  const source = inProject('test/bench/packets/programs.c');
  const object = join(folder, 'programs.o');
  try {
    const include = `/usr/include/${execFileSync('cc', ['-print-multiarch'], { encoding: 'utf8' }).trim()}`;
    execFileSync('clang', [
      '-O2',
      '-g',
      '-target',
      'bpf',
      '-mcpu=v3',
      '-I',
      include,
      '-c',
      source,
      '-o',
      object,
    ]);
    execFileSync('bpftool', ['prog', 'loadall', object, pins, 'pinmaps', `${pins}/maps`]);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
  const names = readdirSync(pins).filter(name => name !== 'maps');
  const fds = new Map(names.map(name => [name, objGet(join(pins, name))]));
  const trie = objGet(join(pins, 'maps', 'prefixes'));
  for (const bytes of PREFIXES) mapUpdateElem(trie, Uint8Array.of(24, 0, 0, 0, ...bytes), new Uint8Array(4));
  closeFd(trie);
  fillBalancer(pins);
  return {
    fds,
    close() {
      for (const fd of fds.values()) closeFd(fd);
      for (const name of readdirSync(join(pins, 'maps'))) unlinkSync(join(pins, 'maps', name));
      for (const name of names) unlinkSync(join(pins, name));
      for (const path of [join(pins, 'maps'), pins]) rmdirSync(path);
    },
  };
}

/** Ten backends take turns at the places. */
function fillBalancer(pins: string): void {
  const [places, reals] = ['places', 'reals'].map(name => objGet(join(pins, 'maps', name))) as [
    number,
    number,
  ];
  const number = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
  for (let place = 0; place < TABLE_SIZE; place++)
    mapUpdateElem(places, number(place), number(1 + (place % 10)));
  for (let i = 1; i <= 10; i++)
    mapUpdateElem(reals, number(i), Uint8Array.of(10, 0, 1, i, 2, 0, 0, 0, 1, i, 1, 0));
  closeFd(places);
  closeFd(reals);
}

export async function ownPrograms(): Promise<Programs> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-bench-'));
  const list = join(folder, 'prefixes');
  const backends = join(folder, 'backends');
  writeFileSync(list, PREFIXES.map(bytes => `${bytes.join('.')}/24\n`).join(''));
  writeFileSync(backends, BACKENDS);
  const env = hostEnv({ params: PARAMS, options: new Map([['udp', true]]) });
  const fds = new Map<string, number>();
  const closers: (() => void)[] = [];
  for (const [name, text] of PACKET_SCRIPTS) {
    const { spec, diagnostics } = compile({ name, text }, env);
    if (spec === undefined) throw new Error(diagnostics.map(d => d.message).join('\n'));
    const object = loadObject(spec, { btf: env.btf(), possibleCpus: possibleCpus(), ringSize: 4096 });
    closers.push(() => object.close());
    if (spec.sets !== undefined) {
      const sets = new SetFiles({
        sets: spec.sets,
        source: spec.source,
        files: new Map([
          ['@b', list],
          ['@backends', backends],
        ]),
        maps: object.maps,
        globals: new Globals(object.maps.get('globals')!, spec.globals, spec.probes.length),
        wait: () => {},
        pace: () => () => true,
        onReload: () => {},
        onFailure: (_, error) => {
          throw error;
        },
      });
      await sets.load();
      closers.push(() => sets.close());
    }
    fds.set(name, object.program(0).fd);
  }
  rmSync(folder, { recursive: true });
  return {
    fds,
    close() {
      for (const close of closers.reverse()) close();
    },
  };
}

/** For each script ns per packet, net of the empty program of the same maker; they take turns. */
export function packetNanoseconds(makers: readonly Programs[]): number[][] {
  const packet = frame();
  const samples = makers.map(() => PACKET_SCRIPTS.map((): number[] => []));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [s, [name]] of PACKET_SCRIPTS.entries()) {
      for (const [m, { fds }] of makers.entries())
        samples[m]![s]!.push(progTestRun(fds.get(name)!, { dataIn: packet, repeat: REPEAT }).durationNs);
    }
  }
  return samples.map(([empty, ...rest]) => rest.map(values => median(values) - median(empty ?? [])));
}
