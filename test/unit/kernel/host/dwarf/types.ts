// Members of structs, and types by name, as several compilers tell of them.
import test from 'ava';
import type { Field, Type } from '../../../../../src/compiler/types/type.js';
import type { Binary } from '../../../../../src/kernel/host/binary/binary.js';
import { fixtureBinary } from '../../../../harness/fixture-binary.js';

function text(type: Type): string {
  switch (type.kind) {
    case 'integer':
      return type.enum === undefined
        ? `${type.signed ? 'i' : 'u'}${type.size * 8}`
        : `enum ${type.enum.name} i${type.size * 8}`;
    case 'pointer':
      return `${text(type.to)} ${type.space}*`;
    case 'array':
      return `${text(type.of)}[${type.count}]`;
    case 'struct':
      return `${type.tag} ${type.name} (${type.size})`;
    default:
      return type.kind;
  }
}

function members(binary: Binary, name: string): string[] {
  const type = binary.type(name);
  if (type?.kind !== 'struct' || type.layout.from !== 'dwarf') return [];
  return binary.fields(type.layout.id).map(line);
}

function line({ name, type, offset, bits, unreadable }: Field): string {
  const at = bits === undefined ? '' : ` bits ${bits.offset}..${bits.offset + bits.width - 1}`;
  return `${offset} ${name}: ${text(type)}${at}${unreadable === undefined ? '' : ` ${unreadable}`}`;
}

const NODE = [
  '0 value: i32',
  '8 next: struct node (184) user*',
  '16 table: struct node (184) user* user*',
  '24 name: i8[16]',
  '40 inside: struct inner (4)',
  '44 low: u32 bits 0..2',
  '44 high: i32 bits 3..7',
  '48 wide: u64 bits 0..39',
  '56 as_int: i32',
  '56 as_float: u8[4] float',
  '60 lifted: u8',
  '64 grid: i32[3][2]',
  '88 color: enum color i32',
  '96 ratio: u8[8] double',
  '104 flag: u8',
  '112 callback: void user*',
  '120 hidden: struct opaque (0) user*',
  '128 counter: i64',
];

for (const file of [
  'gcc-3',
  'gcc-4',
  'gcc-5',
  'clang-4',
  'clang-5',
  'zlib',
  'type-units',
  'two-units',
  'dwz',
  'arm64',
]) {
  test(`members of a struct in ${file}.so`, t => {
    const binary = fixtureBinary(`${file}.so`, file === 'arm64' ? 'aarch64' : 'x86_64');
    const found = members(binary, 'struct node');
    const size = /node \((\d+)\)/.exec(found[1] ?? '')?.[1];
    t.deepEqual(
      found,
      NODE.map(each => each.replaceAll('(184)', `(${size})`)),
    );
    t.is(size, '136');
    t.is(binary.debugProblem, undefined);
  });
}

const NAMED: readonly (readonly [name: string, type: string])[] = [
  ['struct pair', 'struct pair (8)'],
  ['byte', 'u8'],
  ['enum color', 'enum color i32'],
  ['unnamed_t', 'struct  (8)'],
  ['struct packed', 'struct packed (5)'],
  ['struct nowhere', 'nothing'],
  ['union pair', 'nothing'],
  ['nowhere_t', 'nothing'],
];

for (const [name, expected] of NAMED) {
  test(`type by name: ${name}`, t => {
    for (const file of ['gcc-5.so', 'clang-5.so', 'dwz.so', 'type-units.so']) {
      const type = fixtureBinary(file).type(name);
      t.is(type === undefined ? 'nothing' : text(type), expected, file);
    }
  });
}

test('enumerators are kept with their values', t => {
  const type = fixtureBinary('gcc-5.so').type('enum color');
  t.deepEqual(type?.kind === 'integer' ? type.enum?.values : undefined, [
    ['RED', '0'],
    ['GREEN', '5'],
    ['BLUE', '-1'],
  ]);
});

test('members of base classes are members; static ones are not', t => {
  t.deepEqual(members(fixtureBinary('shapes.so'), 'struct Shape'), [
    '0 _vptr.Base: void user* user*',
    '8 id: i32',
    '12 extra: i16',
    '16 area: i32',
    '24 label: i8 user*',
  ]);
});

test('a file without debug information has no types', t => {
  const binary = fixtureBinary('stripped.so');
  t.false(binary.hasDebugInfo);
  t.is(binary.type('struct node'), undefined);
  t.deepEqual(binary.fields(12), []);
});

const LINES: readonly (readonly [
  file: string,
  line: number,
  column: number | undefined,
  expected: string,
])[] = [
  ['types.c', 4, undefined, 'scalars'],
  ['/src/types.c', 4, undefined, 'scalars'],
  ['types.c', 12, undefined, 'hidden_name'],
  ['types.c', 1000, undefined, 'line'],
  ['types.c', 1, undefined, 'line'],
  ['pes.c', 4, undefined, 'file'],
  ['other.c', 4, undefined, 'file'],
  ['types.c', 4, 999, 'line'],
];

for (const [file, number, column, expected] of LINES) {
  test(`source line ${file}:${number}${column === undefined ? '' : `:${column}`} is ${expected}`, t => {
    for (const name of ['gcc-3.so', 'gcc-4.so', 'gcc-5.so', 'clang-5.so', 'zlib.so', 'dwz.so']) {
      const binary = fixtureBinary(name);
      const found = binary.line(file, number, column);
      const symbol = typeof found === 'number' ? binary.symbolAt(found) : undefined;
      t.is(
        typeof found === 'number' ? (symbol?.offset === 0 ? symbol.name : `${found}`) : found,
        expected,
        name,
      );
    }
  });
}
