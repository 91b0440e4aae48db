// What the interpreter and the kernel do alike before and between runs.
import type { ObjectSpec } from '../../src/compiler/object-spec.js';

/** One argument of a raw tracepoint. */
export const CONTEXT_SIZE = 8;

/** Indexes of the programs of the BEGIN clauses, in source order. */
export function programsOf(spec: ObjectSpec): number[] {
  return spec.probes.flatMap(probe => probe.alternatives[0]!.targets.map(target => target.program));
}

/** What the run time tells the programs before they run. */
export function setCpuCount(spec: ObjectSpec, count: number, globals: Uint8Array): void {
  const word = spec.globals.words.find(each => each.name === 'ncpus');
  const data = new DataView(globals.buffer, globals.byteOffset, globals.byteLength);
  if (word?.size === 8) data.setBigUint64(word.offset, BigInt(count), true);
  else if (word !== undefined) data.setUint32(word.offset, count, true);
}
