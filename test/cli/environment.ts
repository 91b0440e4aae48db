// Machines that lack something: privilege, types, tracefs, locked memory, the native part. What works without it works; the
// rest says what is missing and how to get it, and never shows a stack.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { PROBE_TYPES } from '../../src/compiler/language/registry.js';
import { featureNames, featureSince, type KernelFeature } from '../../src/kernel/sys/features.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest, ON_HOST } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { type Outcome, type RunOptions, tsbpf } from '../harness/tsbpf.js';

const BIN = inProject('bin/tsbpf');
const BEGIN = 'BEGIN { printf("hello\\n"); exit(); }';
const COUNT = 'tracepoint:sched:sched_switch { @[comm] = count(); } interval:ms:200 { exit(); }';

/** Runs it by way of other commands: `setpriv ... bin/tsbpf ARGS`. */
function through(words: readonly string[], args: readonly string[], options: RunOptions = {}) {
  const [program = '', ...rest] = [...words, ...(options.program === undefined ? [BIN] : [options.program])];
  return tsbpf([...rest, ...args], { ...options, program });
}

function refused(t: ExecutionContext, outcome: Outcome, ...patterns: readonly RegExp[]): void {
  t.is(outcome.code, 1, outcome.stderr);
  for (const pattern of patterns) t.regex(outcome.stderr, pattern);
  t.notRegex(outcome.stderr, /INTERNAL|^\s+at /m);
}

