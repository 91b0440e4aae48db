// `tsbpf net` and `tsbpf prog` as a user meets them, row by row beside what bpftool says of the same programs: attached by our
// tracer, by ip, by tc, pinned by bpftool.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { objectsOf } from '../harness/left-behind.js';
import type { Network } from '../harness/network.js';
import { packetTest } from '../harness/packet-tracer.js';
import { inProject } from '../harness/project.js';
import { command, tsbpf } from '../harness/tsbpf.js';

const DROPS = 'xdp:*v* /udp.dport == 53/ { @n[ip.saddr] = count(); return XDP_DROP; }';

interface Row {
  readonly interface: string;
  readonly hook: string;
  readonly mode: string;
  readonly id: number;
  readonly name: string;
  readonly tag: string;
  readonly jited_bytes: number;
  readonly age_s: number;
  readonly by: string;
  readonly owner: string;
  readonly pinned: string;
}

const rowsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => (JSON.parse(line) as { data: Row }).data);

/** Whether this process is the one, or one of those: another test may look at everything just now, and hold it for that long. */
const isOf = (owner: string, pid: number | undefined) =>
  owner === `tsbpf ${pid}` || (/ \+\d+$/.test(owner) && owner !== '');

/** What bpftool says of a program by its id. */
function bpftoolProgram(id: number) {
  return JSON.parse(execFileSync('bpftool', ['-j', 'prog', 'show', 'id', `${id}`], { encoding: 'utf8' })) as {
    id: number;
    type: string;
    name: string;
    tag: string;
    loaded_at: number;
    uid: number;
    bytes_xlated: number;
    bytes_jited: number;
    bytes_memlock: number;
    map_ids?: number[];
    btf_id: number;
  };
}

/** An object file that ip and bpftool load. */
async function object(t: ExecutionContext, network: Network): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-inspect-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'drop.o');
  const [program, args] = network.on('near', inProject('bin/tsbpf'), '-e', DROPS.replace('*v*', 'vnear'));
  const { code, stderr } = await tsbpf([...args, '--emit-elf', path], { program });
  t.is(code, 0, stderr);
  return path;
}

packetTest(
  'net: what our tracer attached, as bpftool sees it, with the tracer as its owner',
  async (t, network) => {
    const { tracer } = network;
    const empty = await tracer(['net']);
    t.deepEqual(
      [empty.stdout, empty.stderr, empty.code],
      ['', 'No BPF program is attached to any interface here.\n', 0],
    );
    let rows: readonly Row[] = [];
    let table = '';
    let seen: { xdp: { devname: string; mode: string; id: number }[] }[] = [];
    let pid: number | undefined;
    await tracer(['-e', DROPS.replace('*v*', 'vnear')], {
      workload: async child => {
        pid = child.pid;
        const before = Date.now() / 1000;
        rows = rowsOf((await tracer(['net', '-f', 'json'])).stdout);
        const after = Date.now() / 1000;
        table = (await tracer(['net', 'v*'])).stdout;
        seen = JSON.parse(network.run('near', 'bpftool', '-j', 'net', 'show'));
        const [own] = rows;
        const told = bpftoolProgram(own!.id);
        t.like(own, { name: told.name, tag: told.tag, jited_bytes: told.bytes_jited });
        const loaded = told.loaded_at + own!.age_s; // both of whole seconds
        t.true(loaded >= before - 3 && loaded <= after + 3, `${before} ${loaded} ${after}`);
      },
    });
    const [own, ...others] = rows;
    t.deepEqual(others, []);
    t.like(own, { interface: 'vnear', hook: 'xdp', mode: 'native', pinned: '' });
    t.true(isOf(own!.owner, pid), own!.owner);
    t.regex(own!.by, /^link [1-9]\d*$/);
    t.deepEqual(
      seen[0]?.xdp.map(({ devname, mode, id }) => [devname, mode, id]),
      [['vnear', 'driver', own!.id]],
    );
    const [head = '', line = ''] = table.split('\n');
    t.regex(head, /^INTERFACE HOOK MODE +ID NAME +TAG +JITED +AGE BY +OWNER +PINNED$/);
    t.regex(
      line,
      new RegExp(`^vnear +xdp +native +${own!.id} ${own!.name} +${own!.tag} .* tsbpf ${pid} +-$`),
    );
  },
);

