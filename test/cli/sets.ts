// Sets of prefixes as a user meets them: real packets counted exactly, lists that change while the tracer runs, captures, mistakes.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureFile, LINKTYPE_ETHERNET } from '../../src/runtime/capture-file.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest, ON_HOST } from '../harness/kernel-test.js';
import { FAR, NEAR } from '../harness/network.js';
import { type Bytes, ethernet, ipv4, ipv6, pseudo4, pseudo6, udp } from '../harness/packet/frame.js';
import { packetTest, ping, printed, sendFrames } from '../harness/packet-tracer.js';
import { inProject } from '../harness/project.js';
import { tsbpf } from '../harness/tsbpf.js';

const MACS = { source: '02:00:00:00:77:02', destination: '02:00:00:00:77:01' };

function from(source: string): Bytes {
  if (source.includes(':')) {
    const datagram = udp([1], { sport: 4000, dport: 9, pseudo: pseudo6(source, NEAR.v6) });
    return ethernet(0x86dd, ipv6(datagram, { next: 17, source, destination: NEAR.v6 }), MACS);
  }
  const datagram = udp([1], { sport: 4000, dport: 9, pseudo: pseudo4(source, NEAR.v4) });
  return ethernet(0x0800, ipv4(datagram, { protocol: 17, source, destination: NEAR.v4 }), MACS);
}

const many = (count: number, frame: Bytes): Bytes[] => Array.from({ length: count }, () => frame);

interface List {
  readonly path: string;
  /** Puts another list into its place, as one step. */
  replace(text: string): void;
}

async function withList(text: string, body: (list: List) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-list-'));
  const path = join(folder, 'list');
  const replace = (next: string) => {
    writeFileSync(`${path}.new`, next);
    renameSync(`${path}.new`, path);
  };
  try {
    replace(text);
    await body({ path, replace });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How often the tracer has said it on stderr so far. */
function heard(tracer: ChildProcess): (words: RegExp) => number {
  let text = '';
  tracer.stderr!.on('data', part => (text += part));
  return words => [...text.matchAll(new RegExp(words, 'gm'))].length;
}

/** Returns when the process has the file open. */
async function opened(pid: number, file: string): Promise<void> {
  const has = () => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some(fd => readlinkSync(`/proc/${pid}/fd/${fd}`) === file);
    } catch {
      return false; // closed meanwhile
    }
  };
  while (!has()) await pause();
}

const isAlive = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;
const pause = () => new Promise(resolve => setTimeout(resolve, 5));

/** Returns when the tracer has said it, so many times in all. */
function says(tracer: ChildProcess): (words: RegExp, times?: number) => Promise<void> {
  const count = heard(tracer);
  return async (words, times = 1) => {
    while (count(words) < times && isAlive(tracer)) await pause();
  };
}

const DECLARED = 'let @block = lpmtrie(20000);';

for (const mode of ['native', 'generic']) {
  packetTest(
    `packets from a set are dropped and counted by prefix, exactly (${mode})`,
    async (t, network) => {
      const text = `${FAR.v4} # the other side\n192.0.2.0/24\n192.0.2.128/25\nfd77::/16\n\n198.51.100.0/22`;
      await withList(text, async ({ path }) => {
        const script = `${DECLARED} xdp:vnear:${mode} /src in @block/ { @dropped = count(); return XDP_DROP; } xdp:vnear /udp.dport == 9/ { @passed = count(); } END { print(@block); }`;
        let answered = [-1, -1];
        const { stdout, stderr, code } = await network.tracer(['--set', `block=${path}`, '-e', script], {
          workload: async () => {
            answered = [await ping(network, NEAR.v4, 12), await ping(network, NEAR.v6, 5)];
            sendFrames(network, [
              ...many(7, from('192.0.2.1')),
              ...many(3, from('192.0.2.200')),
              ...many(4, from('192.0.3.1')),
              ...many(6, from('198.51.103.9')), // written with bits behind its length
              ...many(2, from('fd78::1')),
              ...many(1, from('fd77:ffff::1')),
            ]);
          },
        });
        t.is(code, 0, stderr);
        t.deepEqual(answered, [0, 0]);
        t.is(printed(stdout, '@dropped'), 12 + 5 + 7 + 3 + 6 + 1, stdout);
        t.is(printed(stdout, '@passed'), 4 + 2);
        const hits = stdout.split('\n').filter(line => line.startsWith('@block'));
        t.deepEqual(
          hits.sort(),
          [
            `@block[${FAR.v4}]: 12`,
            '@block[192.0.2.0/24]: 7',
            '@block[192.0.2.128/25]: 3',
            '@block[198.51.100.0/22]: 6',
            '@block[fd77::/16]: 6',
          ].sort(),
        );
      });
    },
    { v6: true },
  );
}

