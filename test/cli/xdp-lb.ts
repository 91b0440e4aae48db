// xdp-lb between machines on one switch: real connections through it, answered by the backends themselves, while the file changes; and
// its rows against what the backends saw.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { hostEnv } from '../../src/kernel/host/env.js';
import { kernelTest, whyNoBpf } from '../harness/kernel-test.js';
import { whyNoNetwork } from '../harness/network.js';
import { inProject } from '../harness/project.js';
import { type Machine, makeSwitchedNetwork, type SwitchedNetwork } from '../harness/switched-network.js';
import { type Outcome, tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

const VIP = '10.78.0.100';
const PORT = '7000';
const NAMES = ['b1', 'b2', 'b3'];
/** ms, on a machine that is busy with other things. */
const PATIENCE = 240_000;

/** A program on a machine, which answers a line on stdin with one on stdout. */
class Helper {
  readonly #child: ChildProcess;
  #text = '';
  #waits: () => void = () => {};

  constructor(machine: Machine, program: string, ...args: readonly string[]) {
    const [command, all] = machine.on(program, ...args);
    this.#child = spawn(command, all, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout!.on('data', part => {
      this.#text += part;
      this.#waits();
    });
    this.#child.on('close', () => this.#waits());
  }

  async line(): Promise<string> {
    while (!this.#text.includes('\n') && this.#child.exitCode === null)
      await new Promise<void>(resolve => {
        this.#waits = resolve;
      });
    const [line = '', ...rest] = this.#text.split('\n');
    this.#text = rest.join('\n');
    return line;
  }

  async ask<T>(what: unknown): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(what)}\n`);
    return JSON.parse(await this.line()) as T;
  }

  /** What it says at the end of its input. */
  end(): Promise<string> {
    this.#child.stdin!.end();
    return this.line();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Tells its name to whoever asks; at the end how often. */
const SERVER = `
  const [, name, protocol, address, port] = process.argv;
  let count = 0;
  if (protocol === 'udp') {
    const socket = require('dgram').createSocket('udp4');
    socket.on('message', (text, from) => { count++; socket.send(name + ' ' + text, from.port, from.address); });
    socket.bind(Number(port), address, () => console.log('ready'));
  } else {
    const server = require('net').createServer(socket => {
      socket.on('data', text => { count++; socket.write(name + ' ' + text); });
      socket.on('error', () => {});
    });
    server.listen(Number(port), address, () => console.log('ready'));
  }
  process.stdin.resume().on('end', () => { console.log(count); process.exit(); });
`;

/** Each line is a list of ports to ask from; the answer is who answered each, or an error's code. "all" counts questions and answers. */
const CLIENT = `
  const [, protocol, address, port] = process.argv;
  const sockets = new Map();
  const waiting = new Map();
  let asked = 0, answered = 0;
  const done = (from, who) => { answered++; waiting.get(from)?.(who); waiting.delete(from); };
  const open = from => new Promise(resolve => {
    const failed = error => { sockets.delete(from); resolve(undefined); done(from, error.code); };
    if (protocol === 'udp') {
      const socket = require('dgram').createSocket('udp4');
      socket.on('message', text => done(from, String(text).split(' ')[0]));
      socket.on('error', failed);
      socket.bind(from, () => resolve(text => socket.send(text, Number(port), address)));
    } else {
      const socket = require('net').connect({ host: address, port: Number(port), localPort: from });
      socket.setNoDelay(true);
      socket.on('data', text => done(from, String(text).split(' ')[0]));
      socket.on('error', failed);
      socket.on('connect', () => resolve(text => socket.write(text)));
    }
  });
  const ask = from => new Promise(resolve => {
    waiting.set(from, resolve);
    asked++;
    if (!sockets.has(from)) sockets.set(from, open(from));
    sockets.get(from)?.then(send => send?.('hello'));
  });
  let rounds = Promise.resolve(), on = false;
  const ceaselessly = async ports => { while (on) await Promise.all(ports.map(ask)); };
  require('readline').createInterface({ input: process.stdin }).on('line', async line => {
    const what = JSON.parse(line);
    if (Array.isArray(what)) {
      // Few at a time: no buffer on the way is full, however slow the machine.
      const answers = [];
      for (let i = 0; i < what.length; i += 20) answers.push(...await Promise.all(what.slice(i, i + 20).map(ask)));
      console.log(JSON.stringify(answers));
    }
    else if (what.ceaselessly) { on = true; rounds = ceaselessly(what.ceaselessly); console.log('true'); }
    else { on = false; await rounds; console.log(JSON.stringify([asked, answered])); }
  }).on('close', () => process.exit());
  console.log('ready');
