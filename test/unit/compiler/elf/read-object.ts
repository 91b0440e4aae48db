// Objects read back: what our own writer made of a program, what clang made of C, and bytes that are none.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { decode } from '../../../../src/compiler/bpf/decode.js';
import { MapType } from '../../../../src/compiler/bpf/uapi.js';
import { compile } from '../../../../src/compiler/compile.js';
import { writeObject } from '../../../../src/compiler/elf/object.js';
import { type ObjectContents, readObject } from '../../../../src/compiler/elf/read-object.js';
import { fixtureKernel } from '../../../harness/fixture-kernel.js';

function written(text: string): Uint8Array {
  const { spec } = compile({ name: 'test', text }, fixtureKernel('6.12'));
  if (spec === undefined) throw new Error(text);
  return writeObject(spec);
}

const OURS = written(
  'tracepoint:syscalls:sys_enter_openat { @[pid] = count(); for ($kv : @list) { @sum += 1; } @list[1] = 1; }',
);

test('what our own writer made has its programs, functions and maps', t => {
  const object = readObject(OURS) as ObjectContents;
  t.is(object.license, 'GPL');
  t.true(object.btfSize > 0);
  t.deepEqual(
    object.programs.map(({ section }) => section),
    ['tracepoint/syscalls/sys_enter_openat'],
  );
  t.true((decode(object.programs[0]!.insns)?.length ?? 0) > 10);
  t.is(object.functions.length, 1);
  t.like(
    object.maps.find(({ name }) => name === 'AT_list'),
    { type: MapType.BPF_MAP_TYPE_HASH, keySize: 8, valueSize: 8, maxEntries: 4096, from: '.maps' },
  );
  t.like(
    object.maps.find(({ name }) => name === '.bss'),
    { type: MapType.BPF_MAP_TYPE_ARRAY, keySize: 4, maxEntries: 1, from: 'data' },
  );
});

const C = `
#define SEC(n) __attribute__((section(n), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
struct key { unsigned a; unsigned char b[12]; };
typedef struct key key_t;
struct { __uint(type, 1); __type(key, key_t); __type(value, const unsigned long long); __uint(max_entries, 4096); __uint(map_flags, 1); } flows SEC(".maps");
struct { __uint(type, 27); __uint(max_entries, 262144); } ring SEC(".maps");
struct { __uint(type, 6); __uint(key_size, 4); __uint(value_size, 64); __uint(max_entries, 2); } percpu SEC(".maps");
struct { unsigned type, key_size, value_size, max_entries, map_flags; } old SEC("maps") = { 2, 4, 16, 7, 0 };
int counter; const volatile int limit = 5; long data = 3;
struct xdp_md;
static __attribute__((noinline)) int helper(int x) { return x * counter; }
SEC("xdp") int drops(struct xdp_md *c) { return helper(1) + limit; }
SEC("xdp") int passes(struct xdp_md *c) { return 2 + data; }
SEC("tracepoint/sched/sched_switch") int switches(void *c) { return 0; }
char l[] SEC("license") = "Dual MIT/GPL";
`;

const noClang =
  spawnSync('clang', ['--print-targets'], { encoding: 'utf8' }).stdout?.includes('bpf') !== true;
const clangTest = noClang ? test.skip : test;

clangTest(`what clang made of C${noClang ? ' (skipped: no clang for BPF)' : ''}`, t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-object-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'x.o');
  const args = ['-O2', '-g', '-target', 'bpf', '-x', 'c', '-c', '-', '-o', path];
  const { status, stderr } = spawnSync('clang', args, { input: C, encoding: 'utf8' });
  t.is(status, 0, stderr);
  const object = readObject(readFileSync(path)) as ObjectContents;
  t.is(object.license, 'Dual MIT/GPL');
  t.deepEqual(
    object.programs.map(({ section, name }) => [section, name]),
    [
      ['xdp', 'drops'],
      ['xdp', 'passes'],
      ['tracepoint/sched/sched_switch', 'switches'],
    ],
  );
  t.deepEqual(Buffer.from(object.programs[2]!.insns).toString('hex').slice(-16), '9500000000000000');
  t.deepEqual(object.functions, ['helper']);
  const maps = object.maps.map(m => [m.name, m.type, m.keySize, m.valueSize, m.maxEntries, m.flags, m.from]);
  t.deepEqual(
    maps.sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
    [
      ['.bss', 2, 4, 4, 1, 0, 'data'],
      ['.data', 2, 4, 8, 1, 0, 'data'],
      ['.rodata', 2, 4, 4, 1, 128, 'data'],
      ['flows', 1, 16, 8, 4096, 1, '.maps'],
      ['old', 2, 4, 16, 7, 0, 'maps'],
      ['percpu', 6, 4, 64, 2, 0, '.maps'],
      ['ring', 27, 0, 0, 262_144, 0, '.maps'],
    ],
  );
});

const changed = (change: (bytes: Uint8Array) => unknown) => {
  const bytes = Uint8Array.from(OURS);
  change(bytes);
  return readObject(bytes);
};

test('what is no such object says why', t => {
  t.is(readObject(new Uint8Array()), 'it is no ELF file');
  t.is(
    changed(b => b.fill(1, 4, 4 + 1)),
    'it is a 32-bit ELF file',
  );
  t.is(
    changed(b => b.fill(2, 5, 5 + 1)),
    'it is for big-endian machines',
  );
  t.is(
    changed(b => b.fill(62, 18, 18 + 1)),
    'it holds no BPF, but code of another machine',
  );
  t.is(
    changed(b => b.fill(255, 40, 48)),
    'its section headers are outside of it: it was cut off, or changed',
  );
});

test('any bytes, and any change of an object, are an object or none', t => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(OURS.length - 1), fc.nat(255)), { maxLength: 20 }),
      fc.nat(OURS.length),
      (edits, length) => {
        const bytes = Uint8Array.from(OURS);
        for (const [at, byte] of edits) bytes[at] = byte;
        readObject(bytes);
        readObject(bytes.subarray(0, length));
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -2048, max: -1 }), fc.nat(255)), { maxLength: 40 }),
      edits => {
        const bytes = Uint8Array.from(OURS); // section headers are at the end
        for (const [at, byte] of edits) bytes[OURS.length + at] = byte;
        readObject(bytes);
      },
    ),
  );
  t.pass();
});
