// Parameters by the debug information of several compilers and versions of DWARF: types, and where they are when a function is
// entered.
import test from 'ava';
import type { FunctionParameter, ParameterPlace } from '../../../../../src/compiler/binary-view.js';
import { fixtureBinary } from '../../../../harness/fixture-binary.js';

const X86_REGISTERS = ['di', 'si', 'dx', 'cx', 'r8', 'r9'];
const ARM_REGISTERS = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'];

function where(place: ParameterPlace, registers: readonly string[]): string {
  switch (place.kind) {
    case 'registers':
      return place.registers.map(r => (r === null ? 'vector' : registers[r])).join('+');
    case 'reference':
      return `(${registers[place.register]})`;
    case 'stack':
      return `sp+${place.offset}`;
    case 'stack-reference':
      return `(sp+${place.offset})`;
    case 'vector':
      return 'vector';
  }
}

/** Names of integer types differ from compiler to compiler. */
function plainer(text: string): string {
  return text
    .replace('long int', 'long')
    .replace('short int', 'short')
    .replace('short unsigned int', 'unsigned short');
}

function show(parameters: readonly FunctionParameter[] | undefined, registers: readonly string[]): string[] {
  return (parameters ?? []).map(
    ({ name, text, place, unreadable }) =>
      `${plainer(text)} ${name} ${where(place, registers)}${unreadable === undefined ? '' : ' unreadable'}`,
  );
}

const FUNCTIONS: readonly (readonly [name: string, x86: readonly string[], arm: readonly string[]])[] = [
  [
    'scalars',
    ['signed char a di', 'byte b si', 'short c dx', 'unsigned short d cx', 'int e r8', 'unsigned int f r9'],
    ['signed char a x0', 'byte b x1', 'short c x2', 'unsigned short d x3', 'int e x4', 'unsigned int f x5'],
  ],
  [
    'pointers',
    ['const char* text di', 'struct node* node si', 'void* any dx', 'int** deep cx', 'unnamed_t* unnamed r8'],
    ['const char* text x0', 'struct node* node x1', 'void* any x2', 'int** deep x3', 'unnamed_t* unnamed x4'],
  ],
  [
    'on_stack',
    [
      'int a di',
      'int b si',
      'int c dx',
      'int d cx',
      'int e r8',
      'int f r9',
      'int g sp+8',
      'int h sp+16',
      'int i sp+24',
    ],
    [
      'int a x0',
      'int b x1',
      'int c x2',
      'int d x3',
      'int e x4',
      'int f x5',
      'int g x6',
      'int h x7',
      'int i sp+0',
    ],
  ],
  [
    'floating',
    [
      'double d vector unreadable',
      'int a di',
      'float f vector unreadable',
      'long double l sp+8 unreadable',
      'int b si',
    ],
    [
      'double d vector unreadable',
      'int a x0',
      'float f vector unreadable',
      'long double l vector unreadable',
      'int b x1',
    ],
  ],
  [
    'by_value',
    [
      'struct pair pair di',
      'struct two two si+vector',
      'struct large large sp+8',
      'struct floats floats vector',
      'struct packed packed sp+32',
      'int last dx',
    ],
    [
      'struct pair pair x0',
      'struct two two x1+x2',
      'struct large large (x3)',
      'struct floats floats vector',
      'struct packed packed x4',
      'int last x5',
    ],
  ],
  // A large result takes the first register on x86_64; arm64 has x8 for it.
  [
    'returned',
    ['int first si', 'enum color color dx', '_Bool flag cx'],
    ['int first x0', 'enum color color x1', '_Bool flag x2'],
  ],
  [
    'wide',
    ['int before di', '__int128 wide si+dx', 'int after cx'],
    ['int before x0', '__int128 wide x2+x3', 'int after x4'],
  ],
  ['hidden_name', ['int x di'], ['int x x0']],
];

const FILES = ['gcc-3', 'gcc-4', 'gcc-5', 'clang-4', 'clang-5', 'zlib', 'type-units', 'two-units', 'dwz'];

for (const file of FILES) {
  test(`parameters in ${file}.so`, t => {
    const binary = fixtureBinary(`${file}.so`);
    for (const [name, expected] of FUNCTIONS) {
      const [symbol] = binary.symbols(name);
      t.deepEqual(show(binary.parameters(symbol!.address), X86_REGISTERS), [...expected], name);
    }
    t.is(binary.debugProblem, undefined);
  });
}

test('parameters on arm64', t => {
  const binary = fixtureBinary('arm64.so', 'aarch64');
  for (const [name, , expected] of FUNCTIONS) {
    const [symbol] = binary.symbols(name);
    t.deepEqual(show(binary.parameters(symbol!.address), ARM_REGISTERS), [...expected], name);
  }
});

test('a function without parameters has none; an address in its middle is no function', t => {
  const binary = fixtureBinary('gcc-5.so');
  const [symbol] = binary.symbols('nothing');
  t.deepEqual(binary.parameters(symbol!.address), []);
  t.is(binary.parameters(symbol!.address + 1), undefined);
});

const METHODS: readonly (readonly [mangled: string, expected: readonly string[]])[] = [
  ['_ZN6shapes5Shape4growEi', ['struct Shape* const this di', 'int by si']],
  ['_ZN6shapes5Shape5resetEi', ['int to di']],
  ['_ZN6shapes3BoxIlE3getEi', ['struct Box<long>* const this di', 'int  si']],
  [
    '_ZN6shapes4moveENS_4KindERNS_5ShapeEPS1_NS_5HeavyEi',
    [
      'enum Kind kind di',
      'struct Shape& shape si',
      'struct Shape* other dx',
      'struct Heavy heavy (cx)',
      'int last r8',
    ],
  ],
  ['_ZN6shapes4moveEi', ['int x di']],
  ['_ZN6shapes5twiceIiEET_S1_', ['int value di']],
  // What is returned by reference takes the first register.
  ['_ZN6shapes4giveEiRNS_5HeavyE', ['int seed si', 'struct Heavy& from dx']],
];

for (const [mangled, expected] of METHODS) {
  test(`parameters of ${mangled}`, t => {
    const binary = fixtureBinary('shapes.so');
    const [symbol] = binary.symbols(mangled);
    t.deepEqual(
      show(binary.parameters(symbol!.address), X86_REGISTERS).map(s =>
        s.replace('Box<long int>', 'Box<long>'),
      ),
      [...expected],
    );
  });
}

test('debug information in other files (.dwo) is told, not guessed', t => {
  const binary = fixtureBinary('split.so');
  const [symbol] = binary.symbols('scalars');
  t.is(binary.parameters(symbol!.address), undefined);
  t.regex(binary.debugProblem ?? '', /\.dwo/);
});
