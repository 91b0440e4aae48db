// The file of a pinned iterator: it stays when all went well, and goes when a later step fails.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { TargetSpec } from '../../../../src/compiler/object-spec.js';
import { iter } from '../../../../src/kernel/attach/iter.js';
import type { AttachContext, Link } from '../../../../src/kernel/attach/link.js';
import { withFakeNative } from '../../../harness/fake-native.js';

for (const [title, end, stays] of [
  ['released', (link: Link) => link.release?.(), true],
  ['closed', (link: Link) => link.close(), false],
] as const) {
  test(`the file of an iterator that is ${title} ${stays ? 'stays' : 'goes'}`, t => {
    const folder = mkdtempSync(join(tmpdir(), 'tsbpf-iter-'));
    const pin = join(folder, 'pin');
    writeFileSync(pin, '');
    const target: TargetSpec = { name: 'iter:task', parts: ['iter', 'task'], program: 0, data: { pin } };
    withFakeNative(
      () => 9,
      () => end(iter.one!(target, { spec: {} as never, fd: 7 }, {} as AttachContext) as Link),
    );
    t.is(existsSync(pin), stays);
    rmSync(folder, { recursive: true });
  });
}
