// Objects linked: written by hand, so that each relocation is a fact; by our own compiler; and by clang, where it is. Whatever is
// changed in one gives a linked object or an ObjectError.
import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { decode } from '../../../../src/compiler/bpf/decode.js';
import { readBtf } from '../../../../src/compiler/btf/reader.js';
import { compile } from '../../../../src/compiler/compile.js';
import { chooseProgram } from '../../../../src/compiler/elf/choose-program.js';
import { coreValues } from '../../../../src/compiler/elf/core-relocation.js';
import { ElfFile, Reloc } from '../../../../src/compiler/elf/elf-file.js';
import { readElf } from '../../../../src/compiler/elf/elf-reader.js';
import { type KernelFacts, type LinkedObject, linkObject } from '../../../../src/compiler/elf/link-object.js';
import { writeObject } from '../../../../src/compiler/elf/object.js';
import { ObjectError } from '../../../../src/compiler/elf/object-error.js';
import { clangObject, WHY_NO_CLANG } from '../../../harness/clang-object.js';
import { fixtureKernel } from '../../../harness/fixture-kernel.js';

/** A kernel of which nothing is known. */
const NOTHING: KernelFacts = { types: undefined, release: [5, 10, 0], option: () => undefined };

/** Instructions as bytes: opcode, registers, offset, immediate. */
const insn = (opcode: number, registers = 0, imm = 0): number[] => {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  bytes.set([opcode, registers]);
  view.setInt32(4, imm, true);
  return [...bytes];
};
const call = (imm: number) => insn(0x85, 0x10, imm);
const load = (imm: number) => [...insn(0x18, 0x01, imm), ...insn(0, 0, 0)];
const exit = insn(0x95);
/** BPF_LDX | BPF_MEM, of 4 bytes and of 8. */
const [LOAD_WORD, LOAD_LONG] = [0x61, 0x79];
const move = insn(0xb7, 0, 2);
const code = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat());

interface Hand {
  readonly elf: ElfFile;
  link(section?: string): LinkedObject;
}

/** `body` of a program "entry" in the section xdp; .text holds a static "one" and a global "two" that calls it. */
function byHand(
  body: Uint8Array,
  relocate: (
    elf: ElfFile,
    text: ReturnType<ElfFile['symbol']>,
    two: ReturnType<ElfFile['symbol']>,
  ) => Parameters<ElfFile['relocate']>[1],
): Hand {
  const elf = new ElfFile();
  const text = elf.code('.text', code(move, exit, call(-2 - 1), exit));
  const textSymbol = elf.symbol({
    name: '',
    section: text,
    offset: 0,
    size: 0,
    type: 'section',
    global: false,
  });
  elf.symbol({ name: 'one', section: text, offset: 0, size: 16, type: 'function', global: false });
  const two = elf.symbol({
    name: 'two',
    section: text,
    offset: 16,
    size: 16,
    type: 'function',
    global: true,
  });
  const xdp = elf.code('xdp', body);
  elf.symbol({ name: 'entry', section: xdp, offset: 0, size: body.length, type: 'function', global: true });
  elf.relocate(xdp, relocate(elf, textSymbol, two));
  elf.data('license', new TextEncoder().encode('GPL\0'), true);
  return { elf, link: section => linkObject(elf.bytes(), section, NOTHING) };
}

const linked = ({ programs: [program] }: LinkedObject) =>
  decode(program!.insns)!.map(({ opcode, src, imm }) => [opcode, src, imm]);

test('functions follow in the order of their calls, each once; calls are relative', t => {
  // By name: -1 and the symbol. By section: the place, counted from it.
  const { link } = byHand(code(call(-1), call(-1), call(-1), exit), (_, text, two) => [
    { offset: 0, symbol: two, type: Reloc.R_BPF_64_32 },
    { offset: 8, symbol: text, type: Reloc.R_BPF_64_32 },
    { offset: 16, symbol: two, type: Reloc.R_BPF_64_32 },
  ]);
  const object = link();
  t.is(object.license, 'GPL');
  t.deepEqual(object.programs[0]!.functions, [
    { slot: 0, name: 'entry' },
    { slot: 4, name: 'two' },
    { slot: 6, name: 'one' },
  ]);
  t.deepEqual(linked(object), [
    [0x85, 1, 3],
    [0x85, 1, 4],
    [0x85, 1, 1],
    [0x95, 0, 0],
    [0x85, 1, 1],
    [0x95, 0, 0],
    [0xb7, 0, 2],
    [0x95, 0, 0],
  ]);
  t.is(object.programs[0]!.funcInfo, undefined);
});

