// `tsbpf xdp load`: objects that clang made of C, with real packets on a veth pair; what they counted is read from their maps, by us
// and by bpftool. Their programs are the ones that libbpf makes of the same files, instruction for instruction: the tags are equal. A machine
// without clang fails here: nothing else shows what the loader is for.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { BtfKind } from '../../src/compiler/btf/kind.js';
import { readBtf } from '../../src/compiler/btf/reader.js';
import { readElf } from '../../src/compiler/elf/elf-reader.js';
import { clangObject } from '../harness/clang-object.js';
import { kernelTest } from '../harness/kernel-test.js';
import { leftOf, objectsOf } from '../harness/left-behind.js';
import { NEAR } from '../harness/network.js';
import { type Bytes, ethernet, ipv4, udp } from '../harness/packet/frame.js';
import { type PacketTest, packetTest, ping, sendFrames } from '../harness/packet-tracer.js';
import { answered, BRIEF, MESSAGES, OTHER, PATIENCE, SESSION, withServers } from '../harness/ssh-flow.js';
import { tsbpf } from '../harness/tsbpf.js';

const datagram = (dport: number, payload: Bytes = []) =>
  ethernet(0x800, ipv4(udp(payload, { dport }), { protocol: 17 }));

/** Text of `value`s as an object: name -> what was printed. */
const rowOf = (stdout: string) =>
  JSON.parse(stdout.split('\n').find(line => line.includes('"value"')) ?? '{}').data;

const mapsOf = (stdout: string): Record<string, unknown> =>
  Object.assign(
    {},
    ...stdout
      .split('\n')
      .filter(line => line.includes('"type": "map"'))
      .map(line => JSON.parse(line).data),
  );

/** Waits until it holds: packets are on their way. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await sleep(50);
}

/** Elements of a map that a process has, as bpftool prints them with their types. */
function dumped(pid: number, name: string): readonly unknown[] {
  for (const object of objectsOf(pid)) {
    const [kind = '', id = ''] = object.split(' ');
    if (kind !== 'map' || bpftool('map', 'show', 'id', id).name !== name) continue;
    return (bpftool('map', 'dump', 'id', id) as unknown as { formatted: unknown }[]).map(
      each => each.formatted,
    );
  }
  return [];
}

function bpftool(...args: readonly string[]): { readonly name: string; readonly tag: string } {
  return JSON.parse(execFileSync('bpftool', ['-j', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }));
}

/** Runs it with JSON, until `done` holds of the frames that are sent to it. */
function loaded(
  network: PacketTest,
  args: readonly string[],
  frames: readonly Bytes[],
  done: (pid: number) => boolean,
) {
  return network.tracer(['xdp', 'load', ...args, '--no-ssh-guard', '--maps', '-f', 'json'], {
    workload: async child => {
      sendFrames(network, frames);
      await until(() => done(child.pid!));
    },
  });
}

for (const mode of ['native', 'generic'] as const) {
  packetTest(
    `programs of a file with several, in ${mode} mode: exact counts in per-CPU, hash and data maps`,
    async (t, network) => {
      const path = clangObject('count');
      const frames = [
        ...Array.from({ length: 70 }, () => datagram(53, [1, 2, 3])), // weighs 10
        ...Array.from({ length: 30 }, () => datagram(7, new Array<number>(40).fill(9))), // 1000
        ethernet(0x88b5, [1, 2, 3, 4]),
      ];
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
      const short = frames.filter(({ length }) => length < 60).length;
      const runs = async (section: string, packets: number) => {
        const { stdout, stderr, code } = await loaded(
          network,
          [path, '--dev', network.near, '--section', section, '--mode', mode],
          frames,
          pid => packetsOf(pid) === packets,
        );
        t.is(code, 0, stderr);
        t.like(rowOf(stdout), {
          interface: network.near,
          mode,
          name: section === 'count_all' ? section : 'drop_closed',
        });
        return mapsOf(stdout);
      };
      const all = await runs('count_all', frames.length);
      t.deepEqual(totals(all.verdicts), { 2: { packets: frames.length, bytes } });
      t.deepEqual(all['.bss'], { seen: frames.length, short_packets: short, weighed: 70 * 10 + 30 * 1000 });
      t.deepEqual(all['.data'], { step: 3 });
      t.deepEqual(all['.data.mine'], { stepped: 1000 + 3 * frames.length });
      const dropped = await runs('xdp/closed', 100);
      t.deepEqual(dropped.ports, { 7: 30, 53: 70 });
      t.deepEqual(totals(dropped.verdicts), {
        1: { packets: 70, bytes: 70 * frames[0]!.length },
        2: { packets: 30, bytes: 30 * frames[70]!.length },
      });
    },
  );
}

