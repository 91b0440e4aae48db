// USDT probes of a file.
import test from 'ava';
import { fixtureBinary } from '../../../../harness/fixture-binary.js';

test('probes with their places, semaphores and arguments', t => {
  const binary = fixtureBinary('usdt.so');
  const [function_] = binary.symbols('probes');
  const [listeners] = binary.symbols('listeners');
  const found = binary.usdt();
  t.deepEqual(
    found.map(({ provider, name, semaphore, arguments: text }) => [provider, name, semaphore !== 0, text]),
    [
      ['one', 'plain', false, ''],
      ['one', 'counted', true, '-4@%edi 8@%rsi'],
      ['one', 'counted', true, '-4@$3 8@-8(%rsp)'],
      ['two', 'plain', false, '1@%ah 2@(%rdi,%rcx,2) -4@counter(%rip) 4f@%xmm0'],
    ],
  );
  t.is(found[1]?.semaphore, listeners?.address);
  for (const [i, { address }] of found.entries()) {
    t.is(address, function_!.address + i, 'each is a nop of its own');
    t.is(binary.elf.bytesAt(address, 1)[0], 0x90);
  }
});

test('a file without notes has none', t => {
  t.deepEqual(fixtureBinary('gcc-5.so').usdt(), []);
});
