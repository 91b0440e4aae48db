import test from 'ava';
import {
  writeHex,
  writeI32,
  writeI64,
  writeOctal,
  writeU32,
  writeU64,
} from '../../../src/output/text/number.js';

const to = new Uint8Array(40);
const shown = (end: number): string => Buffer.from(to.subarray(3, end)).toString('latin1');
const halves = (value: bigint): [number, number] => {
  const word = BigInt.asUintN(64, value);
  return [Number(word >> 32n), Number(word & 0xffff_ffffn)];
};

function checkWord(t: { is(a: string, b: string): unknown }, value: bigint): void {
  const word = BigInt.asUintN(64, value);
  const [high, low] = halves(value);
  t.is(shown(writeU64(to, 3, high, low)), String(word));
  t.is(shown(writeI64(to, 3, high, low)), String(BigInt.asIntN(64, value)));
  t.is(shown(writeI64(to, 3, high | 0, low)), String(BigInt.asIntN(64, value)));
  t.is(shown(writeHex(to, 3, high, low, false)), word.toString(16));
  t.is(shown(writeHex(to, 3, high, low, true)), word.toString(16).toUpperCase());
  t.is(shown(writeOctal(to, 3, high, low)), word.toString(8));
  t.is(shown(writeU32(to, 3, low)), String(low));
  t.is(shown(writeI32(to, 3, low | 0)), String(low | 0));
}

test('around powers of two and ten, and their negatives', t => {
  let power = 1n;
  for (let i = 0; i < 64; i++, power *= 2n) for (const d of [-1n, 0n, 1n]) checkWord(t, power + d);
  power = 1n;
  for (let i = 0; i < 20; i++, power *= 10n) {
    for (const d of [-1n, 0n, 1n]) {
      checkWord(t, power + d);
      checkWord(t, -(power + d));
    }
  }
});

test('a walk over all sizes (seed 1)', t => {
  let state = 1n;
  for (let i = 0; i < 4000; i++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    checkWord(t, state >> BigInt(i % 64));
  }
});
