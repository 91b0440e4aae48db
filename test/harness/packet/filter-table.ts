// The table of filters, each with the program that tcpdump makes of it: classic BPF, recorded where there is a tcpdump, so that
// what it decides about any frame is known without one. UPDATE_GOLDEN=1 records anew (test/fixtures/pcap-filter).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../../src/runtime/capture-file.js';
import { inProject } from '../project.js';
import { RandomSource } from '../random-source.js';
import { accepts, type ClassicInstruction, readClassicProgram } from './classic-bpf.js';
import { arp, type Bytes, ethernet, icmp, ipv4, ipv6, pseudo6, tcp, u16, udp, vlan } from './frame.js';
import { ADDRESSES4 } from './generate.js';
import { seededFrames } from './trial.js';

export interface FilterRow {
  readonly filter: string;
  readonly program: readonly ClassicInstruction[];
  /**
   * Without tcpdump's optimizer, which tests in another order: where a frame ends within a header, that may be another
   * answer. Only where it is, of the frames below.
   */
  readonly plain: readonly ClassicInstruction[] | undefined;
}

const PROGRAMS = inProject('test/fixtures/pcap-filter/programs.txt');
const FILTERS = inProject('test/fixtures/pcap-filter/filters.txt');

export function filterTable(): readonly FilterRow[] {
  if (process.env.UPDATE_GOLDEN === '1') record();
  return readFileSync(PROGRAMS, 'utf8')
    .trimEnd()
    .split('\n\n')
    .map(block => {
      const [filter = '', program = '', plain] = block.split('\n');
      return { filter, program: decode(program), plain: plain === undefined ? undefined : decode(plain) };
    });
}

/** What tcpdump says of a frame; undefined: that depends on its optimizer. */
export function expectedOf({ program, plain }: FilterRow, frame: Uint8Array): boolean | undefined {
  const accepted = accepts(program, frame);
  return plain === undefined || accepts(plain, frame) === accepted ? accepted : undefined;
}

/** Random ones, cut short or not, and some of what these are too seldom. */
export function filterFrames(): readonly Uint8Array[] {
  const r = new RandomSource(4711);
  const seldom = ADDRESSES4.flatMap(source =>
    ADDRESSES4.slice(0, 3).flatMap(destination => [
      ethernet(r.pick([0x0806, 0x8035]), arp(source, destination)),
      ethernet(0x9100, vlan(5, 0x0800, ipv4(udp([]), { protocol: r.pick([6, 17]), source }))),
      ethernet(0x0800, ipv4(udp([1, 2], { sport: 80, dport: 443 }), { protocol: 132, source, destination })),
      ethernet(0x0800, ipv4(tcp([1]), { protocol: 6, source, destination, ttl: 9 })),
    ]),
  );
  const tagged = (id: number, payload: Bytes) => vlan(id, 0x0800, payload);
  const others = [
    ...[2, 9, 103, 112].map(protocol => ethernet(0x0800, ipv4(r.bytes(20), { protocol }))),
    ...[128, 135, 136].map(type =>
      ethernet(0x86dd, ipv6(icmp(type, 0, r.bytes(20), pseudo6()), { next: 58 })),
    ),
    ethernet(0x0800, ipv4(udp([]), { protocol: 17, source: '0.0.0.10' })),
    ethernet(0x0800, ipv4(tcp([], { dport: 443 }), { protocol: 6 })),
    ethernet(0x0800, ipv4(icmp(3, 1, r.bytes(20)), { protocol: 1 })),
    ethernet(0x0800, ipv4(udp(new Array<number>(80).fill(1)), { protocol: 17 })),
    ethernet(0x8100, tagged(100, ipv4(tcp([]), { protocol: 6 }))),
    ethernet(0x88a8, tagged(5, ipv4(tcp([], { dport: 443 }), { protocol: 6 }))),
    ethernet(0x88a8, vlan(1, 0x8100, tagged(5, ipv4(udp([]), { protocol: 17 })))),
    ethernet(38, [0x42, 0x42, 3, ...new Array<number>(35).fill(0)]),
    ethernet(60, [0xfe, 0xfe, 3, ...new Array<number>(57).fill(1)]),
    ethernet(60, [0xf0, 0xf0, 3, ...new Array<number>(57).fill(1)]),
    ethernet(0x6003, u16(1)),
    ethernet(0x8863, u16(1)),
    ethernet(0x86dd, ipv6(udp([], { sport: 53 }), { next: 17, destination: 'ff02::1' })),
    ethernet(0x0800, ipv4(udp([]), { protocol: 17, destination: '224.0.0.251' })),
  ];
  return [...seededFrames(1, 120), ...[...seldom, ...others].map(frame => Uint8Array.from(frame))];
}

function record(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-filters-'));
  try {
    const capture = join(folder, 'empty.pcap');
    new CaptureFile(capture, { link: LINKTYPE_ETHERNET, nanoseconds: false }).close();
    const frames = filterFrames();
    const blocks = readFileSync(FILTERS, 'utf8')
      .trimEnd()
      .split('\n')
      .map(filter => {
        const [program, plain] = [[], ['-O']].map(more => tcpdumpProgram(capture, filter, more));
        const differs = frames.some(frame => accepts(program!, frame) !== accepts(plain!, frame));
        return [filter, encode(program!), ...(differs ? [encode(plain!)] : [])].join('\n');
      });
    writeFileSync(PROGRAMS, `${blocks.join('\n\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** It refuses to make one that accepts nothing. */
const NOTHING: readonly ClassicInstruction[] = [[6, 0, 0, 0]];

function tcpdumpProgram(
  capture: string,
  filter: string,
  more: readonly string[],
): readonly ClassicInstruction[] {
  try {
    const args = [...more, '-r', capture, '-ddd', '--', filter];
    return readClassicProgram(execFileSync('tcpdump', args, { encoding: 'utf8', stdio: 'pipe' }));
  } catch (error) {
    if (String((error as { stderr?: unknown }).stderr).includes('rejects all packets')) return NOTHING;
    throw error;
  }
}

/** "28:0:0:c", an instruction each. */
function encode(program: readonly ClassicInstruction[]): string {
  return program
    .map(instruction => instruction.map(number => (number === 0 ? '' : number.toString(16))).join(':'))
    .join(' ');
}

function decode(text: string): readonly ClassicInstruction[] {
  return text
    .split(' ')
    .map(
      word =>
        word
          .split(':')
          .map(part => (part === '' ? 0 : Number.parseInt(part, 16))) as unknown as ClassicInstruction,
    );
}