packetTest(
  'net: what ip, bpftool and tc attached: no owner, how it stays, where it is pinned',
  async (t, network) => {
    const file = await object(t, network);
    withoutFolders(t);
    const { near, far } = network;
    const pinned = `/sys/fs/bpf/tsbpf-inspect-${process.pid}`;
    const filter = `${pinned}-cls`;
    t.teardown(() => {
      rmSync(pinned, { force: true });
      rmSync(filter, { force: true });
    });
    network.run('near', 'ip', 'link', 'set', 'dev', near, 'xdpgeneric', 'obj', file, 'sec', 'xdp');
    const loaded = spawnSync('bpftool', ['prog', 'load', file, pinned, 'type', 'xdp'], { encoding: 'utf8' });
    t.deepEqual([loaded.status, loaded.stderr], [0, '']); // the types of a map of addresses among others
    network.run('far', 'bpftool', 'net', 'attach', 'xdpdrv', 'pinned', pinned, 'dev', far);
    execFileSync('bpftool', ['prog', 'load', await classifier(t), filter, 'type', 'classifier']);
    network.run('near', 'tc', 'qdisc', 'add', 'dev', near, 'clsact');
    const add = ['filter', 'add', 'dev', near];
    network.run('near', 'tc', ...add, 'ingress', 'prio', '10', 'handle', '3', 'bpf', 'da', 'pinned', filter);
    network.run('near', 'tc', ...add, 'egress', 'prio', '20', 'bpf', 'pinned', filter);
    const [tool] = JSON.parse(network.run('near', 'bpftool', '-j', 'net', 'show')) as {
      xdp: { devname: string; mode: string; id: number }[];
      tc: { devname: string; kind: string; id: number }[];
    }[];
    const rows = await unheld(async () => rowsOf((await network.tracer(['net', '-f', 'json'])).stdout));
    t.deepEqual(
      rows.map(({ interface: name, hook, id }) => [name, hook, id]),
      [
        ...tool!.xdp.map(({ devname, id }) => [devname, 'xdp', id]),
        ...tool!.tc.map(({ devname, kind, id }) => [devname, kind, id]),
      ],
    );
    t.deepEqual(
      rows.map(({ hook, mode, by, owner, pinned: path }) => [hook, mode, by, owner, path]),
      [
        ['xdp', 'generic', 'netlink', '', ''],
        ['clsact/ingress', 'direct', 'filter 10:3', '', filter],
        ['clsact/egress', 'classifier', 'filter 20:1', '', filter],
      ],
    );
    for (const { id, name, tag, jited_bytes } of rows) {
      const told = bpftoolProgram(id);
      t.deepEqual([name, tag, jited_bytes], [told.name, told.tag, told.bytes_jited]);
    }
    const there = await unheld(async () =>
      rowsOf((await network.tracer(['net', far, '-f', 'json'], {}, 'far')).stdout),
    );
    t.like(there[0], { interface: far, mode: 'native', by: 'netlink', owner: '', pinned });
    const gone = await network.tracer(['net', 'vnaer']);
    t.deepEqual([gone.stdout, gone.code], ['', 1]);
    t.is(gone.stderr, `ERROR: there is no interface 'vnaer' here\nHINT: did you mean "vnear"?\n`);
    // Gone with their namespaces; the pinned ones with their names.
  },
  { missing: spawnSync('clang', ['--version']).status === 0 ? undefined : 'needs clang' },
);

/** Again while another test looks at everything, and holds it for that long. */
async function unheld(look: () => Promise<Row[]>): Promise<Row[]> {
  let rows = await look();
  for (let i = 0; i < 10 && rows.some(({ owner }) => owner !== ''); i++) rows = await look();
  return rows;
}

/** What ip and tc make in the bpf file system when they first load something goes again. */
function withoutFolders(t: ExecutionContext): void {
  const made = ['ip', 'xdp', 'tc'].map(name => `/sys/fs/bpf/${name}`).filter(path => !existsSync(path));
  t.teardown(() => {
    for (const path of made) rmSync(path, { recursive: true, force: true });
  });
}

/** Compiled of C: a program for tc. */
async function classifier(t: ExecutionContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-inspect-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'cls.o');
  const source =
    'struct __sk_buff; __attribute__((section("tc"), used)) int passes(struct __sk_buff *s) { return 0; }' +
    'char l[] __attribute__((section("license"), used)) = "GPL";';
  execFileSync('clang', ['-O2', '-g', '-target', 'bpf', '-x', 'c', '-c', '-', '-o', path], { input: source });
  return path;
}

const COUNTS =
  'tracepoint:syscalls:sys_enter_swapoff { @calls[comm] = count(); @all = sum(args.specialfile == 0); }';

