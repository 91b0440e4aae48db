// Tools about files and their system calls: each beside programs that do a known number of things.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, run, type ToolRow, toolMaps, toolRows, toolTable } from '../harness/tool.js';
import { type Bucket, held } from '../harness/tool-output.js';
import { workload } from '../workload/workload.js';

const some = (rows: readonly ToolRow[], ...fields: readonly string[]) =>
  rows.map(row => fields.map(field => String(row[field])).join(' '));

const folder = mkdtempSync(path.join(tmpdir(), 'tools-files-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'there');
const missing = path.join(folder, 'missing');
writeFileSync(file, 'text');

function open(name: string, flags: string): number {
  try {
    const fd = openSync(name, flags, 0o640);
    closeSync(fd);
    return fd;
  } catch {
    return -1;
  }
}

const ours = (rows: readonly ToolRow[]) => rows.filter(row => String(row.path).startsWith(folder));

kernelTest('opensnoop: what is opened and what is not, with flags and errors by name', async t => {
  let fd = 0;
  const act = () => {
    fd = open(file, 'r');
    open(missing, 'r');
    open(`${folder}/new`, 'w');
    open(folder, 'w');
  };
  const rows = ours(await toolRows(t, ['opensnoop', '-w'], act));
  t.deepEqual(some(rows, 'fd', 'err', 'flags', 'mode', 'path'), [
    `${fd} - O_RDONLY|O_CLOEXEC 0 ${file}`,
    `-1 ENOENT O_RDONLY|O_CLOEXEC 0 ${missing}`,
    `${fd} - O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC 640 ${folder}/new`,
    `-1 EISDIR O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC 640 ${folder}`,
  ]);
  for (const row of rows) t.is(row.pid, process.pid);
  const chosen = async (...options: readonly string[]) =>
    some(ours(await toolRows(t, ['opensnoop', ...options], act)), 'path');
  t.deepEqual(await chosen('-x'), [missing, folder]);
  t.deepEqual(await chosen('-e', 'EISDIR'), [folder]);
  t.deepEqual(await chosen('--flags', 'O_CREAT|O_EXCL'), [`${folder}/new`, folder]);
  t.deepEqual(await chosen('-u', '12345'), []);
  t.deepEqual(await chosen('-n', 'no such name'), []);
});

kernelTest('opensnoop --full-path: where what was opened is, across mounts', async t => {
  const odd = `${folder}/../${path.basename(folder)}/there`;
  const rows = await toolRows(t, ['opensnoop', '-F', '-p', String(process.pid)], () => {
    open(odd, 'r');
    open(`${odd}-not`, 'r');
    open('/proc/self/status', 'r');
    open('/dev/../dev/null', 'r');
  });
  const whole = rows.map(row => String(row.path));
  const ends = [realpathSync(file), `/proc/${process.pid}/status`, '/dev/null'];
  for (const end of ends) t.is(whole.filter(each => each.endsWith(end)).length, 1, end);
  // What could not be opened is nowhere.
  t.true(whole.includes(`${odd}-not`));
});

kernelTest('opensnoop: ten thousand opens of a missing file are ten thousand rows', async t => {
  let pid = 0;
  const rows = await toolRows(t, ['opensnoop', '-x'], async () => {
    pid = await run(workload('opens'), ['10000', missing]);
  });
  const found = ours(rows).filter(row => row.pid === pid);
  t.is(found.length, 10_000);
  t.true(found.every(row => row.err === 'ENOENT' && row.path === missing));
});

kernelTest('opensnoop: columns fit a terminal of 80 characters', async t => {
  const { head, lines } = await toolTable(t, ['opensnoop', '-x'], () => open(missing, 'r'));
  t.is(head, 'PID COMM FD ERR PATH');
  const line = lines.find(each => each.endsWith(missing)) ?? '';
  t.true(line.indexOf(folder) < 50, line);
});

kernelTest('statsnoop: files that are asked for; --failed and --error choose', async t => {
  const asked = async (name: string, ...options: readonly string[]) =>
    some(
      await toolRows(t, beside(`stats 25 ${name}`, 'statsnoop', ...options)),
      'comm',
      'call',
      'err',
      'path',
    ).filter(row => row.endsWith(name));
  t.deepEqual(await asked(missing), Array(25).fill(`deeds newfstatat ENOENT ${missing}`));
  t.deepEqual(await asked(file), Array(25).fill(`deeds newfstatat - ${file}`));
  t.deepEqual(await asked(file, '-x'), []);
  t.is((await asked(missing, '-e', 'ENOENT')).length, 25);
});

kernelTest('syncsnoop: calls that wait for the disk, in order, and how long they took', async t => {
  const rows = await toolRows(t, beside(`syncs 3 ${folder}/synced`, 'syncsnoop'));
  const once = ['fsync', 'fdatasync', 'sync_file_range'];
  t.deepEqual(
    some(rows, 'comm', 'call', 'fd', 'err'),
    [1, 2, 3].flatMap(() => once.map(call => `deeds ${call} 3 -`)),
  );
  for (const row of rows) t.true(Number(row.took_ns) > 0);
  t.deepEqual(await toolRows(t, beside(`syncs 3 ${folder}/synced`, 'syncsnoop', '--min', '100000000')), []);
});

// dd by a name of our own.
const COPY = 'tools-files-dd';
const copied = path.join(folder, 'copied');
symlinkSync('/bin/dd', path.join(folder, COPY));

/** Maps of a tool beside a program that reads and writes ten times 4 KiB. */
const besideCopy = (t: ExecutionContext, words: readonly string[], ...flags: readonly string[]) =>
  toolMaps(t, [...words, '-n', COPY], () =>
    run(path.join(folder, COPY), [
      'if=/dev/zero',
      `of=${copied}`,
      'bs=4096',
      'count=10',
      'status=none',
      ...flags,
    ]),
  );

kernelTest('filetype, fsrwstat: reads and writes by types of files and file systems', async t => {
  const calls = (await besideCopy(t, ['filetype'])).get('@calls') ?? {};
  t.is(calls[`{.op=write,.type=regular,.comm=${COPY}}`], 10);
  t.is(calls[`{.op=read,.type=character device,.comm=${COPY}}`], 10);
  const fstype = (of: string) => execFileSync('stat', ['-f', '-c', '%T', of], { encoding: 'utf8' }).trim();
  const sizes = (await besideCopy(t, ['fsrwstat'])).get('@size_bytes') ?? {};
  const writes = Object.entries(sizes).filter(([key]) => key.endsWith('.op=write}'));
  t.is(writes.length, 1);
  const [[key, value] = ['', undefined]] = writes;
  // stat(1) has one name for ext2, ext3 and ext4.
  t.true(fstype(folder).includes(/fstype=(\w{3})/.exec(key)?.[1] ?? '?'), key);
  t.deepEqual(value, { count: 10, average: 4096, total: 40_960 });
  t.deepEqual(sizes['{.fstype=devtmpfs,.op=read}'], { count: 10, average: 4096, total: 40_960 });
});

kernelTest('vfssize: sizes by process and file; --regular leaves out devices', async t => {
  for (const words of [['vfssize'], ['vfssize', '--regular']]) {
    const maps = await besideCopy(t, words);
    const filled = (map: string, file: string) =>
      ((maps.get(map)?.[`${COPY},${file}`] ?? []) as readonly Bucket[]).filter(({ count }) => count > 0);
    t.deepEqual(filled('@written_bytes', 'copied'), [{ min: 4096, max: 8191, count: 10 }]);
    t.is(held(filled('@read_bytes', 'zero')), words.length === 1 ? 10 : 0);
  }
});

kernelTest('writesync: writes of files opened with O_SYNC and O_DSYNC; --all counts others too', async t => {
  const row = (sync: string) => ({ [`{.comm=${COPY},.sync=${sync},.file=copied}`]: 3 });
  const writes = async (flags: readonly string[], ...words: readonly string[]) =>
    (await besideCopy(t, ['writesync', ...words], 'count=3', ...flags)).get('@writes') ?? {};
  t.deepEqual(await writes(['oflag=sync']), row('O_SYNC'));
  t.deepEqual(await writes(['oflag=dsync']), row('O_DSYNC'));
  t.deepEqual(await writes([]), {});
  t.deepEqual(await writes([], '--all'), row('-'));
});
