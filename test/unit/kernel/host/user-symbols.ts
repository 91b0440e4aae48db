// What a process has mapped, names that JITs give, and the whole way for our own process.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { fileSource } from '../../../../src/kernel/host/debug-file.js';
import { ElfFile } from '../../../../src/kernel/host/elf.js';
import { PerfMap } from '../../../../src/kernel/host/perf-map.js';
import { parseMaps } from '../../../../src/kernel/host/process-image.js';
import { UserSymbols } from '../../../../src/kernel/host/user-symbols.js';

test('mappings: what is executable, with spaces and line ends in names', t => {
  const text = [
    '55d0c0a00000-55d0c0a01000 r--p 00000000 fe:00 1234                       /usr/bin/x',
    '55d0c0a01000-55d0c0a02000 r-xp 00001000 fe:00 1234                       /usr/bin/x',
    '7f0000000000-7f0000001000 rwxp 00000000 00:00 0 ',
    '7f0000002000-7f0000003000 r-xp 00000000 00:2a 77                         /tmp/a b\\012c (deleted)',
    '7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]',
    '',
  ].join('\n');
  t.deepEqual(
    parseMaps(text).map(({ start, offset, key, path }) => [start, offset, key, path]),
    [
      [0x55d0c0a01000, 0x1000, 'fe:00:1234', '/usr/bin/x'],
      [0x7f0000000000, 0, '00:00:0', ''],
      [0x7f0000002000, 0, '00:2a:77', '/tmp/a b\nc (deleted)'],
      [0x7ffd00000000, 0, '00:00:0', '[vdso]'],
    ],
  );
});

test('a JIT map: the last entry written holds, and what was added is seen', t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-perf-map-'));
  const name = join(folder, 'perf-1.map');
  try {
    writeFileSync(name, '1000 100 LazyCompile:first a.js:1\n2000 10 second\nnonsense\n0x1040 0x20 third\n');
    const map = PerfMap.open(name, '/tmp/perf-1.map');
    const at = (address: number): string | undefined => {
      const found = map?.lookup(address);
      return found && `${found.name}+${found.offset}`;
    };
    t.is(at(0x1004), 'LazyCompile:first a.js:1+4');
    t.is(at(0x1050), 'third+16');
    t.is(at(0x1060), 'LazyCompile:first a.js:1+96');
    t.is(at(0x1100), undefined);
    t.is(at(0x200f), 'second+15');
    t.is(at(0x3000), undefined);
    writeFileSync(name, '3000 8 late\n', { flag: 'a' });
    t.is(at(0x3001), 'late+1');
    map?.close();
    t.is(at(0x3001), 'late+1');
  } finally {
    rmSync(folder, { recursive: true });
  }
  t.is(PerfMap.open(name, name), undefined);
});

test('an address of our own process is named, its file shown', t => {
  const code = parseMaps(readFileSync('/proc/self/maps', 'latin1')).find(m => /\/libc[.-]/.test(m.path));
  if (code === undefined) {
    t.pass('no libc of its own');
    return;
  }
  const fd = openSync(code.path, 'r');
  const elf = ElfFile.open(fileSource(fd));
  const symbol = elf?.symbols().find('getppid');
  t.truthy(symbol);
  closeSync(fd);
  // In libc addresses of code are linked at a constant distance from their offsets in the file.
  const distance = elf?.addressOf(code.offset) ?? 0;
  const address = code.start + (symbol?.address ?? 0) - distance;
  const symbols = new UserSymbols();
  const image = symbols.see(process.pid, [address + 1]);
  t.deepEqual(image?.symbol(address + 1), { name: 'getppid', offset: 1, file: code.path });
  t.is(image?.symbol(8), undefined);
  t.is(symbols.see(2 ** 22 + 1, [address]), undefined, 'no such process');
  symbols.close();
  symbols.close();
});

test('the vdso is named', t => {
  const vdso = parseMaps(readFileSync('/proc/self/maps', 'latin1')).find(m => m.path === '[vdso]');
  if (vdso === undefined) {
    t.pass('none here');
    return;
  }
  const symbols = new UserSymbols();
  const image = symbols.see(process.pid, [vdso.start]);
  const names = new Set<string | undefined>();
  for (let at = vdso.start; at < vdso.end; at += 8) names.add(image?.symbol(at)?.name);
  t.true(
    [...names].some(name => name?.includes('clock_gettime')),
    [...names].join(),
  );
  symbols.close();
});