packetTest(
  'a changed file and SIGUSR1 put another list in place; a bad one leaves the old',
  async (t, network) => {
    await withList(`${FAR.v4}\n`, async list => {
      const script = `${DECLARED} xdp:vnear /src in @block/ { @dropped = count(); return XDP_DROP; } xdp:vnear /udp.dport == 9/ { @passed = count(); } END { print(@block); }`;
      const frames = many(50, from(FAR.v4));
      const { stdout, stderr, code } = await network.tracer(['--set', `@block=${list.path}`, '-e', script], {
        workload: async tracer => {
          const said = says(tracer);
          sendFrames(network, frames);
          list.replace(
            `10.77.0.0/24\n${Array.from({ length: 300 }, (_, i) => `10.78.${i & 255}.${i >> 8}\n`).join('')}`,
          );
          await said(/loaded .* again, 301 prefixes/);
          sendFrames(network, frames);
          list.replace('10.77.0.0/24\nnobody knows\n');
          await said(/stays as it was/);
          sendFrames(network, frames);
          rmSync(list.path);
          await said(/stays as it was/, 2);
          sendFrames(network, frames);
          list.replace('192.0.2.0/24\n');
          tracer.kill('SIGUSR1');
          await said(/again, 1 prefix$/);
          sendFrames(network, frames);
        },
      });
      t.is(code, 0, stderr);
      t.is(printed(stdout, '@dropped'), 200);
      t.is(printed(stdout, '@passed'), 50);
      t.is(printed(stdout, `@block[${FAR.v4}]`), 50);
      t.is(printed(stdout, '@block[10.77.0.0/24]'), 150);
      t.regex(stderr, /list:2:1-13: WARNING: "nobody knows" is no prefix\nnobody knows\n\^{12}\nHINT/);
      t.regex(stderr, /WARNING: @block stays as it was\. ERROR: .*list: ENOENT: no such file or directory/);
    });
  },
);

packetTest(
  'no packet meets a set that is empty or half loaded while lists take each other’s place',
  async (t, network) => {
    const others = Array.from({ length: 5000 }, (_, i) => `172.${16 + (i >> 8)}.${i & 255}.0/24\n`).join('');
    const lists = [`${FAR.v4}\n${others}`, `${others}10.77.0.0/24\n`];
    const rounds = IN_GUEST ? 4 : 10;
    let sent = 0;
    await withList(lists[0]!, async list => {
      const script = `${DECLARED} xdp:vnear /src in @block/ { @dropped = count(); return XDP_DROP; } xdp:vnear /udp.dport == 9/ { @passed = count(); } END { print(@block); }`;
      const { stdout, stderr } = await network.tracer(['--set', `block=${list.path}`, '-e', script], {
        workload: async tracer => {
          const count = heard(tracer);
          for (let round = 1; round <= rounds; round++) {
            list.replace(lists[round % 2]!);
            tracer.kill('SIGUSR1');
            // Packets come until the other list is in its place.
            while (count(/again, 5001 prefixes/) < round && isAlive(tracer)) {
              sendFrames(network, many(50, from(FAR.v4)));
              sent += 50;
              await pause();
            }
          }
        },
      });
      t.is(printed(stdout, '@dropped'), sent, stderr);
      t.is(printed(stdout, '@passed'), Number.NaN);
      const hits = [printed(stdout, `@block[${FAR.v4}]`), printed(stdout, '@block[10.77.0.0/24]')];
      t.is((hits[0] || 0) + (hits[1] || 0), sent, stdout);
    });
  },
);

kernelTest('--packets asks sets too, and so do other probes; text, JSON', t =>
  withList('10.0.0.0/8\n2001:db8::/32\n', async ({ path }) => {
    const capture = `${path}.pcap`;
    const file = new CaptureFile(capture, { link: LINKTYPE_ETHERNET, nanoseconds: true });
    for (const source of ['10.1.1.1', '11.1.1.1', '2001:db8::1', '2001:db9::1', '10.9.9.9'])
      file.append({ time: 1n, bytes: Uint8Array.from(from(source)) });
    file.close();
    const script = `${DECLARED} BEGIN { printf("%d %d\\n", ntop(0x0100000a) in @block, "11.0.0.1" in @block); } xdp:eth0 /src in @block/ { return XDP_DROP; } END { print(@block); }`;
    const options = ['--set', `block=${path}`, '--packets', capture];
    const { stdout, stderr, code } = await tsbpf([...options, '-e', script]);
    t.is(code, 0, stderr);
    t.is(stderr, '');
    t.deepEqual(
      [...stdout.matchAll(/^ +\d+ +\d+\.\d+ .*XDP_(\w+)$/gm)].map(([, verdict]) => verdict),
      ['DROP', 'PASS', 'DROP', 'PASS', 'DROP'],
    );
    t.regex(stdout, /^1 0$/m);
    t.is(printed(stdout, '@block[10.0.0.0/8]'), 3); // BEGIN asked too
    t.is(printed(stdout, '@block[2001:db8::/32]'), 1);
    const json = await tsbpf([...options, '-f', 'json', '-e', script]);
    t.regex(
      json.stdout,
      /^\{"type": "map", "data": \{"@block": \{"2001:db8::\/32": 1, "10.0.0.0\/8": 3\}\}\}$/m,
    );
  }),
);