kernelTest('prog: list, show and dump of a program that runs agree with bpftool', async t => {
  await tsbpf(['-e', COUNTS], {
    workload: async child => {
      const listed = (await tsbpf(['prog', '-i', '0', '-f', 'json'])).stdout;
      const rows = listed
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).data)
        .filter(({ id }) => objectsOf(child.pid!).includes(`prog ${id}`));
      t.is(rows.length, 1);
      const [row] = rows;
      const told = bpftoolProgram(row.id);
      const { id, type, name, tag } = told;
      t.like(row, {
        id,
        type,
        name,
        tag,
        jited_bytes: told.bytes_jited,
        attached: 'tracepoint:sys_enter_swapoff',
      });

      const shown = JSON.parse((await tsbpf(['prog', 'show', `${id}`, '-f', 'json'])).stdout).data;
      t.like(shown, {
        id,
        type,
        name,
        tag,
        uid: told.uid,
        instructions: told.bytes_xlated / 8,
        jited_bytes: told.bytes_jited,
        memory_bytes: told.bytes_memlock,
        btf_id: told.btf_id,
      });
      t.true(isOf(row.owner, child.pid), row.owner);
      t.true(shown.held_by.some((holder: { pid: number }) => holder.pid === child.pid));
      t.true(Math.abs(Date.parse(shown.loaded) / 1000 - told.loaded_at) <= 2);
      t.deepEqual(
        shown.maps.map((map: { id: number }) => map.id),
        told.map_ids,
      );
      for (const map of shown.maps) {
        const other = JSON.parse(
          execFileSync('bpftool', ['-j', 'map', 'show', 'id', `${map.id}`], { encoding: 'utf8' }),
        );
        t.deepEqual(
          [map.type, map.name, map.key_bytes, map.value_bytes, map.max_entries, map.flags, map.memory_bytes],
          [
            other.type,
            other.name,
            other.bytes_key,
            other.bytes_value,
            other.max_entries,
            other.flags,
            other.bytes_memlock,
          ],
        );
      }
      const text = (await tsbpf(['prog', 'show', name])).stdout;
      t.regex(text, new RegExp(`^program ${id}: ${name}\n  type +tracepoint\n  tag +${tag}\n`));
      t.regex(text, new RegExp(`^ +(held by +)?tsbpf \\(pid ${child.pid}\\)$`, 'm'));

      const now = JSON.parse((await tsbpf(['prog', 'show', '-i', '0.1', tag, '-f', 'json'])).stdout).data;
      t.like(now, { id, rate: 0, avg_ns: 0, cpu_ppm: 0 });

      const dump = (await tsbpf(['prog', 'dump', tag, '--opcodes'])).stdout;
      const theirs = execFileSync('bpftool', ['prog', 'dump', 'xlated', 'id', `${id}`, 'opcodes'], {
        encoding: 'utf8',
      });
      t.deepEqual(opcodesOf(dump), opcodesOf(theirs));
      t.is(opcodesOf(dump).join('').length, told.bytes_xlated * 2);
      t.deepEqual(callsOf(dump), callsOf(theirs));
      t.regex(dump, /^; stdin:1:\d+ {2}tracepoint:.*@calls\[comm\] = count/m);
      t.regex(dump, /^ +\d+: r1 = map\[AT_?calls id \d+\]$/m);
    },
  });
});

/** Of lines that are bytes alone. */
function opcodesOf(dump: string): string[] {
  return [...dump.matchAll(/^\s+((?:[0-9a-f]{2} ){7,15}[0-9a-f]{2})\s*$/gm)].map(([, hex = '']) =>
    hex.replaceAll(' ', ''),
  );
}

/** Names that are called, in order; bpftool writes the distance behind them. */
function callsOf(dump: string): string[] {
  return [...dump.matchAll(/ call (\w+)/g)].map(([, name = '']) => name);
}

kernelTest('prog measures through a pipe: a table, CSV, several with their times', async t => {
  await tsbpf(['-e', COUNTS], {
    workload: async child => {
      const once = (await tsbpf(['prog', '--interval', '100ms'])).stdout;
      t.regex(
        once,
        /^ *ID TYPE +NAME +RATE +AVG +CPU OWNER +ATTACHED +RUNS +RUN_TIME +AGE +JITED TAG +PINNED\n/,
      );
      const own = objectsOf(child.pid!).map(object => object.replace('prog ', ''));
      const csv = (await tsbpf(['prog', 'list', '-i', '0.1', '-n', '2', '-f', 'csv'])).stdout.split('\n');
      t.is(
        csv[0],
        'time,id,type,name,rate,avg_ns,cpu_ppm,owner,attached,runs,run_time_ns,age_s,jited_bytes,tag,pinned',
      );
      t.is(csv.filter(line => own.includes(line.split(',')[1]!)).length, 2, csv.join('\n'));
    },
  });
});

kernelTest('prog -o opens its file once: it may be a pipe by a name', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-prog-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await tsbpf(['-e', COUNTS], {
    workload: async () => {
      // Of a file that was opened twice the reader would see the end, most times.
      for (let i = 0; i < 4; i++) {
        const reader = command('timeout', ['20', 'cat', pipe]);
        const { stdout, stderr, code } = await tsbpf(['prog', '--once', '-i', '0', '-o', pipe]);
        t.deepEqual([stdout, stderr, code], ['', '', 0]);
        t.regex(await reader, /^ *ID TYPE [^\n]*\n *\d+ /);
      }
    },
  });
});

const noScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status !== 0;

/** On a terminal of 100 columns, high enough for what other tests load beside; `act` is called with what was drawn so far, each time there is more. */
function onTerminal(
  words: string,
  act: (drawn: string, press: (key: string) => void) => void,
): Promise<{ drawn: string; code: number | null }> {
  const command = `stty cols 100 rows 200; exec ${inProject('bin/tsbpf')} ${words}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let drawn = '';
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  child.stdin.on('error', () => {}); // it may end first
  return new Promise(resolve => {
    child.stdout.on('data', part => {
      drawn += part;
      act(drawn, key => child.stdin.write(key));
    });
    child.on('close', code => {
      clearTimeout(timer);
      resolve({ drawn, code });
    });
  });
}

kernelTest(
  'prog on a terminal is a live table: it is drawn again and again, q ends it, and its rows stay',
  async t => {
    await tsbpf(['-e', COUNTS], {
      workload: async child => {
        const [own = ''] = objectsOf(child.pid!).filter(object => object.startsWith('prog '));
        const id = own.replace('prog ', '');
        let pressed = false;
        const { drawn, code } = await onTerminal('prog -i 200ms', (text, press) => {
          if (pressed || text.split('in BPF').length <= 2) return;
          pressed = true; // a key before the next frame comes back as an echo
          press('q');
        });
        t.is(code, 0);
        t.regex(drawn, /\d+ programs {2}[\d,]+ runs\/s {2}[\d.]+% in BPF/);
        const [before = '', after = ''] = drawn.split('\x1b[?1049l');
        t.true(before.includes(`${id} tra`));
        t.regex(after, new RegExp(`ID TYPE [^]*${id} tra`));
      },
    });
  },
  noScript ? 'needs script' : undefined,
);

function refused(title: string, args: readonly string[], pattern: RegExp): void {
  kernelTest(`refused: ${title}`, async t => {
    const { stdout, stderr, code } = await tsbpf(args);
    t.deepEqual([stdout, code], ['', 1]);
    t.regex(stderr, pattern);
    t.notRegex(stderr, /INTERNAL|^\s+at /m);
  });
}

refused(
  'an option that prog does not have',
  ['prog', '-x'],
  /^tsbpf: prog: unknown option '-x'\nTry 'tsbpf prog --help'\.$/m,
);
refused('an action that there is not', ['prog', 'lst'], /'lst' is none of list, show and dump/);
refused('show without a program', ['prog', 'show'], /prog show needs a program: an id, a name, or a tag/);
refused('show as CSV', ['prog', 'show', '1', '-f', 'csv'], /text or JSON, not csv/);
refused('--opcodes with list', ['prog', '--opcodes'], /'--opcodes' belongs to prog dump/);
refused('an interval too short to measure', ['prog', '-i', '1ms'], /takes 0, or 100ms to 24h/);
refused('an interval longer than a timer', ['prog', '-i', '600h'], /takes 0, or 100ms to 24h/);
refused(
  'a program that is not there',
  ['prog', 'dump', '4294967295'],
  /^ERROR: there is no BPF program '4294967295'\nHINT: /,
);

test('prog show of a file that is no object says why', async t => {
  const { stdout, stderr, code } = await tsbpf(['prog', 'show', process.execPath]);
  t.deepEqual([stdout, code], ['', 1]);
  t.regex(stderr, /^ERROR: \S+ is no object of BPF programs: it holds no BPF.*\nHINT: one is made by clang/);
});

const noSetpriv = spawnSync('setpriv', ['--bounding-set=-sys_admin', 'true']).status !== 0;

for (const name of ['net', 'prog'])
  kernelTest(
    `${name} without CAP_SYS_ADMIN says what it takes`,
    async t => {
      const words = ['--bounding-set=-sys_admin', '--inh-caps=-all', inProject('bin/tsbpf'), name];
      const { stdout, stderr, code } = await tsbpf(words, { program: 'setpriv' });
      t.deepEqual([stdout, code], ['', 1]);
      t.regex(stderr, /^ERROR: .* takes CAP_SYS_ADMIN, which this process lacks\nHINT: run it with sudo/);
    },
    noSetpriv ? 'needs setpriv' : undefined,
  );

test('net --help and prog --help show their options', async t => {
  const net = await tsbpf(['net', '--help']);
  t.is(net.code, 0);
  t.regex(net.stdout, /^Usage: tsbpf net \[options\] \[interface\.\.\.\]\n/);
  const prog = await tsbpf(['prog', '-h']);
  t.regex(
    prog.stdout,
    /^Usage: tsbpf prog \[options\] \[list\]\n +tsbpf prog \[options\] show PROGRAM\|FILE\.o\n/,
  );
  t.regex(prog.stdout, /-i, --interval <duration>/);
});
