// The ELF reader on files made here, byte by byte, and on damaged ones.
import test from 'ava';
import { crc32 } from '../../../../src/kernel/host/crc32.js';
import { ElfFile } from '../../../../src/kernel/host/elf.js';

interface Sym {
  readonly name: string;
  readonly at: number;
  readonly size: number;
  readonly type?: number; // STT_*: 1 object, 2 function (default), 0 none
  readonly bind?: number; // STB_*: 0 local, 1 global (default), 2 weak
  readonly section?: number; // 0: undefined
}

interface Shape {
  readonly symtab?: readonly Sym[];
  readonly dynsym?: readonly Sym[];
  readonly buildId?: string;
  readonly debugLink?: { readonly name: string; readonly crc: number };
}

/** One PT_LOAD: offset 0x1000 of the file is linked for 0x401000, 0x800 bytes. */
function elf(shape: Shape): Buffer {
  const names: string[] = [''];
  const sections: { name: string; type: number; data: Buffer; link: number }[] = [
    { name: '', type: 0, data: Buffer.alloc(0), link: 0 },
  ];
  const add = (name: string, type: number, data: Buffer, link = 0): void => {
    sections.push({ name, type, data, link });
    names.push(name);
  };
  const addSymbols = (name: string, type: number, list: readonly Sym[]): void => {
    const { symbols, strings } = symbolTable(list);
    add(name, type, symbols, sections.length + 1);
    add(`${name}str`, 3, strings);
  };
  if (shape.symtab !== undefined) addSymbols('.symtab', 2, shape.symtab);
  if (shape.dynsym !== undefined) addSymbols('.dynsym', 11, shape.dynsym);
  if (shape.buildId !== undefined) {
    const id = Buffer.from(shape.buildId, 'hex');
    const head = Buffer.alloc(16);
    head.writeUInt32LE(4, 0);
    head.writeUInt32LE(id.length, 4);
    head.writeUInt32LE(3, 8);
    head.write('GNU\0', 12);
    add('.note.gnu.build-id', 7, Buffer.concat([head, id]));
  }
  if (shape.debugLink !== undefined) {
    const name = Buffer.from(`${shape.debugLink.name}\0`);
    const padded = Buffer.alloc(((name.length + 3) & ~3) + 4);
    name.copy(padded);
    padded.writeUInt32LE(shape.debugLink.crc, padded.length - 4);
    add('.gnu_debuglink', 1, padded);
  }
  const nameOffsets = new Map<string, number>();
  let strings = '';
  for (const name of [...names, '.shstrtab']) {
    nameOffsets.set(name, strings.length);
    strings += `${name}\0`;
  }
  add('.shstrtab', 3, Buffer.from(strings));

  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f454c46, 0);
  header.set([2, 1, 1], 4);
  const program = Buffer.alloc(56);
  program.writeUInt32LE(1, 0); // PT_LOAD
  program.writeBigUInt64LE(0x1000n, 8);
  program.writeBigUInt64LE(0x40_1000n, 16);
  program.writeBigUInt64LE(0x800n, 32);
  program.writeBigUInt64LE(0x800n, 40);
  let at = 64 + 56;
  const table = Buffer.alloc(64 * sections.length);
  sections.forEach(({ name, type, data, link }, i) => {
    table.writeUInt32LE(nameOffsets.get(name) ?? 0, i * 64);
    table.writeUInt32LE(type, i * 64 + 4);
    table.writeBigUInt64LE(BigInt(at), i * 64 + 24);
    table.writeBigUInt64LE(BigInt(data.length), i * 64 + 32);
    table.writeUInt32LE(link, i * 64 + 40);
    at += data.length;
  });
  header.writeBigUInt64LE(64n, 32);
  header.writeBigUInt64LE(BigInt(at), 40);
  header.writeUInt16LE(1, 56);
  header.writeUInt16LE(sections.length, 60);
  header.writeUInt16LE(sections.length - 1, 62);
  return Buffer.concat([header, program, ...sections.map(s => s.data), table]);
}

function symbolTable(list: readonly Sym[]): { symbols: Buffer; strings: Buffer } {
  let strings = '\0';
  const symbols = Buffer.alloc(24 * list.length);
  list.forEach(({ name, at, size, type = 2, bind = 1, section = 1 }, i) => {
    symbols.writeUInt32LE(strings.length, i * 24);
    symbols[i * 24 + 4] = (bind << 4) | type;
    symbols.writeUInt16LE(section, i * 24 + 6);
    symbols.writeBigUInt64LE(BigInt(at), i * 24 + 8);
    symbols.writeBigUInt64LE(BigInt(size), i * 24 + 16);
    strings += `${name}\0`;
  });
  return { symbols, strings: Buffer.from(strings) };
}

const source = (bytes: Buffer) => ({
  read: (at: number, length: number) => bytes.subarray(at, at + length),
});

function open(shape: Shape): ElfFile {
  const file = ElfFile.open(source(elf(shape)));
  if (file === undefined) throw new Error('no ELF file');
  return file;
}

