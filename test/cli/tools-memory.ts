// Tools about memory, each beside a program that does one thing with it a known number of times.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { NO_MEMORY_CGROUP, ranWithin } from '../harness/memory-cgroup.js';
import { addedUp, type Bucket, held, ranAs, type ToolOutput, toolOutput } from '../harness/tool-output.js';
import { workload, workloadAs } from '../workload/workload.js';

const PAGE = 4096;
const self = String(process.pid);

/** Keys of maps are one text, whose parts are joined by commas. */
const matching = <Value>(map: Readonly<Record<string, Value>> | undefined, ...parts: readonly string[]) =>
  Object.entries(map ?? {}).filter(([key]) => parts.every(part => key.includes(part)));
const total = (found: readonly (readonly [string, number])[]) => found.reduce((sum, [, n]) => sum + n, 0);

/** Stacks of processes that are gone may have no names, so they are told by how often they were taken. */
const counts = (map: Readonly<Record<string, number>> | undefined, ...parts: readonly string[]) =>
  matching(map, ...parts).map(([, count]) => count);

kernelTest('faults: a stack for each place that touches memory first', async t => {
  const program = workloadAs('memory', 'tool-faults');
  let pid = 0;
  const { map } = await toolOutput(t, ['faults', '-n', 'tool-faults'], async () => {
    pid = await ranAs(program, 'touch', '321');
  });
  const found = counts(map('@faults'), `,${pid},tool-faults`);
  t.true(found.includes(321), found.join(' '));
});

kernelTest('brkstack: who extends the heap', async t => {
  const program = workloadAs('memory', 'tool-brk');
  let pid = 0;
  const { map } = await toolOutput(t, ['brkstack', '-n', 'tool-brk'], async () => {
    pid = await ranAs(program, 'brk', '37');
  });
  // Each time it asks where the heap ends, too.
  const found = counts(map('@brk'), `,${pid},tool-brk`);
  t.true(found.includes(74), found.join(' '));
});

