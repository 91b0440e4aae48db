// Tools about names on the network: questions to name servers, names of TLS servers; in namespaces of the tests' own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { kernelTest } from '../harness/kernel-test.js';
import { some } from '../harness/net.js';
import { FAR, makeNetwork, NEAR, type Network, type Side, whyNoNetwork } from '../harness/network.js';
import { packetTest } from '../harness/packet-tracer.js';
import { inProject } from '../harness/project.js';
import { type ToolRow, toolRows } from '../harness/tool.js';
import { command } from '../harness/tsbpf.js';
import { parseCounts } from '../workload/workload.js';

const NAMES = inProject('build/test/workload/names.js');
const WORDS = ['one.tools.test', 'missing.tools.test', 'a.longer-name-of.three.tools.test'];

/** A program in a namespace, that has said something on stdout; it ends with its stdin. */
async function started(network: Network, side: Side, program: string, ...args: readonly string[]) {
  const child = spawn(...network.on(side, program, ...args), { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

interface Asked {
  readonly server: string;
  readonly how: 'connected' | 'unconnected';
  readonly client: string;
}

const QUESTIONS: readonly Asked[] = [
  { server: '127.0.0.1', how: 'connected', client: '127.0.0.1' },
  { server: '::1', how: 'unconnected', client: '::1' },
  { server: FAR.v4, how: 'unconnected', client: NEAR.v4 },
  { server: FAR.v6, how: 'connected', client: NEAR.v6 },
];

kernelTest(
  'dnssnoop: each question and its answer once, whose it is; what nobody answers; --failed, --name',
  async t => {
    const network = makeNetwork({ v6: true });
    const servers: ChildProcess[] = [];
    try {
      for (const [i, { server }] of QUESTIONS.entries())
        servers.push(await started(network, i < 2 ? 'near' : 'far', 'node', NAMES, 'serve', server, '53'));
      const done: Record<string, string>[] = [];
      const act = async (words: readonly string[]) => {
        done.length = 0;
        for (const { server, how } of QUESTIONS) {
          const asking = network.on('near', 'node', NAMES, 'ask', server, '53', how, ...words);
          done.push(parseCounts(await command(...asking)));
        }
      };
      const rows = await toolRows(t, ['dnssnoop'], () =>
        act([...WORDS, 'lost.tools.test', 'last.tools.test']),
      );
      for (const [i, { server, client }] of QUESTIONS.entries()) {
        const { pid, port, done: answers } = done[i]!;
        t.is(answers, '4');
        const own = rows.filter(row => String(row.pid) === pid);
        t.deepEqual(
          some(own, 'comm', 'client', 'cport', 'server', 'id', 'qr', 'type', 'rcode', 'answers', 'name'),
          [
            `1000 query A NONE 0 ${WORDS[0]}.`,
            `1000 answer A NOERROR 1 ${WORDS[0]}.`,
            `1001 query AAAA NONE 0 ${WORDS[1]}.`,
            `1001 answer AAAA NXDOMAIN 0 ${WORDS[1]}.`,
            `1002 query MX NONE 0 ${WORDS[2]}.`,
            `1002 answer MX NOERROR 1 ${WORDS[2]}.`,
            '1003 query A NONE 0 lost.tools.test.',
            '1004 query AAAA NONE 0 last.tools.test.',
            '1004 answer AAAA NOERROR 1 last.tools.test.',
          ].map(line => `node ${client} ${port} ${server} ${line}`),
        );
        t.true(own.every(row => (row.qr === 'query') === (row.latency_ns === 0)));
      }
      const failed = await toolRows(t, ['dnssnoop', '--failed', '-n', 'tools.test'], () => act(WORDS));
      t.deepEqual(
        some(failed, 'pid', 'qr', 'name'),
        done.map(({ pid }) => `${pid} answer ${WORDS[1]}.`),
      );
    } finally {
      for (const server of servers) server.kill();
      network.close();
    }
  },
  whyNoNetwork(),
);

packetTest(
  'snisnoop: the name in each ClientHello, sent and received, and whose connection it is',
  async (t, network) => {
    const server = await started(
      network,
      'near',
      'openssl',
      's_server',
      '-accept',
      '127.0.0.1:4433',
      '-nocert',
    );
    try {
      const clients: number[] = [];
      // It fails, there being no certificate: what it wants has been said.
      const visit = async (...name: readonly string[]) => {
        const words = ['s_client', '-connect', '127.0.0.1:4433', ...name];
        const client = spawn(...network.on('near', 'openssl', ...words), { stdio: 'ignore' });
        clients.push(client.pid!);
        await once(client, 'close');
      };
      const long = `${'a-label.'.repeat(20)}tools.test`;
      const { stdout, stderr, code } = await network.tracer(['-f', 'json', 'snisnoop', 'lo'], {
        workload: async () => {
          for (const name of ['one.tools.test', long, 'x.test'])
            await visit('-servername', name, '-alpn', 'h2,http/1.1');
          await visit('-noservername');
        },
      });
      t.is(code, 0, stderr);
      t.is(stderr, '');
      const rows = stdout
        .split('\n')
        .filter(line => line.startsWith('{"type": "value"') || line.startsWith('{"type":"value"'))
        .map(line => (JSON.parse(line) as { data: ToolRow }).data);
      for (const way of ['sent', 'received'])
        t.deepEqual(
          some(
            rows.filter(row => row.way === way),
            'src',
            'dst',
            'dport',
            'name',
          ),
          ['one.tools.test', long, 'x.test', '-'].map(name => `127.0.0.1 127.0.0.1 4433 ${name}`),
        );
      t.deepEqual(
        some(
          rows.filter(({ way }) => way === 'sent'),
          'pid',
          'comm',
        ),
        clients.map(pid => `${pid} openssl`),
      );
    } finally {
      server.kill();
    }
  },
  { missing: existsSync('/usr/bin/openssl') ? whyNoNetwork() : 'needs openssl' },
);