/** Of all verdicts and CPUs, as bpftool sees them. */
function packetsOf(pid: number): number {
  return dumped(pid, 'verdicts')
    .flatMap(each => (each as { values: { value: { packets: number } }[] }).values)
    .reduce((sum, { value }) => sum + value.packets, 0);
}

/** A variable of .bss, likewise. */
function variable(pid: number, name: string): unknown {
  const [section] = dumped(pid, '.bss') as { value: { '.bss': Record<string, unknown>[] } }[];
  return section?.value['.bss'].find(each => name in each)?.[name];
}

/** Of a per-CPU map: the sum of all CPUs by key. */
function totals(map: unknown): Record<string, { packets: number; bytes: number }> {
  return Object.fromEntries(
    Object.entries(map as Record<string, { packets: number; bytes: number }[]>).map(([key, values]) => [
      key,
      {
        packets: values.reduce((sum, { packets }) => sum + packets, 0),
        bytes: values.reduce((sum, { bytes }) => sum + bytes, 0),
      },
    ]),
  );
}

packetTest(
  'tail calls by what a map of programs holds at first, look-ups through a map of maps',
  async (t, network) => {
    const frames = [
      ...Array.from({ length: 12 }, () => datagram(53)),
      ...Array.from({ length: 8 }, () => datagram(53, [1])),
    ];
    const { stdout, stderr } = await loaded(
      network,
      [clangObject('chain'), '--dev', network.near, '--section', 'first'],
      frames,
      pid => String(variable(pid, 'reached')) === '20,20,20,20',
    );
    const maps = mapsOf(stdout);
    t.deepEqual(maps['.bss'], { reached: [20, 20, 20, 20] }, stderr);
    t.deepEqual([maps.even, maps.odd], [{ 0: 12 }, { 0: 8 }]);
    t.false(stderr.includes('NOTE'), stderr);
  },
);

interface Btf {
  readonly types: {
    id: number;
    kind: string;
    name: string;
    size?: number;
    members?: { name: string; bits_offset: number; bitfield_size?: number; type_id: number }[];
    values?: { name: string; val: number }[];
  }[];
}

packetTest(
  "CO-RE: fields, sizes and enumerators are the running kernel's, as bpftool tells them",
  async (t, network) => {
    const { stdout, stderr } = await loaded(
      network,
      [clangObject('core'), '--dev', network.near],
      Array.from({ length: 5 }, () => datagram(53)),
      pid => variable(pid, 'protocols') === 85 && variable(pid, 'sources') === 5,
    );
    const { types } = bpftool('btf', 'dump', 'file', '/sys/kernel/btf/vmlinux') as unknown as Btf;
    const struct = (name: string) => types.find(type => type.kind === 'STRUCT' && type.name === name)!;
    /** Bits, also within structs and unions that have no name. */
    const offset = (type: Btf['types'][number], field: string): number | undefined => {
      for (const { name, bits_offset: at, type_id: id } of type.members ?? []) {
        if (name === field) return at;
        const inner = name === '(anon)' ? offset(types[id - 1]!, field) : undefined;
        if (inner !== undefined) return at + inner;
      }
      return undefined;
    };
    const [device, packet] = [struct('net_device'), struct('sk_buff')];
    const type = offset(packet, 'pkt_type')!;
    t.deepEqual(
      mapsOf(stdout)['.bss'],
      {
        offset_of_mtu: offset(device, 'mtu')! / 8,
        size_of_name: 16,
        has_mtu: 1,
        has_none: 0,
        mtu_is_signed: 0,
        offset_of_element: offset(device, 'name')! / 8 + 5,
        pkt_type_offset: Math.floor(type / 8),
        pkt_type_size: 1,
        pkt_type_lshift: 64 - 3 - (type % 8),
        pkt_type_rshift: 61,
        size_of_skb: packet.size,
        has_skb: 1,
        has_none_such: 0,
        value_of_tx: 3,
        has_tx: 1,
        has_never: 0,
        protocols: 5 * 17,
        sources: 5,
      },
      stderr,
    );
  },
);

