// Unpacking .xz, against what the xz program packed, and damaged.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { DamagedLzma } from '../../../../../src/kernel/host/binary/lzma.js';
import { unpackXz } from '../../../../../src/kernel/host/binary/xz.js';
import { fixturePath } from '../../../../harness/fixture-binary.js';
import { RandomSource } from '../../../../harness/random-source.js';

const text = readFileSync(fixturePath('text.txt'), 'utf8');

for (const file of ['text-0.xz', 'text-6.xz', 'text-blocks.xz']) {
  test(`${file} unpacks to the text`, t => {
    t.is(Buffer.from(unpackXz(readFileSync(fixturePath(file)))).toString(), text);
  });

  test(`${file}, damaged, unpacks or says so`, t => {
    const whole = readFileSync(fixturePath(file));
    const random = new RandomSource(7);
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(
        whole.subarray(0, round % 3 === 0 ? random.below(whole.length) : whole.length),
      );
      for (let i = 0; i < 3 && bytes.length > 0; i++) bytes[random.below(bytes.length)] = random.below(256);
      try {
        unpackXz(bytes);
      } catch (error) {
        t.true(error instanceof DamagedLzma, String(error));
      }
    }
    t.pass();
  });
}

test('what is no .xz is refused', t => {
  t.throws(() => unpackXz(Buffer.from('plain text')), { instanceOf: DamagedLzma });
  t.throws(() => unpackXz(new Uint8Array()), { instanceOf: DamagedLzma });
});
