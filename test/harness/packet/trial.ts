// A packet program on many frames: what it returns and leaves of each, against the reference.
import { Compiled } from '../compiled.js';
import type { SmallEnvOptions } from '../fixture-env.js';
import { RandomSource } from '../random-source.js';
import { Evaluation } from './evaluation.js';
import { randomFrame } from './generate.js';
import type { PacketProgram } from './program.js';
import { programSource } from './program-source.js';
import { type ProgramOptions, randomProgram } from './random-program.js';

interface Ran {
  readonly verdict: number;
  readonly packet: Uint8Array;
}

/** Runs a compiled program on a frame; undefined: such a frame cannot be run. */
export type Runner = (frame: Uint8Array) => Ran | undefined;

/** What differs, in words and with all that is needed to have it again; undefined: nothing does. */
export function compareOn(
  program: PacketProgram,
  frames: readonly Uint8Array[],
  run: Runner,
): string | undefined {
  for (const frame of frames) {
    const expected = new Evaluation([...frame]).run(program);
    const ran = run(frame);
    if (ran === undefined) continue;
    const same = ran.verdict === expected.verdict && sameBytes(ran.packet, expected.packet);
    if (same) continue;
    return [
      programSource(program),
      `frame    ${hex(frame)}`,
      `expected ${expected.verdict} ${hex(expected.packet)}`,
      `ran      ${ran.verdict} ${hex(ran.packet)}`,
    ].join('\n');
  }
  return undefined;
}

function sameBytes(a: Uint8Array, b: readonly number[]): boolean {
  return a.length === b.length && b.every((byte, i) => byte === a[i]);
}

export function hex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

export function vmRunner(source: string, env: SmallEnvOptions = {}): (frame: Uint8Array) => Ran {
  const compiled = new Compiled(source, env);
  // struct xdp_md, or struct __sk_buff, which starts with the length.
  const buffered = source.startsWith('tc:');
  const context = new Uint8Array(buffered ? 192 : 24);
  return frame => {
    if (buffered) new DataView(context.buffer).setUint32(0, frame.length, true);
    const { r0, packet } = compiled.run(0, context, frame);
    return { verdict: Number(BigInt.asUintN(32, r0)), packet };
  };
}

export function seededProgram(seed: number, options: ProgramOptions): PacketProgram {
  return randomProgram(new RandomSource(seed), options);
}

export function seededFrames(seed: number, count: number): Uint8Array[] {
  const r = new RandomSource(seed + 77_777);
  return Array.from({ length: count }, () => randomFrame(r));
}
