// Arguments of USDT probes, as compilers write them into the notes.
import test from 'ava';
import {
  parseUsdtArguments,
  type UsdtArgument,
} from '../../../../src/compiler/language/probes/usdt-argument.js';
import { fixtureUserSpace } from '../../../harness/fixture-user-space.js';
import { RandomSource } from '../../../harness/random-source.js';

const userSpace = fixtureUserSpace();
const [counter] = userSpace.symbols('./usdt.so', 'counter');

function parse(text: string, arch: 'x86_64' | 'aarch64' = 'x86_64'): readonly UsdtArgument[] {
  return parseUsdtArguments(text, { userSpace, path: './usdt.so', address: 0x100, arch });
}

function show({ size, signed, operand }: UsdtArgument): string {
  const type = `${signed ? 'i' : 'u'}${size * 8}`;
  switch (operand.kind) {
    case 'constant':
      return `${type} ${operand.value}`;
    case 'register':
      return `${type} ${operand.register}${operand.shift === 0 ? '' : ` >> ${operand.shift}`}`;
    case 'memory': {
      const index = operand.index === undefined ? '' : ` + ${operand.index} * ${operand.scale}`;
      return `${type} [${operand.base}${index} + ${operand.offset}]`;
    }
    case 'relative':
      return `${type} [here + ${operand.distance}]`;
    case 'unknown':
      return `unknown`;
  }
}

const X86: readonly (readonly [text: string, ...expected: string[]])[] = [
  ['', ...[]],
  ['8@%rax -4@%edi', 'u64 ax', 'i32 di'],
  ['-1@%al 1@%ah 2@%bx 1@%sil 1@%bpl', 'i8 ax', 'u8 ax >> 8', 'u16 bx', 'u8 si', 'u8 bp'],
  ['4@%r8d 2@%r9w 1@%r15b 8@%r10', 'u32 r8', 'u16 r9', 'u8 r15', 'u64 r10'],
  ['-4@$-7 8@$0x7fffffffffffffff 1@$255', 'i32 -7', 'u64 9223372036854775807', 'u8 255'],
  ['8@(%rdi) -4@-8(%rbp) 2@0x10(%rsp)', 'u64 [di + 0]', 'i32 [bp + -8]', 'u16 [sp + 16]'],
  [
    '8@8(%rax,%rcx,4) 4@(%rax,%rdx) 4@-4(%r12, %r13, 8)',
    'u64 [ax + cx * 4 + 8]',
    'u32 [ax + dx * 1 + 0]',
    'u32 [r12 + r13 * 8 + -4]',
  ],
  [
    '4@counter(%rip) 4@counter+8(%rip) 4@counter-2(%rip) 4@8+counter(%rip)',
    ...[0, 8, -2, 8].map(offset => `u32 [here + ${counter!.address - 0x100 + offset}]`),
  ],
  ['4@counter', `u32 [here + ${counter!.address - 0x100}]`],
  ['4@nowhere(%rip)', 'unknown'],
  ['8f@%xmm0 8@%rdi', 'unknown', 'u64 di'],
  ['16@%rax', 'unknown'],
  ['8@%xmm0', 'unknown'],
  ['8@%fs:0x28', 'unknown'],
  ['%rdi', 'u64 di'],
];

for (const [text, ...expected] of X86) {
  test(`x86_64: ${text || 'none'}`, t => {
    t.deepEqual(parse(text).map(show), expected);
  });
}

const ARM: readonly (readonly [text: string, ...expected: string[]])[] = [
  ['8@x0 -4@w1 8@sp 8@x30', 'u64 x0', 'i32 x1', 'u64 sp', 'u64 x30'],
  ['-4@5 8@#-1', 'i32 5', 'u64 -1'],
  ['8@[x0] -4@[sp, 16] 8@[x29, #-8]', 'u64 [x0 + 0]', 'i32 [sp + 16]', 'u64 [x29 + -8]'],
  ['8@[x0, x1] 4@[x0, x1, lsl 3]', 'u64 [x0 + x1 * 1 + 0]', 'u32 [x0 + x1 * 8 + 0]'],
  ['8@x31 4@%eax 4f@s0', 'unknown', 'unknown', 'unknown'],
];

for (const [text, ...expected] of ARM) {
  test(`aarch64: ${text}`, t => {
    t.deepEqual(parse(text, 'aarch64').map(show), expected);
  });
}

test('any text is read as something', t => {
  const random = new RandomSource(3);
  const pieces = [
    '-',
    '4',
    '8@',
    '@',
    '%',
    'rax',
    '(',
    ')',
    ',',
    '[',
    ']',
    ' ',
    '$',
    '0x',
    'counter',
    '+',
    'rip',
    'f',
    '\0',
    'é',
  ];
  for (let i = 0; i < 5000; i++) {
    let text = '';
    for (let n = random.below(12); n > 0; n--) text += random.pick(pieces);
    parse(text);
    parse(text, 'aarch64');
  }
  t.pass();
});
