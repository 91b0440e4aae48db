// Damaged programs: whatever is asked of them, the answer is an answer. Nothing throws, nothing goes on for ever.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { Binary } from '../../../../../src/kernel/host/binary/binary.js';
import { fixturePath } from '../../../../harness/fixture-binary.js';
import { RandomSource } from '../../../../harness/random-source.js';

const ROUNDS = Number(process.env.TSBPF_FUZZ_ROUNDS ?? 250);
/** A round takes a few ms; one that takes this long goes in circles. */
const LONGEST_MS = 5000;

function askEverything(binary: Binary): void {
  const names = binary.names.functions().slice(0, 12);
  for (const name of [...names, 'scalars', 'by_value', 'returned']) {
    for (const { address } of binary.symbols(name).slice(0, 2)) {
      binary.symbolAt(address);
      binary.instructionAt(address + 3);
      binary.elf.offsetOf(address);
      for (const { type } of binary.parameters(address) ?? []) {
        const struct = type.kind === 'pointer' ? type.to : type;
        if (struct.kind !== 'struct' || struct.layout.from !== 'dwarf') continue;
        for (const field of binary.fields(struct.layout.id).slice(0, 200)) void field.type;
      }
    }
  }
  for (const name of ['struct node', 'struct Shape', 'union u', 'enum color', 'byte']) binary.type(name);
  for (let id = 0; id < 200; id += 17) binary.fields(id);
  binary.line('types.c', 4, undefined);
  binary.usdt();
  binary.elf.buildId();
}

for (const file of [
  'gcc-3.so',
  'gcc-5.so',
  'clang-5.so',
  'dwz.so',
  'type-units.so',
  'zlib.so',
  'shapes.so',
  'minidebug.so',
  'usdt.so',
]) {
  test(`damaged ${file}`, t => {
    const whole = readFileSync(fixturePath(file));
    const random = new RandomSource(file.length);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(
        whole.subarray(0, round % 10 === 0 ? random.below(whole.length) : whole.length),
      );
      // Behind the program headers: the sections are what is read.
      for (let i = random.below(12) + 1; i > 0 && bytes.length > 512; i--) {
        const at = 512 + random.below(bytes.length - 512);
        if (random.chance(30)) bytes.writeUInt8(0xff, at);
        else bytes[at] = random.below(256);
      }
      const begin = process.cpuUsage();
      const source = { read: (at: number, length: number) => bytes.subarray(at, at + length) };
      const binary = Binary.of('damaged', source, { arch: 'x86_64', roots: [], debugFolders: [] });
      if (typeof binary !== 'string') askEverything(binary);
      const took = process.cpuUsage(begin).user / 1000;
      if (took > LONGEST_MS) t.fail(`round ${round} took ${took} ms`);
    }
    t.pass();
  });
}
