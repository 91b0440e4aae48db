// Tools about files and their system calls: each beside programs that do a known number of things.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { beside, run, type ToolRow, toolRows, toolTable } from '../harness/tool.js';
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
    `${fd} - O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC 416 ${folder}/new`,
    `-1 EISDIR O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC 416 ${folder}`,
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
