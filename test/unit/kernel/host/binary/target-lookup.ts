// What probes mean by the name of a program or library: paths, patterns, PATH, ld.so.cache.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findLibrary, readLibraryCache } from '../../../../../src/kernel/host/binary/library-cache.js';
import { TargetLookup } from '../../../../../src/kernel/host/binary/target-lookup.js';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly flags?: number;
}

/** An ld.so.cache of the new format; `old`: with the old one in front. */
function cache(entries: readonly Entry[], old = false): Buffer {
  const header = Buffer.alloc(48);
  header.write('glibc-ld.so.cache1.1', 'latin1');
  header.writeUInt32LE(entries.length, 20);
  const table = Buffer.alloc(24 * entries.length);
  let strings = '';
  const start = 48 + table.length;
  entries.forEach(({ name, path, flags = 0x0303 }, i) => {
    table.writeInt32LE(flags, i * 24);
    table.writeUInt32LE(start + strings.length, i * 24 + 4);
    strings += `${name}\0`;
    table.writeUInt32LE(start + strings.length, i * 24 + 8);
    strings += `${path}\0`;
  });
  const fresh = Buffer.concat([header, table, Buffer.from(strings)]);
  if (!old) return fresh;
  const before = Buffer.alloc(16 + 12);
  before.write('ld.so-1.7.0\0', 'latin1');
  before.writeUInt32LE(1, 12);
  return Buffer.concat([before, Buffer.alloc(4), fresh]);
}

const LIBRARIES: readonly Entry[] = [
  { name: 'libssl.so.3', path: '/lib/libssl.so.3' },
  { name: 'libssl.so.1.1', path: '/lib/libssl.so.1.1' },
  { name: 'libc.so.6', path: '/lib32/libc.so.6', flags: 0x0003 },
  { name: 'libc.so.6', path: '/lib/libc.so.6' },
  { name: 'libcrypto.so', path: '/lib/libcrypto.so' },
  { name: 'libarm.so.1', path: '/arm/libarm.so.1', flags: 0x0a03 },
];

const NAMES: readonly (readonly [wanted: string, path: string | undefined])[] = [
  ['libc', '/lib/libc.so.6'],
  ['libc.so', '/lib/libc.so.6'],
  ['libc.so.6', '/lib/libc.so.6'],
  ['libc.so.7', undefined],
  ['libssl', '/lib/libssl.so.3'],
  ['libssl.so.1', '/lib/libssl.so.1.1'],
  ['libcrypto', '/lib/libcrypto.so'],
  ['lib', undefined],
  ['libarm', undefined],
];

for (const [wanted, path] of NAMES) {
  test(`library ${wanted}`, t => {
    for (const old of [false, true]) {
      t.is(findLibrary(readLibraryCache(cache(LIBRARIES, old), 'x86_64'), wanted)?.path, path);
    }
  });
}

test('libraries of another architecture', t => {
  t.is(findLibrary(readLibraryCache(cache(LIBRARIES), 'aarch64'), 'libarm')?.path, '/arm/libarm.so.1');
});

test('what is no such cache has no libraries', t => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('something else'), cache(LIBRARIES).subarray(0, 60)]) {
    t.deepEqual(readLibraryCache(bytes, 'x86_64'), []);
  }
});

test.serial('paths, patterns and names of programs', t => {
  const folder = mkdtempSync(join(tmpdir(), 'lookup-'));
  try {
    for (const name of ['a/one', 'a/two', 'b/one', 'b/.hidden']) {
      const file = join(folder, name);
      mkdirSync(join(folder, name.split('/')[0]!), { recursive: true });
      writeFileSync(file, '');
      chmodSync(file, 0o755);
    }
    const options = { arch: 'x86_64' as const, pid: undefined, command: undefined };
    const lookup = new TargetLookup({ ...options, searchPath: `${folder}/none:${folder}/b:${folder}/a` });
    const found = (target: string) => lookup.resolve(target).map(path => path.replace(folder, ''));
    t.deepEqual(found(`${folder}/a/one`), ['/a/one']);
    t.deepEqual(found(`${folder}/a/three`), []);
    t.deepEqual(found(`${folder}/*/one`), ['/a/one', '/b/one']);
    t.deepEqual(found(`${folder}/a/*`), ['/a/one', '/a/two']);
    t.deepEqual(found(`${folder}/b/*`), ['/b/one']);
    t.deepEqual(found('one'), ['/b/one']);
    t.deepEqual(found('two'), ['/a/two']);
    t.deepEqual(found('t?o'), ['/a/two']);
    t.deepEqual(found('nowhere'), []);
    t.deepEqual(found(''), []);
    t.deepEqual(
      [...lookup.alternatives(`${folder}/a/tow`)].sort().map(path => path.replace(folder, '')),
      ['/a/one', '/a/two'],
    );
    t.true(lookup.alternatives('onn').includes('one'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('* of a process is what it has mapped as code', t => {
  const options = { arch: 'x86_64' as const, command: undefined, searchPath: '' };
  const files = new TargetLookup({ ...options, pid: process.pid }).resolve('*');
  t.true(
    files.some(file => file.endsWith('/node')),
    files.join(' '),
  );
  t.true(files.every(file => file.startsWith(`/proc/${process.pid}/root/`)));
  t.deepEqual(new TargetLookup({ ...options, pid: undefined, command: process.execPath }).resolve('*'), [
    process.execPath,
  ]);
});
