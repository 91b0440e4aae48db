// Bytes to real fds: files, readers that leave, pipes that are full and do not block.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ByteBuffer } from '../../../src/output/byte-buffer.js';
import { MemoryOutput, openByteOutput } from '../../../src/output/byte-output.js';
import type { Buffering, ByteOutput } from '../../../src/output/sink.js';

const MODULE = new URL('../../../src/output/byte-output.js', import.meta.url).href;

function pipe(body: string, reader: string): { status: number | null; stdout: string; stderr: string } {
  const script = `import { BrokenPipe, openByteOutput } from ${JSON.stringify(MODULE)}; const o = openByteOutput({}); ${body}`;
  const line = `"$0" --input-type=module -e "$1" | ${reader}`;
  return spawnSync('sh', ['-c', line, process.execPath, script], { encoding: 'utf8' });
}

test('a file is truncated, written and closed', t => {
  const path = join(mkdtempSync(join(tmpdir(), 'tsbpf-')), 'out');
  for (const text of ['longer text', 'short']) {
    const output = openByteOutput({ path, buffering: 'full' });
    output.write(Buffer.from(text));
    output.close();
    output.close();
    t.is(output.buffering, 'full');
    t.false(output.isTerminal);
  }
  t.is(readFileSync(path, 'utf8'), 'short');
});

test('a reader that leaves is BrokenPipe', t => {
  const body =
    'try { for (;;) o.write(Buffer.alloc(65536, 10)); } catch (e) { console.error(e instanceof BrokenPipe, e.name); }';
  const { stderr } = pipe(body, 'head -c 10 > /dev/null');
  t.is(stderr.trim(), 'true BrokenPipe');
});

test('a full pipe that does not block is waited for', t => {
  // Touching process.stdout makes a pipe non-blocking.
  const body =
    'process.stdout.on("error", () => {}); for (let i = 0; i < 64; i++) o.write(Buffer.alloc(65536, 120));';
  const { stdout, stderr } = pipe(body, '(sleep 0.3; wc -c)');
  t.is(stderr, '');
  t.is(stdout.trim(), String(64 * 65536));
});

function handedOn(buffering: Buffering): number[] {
  const sizes: number[] = [];
  const output: ByteOutput = {
    write: bytes => sizes.push(bytes.length),
    isTerminal: false,
    columns: 80,
    buffering,
  };
  const buffer = new ByteBuffer(output);
  for (let batch = 0; batch < 2; batch++) {
    for (let message = 0; message < 3; message++) {
      buffer.appendBinary('abc\n');
      buffer.endMessage();
    }
    buffer.endBatch();
  }
  buffer.handOn();
  return sizes;
}

test('-B none hands on each message, line each batch, full blocks', t => {
  t.deepEqual(handedOn('none'), [4, 4, 4, 4, 4, 4]);
  t.deepEqual(handedOn('line'), [12, 12]);
  t.deepEqual(handedOn('full'), [24]);
});

test('memory keeps what it is given', t => {
  const output = new MemoryOutput();
  const bytes = Buffer.from('a');
  output.write(bytes);
  bytes[0] = 0;
  output.write(Buffer.from('é'));
  t.is(output.text, 'aé');
});
