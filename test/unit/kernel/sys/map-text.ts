// mapText() of the shim, with which the launcher maps the bundles.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { native } from '../../../../src/kernel/sys/native.js';

test('a mapped text is the file, byte for byte, when the fd is closed and the file removed too', t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-map-text-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'text');
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  const text = native().mapText(fd, bytes.length);
  closeSync(fd);
  rmSync(path);
  t.is(text, bytes.toString('latin1'));
});

test('what cannot be mapped is -errno', t => {
  t.is(native().mapText(-1, 4096), -9); // EBADF
  const fd = openSync('/dev/null', 'r');
  t.teardown(() => closeSync(fd));
  t.is(native().mapText(fd, 4096), -19); // ENODEV
  t.is(native().mapText(fd, 0), -22); // EINVAL: an empty file
});
