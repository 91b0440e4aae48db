import test from 'ava';
import { orderCopies } from '../../../../src/compiler/codegen/parallel-copy.js';
import { RandomSource } from '../../../harness/random-source.js';

test('copies in a row do what copies at once would', t => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = new RandomSource(seed);
    const count = 1 + random.below(6);
    const targets = [0, 1, 2, 3, 4, 5, 6].sort(() => random.below(3) - 1).slice(0, count);
    const copies = targets.map(dst => ({ dst, src: random.below(7) }));
    const registers = [10, 11, 12, 13, 14, 15, 16];
    const expected = [...registers];
    for (const { dst, src } of copies) expected[dst] = registers[src]!;
    let next = 7;
    for (const { dst, src } of orderCopies(copies, () => next++)) registers[dst] = registers[src]!;
    t.deepEqual(registers.slice(0, 7), expected, JSON.stringify(copies));
  }
});