/** The installed files, where everybody may read them; with a native part of these bytes, none, or the real one. */
function copyOfPackage(native: 'real' | 'none' | 'broken'): { program: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  spawnSync('chmod', ['755', folder]);
  for (const part of ['bin', 'dist', 'scripts-library', 'package.json'])
    cpSync(inProject(part), join(folder, part), { recursive: true });
  const prebuilds = inProject('prebuilds');
  if (native === 'real') cpSync(prebuilds, join(folder, 'prebuilds'), { recursive: true });
  if (native === 'broken') {
    const place = join(folder, 'prebuilds', `linux-${process.arch}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'tsbpf.node'), 'not a library');
  }
  return { program: join(folder, 'bin/tsbpf'), remove: () => rmSync(folder, { recursive: true }) };
}

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'];

/** Why a command that these tests need does not do here; undefined when it does. */
function whyNot(...command: readonly [string, ...string[]]): string | undefined {
  const { status, error, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  return status === 0 ? undefined : `${command.join(' ')}: ${error?.message ?? stderr.trim()}`;
}

/** --info -f json */
type Info = Record<'system' | 'privilege' | 'kernel' | 'features' | 'probes', Record<string, unknown>> & {
  advice: Record<string, string>;
};

async function info(env: Readonly<Record<string, string>> = {}): Promise<Info> {
  return JSON.parse((await tsbpf(['--info', '-f', 'json'], { env })).stdout) as Info;
}

const noNobody = whyNot('setpriv', ...NOBODY.slice(1), process.execPath, '--version');
const noUnshare = whyNot('unshare', '-m', 'true');

kernelTest(
  'not root: what is missing, and how to get it',
  async t => {
    const { program, remove } = copyOfPackage('real');
    const options = { program, cwd: '/' };
    refused(
      t,
      await through(NOBODY, ['-e', BEGIN], options),
      /^ERROR: .*operation not permitted$/m,
      /^HINT: .*sudo.*CAP_BPF and CAP_PERFMON/m,
    );
    refused(
      t,
      await through(NOBODY, ['-e', COUNT], options),
      /^ERROR: tracefs may be read only by root here$/m,
      /^HINT: .*sudo/m,
    );
    refused(t, await through(NOBODY, ['tcpstates'], options), /^HINT: .*sudo/m);
    refused(t, await through(NOBODY, ['-l'], options), /^HINT: .*sudo/m);
    const dry = await through(NOBODY, ['--dry-run', '-e', BEGIN], options);
    t.is(dry.code, 0);
    t.regex(dry.stderr, /compiles.*not loaded.*CAP_BPF/);
    const info = await through(NOBODY, ['--info', '-f', 'json'], options);
    t.is(info.code, 1);
    const { privilege, kernel, advice } = JSON.parse(info.stdout) as Info;
    t.like(privilege, { enough: false, cap_bpf: false, cap_perfmon: false });
    t.regex(advice['privilege.enough'] ?? '', /CAP_BPF/);
    t.is(kernel.tracefs, 'for root only');
    t.regex((await through(NOBODY, ['--info'], options)).stdout, /^Features .* cannot be tried: .*CAP_BPF/m);
    const help = await through(NOBODY, ['--help'], options);
    t.is(help.code, 0);
    remove();
  },
  noNobody,
);

kernelTest(
  'not root, with CAP_BPF, CAP_PERFMON and CAP_DAC_READ_SEARCH: everything works',
  async t => {
    const { program, remove } = copyOfPackage('real');
    const capabilities = '+bpf,+perfmon,+dac_read_search';
    const words = [
      ...NOBODY.slice(0, -1),
      `--inh-caps=-all,${capabilities}`,
      `--ambient-caps=${capabilities}`,
    ];
    // Without CAP_SYS_RESOURCE 5.10 has its limit on locked memory.
    const env = { BPFTRACE_PERF_RB_PAGES: '2', BPFTRACE_MAX_MAP_KEYS: '64' };
    const run = () => through(words, ['-e', COUNT], { program, cwd: '/', env });
    let outcome = await run();
    const paranoid = '/proc/sys/kernel/perf_event_paranoid';
    const before = readFileSync(paranoid, 'utf8');
    if (outcome.code !== 0 && Number(before) > 2) {
      refused(
        t,
        outcome,
        /^ERROR: perf_event_open .*EACCES/m,
        /^HINT: .*sysctl kernel.perf_event_paranoid=2/m,
      );
      writeFileSync(paranoid, '2\n');
      outcome = await run();
      writeFileSync(paranoid, before);
    }
    t.is(outcome.code, 0, outcome.stderr);
    t.regex(outcome.stdout, /^@\[.*\]: \d+$/m);
    remove();
  },
  noNobody,
);

kernelTest(
  'not root, with one capability of three: the others are named',
  async t => {
    const { program, remove } = copyOfPackage('real');
    for (const [held, lacking] of [
      ['bpf', 'CAP_PERFMON, CAP_DAC_READ_SEARCH'],
      ['perfmon', 'CAP_BPF, CAP_DAC_READ_SEARCH'],
    ] as const) {
      const words = [...NOBODY.slice(0, -1), `--inh-caps=-all,+${held}`, `--ambient-caps=+${held}`];
      const outcome = await through(words, ['-e', BEGIN], { program, cwd: '/' });
      refused(t, outcome, /operation not permitted/, new RegExp(`^HINT: .* It lacks ${lacking}\\.$`, 'm'));
    }
    remove();
  },
  noNobody ?? ON_HOST,
);

kernelTest('root without capabilities, as in a container: says that root is not enough', async t => {
  const words = ['setpriv', '--bounding-set=-all', '--inh-caps=-all'];
  refused(t, await through(words, ['-e', BEGIN]), /EPERM/, /^HINT: root is not enough here: .*container/m);
});

kernelTest('without BTF: fields of tracepoints, comm and pid work, the rest says what it needs', async t => {
  const env = { BPFTRACE_BTF: '/nonexistent' };
  const script =
    'tracepoint:syscalls:sys_enter_openat { printf("%s %d %s\\n", comm, pid, str(args.filename)); exit(); }';
  const works = await tsbpf(['-c', 'cat /etc/hostname', '-e', script], { env });
  t.is(works.code, 0, works.stderr);
  t.regex(works.stdout, /^.+ \d+ .+$/m);
  for (const needs of ['ppid', 'TCP_CLOSE', 'curtask.pid', '((struct sock *)1).sk_family'])
    refused(
      t,
      await tsbpf(['-e', `BEGIN { printf("%d\\n", ${needs}); }`], { env }),
      /^stdin:1:\d+-\d+: ERROR: /m,
      /\(BTF\)/,
    );
  const { kernel, advice } = await info(env);
  t.is(kernel.btf, false);
  t.regex(advice['kernel.btf'] ?? '', /needs CONFIG_DEBUG_INFO_BTF/);
});

kernelTest(
  'tracefs: mounted when it is not; where that is impossible, says so',
  async t => {
    const gone = 'umount -l /sys/kernel/debug/tracing /sys/kernel/debug /sys/kernel/tracing 2>/dev/null';
    const inNamespace = (also: string) => ['unshare', '-m', 'sh', '-c', `${gone}; ${also} exec "$0" "$@"`];
    const mounted = await through(inNamespace(''), ['-e', COUNT]);
    t.is(mounted.code, 0, mounted.stderr);
    t.regex(mounted.stdout, /^@\[/m);
    const covered = inNamespace('mount -t tmpfs none /sys/kernel &&');
    refused(
      t,
      await through(covered, ['-e', COUNT]),
      /^ERROR: tracefs is not mounted, and mounting it on \/sys\/kernel\/tracing failed/m,
      /^HINT: .*CONFIG_TRACING/m,
    );
    const info = await through(covered, ['--info']);
    t.regex(info.stdout, /tracefs +not mounted: mount -t tracefs/);
    t.is((await through(covered, ['-e', BEGIN])).stdout.split('\n')[0], 'hello');
  },
  noUnshare,
);

const [major = 0, minor = 0] = release().split('.').map(Number);
const isAtLeast = (since: string) => {
  const [a = 0, b = 0] = since.split('.').map(Number);
  return major > a || (major === a && minor >= b);
};

kernelTest(
  '64 KB of locked memory, and no way to raise it: older kernels say so, newer do not care',
  async t => {
    const words = [
      'prlimit',
      '--memlock=65536:65536',
      'setpriv',
      '--bounding-set=-sys_resource',
      '--inh-caps=-all',
    ];
    const outcome = await through(words, ['-e', COUNT]);
    if (isAtLeast('5.11')) {
      t.is(outcome.code, 0, outcome.stderr);
      return;
    }
    refused(t, outcome, /^ERROR: BPF_MAP_CREATE .*EPERM/m, /^HINT: .*locked memory.* 64 KB.*ulimit -l/m);
    t.regex((await through(words, ['--info'])).stdout, /^ +locked memory for maps, KB +64: ulimit/m);
    const advised = Object.fromEntries(
      [...outcome.stderr.matchAll(/(BPFTRACE_\w+)=(\d+)/g)].map(match => [match[1]!, match[2]!]),
    );
    // As another user: what other processes of root have locked counts, too.
    const { program, remove } = copyOfPackage('real');
    const held = '+bpf,+perfmon,+dac_read_search,+sys_admin'; // the last for Debian's perf_event_paranoid of 3
    const other = [...NOBODY.slice(0, -1), `--inh-caps=-all,${held}`, `--ambient-caps=${held}`];
    const small = await through([...words.slice(0, 2), ...other], ['-e', COUNT], {
      env: advised,
      program,
      cwd: '/',
    });
    t.is(small.code, 0, `with ${JSON.stringify(advised)}: ${small.stderr}`);
    remove();
  },
  noNobody,
);

kernelTest('without its native part, or with one that does not load, it says what to do', async t => {
  for (const [native, message] of [
    ['none', /has no native part for linux-\w+\. Build it: npm rebuild tsbpf/],
    ['broken', /native part of tsbpf does not load here:[\s\S]*Rebuild it: npm rebuild tsbpf/],
  ] as const) {
    const { program, remove } = copyOfPackage(native);
    refused(t, await tsbpf(['-e', BEGIN], { program }), message);
    t.is((await tsbpf(['--version'], { program })).code, 0);
    const listing = await tsbpf(['-l', 'tracepoint:sched:sched_switch'], { program });
    t.is(listing.stdout, 'tracepoint:sched:sched_switch\n', listing.stderr);
    remove();
  }
});

kernelTest('what the user names and is not there', async t => {
  refused(t, await tsbpf(['-p', '4194303', '-e', BEGIN]), /no such process/, /^HINT: -p takes/m);
  refused(
    t,
    await tsbpf(['-c', '/etc/passwd', '-e', BEGIN]),
    /permission denied/,
    /^HINT: -c takes a command/m,
  );
  refused(
    t,
    await tsbpf(['-o', '/nonexistent/out', '-e', BEGIN]),
    /^ERROR: \/nonexistent\/out: ENOENT: no such/m,
  );
  refused(t, await tsbpf(['nosuchtool']), /no tool and no file 'nosuchtool'/);
  refused(
    t,
    await tsbpf(['-e', 'tracepoint:syscalls:sys_enter_openatt { }']),
    /did you mean "sys_enter_openat"/,
  );
});

kernelTest('--info: what this kernel has, found out by trying, is what its release has', async t => {
  const { features, system, privilege, kernel, advice } = await info();
  // How the kernel was built decides about these.
  const built = [
    ...[
      'kprobe',
      'kprobe_multi',
      'kprobe_session',
      'fentry',
      'get_func_arg',
      'override_return',
      'probe_write_user',
    ],
    ...['uprobe', 'uprobe_multi', 'tp_btf', 'tcx'],
  ];
  for (const [feature, has] of Object.entries(features)) {
    if (built.includes(feature)) continue;
    const [major, minor] = featureSince(feature as KernelFeature);
    t.is(has, isAtLeast(`${major}.${minor}`), feature);
    if (has === false) t.regex(advice[`features.${feature}`] ?? '', new RegExp(`Linux ${major}\\.${minor}`));
  }
  t.true(String(system.kernel).includes(release()));
  t.true(privilege.enough);
  t.is(kernel.btf, existsSync('/sys/kernel/btf/vmlinux'));
  if (!IN_GUEST) return;
  t.true(features.kprobe, 'Debian has them');
  t.true(features.fentry);
});

kernelTest(
  '--info: every feature and every probe type has a row, and what is missing says what to do',
  async t => {
    const { features, probes, advice } = await info();
    t.deepEqual(Object.keys(features).sort(), featureNames());
    t.deepEqual(
      Object.keys(probes),
      PROBE_TYPES.map(type => type.name),
    );
    for (const [section, rows] of Object.entries({ features, probes })) {
      for (const [key, value] of Object.entries(rows)) {
        if (value === false) t.truthy(advice[`${section}.${key}`], `${section}.${key}`);
      }
    }
    t.true(probes.tracepoint);
    t.true(probes.interval);
    t.true(probes.xdp);
    const { stdout } = await tsbpf(['--info']);
    t.deepEqual(
      stdout.split('\n').filter(line => line.length > 80),
      [],
    );
  },
);
