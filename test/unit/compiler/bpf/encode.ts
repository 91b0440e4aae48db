// Literal bytes of every kind of instruction, as llvm-mc 14 encodes the same text (-triple=bpfel -mcpu=v3); cpu v4 forms from
// the instruction set's document (Documentation/bpf/standardization/instruction-set.rst).
import test from 'ava';
import {
  alu32,
  alu64,
  atomic,
  byteSwap,
  callFunction,
  callHelper,
  callKfunc,
  exit,
  goto,
  imm,
  jump,
  load,
  loadConstant,
  loadFunction,
  loadImmediate,
  loadMap,
  loadMapValue,
  loadReference,
  loadSigned,
  mov,
  mov32,
  negate,
  reg,
  signExtend,
  signedDivide,
  store,
  toEndian,
} from '../../../../src/compiler/bpf/assemble.js';
import { decode } from '../../../../src/compiler/bpf/decode.js';
import { disassemble, disassembleProgram } from '../../../../src/compiler/bpf/disassemble.js';
import { encode, encodeProgram } from '../../../../src/compiler/bpf/encode.js';
import type { Instruction } from '../../../../src/compiler/bpf/instruction.js';
import { slots } from '../../../../src/compiler/bpf/opcode.js';

const rows: readonly (readonly [insn: Instruction, text: string, bytes: string])[] = [
  [load(8, 1, 6, 16), 'r1 = *(u64 *)(r6 +16)', '7961100000000000'],
  [load(1, 0, 10, -1), 'r0 = *(u8 *)(r10 -1)', '71a0ffff00000000'],
  [load(4, 2, 3, 8), 'r2 = *(u32 *)(r3 +8)', '6132080000000000'],
  [store(2, 10, -4, reg(7)), '*(u16 *)(r10 -4) = r7', '6b7afcff00000000'],
  [store(8, 10, -8, reg(1)), '*(u64 *)(r10 -8) = r1', '7b1af8ff00000000'],
  [store(4, 10, -8, imm(-1)), '*(u32 *)(r10 -8) = -1', '620af8ffffffffff'],
  [store(8, 1, 0, imm(7)), '*(u64 *)(r1 +0) = 7', '7a01000007000000'],
  [alu64('add', 1, imm(5)), 'r1 += 5', '0701000005000000'],
  [alu64('sub', 1, reg(2)), 'r1 -= r2', '1f21000000000000'],
  [alu32('mul', 3, reg(4)), 'w3 *= w4', '2c43000000000000'],
  [alu64('div', 5, imm(-7)), 'r5 /= -7', '37050000f9ffffff'],
  [alu32('mod', 5, reg(6)), 'w5 %= w6', '9c65000000000000'],
  [alu64('or', 1, imm(255)), 'r1 |= 255', '47010000ff000000'],
  [alu64('and', 1, reg(2)), 'r1 &= r2', '5f21000000000000'],
  [alu32('lsh', 1, imm(3)), 'w1 <<= 3', '6401000003000000'],
  [alu64('rsh', 1, imm(63)), 'r1 >>= 63', '770100003f000000'],
  [alu64('arsh', 1, imm(32)), 'r1 s>>= 32', 'c701000020000000'],
  [alu32('arsh', 1, reg(2)), 'w1 s>>= w2', 'cc21000000000000'],
  [alu64('xor', 1, imm(-1)), 'r1 ^= -1', 'a7010000ffffffff'],
  [mov(0, reg(9)), 'r0 = r9', 'bf90000000000000'],
  [mov32(0, imm(0)), 'w0 = 0', 'b400000000000000'],
  [negate(4), 'r4 = -r4', '8704000000000000'],
  [loadImmediate(1, 0x123456789abcdef0n), 'r1 = 1311768467463790320 ll', '18010000f0debc9a0000000078563412'],
  [loadImmediate(3, -1n), 'r3 = -1 ll', '18030000ffffffff00000000ffffffff'],
  [toEndian(1, 'big', 16), 'r1 = be16 r1', 'dc01000010000000'],
  [toEndian(2, 'little', 64), 'r2 = le64 r2', 'd402000040000000'],
  [byteSwap(2, 32), 'r2 = bswap32 r2', 'd702000020000000'],
  [signExtend(1, 2, 8, true)[0]!, 'r1 = (s8)r2', 'bf21080000000000'],
  [loadSigned(4, 1, 2, 4), 'r1 = *(s32 *)(r2 +4)', '8121040000000000'],
  [signedDivide('div', 1, reg(2)), 'r1 s/= r2', '3f21010000000000'],
  [atomic('add', 8, 1, 8, 2), 'lock *(u64 *)(r1 +8) += r2', 'db21080000000000'],
  [atomic('add', 4, 1, 4, 2), 'lock *(u32 *)(r1 +4) += w2', 'c321040000000000'],
  [atomic('add', 8, 1, 0, 5, true), 'r5 = atomic64_fetch_add((u64 *)(r1 +0), r5)', 'db51000001000000'],
  [atomic('xchg', 8, 1, 16, 2), 'r2 = atomic64_xchg((u64 *)(r1 +16), r2)', 'db211000e1000000'],
  [atomic('cmpxchg', 8, 1, 0, 2), 'r0 = atomic64_cmpxchg((u64 *)(r1 +0), r0, r2)', 'db210000f1000000'],
  [atomic('xor', 4, 3, 4, 4, true), 'w4 = atomic_fetch_xor((u32 *)(r3 +4), w4)', 'c3430400a1000000'],
  [jump('eq', 0, imm(0), 3), 'if r0 == 0 goto +3', '1500030000000000'],
  [jump('ne', 1, reg(2), -2), 'if r1 != r2 goto -2', '5d21feff00000000'],
  [jump('slt', 1, imm(-5), 1, 32), 'if w1 s< -5 goto +1', 'c6010100fbffffff'],
  [jump('gt', 1, reg(2), 1), 'if r1 > r2 goto +1', '2d21010000000000'],
  [jump('set', 3, imm(8), 2), 'if r3 & 8 goto +2', '4503020008000000'],
  [goto(-4), 'goto -4', '0500fcff00000000'],
  [callHelper('BPF_FUNC_map_lookup_elem'), 'call bpf_map_lookup_elem', '8500000001000000'],
  [exit(), 'exit', '9500000000000000'],
];

