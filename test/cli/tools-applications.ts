// Tools about servers of databases and runtimes of languages: beside a program that has their functions and probes, and is called
// a known number of times.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
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
  const found = map<Record<string, Bucket[]>>('@latency_ms') ?? {};
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
  t.regex(stderr, /no USDT probe of .*calls is called postgresql:query__start[\s\S]*dbslower requires:/);
  const none = await tsbpf(['mysqld_clat', '--path', '/nonexistent/mysqld']);
  t.is(none.code, 1);
  t.regex(none.stderr, /no file is called "\/nonexistent\/mysqld"/);
});

const ROUNDS = 30;
const runtimes = (...words: readonly string[]) => messages(`${workload('runtimes')} ${ROUNDS}`, ...words);
const byText = (a: unknown, b: unknown) => (String(a) < String(b) ? -1 : 1);

/** Functions that the program calls once in each round. */
const METHODS = [
  'Array each',
  'Page index',
  'java/util/List add',
  'job.py inner',
  'job.py outer',
  'main run',
];

/** Records that are the keys of a map, without the process id. */
const keys = (map: Readonly<Record<string, unknown>> | undefined) =>
  Object.entries(map ?? {}).map(([key, value]) => [key.replace(/^{\.pid=\d+,|}$/g, ''), value] as const);

kernelTest('ucalls: each function of each language, how often and how long', async t => {
  const { map, failed } = await runtimes('ucalls');
  t.is(failed, '');
  const named = METHODS.map(each => each.replace(/(.*) (.*)/, '.class=$1,.method=$2'));
  t.deepEqual(
    keys(map('@calls')).sort(byText),
    named.map(name => [name, ROUNDS] as const),
  );
  const timed = await runtimes('ucalls', '--latency');
  t.is(timed.failed, '');
  const times = new Map(keys(timed.map<Record<string, { count: number; total: number }>>('@time_ns')));
  t.deepEqual([...times.keys()].sort(), named);
  const of = (name: string) => times.get(`.class=job.py,.method=${name}`) as { count: number; total: number };
  t.deepEqual([of('outer').count, of('inner').count], [ROUNDS, ROUNDS]);
  t.true(of('outer').total > of('inner').total && of('inner').total >= ROUNDS * 10_000);
  const chosen = await runtimes('ucalls', '--method', 'inn', '--path', workload('runtimes'));
  t.deepEqual(keys(chosen.map('@calls')), [['.class=job.py,.method=inner', ROUNDS]]);
});

kernelTest('uflow: calls and returns in order, with their depth', async t => {
  const { rows, failed } = await runtimes('uflow');
  t.is(failed, '');
  const round = [
    '1 -> job.py outer',
    '2 -> job.py inner',
    '2 <- job.py inner',
    '1 <- job.py outer',
    ...['Array each', 'Page index', 'main run', 'java/util/List add'].flatMap(name => [
      `1 -> ${name}`,
      `1 <- ${name}`,
    ]),
  ];
  t.deepEqual(
    rows.map(({ depth, way, class: of, method }) => [depth, way, of, method].join(' ')),
    Array.from({ length: ROUNDS }, () => round).flat(),
  );
});

kernelTest('ugc, uobjnew, uthreads, ustat: collections, objects and threads', async t => {
  const gc = await runtimes('ugc');
  t.is(gc.failed, '');
  t.deepEqual(
    gc.rows.map(({ language, kind, collected }) => [language, kind, collected].join(' ')),
    Array.from({ length: ROUNDS }, () => ['python old 17', 'java full 0']).flat(),
  );
  t.true(gc.rows.every(({ language, latency_ns }) => language === 'java' || Number(latency_ns) >= 10_000));
  const objects = await runtimes('uobjnew');
  t.deepEqual(keys(objects.map('@objects')).sort(byText), [
    ['.class=Point', ROUNDS],
    ['.class=java/lang/String', ROUNDS],
  ]);
  t.deepEqual(keys(objects.map('@bytes')), [['.class=java/lang/String', 24 * ROUNDS]]);
  const threads = await runtimes('uthreads');
  t.deepEqual(
    threads.rows.map(({ way, kind, name }) => [way, kind, name].join(' ')),
    Array.from({ length: ROUNDS }, () => ['start java pool', 'stop java pool']).flat(),
  );
  const all = await runtimes('ustat');
  t.is(all.failed, '');
  t.deepEqual(keys(all.map('@events')).sort(byText), [
    ['.comm=runtimes,.what=call', METHODS.length * ROUNDS],
    ['.comm=runtimes,.what=gc', 2 * ROUNDS],
    ['.comm=runtimes,.what=object', 2 * ROUNDS],
    ['.comm=runtimes,.what=thread', ROUNDS],
  ]);
});

kernelTest('ucalls: of a program without any of the probes it is told', async t => {
  const { code, stderr } = await tsbpf(['-c', workload('calls'), 'ucalls']);
  t.is(code, 1);
  t.regex(stderr, /no USDT probe/);
  t.regex(stderr, /ucalls requires:\n {2}uprobes; a runtime that is built with USDT probes/);
});

kernelTest('llcstat: of counters that every machine has, page faults', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-applications-'));
  try {
    const script = join(folder, 'llcstat.bt');
    const source = readFileSync(inProject('scripts-library/llcstat.bt'), 'utf8')
      .replace('hardware:cache-references:100', 'software:page-faults:100')
      .replace('hardware:cache-misses:100', 'software:minor-faults:400');
    t.false(source.includes('hardware:cache-'));
    writeFileSync(script, source);
    const { rows, failed } = await messages(`${workload('deeds')} faults 20000`, '--follow', script);
    t.is(failed, '');
    const [row, ...more] = rows.filter(({ comm }) => comm === 'deeds');
    t.deepEqual(more, []);
    const [references, misses, hit] = [row?.references, row?.misses, row?.hit_pct].map(Number) as [
      number,
      number,
      number,
    ];
    // Those of its start, and what others began of a hundred on either CPU.
    t.true(references >= 19_800 && references <= 20_500 && references % 100 === 0, `${references}`);
    t.true(Math.abs(misses - references / 4) <= 400, `${misses} of ${references}`);
    t.is(hit, Math.floor(((references - misses) * 100) / references));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

kernelTest('llcstat and kvmexit attach, or tell what the machine lacks', async t => {
  for (const [tool, lacks] of [
    ['llcstat', /no hardware counter for cache-/],
    ['kvmexit', /no tracepoint .*kvm/],
  ] as const) {
    const { code, stderr } = await tsbpf(['--dry-run', tool]);
    if (code !== 0) t.regex(stderr, lacks);
    else t.is(stderr, '');
  }
});