test('the address of a function is relative to its load, for callbacks', t => {
  const { link } = byHand(code(load(16), exit), (_, text) => [
    { offset: 0, symbol: text, type: Reloc.R_BPF_64_64 },
  ]);
  const { insns, functions } = link().programs[0]!;
  t.deepEqual(
    functions.map(({ slot }) => slot),
    [0, 3, 5],
  );
  t.deepEqual([insns[1]! >> 4, new DataView(insns.buffer).getInt32(4, true)], [4, 2]);
});

test('global data is an offset into a map: of the symbol and of what the instruction holds', t => {
  const { link } = byHand(code(load(0), load(8), load(4), exit), elf => {
    const data = elf.data('.data', Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0]), true);
    const zeros = elf.zeros('.bss.mine', 1 << 20);
    const constants = elf.data('.rodata', Uint8Array.from([7, 0, 0, 0, 8]));
    const symbol = (section: typeof data, offset: number) =>
      elf.symbol({ name: 'x', section, offset, size: 4, type: 'object', global: true });
    return [
      { offset: 0, symbol: symbol(data, 8), type: Reloc.R_BPF_64_64 },
      { offset: 16, symbol: symbol(zeros, 16), type: Reloc.R_BPF_64_64 },
      {
        offset: 32,
        symbol: elf.symbol({
          name: '',
          section: constants,
          offset: 0,
          size: 0,
          type: 'section',
          global: false,
        }),
        type: Reloc.R_BPF_64_64,
      },
    ];
  });
  const { maps, programs } = link();
  const { insns, maps: places } = programs[0]!;
  const view = new DataView(insns.buffer);
  t.deepEqual(places, [
    { slot: 0, map: '.data' },
    { slot: 2, map: '.bss.mine' },
    { slot: 4, map: '.rodata' },
  ]);
  t.deepEqual(
    [0, 2, 4].map(slot => [insns[slot * 8 + 1]! >> 4, view.getInt32(slot * 8 + 12, true)]),
    [
      [2, 8],
      [2, 24],
      [2, 4],
    ],
  );
  t.deepEqual(
    maps.map(({ name, valueSize, flags, frozen, initial }) => [
      name,
      valueSize,
      flags,
      frozen,
      initial?.length,
    ]),
    [
      ['.data', 12, 0, false, 12],
      ['.bss.mine', 1 << 20, 0, false, undefined],
      ['.rodata', 5, 128, true, 5],
    ],
  );
});

const refusal = (t: ExecutionContext, link: () => unknown, message: RegExp) => {
  const error = t.throws(link, { instanceOf: ObjectError })!;
  t.regex(error.message, message);
  t.true(error.hint.length > 0);
};

test('what cannot be had is refused by name', t => {
  refusal(
    t,
    () => linkObject(new Uint8Array(100), undefined, NOTHING),
    /^it is no object of BPF programs: it is no ELF file$/,
  );
  refusal(
    t,
    () =>
      byHand(code(call(-1), exit), (_e, text) => [
        { offset: 0, symbol: { ...text }, type: Reloc.R_BPF_64_32 },
      ]).link('nothing'),
    /^it has no section or function 'nothing'$/,
  );
  refusal(
    t,
    byHand(code(call(3), exit), () => []).link,
    /^entry calls what is no function, at byte 32 of its section xdp$/,
  );
  const external = (name: string) => (elf: ElfFile) => [
    {
      offset: 0,
      symbol: elf.symbol({ name, section: undefined, offset: 0, size: 0, type: 'none', global: true }),
      type: Reloc.R_BPF_64_32,
    },
  ];
  refusal(t, byHand(code(call(-1), exit), external('away')).link, /^it uses away, which is in another file$/);
  const inSection = (name: string) => (elf: ElfFile) => {
    const section = elf.data(name, new Uint8Array(32), true);
    return [
      {
        offset: 0,
        symbol: elf.symbol({ name: 'x', section, offset: 0, size: 4, type: 'object', global: true }),
        type: Reloc.R_BPF_64_64,
      },
    ];
  };
  refusal(
    t,
    byHand(code(load(0), exit), inSection('mine')).link,
    /^it uses x in its section mine, which is neither/,
  );
  refusal(
    t,
    byHand(code(load(0), exit), inSection('maps')).link,
    /^its map x is defined by a struct bpf_map_def/,
  );
  refusal(
    t,
    byHand(code(load(0), exit), inSection('.maps')).link,
    /^it has maps in \.maps, but no type information/,
  );
  refusal(
    t,
    byHand(code(move, exit), inSection('.data')).link,
    /^a relocation \(type 1\) of entry is of no call and no 64-bit load$/,
  );
});

