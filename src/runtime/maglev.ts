// The look-up table of Maglev (Eisenbud et al., NSDI 2016, section 3.4), with weights: each backend has an order of its own of all
// places, and takes, as often as its weight says, the first one in it that is free. So a backend that goes leaves its places to the
// others, and these keep nearly all of theirs.
import { TABLE_SIZE } from '../compiler/types/backend-table.js';
import { hashOf } from '../compiler/types/flow-hash.js';

export interface WeightedName {
  /** Its order follows from this alone: the same on all machines. No two have the same. */
  readonly name: string;
  readonly weight: number; // whole, not negative; 0: it takes no place
}

/** For each place of the table the index of a backend in `backends`, whose own order does not matter; undefined: there is none. */
export function maglevTable(backends: readonly WeightedName[], size = TABLE_SIZE): Uint16Array | undefined {
  const takers = backends
    .map(({ name, weight }, index) => ({ name, weight, index, ...orderOf(name, size) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (takers.length === 0) return undefined;
  const most = Math.max(...takers.map(({ weight }) => weight));
  const table = new Uint16Array(size);
  const taken = new Uint8Array(size);
  // All take a place in the first turn.
  const credit = takers.map(({ weight }) => most - weight);
  let left = size;
  while (left > 0) {
    for (const [i, taker] of takers.entries()) {
      credit[i]! += taker.weight;
      if (credit[i]! < most) continue;
      credit[i]! -= most;
      while (taken[taker.at] === 1) taker.at = (taker.at + taker.step) % size;
      taken[taker.at] = 1;
      table[taker.at] = taker.index;
      left--;
      if (left === 0) break;
    }
  }
  return table;
}

/** From where on, and by which steps, which reach all places when `size` is a prime. */
function orderOf(name: string, size: number): { at: number; readonly step: number } {
  const words = Array.from(name, letter => BigInt(letter.codePointAt(0)!));
  return {
    at: Number(hashOf(words) % BigInt(size)),
    step: 1 + Number(hashOf([...words, 1n]) % BigInt(size - 1)),
  };
}
