// --emit and -d: what is written, where, and what is said of programs that need us.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { tsbpf } from '../harness/tsbpf.js';

const PROGRAM = 'BEGIN { @ = 1; printf("%d\\n", elapsed); }';

test('--emit elf -o FILE and --emit-elf FILE write the same object, and say what it lacks alone', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const [one, two] = [join(folder, 'one.o'), join(folder, 'two.o')];
  const first = await tsbpf(['--emit', 'elf', '-o', one, '-e', PROGRAM]);
  const second = await tsbpf(['--emit-elf', two, '-e', PROGRAM, '-q']);
  t.is(first.code, 0, first.stderr);
  t.is(first.stdout, '');
  t.regex(first.stderr, /^stdin:1:16-\d+: WARNING: alone, printf\(\) sends an event/m);
  t.regex(first.stderr, /^stdin:1:1-6: WARNING: alone, begin runs only when it is called/m);
  t.regex(first.stderr, /elapsed counts from the boot/);
  t.is(second.stderr, '');
  const [a, b] = [readFileSync(one), readFileSync(two)];
  t.is(a.subarray(0, 4).toString('latin1'), '\x7fELF');
  t.is(a.readUInt16LE(18), 247); // EM_BPF
  t.true(a.equals(b));
  rmSync(folder, { recursive: true });
});

test('--emit elf into a pipe is the object itself', async t => {
  const { stdout, code } = await tsbpf(['-q', '--emit', 'elf', '-e', PROGRAM]);
  t.is(code, 0);
  t.true(stdout.startsWith('\x7fELF'));
});

test('--emit asm and spec go to stdout, or to a file', async t => {
  const asm = await tsbpf(['--emit', 'asm', '-e', PROGRAM]);
  t.regex(asm.stdout, /^begin:\n[\s\S]*exit$/m);
  const spec = await tsbpf(['--emit', 'spec', '-e', PROGRAM]);
  t.is((JSON.parse(spec.stdout) as { license: string }).license, 'GPL');
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const file = join(folder, 'spec.json');
  t.is((await tsbpf(['--emit', 'spec', '-o', file, '-e', PROGRAM])).stdout, '');
  t.is(readFileSync(file, 'utf8'), spec.stdout);
  rmSync(folder, { recursive: true });
});