for (const [section, forInterface] of [
  ['xdp', true],
  ['xdp/some_name', true],
  ['xdp.frags', true],
  ['xdp_pass', true],
  ['prog', true],
  ['classifier', false],
  ['tc', false],
  ['tcx/ingress', false],
  ['fentry/func', false],
  ['kprobe/vfs_read', false],
  ['uprobe.multi/x', false],
  ['xdp/devmap', false],
  ['xdp.frags/cpumap', false],
] as const) {
  test(`a program in the section ${section} is ${forInterface ? 'one' : 'none'} for an interface`, t => {
    const elf = new ElfFile();
    const body = code(move, exit);
    const place = elf.code(section, body);
    elf.symbol({
      name: 'main',
      section: place,
      offset: 0,
      size: body.length,
      type: 'function',
      global: true,
    });
    const read = readElf(elf.bytes());
    if (typeof read === 'string') throw new Error(read);
    if (forInterface) t.like(chooseProgram(read, undefined), { name: 'main', section, offset: 0 });
    else {
      t.throws(() => chooseProgram(read, undefined), { message: 'none of its programs is for XDP' });
      t.throws(() => chooseProgram(read, 'main'), { instanceOf: ObjectError });
    }
  });
}

const kernel = fixtureKernel('6.12');

function ours(): Uint8Array {
  const text =
    'xdp:lo /udp/ { @n[ip.saddr] = count(); @h = hist(pkt.len); printf("%d", pkt.len); return XDP_DROP; }';
  const { spec, diagnostics } = compile({ name: 'test', text }, { ...kernel, interfaces: () => ['lo'] });
  if (spec === undefined) throw new Error(diagnostics.map(({ message }) => message).join());
  return writeObject(spec);
}

test('what our own compiler makes is linked: its maps as they were defined, its types as the kernel takes them', t => {
  const { maps, programs, btf } = linkObject(ours(), undefined, NOTHING);
  t.deepEqual(
    maps
      .map(({ name }) => name)
      .filter(name => /^AT|^ring|^\.bss/.test(name))
      .sort(),
    ['.bss', 'AT_h', 'AT_n', 'ring'],
  );
  t.is(programs.length, 1);
  t.true(programs[0]!.funcInfo!.length === 8 && programs[0]!.lineInfo!.length % 16 === 0);
  const { blob } = readBtf(btf!)!;
  const [, type] = new Uint32Array(programs[0]!.funcInfo!.buffer);
  t.is(blob.name(type!), programs[0]!.name);
});

const objects: [string, Uint8Array][] = [['ours', ours()]];
if (WHY_NO_CLANG === undefined)
  for (const name of ['count', 'chain', 'core'])
    objects.push([`clang's ${name}`, readFileSync(clangObject(name))]);

const facts: KernelFacts = {
  types: kernel.btf() as KernelFacts['types'],
  release: [6, 12, 0],
  option: () => 'y',
};

for (const [name, object] of objects) {
  test(`any change of ${name} gives an object or an ObjectError`, t => {
    const tried = (bytes: Uint8Array) => {
      for (const section of [undefined, 'xdp', 'count_all', 'first']) {
        try {
          linkObject(bytes, section, facts);
        } catch (error) {
          if (!(error instanceof ObjectError)) throw error;
        }
      }
    };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(object.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(object.length),
        (edits, length) => {
          const bytes = Uint8Array.from(object);
          for (const [at, byte] of edits) bytes[at] = byte;
          tried(bytes);
          tried(bytes.subarray(0, length));
        },
      ),
      { numRuns: 40 },
    );
    t.pass();
  });
}

test('a way to a field that is not made of numbers', t => {
  const { blob } = readBtf(linkObject(ours(), undefined, NOTHING).btf!)!;
  const coreOf = coreValues(blob, blob);
  for (const access of ['0:x', '', '0:', '-1', '0:99999999999'])
    t.throws(() => coreOf({ offset: 0, type: 1, access, kind: 0 }), { instanceOf: ObjectError }, access);
});

