// The reader over a small blob (fixtures/btf/sample.c says where it comes from), damaged copies of it, and vmlinux if readable.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { BtfBlob, findStarts } from '../../../../src/compiler/btf/blob.js';
import { readBtf } from '../../../../src/compiler/btf/reader.js';
import type { Field, Type } from '../../../../src/compiler/types/type.js';
import { HOST_WALKS } from '../../../../src/kernel/host/vmlinux-btf.js';
import { native } from '../../../../src/kernel/sys/native.js';

const sample = (): Uint8Array => new Uint8Array(readFileSync('test/fixtures/btf/sample.btf'));
const view = readBtf(sample())!;

function idOf(name: string): number {
  const type = view.struct(name);
  return type?.layout.from === 'btf' ? type.layout.id : 0;
}

/** Short spelling, for tables: u32, s16, char-like arrays as s8[16]. */
function spell(type: Type): string {
  switch (type.kind) {
    case 'integer':
      return `${type.enum === undefined ? '' : 'enum '}${type.signed ? 's' : 'u'}${type.size * 8}`;
    case 'pointer':
      return `${spell(type.to)} *`;
    case 'array':
      return `${spell(type.of)}[${type.count}]`;
    case 'struct':
      return `${type.tag} ${type.name}`;
    default:
      return type.kind;
  }
}

function place(field: Field): string {
  const bits = field.bits === undefined ? '' : ` ${field.bits.offset}:${field.bits.width}`;
  return `${field.offset}${bits} ${spell(field.type)}`;
}

const members: readonly (readonly [struct: string, field: string, place: string])[] = [
  ['sample', 'w', '0 u32'],
  ['sample', 'x', '4 s32'],
  ['sample', 's', '8 s16'],
  ['sample', 'c1', '9 s8'],
  ['sample', 'f0', '12 0:3 u32'],
  ['sample', 'f1', '12 3:7 u32'],
  ['sample', 'f2', '12 10:12 s32'],
  ['sample', 'next', '16 struct sample *'],
  ['sample', 'hidden', '24 struct forward *'],
  ['sample', 'call', '32 void *'],
  ['sample', 'colour', '40 enum s32'],
  ['sample', 'yes', '44 bool'],
  ['sample', 'inner', '45 struct inner'],
  ['sample', 'either', '72 union either'],
  ['sample', 'tail', '88 u64[0]'],
  ['inner', 'name', '0 s8[16]'],
  ['inner', 'mac', '16 u8[6]'],
  ['tight', 'b', '0 8:20 u32'],
  ['tight', 'c', '0 28:30 u64'],
];
for (const [struct, field, expected] of members) {
  test(`${struct}.${field} lies at ${expected}`, t => {
    const found = view.fields(idOf(struct)).find(each => each.name === field);
    t.is(found && place(found), expected);
  });
}

const names: readonly (readonly [name: string, spelling: string | undefined])[] = [
  ['word', 'u32'],
  ['u32', 'u32'],
  ['unsigned long', 'u64'],
  ['long unsigned int', 'u64'],
  ['char', 's8'],
  ['unsigned char', 'u8'],
  ['short int', 's16'],
  ['bool', 'bool'],
  ['enum colour', 'enum s32'],
  ['struct inner', 'struct inner'],
  ['union either', 'union either'],
  ['struct either', undefined],
  ['sample', 'struct sample'],
  ['amp', undefined],
  ['', undefined],
  ['nothing', undefined],
];
for (const [name, spelling] of names) {
  test(`type '${name}' is ${spelling}`, t => {
    const type = view.typeByName(name);
    t.is(type && spell(type), spelling);
  });
}

test('enumerators carry their sign and their enum', t => {
  t.is(view.enumerator('GREEN')?.value, 2n);
  t.is(view.enumerator('BLUE')?.value, -3n);
  t.is(view.enumerator('colour'), undefined);
  const type = view.enumerator('RED')?.type;
  t.deepEqual(type?.kind === 'integer' ? type.enum : undefined, {
    name: 'colour',
    values: [
      ['RED', '1'],
      ['GREEN', '2'],
      ['BLUE', '-3'],
    ],
  });
});

