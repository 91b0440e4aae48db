// Tools about servers of databases and runtimes of languages: beside a program that has their functions and probes, and is called
// a known number of times.
import { kernelTest } from '../harness/kernel-test.js';
import { type Bucket, held } from '../harness/tool-output.js';
import { tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

const N = 40;
/** What the slow ones take at least; of fast ones, on a busy machine, few do. */
const MS = 200;

/** Messages of -f json of a tool that runs the program itself. */
async function messages(command: string, ...words: readonly string[]) {
  const { stdout, stderr, code } = await tsbpf(['-f', 'json', '-c', command, ...words]);
  const lines = stdout.split('\n').filter(line => line.startsWith('{'));
  const found = lines.map(line => JSON.parse(line) as { type: string; data: Record<string, unknown> });
  return {
    failed: code === 0 ? stderr : `${code} ${stderr}`,
    rows: found.filter(({ type }) => type === 'value').map(({ data }) => data),
    map: <Value>(name: string) =>
      found.find(({ type, data }) => type !== 'value' && name in data)?.data[name] as Value | undefined,
  };
}

const program = workload('database');
const database = (...words: readonly string[]) =>
  messages(`${program} ${N} ${MS * 1000}`, ...words, '--path', program);

const text = (how: string, server: string) => `SELECT ${how} FROM ${server}`;
const repeated = (value: string) => Array<string>(N).fill(value);

kernelTest('mysqld_qslower: every query of MySQL and MariaDB, slow ones', async t => {
  const all = await database('mysqld_qslower', '--min-ms', '0');
  t.is(all.failed, '');
  t.deepEqual(
    all.rows.map(({ query, command }) => `${command} ${query}`).sort(),
    ['mariadb', 'mysql']
      .flatMap(server => [...repeated(text('fast', server)), text('slow', server)])
      .map(query => `QUERY ${query}`)
      .sort(),
  );
  const slow = await database('mysqld_qslower', '-m', String(MS));
  t.deepEqual(
    slow.rows.map(({ query }) => query).filter(query => /slow/.test(String(query))),
    [text('slow', 'mysql'), text('slow', 'mariadb')],
  );
  t.true(slow.rows.length < N);
  t.true(slow.rows.every(({ latency_ns }) => Number(latency_ns) >= MS * 1e6));
});

kernelTest('mysqld_clat: a histogram for each command', async t => {
  const { map, failed } = await database('mysqld_clat', '--milliseconds');
  t.is(failed, '');
  const found = map<Record<string, Bucket[]>>('@ms') ?? {};
  t.deepEqual(Object.keys(found).sort(), ['PING', 'QUERY']);
  t.is(held(found.PING), 2 * N);
  t.is(held(found.QUERY), 2 * N + 2);
  t.true(held(found.QUERY?.filter(({ min = 0 }) => min >= 128)) >= 2);
});

kernelTest('dbslower and dbstat: queries of each server, whichever it is', async t => {
  const slow = await database('dbslower', '-m', String(MS));
  t.is(slow.failed, '');
  t.deepEqual(
    slow.rows.map(({ db, query }) => [db, query]).filter(([, query]) => /slow/.test(String(query))),
    [
      ['mysql', text('slow', 'mysql')],
      ['mysql', text('slow', 'mariadb')],
      ['postgresql', text('slow', 'postgresql')],
    ],
  );
  const { map } = await database('dbstat', '--milliseconds');
  const found = map<Record<string, Bucket[]>>('@latency') ?? {};
  t.deepEqual(
    Object.entries(found)
      .map(([db, buckets]) => [db, held(buckets)])
      .sort(),
    [
      ['mysql', 2 * (N + 1)],
      ['postgresql', N + 1],
    ],
  );
});

kernelTest('dbslower: of a program that is no such server it is told what is not there', async t => {
  const { code, stderr } = await tsbpf(['dbslower', '--path', workload('calls')]);
  t.is(code, 1);
  t.regex(stderr, /calls has no function "exec_simple_query"/);
  const none = await tsbpf(['mysqld_clat', '--path', '/nonexistent/mysqld']);
  t.is(none.code, 1);
  t.regex(none.stderr, /no file is called "\/nonexistent\/mysqld"/);
});