/** Runs memleak on a process that waits until it is attached; it ends with the process. */
async function leaks(t: ExecutionContext, ...options: readonly string[]) {
  const child = spawn(workload('memory'), ['leaks', '250', '1000'], {
    env: { ...process.env, WORKLOAD_GATE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return toolOutput(t, ['-p', String(child.pid), 'memleak', ...options], async tracer => {
    const ended = once(tracer, 'exit');
    child.stdin.end('\n');
    await ended;
  });
}

kernelTest('memleak: what was not freed, by stack; --least leaves out smaller pieces', async t => {
  const all = await leaks(t);
  // And the buffer of its stdout, maybe.
  t.deepEqual(
    counts(all.map('@pieces')).filter(count => count > 1),
    [250],
  );
  t.true(counts(all.map('@bytes')).includes(250_000));
  const each = await leaks(t, '--allocations', '--least', '1000', '--most', '1000', '-O', 'libc');
  t.deepEqual(
    each.rows.map(({ bytes }) => bytes),
    Array(250).fill(1000),
  );
  t.is(new Set(each.rows.map(({ address }) => address)).size, 250);
  t.true(each.rows.every(({ held_ns }) => Number(held_ns) > 0));
  // Those of other sizes are not asked about.
  const fifth = await leaks(t, '--sample', '5', '--least', '1000', '--most', '1000');
  t.deepEqual(counts(fifth.map('@pieces')), [50]);
  const young = await leaks(t, '--older', '3600000');
  t.deepEqual(counts(young.map('@pieces')), []);
  const large = await leaks(t, '--least', '2000');
  t.deepEqual(
    counts(large.map('@pieces')).filter(count => count > 1),
    [],
  );
});

kernelTest('kpages: pages by the stack of the kernel that asks for them', async t => {
  const program = workloadAs('memory', 'tool-kpages');
  const { map } = await toolOutput(t, ['kpages', '-n', 'tool-kpages'], () => ranAs(program, 'touch', '2000'));
  const bytes = total(matching(map<Record<string, number>>('@bytes'), 'do_anonymous_page'));
  // Its start takes some, too.
  t.true(bytes >= 2000 * PAGE && bytes < 2200 * PAGE, String(bytes / PAGE));
});

kernelTest('kmem: bytes by the stack of the kernel that asks for them', async t => {
  const program = workloadAs('memory', 'tool-kmem');
  const { map } = await toolOutput(t, ['kmem', '-n', 'tool-kmem'], () => ranAs(program, 'shm', '400'), {
    skips: true,
  });
  // A segment has a struct shmid_kernel of its own, of some hundred bytes.
  const bytes = total(matching(map<Record<string, number>>('@bytes'), 'newseg'));
  t.true(bytes >= 400 * 128 && bytes <= 400 * 1024, String(bytes));
});

kernelTest('slabratetop: objects by cache', async t => {
  const opens = 3000;
  const { rows } = await toolOutput(t, ['-p', self, '--follow', 'slabratetop', '--every', '60'], () =>
    ranAs(workload('opens'), String(opens), '/dev/null'),
  );
  const filp = addedUp(rows, ['cache'], ['allocs']).filp?.[0] ?? 0;
  t.true(filp >= opens && filp < opens + 300, String(filp));
});

kernelTest(
  'oomkill: the victim, and whose need it was',
  async t => {
    const program = workloadAs('memory', 'tool-oom');
    let pid = 0;
    const { rows } = await toolOutput(t, ['oomkill'], async () => {
      pid = await ranWithin(16 << 20, program, 'eats', '64');
    });
    const own = rows.filter(({ victim }) => victim === pid);
    t.is(own.length, 1, JSON.stringify(rows));
    const { time: _time, anon_kb, file_kb: _file, shmem_kb, ...row } = own[0]!;
    t.deepEqual(row, { pid, comm: 'tool-oom', victim: pid, vcomm: 'tool-oom', score: 0 });
    t.true(Number(anon_kb) > 8192 && Number(anon_kb) <= 16_384, String(anon_kb));
    t.is(shmem_kb, 0);
  },
  NO_MEMORY_CGROUP,
);

kernelTest(
  'vmscan: reclaim in a control group at its limit',
  async t => {
    const program = workloadAs('memory', 'tool-vmscan');
    const { map } = await toolOutput(t, ['vmscan'], () => ranWithin(16 << 20, program, 'eats', '64'));
    t.true(held(map<readonly Bucket[]>('@cgroup_reclaim_us')) > 0);
  },
  NO_MEMORY_CGROUP,
);

kernelTest(
  'drsnoop: who reclaims memory in a control group at its limit',
  async t => {
    const program = workloadAs('memory', 'tool-drsnoop');
    let pid = 0;
    const { rows } = await toolOutput(t, ['drsnoop', '-T', '-n', 'tool-drsnoop'], async () => {
      pid = await ranWithin(16 << 20, program, 'eats', '64');
    });
    const own = rows.filter(row => row.pid === pid && row.type === 'cgroup');
    t.true(own.length > 0);
    for (const { time, tid, comm, order, lat_ns } of own) {
      t.regex(String(time), /^\d\d:\d\d:\d\d$/);
      t.deepEqual([tid, comm], [pid, 'tool-drsnoop']);
      t.true(Number(order) >= 0 && Number(lat_ns) > 0);
    }
    const { rows: others } = await toolOutput(t, ['drsnoop', '-u', '12345', '-n', 'tool-drsnoop'], () =>
      ranWithin(16 << 20, program, 'eats', '64'),
    );
    t.deepEqual(others, []);
  },
  NO_MEMORY_CGROUP,
);

kernelTest(
  'shrinklat: caches that are asked for memory in a control group at its limit',
  async t => {
    const program = workloadAs('memory', 'tool-shrinklat');
    const folder = mkdtempSync(join(tmpdir(), 'tools-memory-'));
    try {
      // Names and inodes of files, of which the group then has to give some back.
      const files = `i=0; while [ $i -lt 300 ]; do : >${folder}/$i; i=$((i+1)); done`;
      // Counted by another kind of probe, too.
      const other = `tracepoint:vmscan:mm_shrink_slab_end /comm == "tool-shrinklat"/ {
        @requests = count(); @objects = sum(args.retval);
      }`;
      let tool: ToolOutput | undefined;
      const { map: counted } = await toolOutput(t, ['-e', other], async () => {
        tool = await toolOutput(t, ['shrinklat', '-n', 'tool-shrinklat'], () =>
          ranWithin(16 << 20, 'sh', '-c', `${files}; exec ${program} eats 64`),
        );
      });
      const map = tool!.map;
      const requests = Object.values(map<Record<string, readonly Bucket[]>>('@us') ?? {}).map(held);
      const freed = Object.values(map<Record<string, number>>('@freed') ?? {});
      const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
      t.true(sum(requests) > 0);
      t.deepEqual([sum(requests), sum(freed)], [counted<number>('@requests'), counted<number>('@objects')]);
      t.deepEqual(
        Object.keys(map<object>('@freed') ?? {}).sort(),
        Object.keys(map<object>('@us') ?? {}).sort(),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  NO_MEMORY_CGROUP,
);
