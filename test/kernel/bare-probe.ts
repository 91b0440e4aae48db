// A probe without a block prints its event: a line for each, with all arguments, whatever kind of probe it is. Counted against
// what a workload says it did.
import type { ExecutionContext } from 'ava';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';
import { noFentry, noKprobes } from '../harness/probe-kinds.js';
import { workload, workloadAs } from '../workload/workload.js';

const N = 200;
/** Bytes of each transfer: nobody else reads and writes so many. */
const SIZE = 779;

interface Event {
  readonly time: string;
  readonly probe: string;
  readonly comm: string;
  readonly pid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

const quiet = (command: string) => ['sh', '-c', `exec ${command} >/dev/null`];
const TRANSFERS = quiet(`${workloadAs('transfers', 'bare')} ${N} ${SIZE}`);

async function events(t: ExecutionContext, program: string, command: readonly string[]): Promise<Event[]> {
  const { stdout, stderr, code } = await runInProcess(program, 'json', { command });
  t.is(code, 0, stderr);
  const messages = stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { type: string; data: Event });
  return messages.filter(({ type }) => type === 'event').map(({ data }) => data);
}

kernelTest('tracepoints: an event for each call, with its arguments', async t => {
  const OURS = `/comm == "bare" && args.count == ${SIZE}/`;
  const list = await events(
    t,
    `tracepoint:syscalls:sys_enter_write ${OURS}\ntracepoint:syscalls:sys_enter_read\n${OURS}`,
    TRANSFERS,
  );
  for (const name of ['write', 'read']) {
    const own = list.filter(({ probe }) => probe === `tracepoint:syscalls:sys_enter_${name}`);
    t.is(own.length, N);
    const [{ args, comm, time }] = own as [Event];
    // Linux 7 adds what the buffer holds.
    t.deepEqual(Object.keys(args).slice(0, 3), ['fd', 'buf', 'count']);
    t.is(args.count, SIZE);
    t.is(comm, 'bare');
    t.regex(time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
  }
  t.is(list.length, 2 * N);
});

kernelTest('all of a category: what each event has, in lines and in order of time', async t => {
  const command = ['sh', '-c', '/bin/true; /bin/true; /bin/true; exit 0'];
  const { stdout } = await runInProcess(
    'tracepoint:sched:sched_process_exec,tracepoint:sched:sched_process_exit,tracepoint:sched:sched_process_fork\n/pid == cpid || ppid == cpid/',
    'text',
    { command },
  );
  const lines = stdout.split('\n').filter(line => line.includes('sched_process'));
  const of = (event: string) =>
    lines.filter(line => line.split(' ')[1] === `tracepoint:sched:sched_process_${event}`);
  t.is(of('fork').length, 3, stdout);
  t.is(
    of('exec').filter(line => / true \d+ filename=\/\S*true pid=\d+ old_pid=\d+$/.test(line)).length,
    3,
    stdout,
  );
  t.is(of('exit').filter(line => / true \d+ comm=true pid=\d+ prio=\d+/.test(line)).length, 3, stdout);
  const times = lines.map(line => line.split(' ')[0]!);
  t.deepEqual(times, [...times].sort());
});

kernelTest('raw tracepoints have typed arguments', async t => {
  const list = await events(
    t,
    'rawtracepoint:sched_process_exec /comm == "bare"/',
    quiet(`${workloadAs('transfers', 'bare')} 1 1`),
  );
  t.is(list.length, 1);
  t.deepEqual(Object.keys(list[0]!.args), ['p', 'old_pid', 'bprm']);
});

kernelTest('uprobes and uretprobes: arguments by debug information, what is returned', async t => {
  const path = workload('calls');
  const list = await events(t, `uprobe:${path}:called\nuretprobe:${path}:called`, quiet(`${path} ${N}`));
  const [entries, returns] = ['uprobe', 'uretprobe'].map(type =>
    list.filter(({ probe }) => probe.startsWith(`${type}:`)),
  );
  t.is(entries!.length, N);
  t.is(returns!.length, N);
  t.deepEqual(
    [entries![3]!.args.number, entries![3]!.args.text, returns![3]!.args],
    [3, 'text-3', { retval: 9 }],
  );
});

kernelTest('static probes of programs: arguments by number', async t => {
  const list = await events(t, `usdt:${workload('calls')}:tsbpf:tick`, quiet(`${workload('calls')} ${N}`));
  t.deepEqual(
    list.map(({ args }) => args.arg0),
    Array.from({ length: N }, (_, i) => i),
  );
  t.deepEqual(Object.keys(list[0]!.args), ['arg0', 'arg1']);
});

kernelTest(
  'kprobes and kretprobes',
  async t => {
    const list = await events(
      t,
      `kprobe:vfs_write /arg2 == ${SIZE}/\nkretprobe:vfs_write /retval == ${SIZE}/`,
      TRANSFERS,
    );
    const [entries, returns] = ['kprobe', 'kretprobe'].map(type =>
      list.filter(({ probe }) => probe === `${type}:vfs_write`),
    );
    t.is(entries!.length, N);
    t.is(returns!.length, N);
    t.deepEqual(Object.keys(entries![0]!.args), ['file', 'buf', 'count', 'pos']);
    t.deepEqual(returns![0]!.args, { retval: SIZE });
  },
  noKprobes,
);

kernelTest(
  'fentry and fexit',
  async t => {
    const list = await events(
      t,
      `fentry:vfs_write /args.count == ${SIZE}/\nfexit:vfs_write /args.count == ${SIZE}/`,
      TRANSFERS,
    );
    t.is(list.length, 2 * N);
    const [entry, exit] = list as [Event, Event];
    t.is(entry.args.count, SIZE);
    t.deepEqual(Object.keys(entry.args), ['file', 'buf', 'count', 'pos']);
    t.is(exit.args.retval, SIZE);
  },
  noFentry,
);