packetTest(
  'callbacks, locks, hidden functions, tries; functions and options of the kernel; what is not read is told',
  async (t, network) => {
    const run = (name: string, done: (pid: number) => boolean) =>
      loaded(
        network,
        [clangObject('extras'), '--dev', network.near, '--section', name],
        Array.from({ length: 9 }, () => datagram(53)),
        done,
      );
    const first = await run('locks', pid => variable(pid, 'bytes_seen') === 9 * 2);
    t.like(mapsOf(first.stdout)['.bss'], { turns: 9 * (0 + 1 + 2 + 3 * 2), bytes_seen: 9 * 2 });
    t.like(mapsOf(first.stdout), { guarded: { 0: { count: 9 } } });
    t.true(first.stdout.includes('"tsbpf_prefixes": {"{.length=8,.address=[10,0,0,0]}": 9}'), first.stdout);
    t.is(
      first.stderr,
      'NOTE: the object asks for its maps tsbpf_prefixes to be pinned in the bpf file system: they are not, and go away with the program\n' +
        'NOTE: events that the program sends to ring are not read\n',
    );
    const sent = await tsbpf(['xdp', 'load', clangObject('extras'), '--section', 'sends', '--dry-run']);
    t.regex(
      sent.stderr,
      /^NOTE: events that the program sends to perf are not read\nNOTE: nothing is in devices until somebody fills it \(bpftool map update id \d+\)\n$/,
    );
    const asked = await run('asks_kernel', pid => variable(pid, 'none') === 1);
    const options = gunzipSync(readFileSync('/proc/config.gz')).toString();
    const option = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(options)?.[1];
    const [major = 0, minor = 0, patch = 0] = release().split(/[.-]/).map(Number);
    t.like(mapsOf(asked.stdout)['.bss'], {
      version: (major << 16) | (minor << 8) | Math.min(patch, 255),
      hz: Number(option('CONFIG_HZ')),
      bpf: 1,
      net: 1,
      sockets: (option('CONFIG_XDP_SOCKETS') ?? 'n').charCodeAt(0),
      none: 1,
    });
    const host = (mapsOf(asked.stdout)['.bss'] as { host: number[] }).host;
    t.is(
      Buffer.from(host.filter(byte => byte !== 0)).toString(),
      option('CONFIG_DEFAULT_HOSTNAME')!.slice(1, -1).slice(0, 8),
    );
    const soft = await run('asks_softly', pid => variable(pid, 'has_kfunc') === 1);
    t.like(mapsOf(soft.stdout)['.bss'], { has_kfunc: 1 });
  },
  {
    missing: existsSync('/proc/config.gz') ? undefined : 'needs /proc/config.gz',
  },
);