test('functions and variables have ids and types', t => {
  const work = view.func('work')!;
  t.is(work.id, view.idOf('work', 'func')!);
  t.deepEqual(
    work.params.map(p => `${p.name}: ${spell(p.type)}`),
    ['s: struct sample *', 'text: s8 *'],
  );
  t.is(spell(work.returns), 's32');
  t.is(spell(view.variable('thing')!.type), 'struct sample');
  t.is(view.variable('work'), undefined);
  t.deepEqual([...view.names('func')], ['work']);
  t.true([...view.names('struct')].includes('tight'));
});

test('a struct with members survives JSON', t => {
  const copy = JSON.parse(JSON.stringify(view.fields(idOf('inner')))) as Field[];
  t.deepEqual(copy.map(place), ['0 s8[16]', '16 u8[6]']);
});

test('no bytes make the reader loop or throw', t => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 1500; round++) {
    const bytes = sample().subarray(0, random(4) === 0 ? random(1369) : undefined);
    for (let i = random(12); i >= 0 && bytes.length > 0; i--) {
      bytes[random(random(2) === 0 ? bytes.length : Math.min(bytes.length, 24))] = random(256);
    }
    const damaged = readBtf(bytes);
    if (damaged === undefined) continue;
    for (const name of ['sample', 'inner', 'either', 'tight']) damaged.struct(name);
    for (let id = 0; id < damaged.blob.typeCount + 2; id++) {
      JSON.stringify(damaged.typeOf(id));
      for (const field of damaged.fields(id)) place(field);
    }
    damaged.enumerator('RED');
    damaged.func('work');
    damaged.variable('thing');
  }
  t.pass();
});

test("members of an anonymous struct that is constant are its struct's", t => {
  const kernel = readBtf(gunzipSync(readFileSync('test/fixtures/kernels/6.12/vmlinux.btf.gz')))!;
  const type = kernel.struct('vm_fault');
  const fields = kernel.fields(type?.layout.from === 'btf' ? type.layout.id : 0);
  t.deepEqual(
    fields.slice(0, 4).map(field => `${field.name} ${place(field)}`),
    ['vma 0 struct vm_area_struct *', 'gfp_mask 8 u32', 'pgoff 16 u64', 'address 24 u64'],
  );
});

test('hostile nesting ends', t => {
  // Type 1: a struct of 4,000 anonymous members, each of type 1.
  const count = 4000;
  const words = new Uint32Array(3 + 3 * count);
  words.set([0, (4 << 24) | count, 8]);
  for (let i = 0; i < count; i++) words.set([0, 1, 0], 3 + 3 * i);
  const bytes = new Uint8Array(24 + words.byteLength + 1);
  new Uint32Array(bytes.buffer, 0, 6).set([0x0001eb9f, 24, 0, words.byteLength, words.byteLength, 1]);
  bytes.set(new Uint8Array(words.buffer), 24);
  t.deepEqual(readBtf(bytes)!.fields(1), []);
});

/** Words that mean something else may have a name's value: what is found must be what a walk over all types finds first. */
function agreesWithAWalk(blob: BtfBlob, every: number): string[] {
  const kindsOf = new Map<number, Map<number, number>>(); // name -> kind -> lowest id
  const nameOffsets = new Map<string, number>();
  const differences: string[] = [];
  for (let id = 1; id < blob.typeCount; id++) {
    const name = blob.name(id);
    if (name === '' || (id > 500 && id % every !== 0)) continue;
    const offset = nameOffsets.get(name) ?? blob.nameOffset(name);
    nameOffsets.set(name, offset);
    kindsOf.set(offset, kindsOf.get(offset) ?? new Map());
  }
  for (let id = 1; id < blob.typeCount; id++) {
    const kinds = kindsOf.get(nameOffsets.get(blob.name(id)) ?? -1);
    if (kinds !== undefined && !kinds.has(blob.kind(id))) kinds.set(blob.kind(id), id);
  }
  for (const [offset, kinds] of kindsOf) {
    for (let kind = 1; kind < 20; kind++) {
      const found = blob.find(offset, 1 << kind);
      if (found !== (kinds.get(kind) ?? 0))
        differences.push(`${blob.string(offset)}, kind ${kind}: ${found}`);
    }
  }
  return differences;
}