const clangTest = WHY_NO_CLANG === undefined ? test : test.skip;
const why = WHY_NO_CLANG === undefined ? '' : ` (skipped: ${WHY_NO_CLANG})`;

clangTest(`a field of another size is read as such where it is unsigned; a signed one cannot be${why}`, t => {
  const resized = readFileSync(clangObject('resized'));
  const [ofUnsigned] = linkObject(resized, 'xdp/unsigned', facts).programs;
  t.is(ofUnsigned!.missing.size, 0);
  const sizes = decode(ofUnsigned!.insns)!.map(({ opcode }) => opcode);
  t.is(sizes.filter(opcode => opcode === LOAD_WORD).length, 2); // of the context, and of the field
  t.false(sizes.includes(LOAD_LONG));
  const [ofSigned] = linkObject(resized, 'xdp/signed', facts).programs;
  t.deepEqual([...ofSigned!.missing.values()], ['field ifindex of struct net_device of 8 bytes']);
});

clangTest(`of what clang made, each refusal names what is in the way${why}`, t => {
  const refused = readFileSync(clangObject('refused'));
  const plain: KernelFacts = { ...facts, option: () => 'n' };
  const ALL = /^it has asks_for_field \(section xdp\/field\), .*for_tc \(section tc\)\.$/;
  for (const [section, message, hint, kernel] of [
    ['xdp/vague', /^its map vague \(array_of_maps\) does not say what the maps in it are like$/, /^__array/],
    [
      'xdp/legacy',
      /^its map legacy is defined by a struct bpf_map_def in the section maps/,
      /^define it by BTF/,
    ],
    ['xdp/config', /^it asks for CONFIG_NO_SUCH_OPTION, which this kernel was built without$/, /__weak/],
    [
      'xdp/config',
      /^it asks for CONFIG_NO_SUCH_OPTION, and nothing tells how this kernel was built$/,
      /config\.gz/,
      { ...facts, option: () => undefined },
    ],
    [
      'xdp/config',
      /^it asks for CONFIG_NO_SUCH_OPTION as a type that the option does not have$/,
      /bool/,
      facts,
    ],
    ['xdp/kfunc', /^it uses bpf_no_such_kfunc of the kernel, which this one does not have$/, /releases/],
    [
      'xdp/kfunc',
      /^it uses bpf_no_such_kfunc of the kernel, whose types are not known$/,
      /btf\/vmlinux/,
      NOTHING,
    ],
    [
      'xdp/field',
      /^asks_for_field is to be fitted to the types of the running kernel \(CO-RE\)/,
      /btf\/vmlinux/,
      NOTHING,
    ],
    ['xdp/extern', /^it uses of_another_file, which is in another file$/, /bpftool gen object/],
    [
      'xdp/elsewhere',
      /^it uses elsewhere in its section mine, which is neither of maps nor of global data$/,
      /\.data/,
    ],
    [
      'xdp/names',
      /^its data in \.rodata holds addresses \(of .*\), which programs cannot have in data$/,
      /indices/,
    ],
    ['xdp/devmap', /^after_redirect \(section xdp\/devmap\) is run by a map of devices or CPUs/, ALL],
    ['tc', /^for_tc \(section tc\) is no XDP program$/, ALL],
    [
      'uses_kfnuc',
      /^it has no section or function 'uses_kfnuc'$/,
      /^did you mean "uses_kfunc"\? It has asks_for_field /,
    ],
  ] as const) {
    const error = t.throws(() => linkObject(refused, section, kernel ?? plain), { instanceOf: ObjectError });
    t.regex(error!.message, message);
    t.regex(error!.hint, hint);
  }
  t.throws(() => linkObject(readFileSync(clangObject('count')), undefined, plain), {
    message: 'it has 5 programs for XDP',
  });
  const untyped = t.throws(() => linkObject(readFileSync(clangObject('count', [])), 'count_all', plain), {
    message: 'it has maps in .maps, but no type information, which defines them',
  });
  t.regex((untyped as ObjectError).hint, /compile it with -g/);
});

clangTest(`what a weak extern asks for is 0 where it is missing, and must not be called${why}`, t => {
  const { programs } = linkObject(readFileSync(clangObject('extras')), 'asks_softly', facts);
  t.deepEqual([...programs[0]!.missing.values()], ['function bpf_no_such_kfunc']);
});