/** Name -> tag of the programs that libbpf, by way of bpftool, makes of an object. */
function tagsByLibbpf(t: ExecutionContext, path: string): Record<string, string> {
  const folder = `/sys/fs/bpf/tsbpf-xdp-load-${process.pid}`;
  mkdirSync(folder);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  t.teardown(() => rmSync('/sys/fs/bpf/tsbpf_prefixes', { force: true })); // libbpf pins what asks for it
  execFileSync('bpftool', ['prog', 'loadall', path, folder, 'type', 'xdp'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const tags = Object.fromEntries(
    readdirSync(folder).map(name => [name, bpftool('prog', 'show', 'pinned', join(folder, name)).tag]),
  );
  rmSync(folder, { recursive: true });
  return tags;
}

kernelTest(
  'instructions are those that libbpf makes of the same objects; --dry-run attaches nothing',
  async t => {
    let compared = 0;
    for (const [path, names] of [
      [clangObject('count'), ['count_all', 'drop_closed', 'large', 'old_name']],
      [clangObject('count', ['-g', '-mcpu=v3']), ['count_all', 'drop_closed']],
      [clangObject('chain'), ['first', 'second', 'third']],
      [clangObject('core'), ['fitted']],
      [clangObject('extras'), ['locks', 'sends', 'asks_kernel']],
    ] as const) {
      const tags = tagsByLibbpf(t, path);
      for (const name of names) {
        const { stdout, stderr, code } = await tsbpf([
          'xdp',
          'load',
          path,
          '--dry-run',
          '--section',
          name,
          '-f',
          'json',
        ]);
        t.is(code, 0, stderr);
        t.like(rowOf(stdout), { program: name, tag: tags[name] });
        compared++;
      }
    }
    t.is(compared, 13);
  },
);

packetTest(
  'who ends it: --for, SIGTERM, SIGKILL; nothing is left. A program that is there already stays',
  async (t, network) => {
    const path = clangObject('count');
    const load = ['xdp', 'load', path, '--dev', network.near, '--section', 'count_all', '--no-ssh-guard'];
    const shown = () => network.run('near', 'ip', 'link', 'show', 'dev', network.near);
    let objects: readonly string[] = [];
    for (const [args, signal, ends] of [
      [['--for', '300ms'], null, 0],
      [[], 'SIGTERM', 0],
      [[], 'SIGKILL', undefined],
    ] as const) {
      const { code, stderr, stdout } = await network.tracer([...load, ...args], {
        signal,
        workload: async child => {
          objects = objectsOf(child.pid!);
          if (signal !== null) t.regex(shown(), / xdp .*prog\/xdp id \d+/s);
        },
      });
      t.is(code, ends, stderr);
      t.regex(stdout, /^INTERFACE +MODE +ID NAME +TAG +JITED\nvnear +native +\d+ count_all [0-9a-f]{16} /);
      t.true(objects.length >= 6, `${objects}`); // a program, a link, four maps
      t.deepEqual(await leftOf(objects), []);
      t.false(shown().includes('xdp'));
    }
    await network.tracer(load, {
      workload: async () => {
        const before = /prog\/xdp id \d+/.exec(shown())?.[0];
        const second = await network.tracer(load);
        t.is(second.code, 1);
        t.regex(
          second.stderr,
          /vnear has an XDP program already, which is not replaced: program \d+ \(count_all\) in native mode, of .*tsbpf \(pid \d+\)/,
        );
        t.is(/prog\/xdp id \d+/.exec(shown())?.[0], before);
      },
    });
  },
);

packetTest(
  'without native XDP it falls back to generic mode, and says so; runs are counted',
  async (t, network) => {
    const load = [
      'xdp',
      'load',
      clangObject('count'),
      '--dev',
      'lo',
      '--section',
      'count_all',
      '--no-ssh-guard',
    ];
    const { stderr, stdout } = await network.tracer([...load, '-i', '100ms', '--maps'], {
      workload: async () => {
        network.run('near', 'ping', '-c', '3', '-i', '0.01', '127.0.0.1');
      },
    });
    t.regex(stderr, /^NOTE: lo: attached in generic mode, which is slower: the driver has no native XDP/m);
    t.regex(stdout, /^TIME +INTERFACE MODE +ID NAME +TAG +RATE +AVG RUNS\n/);
    t.regex(stdout, /^\.bss: \{ \.seen = 6, /m); // requests and replies
    const rows = stdout.split('\n').filter(line => line.includes(' lo '));
    t.regex(rows.at(-1)!, / 6$/);
    const native = await network.tracer([...load, '--mode', 'native']);
    t.is(native.code, 1);
    t.regex(native.stderr, /^ERROR: cannot attach count_all to lo: no native XDP there/);
  },
);

for (const section of ['xdp/all', 'xdp.frags']) {
  packetTest(`the SSH guard goes before a program that others compiled (${section})`, (t, network) =>
    withServers(network, async () => {
      const drops = section === 'xdp/all';
      const load = ['xdp', 'load', clangObject('count'), '--dev', network.near, '--section', section];
      const env = { SSH_CONNECTION: `10.77.0.2 50000 ${NEAR.v4} ${SESSION}` };
      const flows = async (passes: boolean, ...more: string[]) => {
        const seen: number[] = [];
        const { stderr, stdout } = await network.tracer([...load, ...more], {
          env,
          workload: async () => {
            // Neighbours have to be asked for again.
            network.run('far', 'ip', 'neigh', 'del', NEAR.v4, 'dev', network.far);
            seen.push(await answered(network, NEAR.v4, SESSION, passes ? PATIENCE : BRIEF));
            seen.push(await answered(network, NEAR.v4, OTHER, drops ? BRIEF : PATIENCE));
          },
        });
        return { seen, stderr, stdout };
      };
      const guarded = await flows(true);
      t.deepEqual(guarded.seen, [MESSAGES, drops ? 0 : MESSAGES], guarded.stderr);
      t.regex(
        guarded.stderr,
        /^NOTE: SSH from 10\.77\.0\.2 to port 7022, ARP and neighbour discovery pass before .*; program \d+ is attached/m,
      );
      t.regex(guarded.stdout, new RegExp(` native +\\d+ ${drops ? 'drop_all' : 'large'} `));
      if (!drops) return;
      const bare = await flows(false, '--no-ssh-guard');
      t.deepEqual(bare.seen, [0, 0]);
      t.notRegex(bare.stderr, /SSH from/);
    }),
  );
}

packetTest('in an SSH session a stopped tracer lets go on time', async (t, network) => {
  const load = ['xdp', 'load', clangObject('count'), '--dev', network.near, '--section', 'xdp/all'];
  const { code, stderr } = await network.tracer([...load, '--for', '1s'], {
    env: { SSH_CONNECTION: '10.77.0.9 50000 10.77.0.1 22' },
    signal: null,
    workload: async child => {
      child.kill('SIGSTOP');
      let came = 0;
      for (let i = 0; i < 200 && came === 0; i++) came = await ping(network, NEAR.v4, 1);
      t.is(came, 1);
      t.regex(network.run('near', 'ip', 'link', 'show', 'dev', network.near), /prog\/xdp id/); // it is attached still
      child.kill('SIGCONT');
    },
  });
  t.is(code, 0, stderr);
});

const REFUSED: readonly (readonly [section: string, message: RegExp])[] = [
  [
    'xdp/field',
    /refused\.c:\d+:14-36: ERROR: the kernel's verifier refused asks_for_field: this kernel has no field no_such_field_anywhere of struct net_device\n +return dev->no_such_field_anywhere;\n +\^{22}\nHINT: -v /,
  ],
  [
    'xdp/unbounded',
    /refused\.c:\d+:9-13: ERROR: the kernel's verifier refused reads\(\) in reads_unbounded: .*packet.*\n +return byte\[20\];\n +\^{4}\n/,
  ],
  [
    'xdp/misshapen',
    /^ERROR: the kernel refuses the map misshapen \(array, key 8 bytes, value 4 bytes, 1 entries, flags 0\): EINVAL\nHINT: it has no maps of this type/,
  ],
  [
    'xdp/legacy',
    /: its map legacy is defined by a struct bpf_map_def in the section maps, .*\nHINT: define it by BTF/,
  ],
  [
    'xdp/weak',
    /refused\.c:\d+:2-16: ERROR: the kernel's verifier refused asks_firmly: this kernel has no function bpf_weak_kfunc\n/,
  ],
];

kernelTest('what is refused says why, and where in the source the verifier refused it', async t => {
  const path = clangObject('refused');
  for (const [section, message] of REFUSED) {
    const { code, stdout, stderr } = await tsbpf(['xdp', 'load', path, '--dry-run', '--section', section]);
    t.deepEqual([code, stdout], [1, ''], section);
    t.regex(stderr, message);
  }
  const cut = join(tmpdir(), `tsbpf-cut-${process.pid}.o`);
  t.teardown(() => rmSync(cut, { force: true }));
  writeFileSync(cut, readFileSync(path));
  truncateSync(cut, 3000);
  t.regex(
    (await tsbpf(['xdp', 'load', cut, '--dry-run'])).stderr,
    /^ERROR: .*: it is no object of BPF programs: .* it was cut off, or changed\n/,
  );
});

kernelTest(
  'types that the kernel does not take are no reason not to load: without them, and said',
  async t => {
    const path = join(tmpdir(), `tsbpf-untyped-${process.pid}.o`);
    t.teardown(() => rmSync(path, { force: true }));
    const bytes = readFileSync(clangObject('count'));
    const elf = readElf(bytes);
    if (typeof elf === 'string') throw new Error(elf);
    const section = elf.sections.find(({ name }) => name === '.BTF')!;
    const { blob } = readBtf(section.bytes)!;
    const id = [...Array(blob.typeCount).keys()].find(each => blob.kind(each) === BtfKind.BTF_KIND_INT)!;
    const word = Buffer.alloc(12);
    word.writeUInt32LE(BtfKind.BTF_KIND_INT << 24, 0);
    word.writeUInt32LE(blob.sizeOrType(id), 4);
    word.writeUInt32LE(blob.word(id, 0), 8);
    const at = bytes.indexOf(word);
    bytes.writeUInt32LE(255, at + 8); // bits: more than it has
    writeFileSync(path, bytes);
    const args = ['xdp', 'load', '--dry-run', '--section', 'count_all', '-f', 'json'];
    const { code, stdout, stderr } = await tsbpf([...args, path]);
    t.is(code, 0, stderr);
    t.regex(
      stderr,
      /^NOTE: this kernel does not take the type information of the object \(BPF_BTF_LOAD: .*\): programs and maps are loaded without it\n$/,
    );
    const typed = await tsbpf([...args, clangObject('count')]);
    t.is(typed.stderr, '');
    t.is(rowOf(stdout).tag, rowOf(typed.stdout).tag);
  },
);

test('words that make no sense', async t => {
  for (const [args, message] of [
    [['xdp'], 'xdp needs an action: load FILE.o'],
    [['xdp', 'unload', 'x.o'], "xdp: there is no action 'unload': it has load"],
    [['xdp', 'load'], 'xdp load needs an object file: clang -O2 -g -target bpf -c'],
    [
      ['xdp', 'load', 'x.o'],
      'xdp load needs a network interface: --dev eth0 (or --dry-run, which attaches nowhere)',
    ],
    [
      ['xdp', 'load', 'x.o', '--dev', 'lo', '--mode', 'offload'],
      "xdp: option '--mode <mode>' argument 'offload' is invalid. Allowed choices are native, generic.",
    ],
  ] as const) {
    const { code, stdout, stderr } = await tsbpf(args);
    t.deepEqual([code, stdout, stderr], [1, '', `tsbpf: ${message}\nTry 'tsbpf xdp --help'.\n`]);
  }
});