const SYMBOLS: readonly Sym[] = [
  { name: 'last', at: 0x40_1400, size: 0x100 },
  { name: 'outer', at: 0x40_1000, size: 0x200 },
  { name: 'nested', at: 0x40_1080, size: 0x10, bind: 0 },
  { name: '__alias', at: 0x40_1300, size: 0x20 },
  { name: 'alias', at: 0x40_1300, size: 0x20 },
  { name: 'weak', at: 0x40_1300, size: 0x20, bind: 2 },
  { name: 'sizeless', at: 0x40_1340, size: 0 },
  { name: 'data', at: 0x40_1350, size: 8, type: 1 },
  { name: 'label', at: 0x40_1360, size: 8, type: 0 },
  { name: 'elsewhere', at: 0x40_1370, size: 8, section: 0 },
];

const LOOKUPS: readonly (readonly [title: string, address: number, found: string | undefined])[] = [
  ['the first byte', 0x40_1000, 'outer+0'],
  ['inside', 0x40_1007, 'outer+7'],
  ['a nested symbol', 0x40_1085, 'nested+5'],
  ['behind a nested symbol', 0x40_1090, 'outer+144'],
  ['the last byte', 0x40_11ff, 'outer+511'],
  ['one byte behind the end', 0x40_1200, undefined],
  ['below everything', 0x40_0fff, undefined],
  ['above everything', 0x40_1500, undefined],
  ['of several names the plain global one', 0x40_1304, 'alias+4'],
  ['a symbol without a size is its first byte', 0x40_1340, 'sizeless+0'],
  ['and no more', 0x40_1341, undefined],
  ['data', 0x40_1351, 'data+1'],
  ['labels are not symbols', 0x40_1361, undefined],
  ['undefined symbols are not here', 0x40_1371, undefined],
];

for (const [title, address, expected] of LOOKUPS) {
  test(`look-up: ${title}`, t => {
    const found = open({ symtab: SYMBOLS }).symbols().lookup(address);
    t.is(found && `${found.name}+${found.offset}`, expected);
  });
}

test('an offset in the file is an address by its segment', t => {
  const file = open({ symtab: SYMBOLS });
  t.is(file.addressOf(0x1007), 0x40_1007);
  t.is(file.addressOf(0xfff), undefined);
  t.is(file.addressOf(0x1800), undefined);
});

test('symbols are found by name', t => {
  t.deepEqual(open({ symtab: SYMBOLS }).symbols().find('nested'), { address: 0x40_1080, size: 16 });
  t.is(open({ symtab: SYMBOLS }).symbols().find('label'), undefined);
});

test('a stripped file has what it exports', t => {
  const exported: readonly Sym[] = [{ name: 'exported', at: 0x40_1000, size: 16 }];
  t.is(open({ dynsym: exported }).symbols().lookup(0x40_1001)?.name, 'exported');
  t.false(open({ dynsym: exported }).hasSymtab);
  t.is(open({ dynsym: exported, symtab: SYMBOLS }).symbols().lookup(0x40_1001)?.name, 'outer');
});

test('build id and debug link', t => {
  const file = open({ buildId: '00112233445566778899', debugLink: { name: 'x.debug', crc: 0xdead_beef } });
  t.is(file.buildId(), '00112233445566778899');
  t.deepEqual(file.debugLink(), { name: 'x.debug', crc: 0xdead_beef });
  t.is(open({}).buildId(), undefined);
  t.is(open({}).debugLink(), undefined);
  t.is(open({}).symbols().count, 0);
});

test('addresses and indexes too large for one number are sorted all the same', t => {
  const far = 0xffff_8000_0000;
  const symtab = [3, 1, 2].map(i => ({ name: `f${i}`, at: far + i * 16, size: 16 }));
  t.is(
    open({ symtab })
      .symbols()
      .lookup(far + 35)?.name,
    'f2',
  );
});

test('what is no 64-bit little-endian ELF file is none', t => {
  t.is(ElfFile.open(source(Buffer.from('#!/bin/sh\n'))), undefined);
  t.is(ElfFile.open(source(Buffer.alloc(0))), undefined);
  const other = elf({});
  other[4] = 1;
  t.is(ElfFile.open(source(other)), undefined);
});

test('damaged files never throw', t => {
  const whole = elf({
    symtab: SYMBOLS,
    dynsym: SYMBOLS,
    buildId: 'aabb',
    debugLink: { name: 'x.debug', crc: 1 },
  });
  let seed = 12_345;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let round = 0; round < 3000; round++) {
    const bytes = Buffer.from(whole.subarray(0, round % 3 === 0 ? random(whole.length) : whole.length));
    for (let i = 0; i < 4 && bytes.length > 0; i++) bytes[random(bytes.length)] = random(256);
    const file = ElfFile.open(source(bytes));
    file?.buildId();
    file?.debugLink();
    file?.symbols().lookup(0x40_1304);
    file?.symbols().find('nested');
  }
  t.pass();
});

test('CRC-32 of the check value', t => {
  t.is(crc32(source(Buffer.from('123456789'))), 0xcbf4_3926);
  t.is(crc32(source(Buffer.alloc(0))), 0);
});