const hex = (bytes: Uint8Array): string => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');

for (const [insn, text, bytes] of rows) {
  test(`${text} is ${bytes}`, t => {
    t.is(hex(encode([insn])), bytes);
    t.is(disassemble(insn), text);
    t.deepEqual(decode(encode([insn])), [insn]);
  });
}

test('references take what the resolver says', t => {
  const insns = [
    loadMap(1, '@x'),
    loadMapValue(2, 'globals', 24),
    loadReference(3, { kind: 'ksym', name: 'runqueues' }),
    callKfunc('bpf_cpumask_create'),
  ];
  const bytes = encode(insns, reference => {
    switch (reference.kind) {
      case 'map':
        return { imm: 5 };
      case 'map-value':
        return { imm: 6, high: reference.offset };
      case 'ksym':
        return { imm: 0x1234 };
      case 'kfunc':
        return { imm: 77, off: 2 };
    }
  });
  t.is(
    hex(bytes),
    '18110000050000000000000000000000' +
      '18220000060000000000000018000000' +
      '18330000341200000000000000000000' +
      '852002004d000000',
  );
  t.deepEqual(insns.map(disassemble), [
    'r1 = map[@x]',
    'r2 = map[globals][0]+24',
    'r3 = &runqueues (kernel)',
    'call bpf_cpumask_create',
  ]);
});

test('calls and callback addresses count slots from the next one', t => {
  const main = [loadFunction(2, 'body'), callFunction('last'), exit()];
  const { bytes, starts } = encodeProgram([
    { name: 'main', insns: main },
    { name: 'body', insns: [loadImmediate(0, 0n), exit()] },
    { name: 'last', insns: [mov(0, imm(0)), exit()] },
  ]);
  t.deepEqual(starts, [0, 4, 7]);
  t.is(hex(bytes.subarray(0, 24)), '18420000030000000000000000000000' + '8510000004000000');
  t.is(slots(main), 4);
});

const faults: readonly (readonly [string, Instruction])[] = [
  ['an offset over 16 bits', load(8, 1, 2, 0x8000)],
  ['an immediate over 32 bits', mov(1, imm(0x8000_0000))],
  ['register 11', mov(11, imm(0))],
  ['a fraction', alu64('add', 1, imm(0.5))],
  ['an unknown function', callFunction('nowhere')],
  ['an unresolved map', loadMap(1, '@x')],
];
for (const [title, insn] of faults) {
  test(`${title} is an internal error`, t => {
    t.throws(() => encode([insn]), { name: 'InternalError' });
  });
}

const constants: readonly (readonly [bigint, string])[] = [
  [0n, 'r1 = 0'],
  [-1n, 'r1 = -1'],
  [0x7fff_ffffn, 'r1 = 2147483647'],
  [0x8000_0000n, 'w1 = -2147483648'],
  [0xffff_ffffn, 'w1 = -1'],
  [0x1_0000_0000n, 'r1 = 4294967296 ll'],
  [0xffff_ffff_ffff_fffen, 'r1 = -2'],
];
for (const [value, text] of constants) {
  test(`constant ${value} loads as ${text}`, t => t.is(disassemble(loadConstant(1, value)), text));
}

test('sign extension without cpu v4 is two shifts', t => {
  t.deepEqual(signExtend(1, 2, 16).map(disassemble), ['r1 = r2', 'r1 <<= 48', 'r1 s>>= 48']);
});

test('any bytes decode or are refused, and encode back', t => {
  let seed = 1;
  const random = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed >>> 8;
  };
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from({ length: random() % 64 }, () => random() & 255);
    const insns = decode(bytes);
    if (insns === undefined) continue;
    for (const insn of insns) t.true(disassemble(insn).length > 0);
  }
  t.is(decode(new Uint8Array(7)), undefined);
  t.is(decode(encode([loadImmediate(1, 5n)]).subarray(0, 8)), undefined);
});

test('a listing counts slots and shows the source', t => {
  const source = 'BEGIN { @ = 1 }\nEND { @[comm] = count(); }';
  const listing = disassembleProgram(
    [
      {
        name: 'end',
        insns: [loadMap(1, '@'), mov(0, imm(0)), exit()],
        lines: [{ insn: 0, start: 22, end: 39 }],
      },
    ],
    source,
  );
  t.is(listing, 'end:\n; 2:7 @[comm] = count()\n   0: r1 = map[@]\n   2: r0 = 0\n   3: exit\n');
});
