// Programs as the kernel hands them back: numbers of maps, functions and helpers become names.
import test from 'ava';
import type { Instruction } from '../../../../src/compiler/bpf/instruction.js';
import { listXlated, type XlatedProgram } from '../../../../src/compiler/bpf/xlated.js';

const bytes = (...insns: readonly string[]) =>
  Uint8Array.from(Buffer.from(insns.join('').replaceAll(' ', ''), 'hex'));

/** As it came from Linux 6.18 but for the middle: a callback, a call within the program, one of a kernel function. */
const INSNS = bytes(
  '18 20 0000 07000000 00 00 0000 10000000', // 0: r0 = map value
  '18 11 0000 08000000 00 00 0000 00000000', // 2: r1 = map
  '18 42 0000 07000000 00 00 0000 00000000', // 4: r2 = function, 7 slots on
  '85 00 0000 700c0500', // 6: a helper by its distance
  '85 10 0400 01000000', // 7: function 1, which begins 4 slots on: machine code
  '85 10 0000 03000000', // 8: the same, interpreted
  'bf 00 ffff 00000000', // 9: this CPU's copy
  '85 20 0000 39300000', // 10: a kernel function
  '95 00 0000 00000000', // 11
  'b4 00 0000 01000000', // 12
  '95 00 0000 00000000', // 13
);

function listing(change: Partial<XlatedProgram> = {}, opcodes = false): string[] {
  const called = ({ imm }: Instruction) =>
    imm === 0x50c70 ? '__htab_map_lookup_elem' : imm === 12_345 ? 'bpf_dynptr_size' : undefined;
  const program: XlatedProgram = {
    insns: INSNS,
    functions: [
      { name: 'main', slot: 0 },
      { name: 'callback', slot: 12 },
    ],
    lines: [
      { slot: 0, place: 'x.bt:1:3', text: '@ = count()' },
      { slot: 6, place: 'x.bt:2', text: '' },
    ],
    map: id => (id === 8 ? 'AT id 8' : `id ${id}`),
    called,
    ...change,
  };
  return listXlated(program, opcodes);
}

test('functions, source lines, maps and calls by name', t => {
  t.deepEqual(listing(), [
    'main:',
    '; x.bt:1:3  @ = count()',
    '   0: r0 = map[id 7][0]+16',
    '   2: r1 = map[AT id 8]',
    '   4: r2 = &callback',
    '; x.bt:2',
    '   6: call __htab_map_lookup_elem',
    '   7: call callback',
    '   8: call callback',
    '   9: r0 = &(void __percpu *)(r0)',
    '  10: call bpf_dynptr_size',
    '  11: exit',
    '',
    'callback:',
    '  12: w0 = 1',
    '  13: exit',
  ]);
});

test('what nobody knows keeps its number', t => {
  const lines = listing({ called: () => undefined, functions: [], lines: [] });
  t.is(lines[0], '   0: r0 = map[id 7][0]+16');
  t.true(lines.includes('   6: call unknown#330864'));
  t.true(lines.includes('   7: call function at 12'));
});

test('with opcodes, the bytes of each instruction, all of them', t => {
  const hex = listing({}, true).filter(line => /^ {6}[0-9a-f]{2} /.test(line));
  t.is(hex.length, 11);
  t.is(hex[1], '      18 11 00 00 08 00 00 00 00 00 00 00 00 00 00 00');
  t.is(hex.join('').replaceAll(' ', ''), Buffer.from(INSNS).toString('hex'));
});

test('bytes that are no instructions are said to be none', t => {
  t.deepEqual(listing({ insns: INSNS.subarray(0, 9) }), ['the kernel gave no whole instructions']);
});