`;

interface Setting {
  readonly network: SwitchedNetwork;
  readonly lb: Machine;
  readonly backends: readonly Machine[];
  readonly client: Helper;
  readonly path: string;
  /** Puts another list into the file's place, as one step. */
  replace(lines: readonly string[]): void;
  /** How many questions each backend answered. */
  served(): Promise<Map<string, number>>;
  /** One more program that is ended with the test; it has said that it is ready. */
  start(machine: Machine, program: string, ...args: readonly string[]): Promise<Helper>;
}

async function withSetting(
  protocol: 'udp' | 'tcp',
  body: (setting: Setting) => Promise<void>,
): Promise<void> {
  const network = makeSwitchedNetwork(['client', 'lb', ...NAMES]);
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-lb-'));
  const path = join(folder, 'backends');
  const helpers: Helper[] = [];
  const start = async (machine: Machine, program: string, ...args: readonly string[]) => {
    const helper = new Helper(machine, program, ...args);
    helpers.push(helper);
    await helper.line();
    return helper;
  };
  try {
    const [first, lb, ...backends] = network.machines as [Machine, Machine, ...Machine[]];
    first.run('ip', 'neigh', 'replace', VIP, 'lladdr', lb.mac, 'dev', 'v0', 'nud', 'permanent');
    const servers: Helper[] = [];
    for (const machine of backends) {
      machine.run('ip', 'addr', 'add', `${VIP}/32`, 'dev', 'lo');
      servers.push(await start(machine, process.execPath, '-e', SERVER, machine.name, protocol, VIP, PORT));
    }
    const client = await start(first, process.execPath, '-e', CLIENT, protocol, VIP, PORT);
    await body({
      network,
      lb,
      backends,
      client,
      path,
      replace(lines) {
        writeFileSync(`${path}.new`, lines.map(line => `${line}\n`).join(''));
        renameSync(`${path}.new`, path);
      },
      async served() {
        const counts = await Promise.all(servers.map(async server => Number(await server.end())));
        return new Map(backends.map(({ address }, i) => [address, counts[i]!]));
      },
      start,
    });
  } finally {
    for (const helper of helpers) helper.kill();
    network.close();
    rmSync(folder, { recursive: true });
  }
}

const missing =
  whyNoBpf() ?? whyNoNetwork() ?? (hostEnv().has('lookup_percpu_elem') ? undefined : 'needs Linux 5.19');

function balancerTest(
  title: string,
  protocol: 'udp' | 'tcp',
  body: (t: ExecutionContext, setting: Setting) => Promise<void>,
): void {
  kernelTest(
    title,
    async t => {
      t.timeout(2 * PATIENCE);
      await withSetting(protocol, setting => body(t, setting));
    },
    missing,
  );
}

/** xdp-lb on the balancer. What it sends is taken by a veth whose other end has a program too. */
async function balance(
  { network, lb, path }: Setting,
  args: readonly string[],
  workload: (tracer: ChildProcess) => Promise<void>,
): Promise<Outcome> {
  const tool = inProject('bin/tsbpf');
  const [hub, taking] = network.hub.on(tool, '-e', 'xdp:lb { }');
  const [program, all] = lb.on(
    tool,
    '-f',
    'json',
    '--set',
    `backends=${path}`,
    'xdp-lb',
    ...args,
    'v0',
    VIP,
    PORT,
  );
  let outcome: Outcome | undefined;
  await tsbpf(taking, {
    program: hub,
    timeout: PATIENCE,
    workload: async () => {
      outcome = await tsbpf(all, { program, workload, timeout: PATIENCE });
    },
  });
  return outcome!;
}

/** Returns when the tracer has said it on stderr. */
function says(tracer: ChildProcess): (words: RegExp) => Promise<void> {
  let text = '';
  tracer.stderr!.on('data', part => (text += part));
  return async words => {
    while (!words.test(text) && tracer.exitCode === null)
      await new Promise(resolve => setTimeout(resolve, 5));
    text = '';
  };
}

interface Sum {
  packets: number;
  bytes: number;
  flows: number;
}

/** Sums of the rows, by backend. */
function rows(stdout: string): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const line of stdout.split('\n').filter(each => each.startsWith('{'))) {
    const { type, data } = JSON.parse(line) as { type: string; data: Sum & { backend: string } };
    if (type !== 'value') continue;
    const sum = sums.get(data.backend) ?? { packets: 0, bytes: 0, flows: 0 };
    sums.set(data.backend, sum);
    for (const key of ['packets', 'bytes', 'flows'] as const) sum[key] += data[key];
  }
  return sums;
}

const ports = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

balancerTest(
  'datagrams by MAC rewriting, while the file changes: none is lost, flows stay, rows are exact',
  'udp',
  async (t, setting) => {
    const { backends, client, replace } = setting;
    const [b1, b2, b3] = backends.map(({ address, mac }) => `${address} mac=${mac}`) as [
      string,
      string,
      string,
    ];
    const [early, late, ceaseless] = [ports(20_000, 300), ports(21_000, 300), ports(22_000, 20)];
    replace([b1, b2]);
    const { stdout, stderr, code } = await balance(setting, ['--udp'], async tracer => {
      const said = says(tracer);
      const ask = (from: readonly number[]) => client.ask<string[]>(from);
      await client.ask({ ceaselessly: ceaseless });
      const first = await ask(early);
      t.deepEqual([...new Set(first)].sort(), ['b1', 'b2']);

      replace([b1, b2, `${b3} weight=2`]);
      tracer.kill('SIGUSR1');
      await said(/again, 3 backends/);
      t.deepEqual(await ask(early), first, 'flows stay when a backend comes');
      const second = await ask(late);
      t.true(second.filter(who => who === 'b3').length > 75, 'new flows go to it');

      writeFileSync(setting.path, `${b1}\n${b2.slice(0, 8)}`);
      tracer.kill('SIGUSR1');
      await said(/@backends stays as it was/);
      t.deepEqual(await ask(late), second, 'half a file changes nothing');

      replace([b2, b3]);
      await said(/again, 2 backends/);
      const third = await ask([...early, ...late]);
      const before = [...first, ...second];
      t.false(third.includes('b1'));
      t.deepEqual(
        third.filter((_, i) => before[i] !== 'b1'),
        before.filter(who => who !== 'b1'),
        'flows of others stay when one goes',
      );

      replace([b1, b2, b3]);
      await said(/again, 3 backends/);
      t.deepEqual(await ask([...early, ...late]), third, 'nor does it get them when it is back');
      const [asked, answered] = await client.ask<[number, number]>('all');
      t.is(answered, asked, 'every question was answered once');
    });
    t.is(code, 0, stderr);
    const served = await setting.served();
    const sums = rows(stdout);
    for (const { address } of backends) {
      const sum = sums.get(address);
      t.is(sum?.packets, served.get(address), address);
      t.is(sum?.bytes, served.get(address)! * (14 + 20 + 8 + 'hello'.length));
    }
    t.regex(stderr, /last line has no end|is no address/);
  },
);

balancerTest(
  'TCP connections by MAC rewriting stay as long as their backend is listed',
  'tcp',
  async (t, setting) => {
    const { backends, client, replace } = setting;
    const [b1, b2, b3] = backends.map(({ address, mac }) => `${address} mac=${mac}`) as [
      string,
      string,
      string,
    ];
    const connections = ports(23_000, 60);
    let lost = 0;
    replace([b1, b2, b3]);
    const { stdout, stderr, code } = await balance(setting, [], async tracer => {
      const said = says(tracer);
      const ask = () => client.ask<string[]>(connections);
      const first = await ask();
      t.deepEqual([...new Set(first)].sort(), NAMES);
      lost = first.filter(who => who === 'b2').length;
      replace([b1, `${b2} weight=0`, b3]);
      tracer.kill('SIGUSR1');
      await said(/again, 3 backends, 1 of weight 0/);
      t.deepEqual(await ask(), first, 'a connection to a backend that gets no new ones goes on');
      replace([b1, b3]);
      tracer.kill('SIGUSR1');
      await said(/again, 2 backends/);
      t.deepEqual(
        await ask(),
        first.map(who => (who === 'b2' ? 'ECONNRESET' : who)),
        'one to a backend that is gone ends',
      );
      t.false((await ask()).includes('b2'));
    });
    t.is(code, 0, stderr);
    const served = await setting.served();
    t.is(
      [...served.values()].reduce((sum, count) => sum + count),
      4 * connections.length - lost,
    );
    t.true(rows(stdout).get(backends[1]!.address)!.packets > 0);
  },
);

balancerTest(
  'datagrams in IPIP, redirected, which the backend takes out and answers',
  'udp',
  async (t, setting) => {
    const { backends, client, replace, start } = setting;
    replace(backends.map(({ address, mac }) => `${address} mac=${mac}`));
    const tunnels: Helper[] = [];
    for (const machine of backends) tunnels.push(await start(machine, workload('unwrap'), machine.address));
    const { stdout, stderr, code } = await balance(
      setting,
      ['--udp', '--encapsulate', '--out', 'v0'],
      async () => {
        for (let round = 0; round < 3; round++)
          t.deepEqual([...new Set(await client.ask<string[]>(ports(24_000, 100)))].sort(), NAMES);
      },
    );
    t.is(code, 0, stderr);
    const sums = rows(stdout);
    const served = await setting.served();
    for (const [i, { address }] of backends.entries()) {
      const count = served.get(address)!;
      t.is(await tunnels[i]!.end(), `unwrapped=${count}`);
      t.like(sums.get(address), { packets: count, flows: count / 3 });
    }
  },
);
