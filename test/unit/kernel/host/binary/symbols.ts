// Symbols by name, of whole, stripped and packed files.
import test from 'ava';
import { SymbolNames } from '../../../../../src/kernel/host/binary/symbol-names.js';
import { fixtureBinary } from '../../../../harness/fixture-binary.js';

interface Row {
  readonly name: string;
  readonly at: number;
  readonly type?: number; // STT_*: 0 label, 1 object, 2 function (default), 10 indirect function
  readonly bind?: number; // 0 local, 1 global (default)
  readonly section?: number;
  readonly hidden?: boolean;
}

/** `tail`: names share their ends, as linkers let them. */
function table(rows: readonly Row[], tail = false) {
  const symbols = Buffer.alloc(24 * (rows.length + 1));
  const versions = Buffer.alloc(2 * (rows.length + 1));
  let names = '\0';
  const place = (name: string) => {
    const shared = tail ? names.indexOf(`${name}\0`) : -1;
    if (shared >= 0) return shared;
    names += `${name}\0`;
    return names.length - name.length - 1;
  };
  rows.forEach(({ name, at, type = 2, bind = 1, section = 5, hidden }, index) => {
    const entry = 24 * (index + 1);
    symbols.writeUInt32LE(place(name), entry);
    symbols[entry + 4] = (bind << 4) | type;
    symbols.writeUInt16LE(section, entry + 6);
    symbols.writeBigUInt64LE(BigInt(at), entry + 8);
    symbols.writeBigUInt64LE(16n, entry + 16);
    versions.writeUInt16LE(hidden === true ? 0x8002 : 2, 2 * (index + 1));
  });
  return { symbols, names: Buffer.from(names), versions };
}

const ROWS: readonly Row[] = [
  { name: 'plain', at: 0x100 },
  { name: 'twice', at: 0x200, bind: 0 },
  { name: 'twice', at: 0x300, bind: 0 },
  { name: 'both', at: 0x400, type: 1 },
  { name: 'both', at: 0x500 },
  { name: 'indirect', at: 0x600, type: 10 },
  { name: 'label', at: 0x700, type: 0 },
  { name: 'elsewhere', at: 0x800, section: 0 },
  { name: 'old', at: 0x900, hidden: true },
  { name: 'old', at: 0xa00 },
  { name: 'versioned@@V2', at: 0xb00 },
  { name: 'versioned@V1', at: 0xc00 },
];

const FOUND: readonly (readonly [name: string, addresses: readonly number[]])[] = [
  ['plain', [0x100]],
  ['lain', []],
  ['twice', [0x200, 0x300]],
  ['both', [0x500, 0x400]],
  ['indirect', [0x600]],
  ['label', [0x700]],
  ['elsewhere', []],
  ['old', [0xa00, 0x900]],
  ['versioned', [0xb00]],
  ['versioned@V1', [0xc00]],
  ['versioned@@V2', [0xb00]],
  ['', []],
];

for (const [name, addresses] of FOUND) {
  test(`found by name: ${name || 'nothing'}`, t => {
    const search = new SymbolNames([table(ROWS)]);
    t.deepEqual(
      search.find(name).map(symbol => symbol.address),
      [...addresses],
    );
    // The same by the index that many look-ups make.
    for (let i = 0; i < 300; i++) search.find('plain');
    t.deepEqual(
      search.find(name).map(symbol => symbol.address),
      [...addresses],
    );
  });
}

test('functions are listed once each, in order', t => {
  t.deepEqual(new SymbolNames([table(ROWS), table(ROWS)]).functions(), [
    'both',
    'indirect',
    'old',
    'plain',
    'twice',
    'versioned@@V2',
    'versioned@V1',
  ]);
});

test('data is found by name also after functions were listed', t => {
  const names = new SymbolNames([table([{ name: 'data', at: 0x10, type: 1 }])]);
  names.functions();
  t.is(names.find('data')[0]?.address, 0x10);
});

test('a name may be the end of a longer one in the string table', t => {
  const names = new SymbolNames([
    table(
      [
        { name: 'prefix_name', at: 1 },
        { name: 'name', at: 2 },
      ],
      true,
    ),
  ]);
  t.deepEqual(
    names.find('name').map(symbol => symbol.address),
    [2],
  );
});

test('of two tables the first is preferred', t => {
  const names = new SymbolNames([table([{ name: 'x', at: 7 }]), table([{ name: 'x', at: 9 }])]);
  t.deepEqual(
    names.find('x').map(symbol => symbol.address),
    [7, 9],
  );
});

test('functions of static units share a name', t => {
  t.is(fixtureBinary('two-units.so').symbols('hidden_name').length, 2);
});

test('a stripped file has what it exports', t => {
  const binary = fixtureBinary('stripped.so');
  t.true(binary.hasSymbols); // strip -g keeps .symtab
  const packed = fixtureBinary('minidebug.so');
  t.true(packed.hasSymbols);
  t.is(packed.symbols('hidden_name')[0]?.kind, 'function');
  t.is(
    packed.symbols('hidden_name')[0]?.address,
    fixtureBinary('gcc-5.so').symbols('hidden_name')[0]?.address,
  );
  t.is(packed.symbolAt(packed.symbols('hidden_name')[0]!.address)?.name, 'hidden_name');
});
