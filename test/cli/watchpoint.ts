// watchpoint: exactly the accesses that the workload makes, in all threads of the process and in no other; what it refuses.

import { gated } from '../harness/gated.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { leftOf, objectsOf } from '../harness/left-behind.js';
import { command, listenTo, tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

const N = 1000;
const THREADS = 2;
const WORD = '0x70000000';
const FUNCTION = '0x70001000';

/** Hits of a watchpoint while the workload is called "watched", by whether main made them. */
async function hits(option: '-p' | '-c', point: string): Promise<Record<string, number>> {
  const script = `${point} /comm == "watched" || comm == "forked"/ { @[comm, pid == tid] = count(); }`;
  const args = [String(N), String(THREADS)];
  let outcome: Awaited<ReturnType<typeof tsbpf>>;
  if (option === '-c') {
    outcome = await tsbpf(['-c', [workload('writes'), ...args].join(' '), '-e', script]);
  } else {
    const writes = await gated(workload('writes'), args);
    outcome = await tsbpf(['-p', String(writes.pid), '-e', script], {
      workload: () => writes.go(),
      signal: null,
    });
  }
  if (outcome.code !== 0) throw new Error(outcome.stderr);
  return Object.fromEntries(
    [...outcome.stdout.matchAll(/^@\[(\w+), (true|false)\]: (\d+)$/gm)].map(([, comm, main, count]) => [
      `${comm} ${main === 'true' ? 'main' : 'thread'}`,
      Number(count),
    ]),
  );
}

for (const option of ['-p', '-c'] as const) {
  kernelTest(`${option}: writes`, async t => {
    const expected = { 'watched main': N, 'watched thread': N * THREADS };
    t.deepEqual(await hits(option, `watchpoint:${WORD}:8:w`), expected);
    t.deepEqual(await hits(option, `w:${WORD}:1:w`), expected);
    t.deepEqual(await hits(option, `w:0x70000004:4:w`), expected);
  });

  kernelTest(`${option}: reads and writes`, async t => {
    t.deepEqual(await hits(option, `watchpoint:${WORD}:8:rw`), {
      'watched main': 2 * N,
      'watched thread': N * THREADS,
    });
  });

  kernelTest(`${option}: execution`, async t => {
    const length = process.arch === 'arm64' ? 4 : 8;
    t.deepEqual(await hits(option, `watchpoint:${FUNCTION}:${length}:x`), { 'watched main': N });
  });
}

kernelTest('an address beside the one that is written is not hit', async t => {
  t.deepEqual(await hits('-c', 'watchpoint:0x70000008:8:rw'), {});
});

kernelTest(
  'several addresses at once, as one probe and as several',
  async t => {
    const both = await hits('-c', `w:${WORD}:4:w, w:0x70000004:4:w`);
    t.deepEqual(both, { 'watched main': 2 * N, 'watched thread': 2 * N * THREADS });
  },
  IN_GUEST ? 'QEMU tells of one breakpoint where a write hits two' : undefined,
);

kernelTest('without a process any that uses the address is watched', async t => {
  const { stdout, stderr } = await tsbpf(['-e', `w:${WORD}:8:w /comm == "watched"/ { @ = count(); }`], {
    workload: async () => void (await command(workload('writes'), [String(N), '0'])),
  });
  t.regex(stdout, new RegExp(`^@: ${N}$`, 'm'), stderr);
});

kernelTest('unwatch() detaches: nothing is seen after it', async t => {
  const script = `w:${WORD}:8:w { printf("hit\\n"); unwatch(${WORD}); printf("done\\n"); }`;
  const { stdout, code, stderr } = await tsbpf(['-e', script], {
    workload: async tracer => {
      const prints = listenTo(tracer);
      await command(workload('writes'), ['1', '0']);
      await prints(/^done$/m);
      await command(workload('writes'), ['1000', '0']);
    },
  });
  t.is(code, 0, stderr);
  const seen = stdout.split('\n').filter(line => line === 'hit').length;
  t.true(seen >= 1 && seen <= 4, stdout); // the word is also set once before, and by the process that is forked
});

kernelTest(
  'more addresses than the processor has breakpoints are refused, and none is left watched',
  async t => {
    const points = Array.from({ length: 20 }, (_, i) => `w:0x${(0x70000000 + i * 8).toString(16)}:8:w`);
    const { code, stderr } = await tsbpf(['-e', `${points.join(',')} { @ = count(); }`]);
    t.is(code, 1);
    t.regex(
      stderr,
      /^ERROR: cannot attach watchpoint:.*no breakpoint left \(of 20 targets; the \d+ attached before/m,
    );
    t.regex(stderr, /^HINT: /m);
    const { code: again, stderr: why } = await tsbpf([
      '--dry-run',
      '-e',
      `${points.slice(0, 4).join(',')} { }`,
    ]);
    t.is(again, 0, why);
  },
);

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  kernelTest(`nothing is left after ${signal}`, async t => {
    let objects: string[] = [];
    await tsbpf(
      ['-e', `w:${WORD}:8:w, w:0x70000008:8:w, w:0x70000010:8:w, w:0x70000018:8:w { @ = count(); }`],
      {
        workload: tracer => {
          objects = objectsOf(tracer.pid!);
        },
        signal,
      },
    );
    t.true(objects.length > 0);
    t.deepEqual(await leftOf(objects), []);
    // All breakpoints are free again.
    const { code, stderr } = await tsbpf([
      '--dry-run',
      '-e',
      `w:${WORD}:8:w, w:0x70000008:8:w, w:0x70000010:8:w, w:0x70000018:8:w { }`,
    ]);
    t.is(code, 0, stderr);
  });
}