kernelTest(
  'a FIFO is waited for, and signals are heard meanwhile',
  t =>
    withList('10.0.0.0/8\n', async ({ path }) => {
      const fifo = `${path}.fifo`;
      execFileSync('mkfifo', [fifo]);
      const script = `${DECLARED} BEGIN { print("10.1.1.1" in @block); exit(); }`;
      const waiting = spawn(inProject('bin/tsbpf'), ['--set', `block=${fifo}`, '-e', script], {
        stdio: 'ignore',
      });
      const ended = new Promise(resolve => waiting.on('close', (...how) => resolve(how)));
      await opened(waiting.pid!, fifo);
      waiting.kill('SIGTERM');
      await ended;
      const loading = tsbpf(['--set', `block=${fifo}`, '-e', script]);
      await writeFile(fifo, '10.0.0.0/8\n');
      t.is((await loading).stdout.trim(), 'true');
    }),
  ON_HOST,
);

kernelTest('probes of every kind ask sets', t =>
  withList('10.0.0.0/8\n', async ({ path }) => {
    const places = [
      'interval:ms:10',
      'profile:hz:99',
      'rawtracepoint:sched_switch',
      'tracepoint:sched:sched_switch',
    ];
    const clauses = places.map(
      (place, i) => `${place} { if ("10.0.0.1" in @block && !("11.0.0.1" in @block)) { @seen${i} = 1; } }`,
    );
    const all = places.map((_, i) => `@seen${i} == 1`).join(' && ');
    const script = `${DECLARED} ${clauses.join(' ')} interval:ms:20 { if (${all}) { exit(); } }`;
    const { stdout, stderr, code } = await tsbpf(['--set', `block=${path}`, '-e', script]);
    t.is(code, 0, stderr);
    for (const i of places.keys()) t.is(printed(stdout, `@seen${i}`), 1);
  }),
);

const fails = (title: string, args: readonly string[], script: string, words: RegExp) =>
  kernelTest(
    title,
    t =>
      withList('10.0.0.0/8\nfd00::/8\n10.0.0/8\n', async ({ path }) => {
        const given = args.map(arg => arg.replace('LIST', path));
        const { stderr, stdout, code } = await tsbpf([...given, '-e', script]);
        t.is(code, 1);
        t.is(stdout, '');
        t.regex(stderr, words);
      }),
    ON_HOST,
  );

const ASKING = `${DECLARED} BEGIN { if ("10.0.0.1" in @block) { printf("in\\n"); } exit(); }`;
fails(
  'a line that is no prefix',
  ['--set', 'block=LIST'],
  ASKING,
  /list:3:1-9: ERROR: "10\.0\.0\/8" is no prefix\n10\.0\.0\/8\n\^{8}\nHINT: /,
);
fails(
  'a file that is not there',
  ['--set', 'block=LIST.txt'],
  ASKING,
  /^ERROR: .*list\.txt: ENOENT: no such file or directory\n$/,
);
fails('a folder', ['--set', 'block=/'], ASKING, /^ERROR: \/: EISDIR/);
fails(
  'a set that is none',
  ['--set', 'blokc=LIST'],
  ASKING,
  /--set: the program has no set @blokc \(did you mean "@block"\?\)/,
);
fails(
  'a program without sets',
  ['--set', 'block=LIST'],
  'BEGIN { exit(); }',
  /no set @block: let @block = lpmtrie\(100000\); declares one/,
);
fails(
  'an option without a file',
  ['--set', 'block'],
  ASKING,
  /--set takes NAME=FILE, as in --set block=prefixes\.txt, not 'block'/,
);
fails('a set twice', ['--set', 'block=LIST', '--set', '@block=LIST'], ASKING, /--set names @block twice/);
fails(
  'an object for other loaders',
  ['--emit', 'elf', '-o', 'LIST.o'],
  ASKING,
  /--emit elf: @block is a set, which tsbpf loads/,
);

kernelTest(
  'a set that nothing loads is told and empty; in a file too large for it nothing starts',
  async t => {
    const empty = await tsbpf(['-e', ASKING]);
    t.is(empty.code, 0);
    t.notRegex(empty.stdout, /in/);
    t.regex(empty.stderr, /WARNING: @block is empty: no address is in it/);
    await withList('10.0.0.0/8\n10.0.0.0/9\n::1\n', async ({ path }) => {
      const script = ASKING.replace('20000', '2');
      const { code, stderr } = await tsbpf(['--set', `block=${path}`, '-e', script]);
      t.is(code, 1);
      t.regex(
        stderr,
        /ERROR: @block has room for 2 prefixes, and .*list has 3\n.*\n.*\nHINT: let @block = lpmtrie\(3\);/,
      );
    });
  },
  ON_HOST,
);