test('a name of each kind is found where a walk over all types finds it', t => {
  t.deepEqual(agreesWithAWalk(BtfBlob.open(sample())!, 1), []);
});

test('a name whose offset is mentioned hundreds of times, for other things, is found', t => {
  // Type 1 names "a" (offset 1) and is an array's element and index 300 times; the last type, a typedef, has that name too.
  const words = [1, 1 << 24, 4, 32]; // int, 32 bits
  for (let i = 0; i < 300; i++) words.push(0, 3 << 24, 0, 1, 1, 1); // array
  words.push(1, 8 << 24, 1); // typedef
  const strings = [0, 0x61, 0];
  const types = new Uint32Array(words);
  const bytes = new Uint8Array(24 + types.byteLength + strings.length);
  new Uint32Array(bytes.buffer, 0, 6).set([
    0x0001eb9f,
    24,
    0,
    types.byteLength,
    types.byteLength,
    strings.length,
  ]);
  bytes.set(new Uint8Array(types.buffer), 24);
  bytes.set(strings, 24 + types.byteLength);
  const blob = BtfBlob.open(bytes)!;
  t.is(blob.find(1, 1 << 1), 1);
  t.is(blob.find(1, 1 << 8), 302);
  t.is(blob.find(1, 1 << 8, 301), 302);
  t.is(blob.find(1, 1 << 8, 302), 0);
  t.is(blob.find(1, 1 << 4), 0);
});

test('the native walk notes what the loop does, from anywhere, and ends at the same type where it is cut off', t => {
  const kinds = [
    [1, 1 << 24, 4, 32], // int
    [0, 3 << 24, 0, 1, 1, 1], // array
    [0, (4 << 24) | 2, 8, 1, 1, 0, 1, 1, 32], // struct
  ];
  const words = new Uint32Array(kinds.flat());
  const fixed = new Uint32Array(32).fill(3);
  const each = new Uint32Array(32);
  fixed[1] = 4;
  fixed[3] = 6;
  each[4] = 3;
  for (let length = 0; length <= words.length; length++) {
    const types = words.subarray(0, length);
    for (let count = 1; count <= 4; count++) {
      const [ours, theirs] = [new Uint32Array(8), new Uint32Array(8)];
      const known = findStarts(types, fixed, each, ours, 1, count);
      theirs.set(ours);
      if (known < count) continue;
      for (const goal of [count, count + 1, 8]) {
        const notes = findStarts(types, fixed, each, ours, count, goal);
        t.is(HOST_WALKS.starts(types, fixed, each, theirs, count, goal), notes);
        t.deepEqual(theirs, ours);
      }
    }
  }
  const few = new Uint32Array(4);
  t.is(native().btfStarts(words, fixed, each, few, 1, 5), 0); // more than there is room for
  t.is(native().btfStarts(words, few, each, few, 1, 4), 0);
});

const vmlinux = '/sys/kernel/btf/vmlinux';
if (existsSync(vmlinux)) {
  test('vmlinux: a name of each kind is found where a walk over all types finds it', t => {
    const blob = BtfBlob.open(readFileSync(vmlinux), HOST_WALKS)!;
    t.deepEqual(agreesWithAWalk(blob, 400), []);
  });

  test('vmlinux: the current task, sockets and tracepoints are there', t => {
    const kernel = readBtf(readFileSync(vmlinux), HOST_WALKS)!;
    const task = kernel.struct('task_struct')!;
    const fields = kernel.fields(task.layout.from === 'btf' ? task.layout.id : 0);
    const spelled = (name: string) => {
      const field = fields.find(each => each.name === name);
      return field && spell(field.type);
    };
    t.is(spelled('pid'), 's32');
    t.is(spelled('comm'), 's8[16]');
    t.is(spelled('real_parent'), 'struct task_struct *');
    t.is(kernel.enumerator('TCP_ESTABLISHED')?.value, 1n);
    t.truthy(kernel.func('vfs_read'));
    t.is(kernel.func('btf_trace_sched_switch')?.params[0]?.type.kind, 'bool');
    t.is(spell(kernel.typeByName('u32')!), 'u32');
  });
}
