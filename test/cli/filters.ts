// --follow and --cgroup against a workload's own count: nothing of its processes is missed, nothing of others is counted.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroup2Root } from '../../src/kernel/host/cgroup.js';
import { gated } from '../harness/gated.js';
import { kernelTest } from '../harness/kernel-test.js';
import { command, listenTo, tsbpf } from '../harness/tsbpf.js';
import { parseCounts, workload, workloadAs } from '../workload/workload.js';

const CALLS = 'tracepoint:syscalls:sys_enter_getppid { @calls = count(); @by[pid] = count(); }';
const LIVES =
  'tracepoint:sched:sched_process_fork { @forks = count(); } tracepoint:sched:sched_process_exit { @exits = count(); }';
const FAMILY = ['4', '3', '200'];

/** Value of a scalar map. */
const numberOf = (stdout: string, name: string) =>
  Number(new RegExp(`^@${name}: (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);

/** Others that do the same meanwhile: not to be counted. */
async function strangers(during: () => Promise<void>): Promise<void> {
  let stop = false;
  const busy = (async () => {
    while (!stop) await command(workload('family'), ['2', '2', '50']);
  })();
  try {
    await during();
  } finally {
    stop = true;
    await busy;
  }
}

kernelTest('-p --follow: a tree of processes and threads, orphans and execs, to the last call', async t => {
  const family = await gated(workload('family'), FAMILY);
  let printed: Record<string, string> = {};
  const { stdout, stderr, code } = await tsbpf(['-p', String(family.pid), '--follow', '-e', CALLS + LIVES], {
    workload: () =>
      strangers(async () => {
        printed = await family.run();
      }),
    signal: null, // it ends when the last of them has ended
  });
  t.is(code, 0, stderr);
  t.is(numberOf(stdout, 'calls'), Number(printed.calls));
  t.is(stdout.match(/^@by\[\d+\]/gm)?.length, Number(printed.processes));
  // Each process forks a thread, each but the first is forked; threads end with an event of their own.
  t.is(numberOf(stdout, 'forks'), 2 * Number(printed.processes) - 1);
  t.is(numberOf(stdout, 'exits'), 2 * Number(printed.processes));
});

kernelTest('-c --follow: the same, from the command on', async t => {
  let ended: Promise<void> | undefined;
  const { stdout, code } = await tsbpf(
    ['-c', `${workload('family')} ${FAMILY.join(' ')}`, '--follow', '-e', CALLS + LIVES],
    {
      workload: () => {
        ended = strangers(() => sleep(100));
      },
      signal: null,
    },
  );
  await ended;
  const printed = parseCounts(stdout.slice(0, stdout.indexOf('\n', stdout.indexOf('calls='))));
  t.is(code, 0);
  t.is(numberOf(stdout, 'calls'), Number(printed.calls));
  t.is(numberOf(stdout, 'forks'), 2 * Number(printed.processes) - 1);
  t.is(numberOf(stdout, 'exits'), 2 * Number(printed.processes));
});

kernelTest('-p --follow: children that are there already are followed', async t => {
  const shell = spawn(
    'sh',
    [
      '-c',
      `WORKLOAD_GATE=1 ${workloadAs('syscalls', 'filtered')} 300; ${workloadAs('syscalls', 'filtered')} 40`,
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let out = '';
  const ready = new Promise<void>(resolve => {
    shell.stdout.on('data', part => {
      out += part;
      if (out.includes('ready')) resolve();
    });
  });
  await ready;
  const { stdout } = await tsbpf(['-p', String(shell.pid), '--follow', '-e', CALLS], {
    workload: () => void shell.stdin.end('\n'),
    signal: null,
  });
  t.is(numberOf(stdout, 'calls'), 340);
});

kernelTest('without --follow children are not counted', async t => {
  const family = await gated(workload('family'), ['1', '3', '100']);
  const { stdout } = await tsbpf(['-p', String(family.pid), '-e', CALLS], {
    workload: async () => void (await family.run()),
    signal: null,
  });
  t.is(numberOf(stdout, 'calls'), 200);
});

kernelTest('--follow: a timer on every CPU samples the family only', async t => {
  // Until it executes the command, the child is called tsbpf.
  const script = 'profile:hz:99 { @[comm] = count(); }';
  const { stdout } = await tsbpf(['-c', `sh -c '${workload('spin')} 1; true'`, '--follow', '-e', script]);
  t.regex(stdout, /^@\[spin\]: \d+$/m);
  t.deepEqual(
    [...stdout.matchAll(/^@\[(.*)\]: /gm)].map(m => m[1]!).filter(c => !['spin', 'sh', 'tsbpf'].includes(c)),
    [],
  );
});

kernelTest('--follow says what it needs', async t => {
  const { code, stderr } = await tsbpf(['--follow', '-e', CALLS]);
  t.is(code, 1);
  t.regex(stderr, /--follow needs a process to begin with: -p or -c/);
});

const root = cgroup2Root();
const noGroups = root === undefined ? 'needs control groups of version 2' : undefined;

/** Runs in a fresh group with one below it; both are removed. */
async function inGroups(body: (outer: string, inner: string) => Promise<void>): Promise<void> {
  const outer = join(root!, `tsbpf-test-${process.pid}`);
  const inner = join(outer, 'inner');
  mkdirSync(inner, { recursive: true });
  try {
    await body(outer, inner);
  } finally {
    for (let i = 0; i < 100; i++) {
      try {
        for (const group of [inner, outer]) if (existsSync(group)) rmdirSync(group);
        break;
      } catch {
        await sleep(20); // a process in it is not quite gone
      }
    }
  }
}

/** Runs a family within a group. */
function familyIn(group: string, args: readonly string[]): Record<string, string> {
  const script = `echo $$ > ${group}/cgroup.procs; exec ${workload('family')} ${args.join(' ')}`;
  return parseCounts(execFileSync('sh', ['-c', script], { encoding: 'utf8' }));
}

/** Until nobody is in it any more: orphans. */
async function emptied(group: string): Promise<void> {
  while (readFileSync(join(group, 'cgroup.procs'), 'utf8') !== '') await sleep(10);
}

kernelTest(
  '--cgroup: all of a group and of those below it, nothing else',
  async t => {
    await inGroups(async (outer, inner) => {
      let first: Record<string, string> = {};
      let second: Record<string, string> = {};
      const name = outer.slice(root!.length); // as it is called within the hierarchy
      const { stdout, stderr } = await tsbpf(['--cgroup', name, '-e', CALLS + LIVES], {
        workload: () =>
          strangers(async () => {
            first = familyIn(outer, ['3', '3', '100']);
            second = familyIn(inner, ['2', '2', '50']);
            await emptied(outer);
            await emptied(inner);
            await sleep(100);
          }),
      });
      t.is(numberOf(stdout, 'calls'), Number(first.calls) + Number(second.calls), stderr);
      const processes = Number(first.processes) + Number(second.processes);
      t.is(numberOf(stdout, 'exits'), 2 * processes);
      t.is(numberOf(stdout, 'forks'), 2 * processes - 2);
    });
  },
  noGroups,
);

kernelTest(
  '--cgroup of the group below, and together with -p --follow',
  async t => {
    await inGroups(async (outer, inner) => {
      const family = await gated(workload('family'), ['2', '2', '50']);
      writeFileSync(join(outer, 'cgroup.procs'), String(family.pid));
      const other = await gated(workload('family'), ['2', '2', '50']);
      writeFileSync(join(inner, 'cgroup.procs'), String(other.pid));
      let printed: Record<string, string> = {};
      const inside = await tsbpf(['--cgroup', inner, '-e', CALLS], {
        workload: async () => {
          printed = await other.run();
          await emptied(inner);
        },
      });
      t.is(numberOf(inside.stdout, 'calls'), Number(printed.calls));
      const both = await tsbpf(['--cgroup', inner, '-p', String(family.pid), '--follow', '-e', CALLS], {
        workload: () => family.go(),
        signal: null,
      });
      t.is(both.code, 0, both.stderr);
      t.true(Number((await family.ended).calls) > 0);
      t.is(numberOf(both.stdout, 'calls'), 0); // followed, but not in the group
    });
  },
  noGroups,
);

kernelTest('--cgroup of nothing', async t => {
  const { code, stderr } = await tsbpf(['--cgroup', '/no/such/group', '-e', CALLS]);
  t.is(code, 1);
  t.regex(stderr, /there is no control group \(version 2\) '\/no\/such\/group'/);
});

const ID = `${'c0ffee'.repeat(10)}cafe`;

kernelTest(
  '--container by the name of its group and by the beginning of an id, and the builtin container',
  async t => {
    await inGroups(async outer => {
      const groups = [join(outer, 'lxc.payload.tsbpf-web'), join(outer, `docker-${ID}.scope`)];
      for (const group of groups) mkdirSync(join(group, 'init'), { recursive: true });
      const [web = '', docker = ''] = groups;
      try {
        for (const [name, group] of [
          ['tsbpf-web', web],
          [ID.slice(0, 8), docker],
        ] as const) {
          let printed: Record<string, string> = {};
          const { stdout, stderr } = await tsbpf(['--container', name, '-e', CALLS], {
            workload: async () => {
              printed = familyIn(join(group, 'init'), ['2', '2', '50']);
              familyIn(outer, ['2', '2', '50']);
              await emptied(join(group, 'init'));
            },
          });
          t.is(numberOf(stdout, 'calls'), Number(printed.calls), stderr);
        }
        const script =
          'tracepoint:syscalls:sys_enter_getppid /comm == "filtered"/ { @[container] = count(); printf("called\\n"); }';
        const run = (group: string, n: string) =>
          execFileSync('sh', [
            '-c',
            `echo $$ > ${group}/cgroup.procs; exec ${workloadAs('syscalls', 'filtered')} ${n}`,
          ]);
        const gone = join(outer, 'lxc.payload.tsbpf-gone');
        const { stdout } = await tsbpf(['-e', script], {
          workload: async tracer => {
            const prints = listenTo(tracer);
            run(join(web, 'init'), '30');
            run(docker, '40');
            execFileSync(workloadAs('syscalls', 'filtered'), ['50']);
            mkdirSync(gone);
            run(gone, '60');
            await prints(/(called\n){180}/); // its event is read; then it is removed, before it is printed
            rmdirSync(gone);
          },
        });
        t.deepEqual(stdout.match(/^@.*$/gm), [
          '@[tsbpf-web]: 30',
          `@[${ID.slice(0, 12)}]: 40`,
          '@[-]: 50',
          '@[tsbpf-gone]: 60',
        ]);
      } finally {
        for (const group of groups) {
          rmdirSync(join(group, 'init'));
          rmdirSync(group);
        }
      }
    });
  },
  noGroups,
);

kernelTest(
  '--container of nothing',
  async t => {
    const { code, stderr } = await tsbpf(['--container', 'tsbpf-no-such', '-e', CALLS]);
    t.is(code, 1);
    t.regex(stderr, /there is no running container 'tsbpf-no-such'/);
  },
  noGroups,
);
