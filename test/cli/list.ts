// -l: patterns, programs, types; in bpftrace's form where it has one.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';
import { command, tsbpf } from '../harness/tsbpf.js';
import { workload } from '../workload/workload.js';

const lines = (text: string) => text.split('\n').filter(line => line !== '');

async function listed(...args: readonly string[]): Promise<string[]> {
  return lines((await tsbpf(args)).stdout);
}

kernelTest('a pattern of a type, with wildcards and aliases; several of them, in their order', async t => {
  const open = ['tracepoint:syscalls:sys_enter_openat', 'tracepoint:syscalls:sys_enter_openat2'];
  t.deepEqual(await listed('-l', 'tracepoint:syscalls:sys_enter_openat*'), open);
  t.deepEqual(await listed('-l', 't:sys*:sys_enter_openat*'), open);
  t.deepEqual(await listed('-l', '*:syscalls:sys_enter_openat?'), open.slice(1));
  const several = await listed('-l', 'interval:*,t:syscalls:sys_enter_openat2');
  t.is(several.at(-1), open[1]);
  t.true(several[0]!.startsWith('interval:'));
});

kernelTest('a word is looked for in the last part of every name, of every type', async t => {
  // Programs of other tests come and go.
  const stable = async (word: string) =>
    (await listed('-l', word)).filter(name => !/:bpf(:|_prog_)/.test(name));
  const wild = await stable('*sched_switch*');
  t.true(wild.includes('tracepoint:sched:sched_switch'));
  t.true(wild.every(name => name.split(':').at(-1)!.includes('sched_switch')));
  t.deepEqual(await stable('sched_switch'), wild);
  t.false((await listed('-l', 'sched_*')).some(name => name.includes('sys_enter_sched')));
});

kernelTest('-v shows arguments', async t => {
  t.deepEqual(await listed('-lv', 'tracepoint:sched:sched_switch'), [
    'tracepoint:sched:sched_switch',
    '    char prev_comm[16]',
    '    pid_t prev_pid',
    '    int prev_prio',
    '    long prev_state',
    '    char next_comm[16]',
    '    pid_t next_pid',
    '    int next_prio',
  ]);
});

kernelTest('the probes of a program: -e, a file, a tool', async t => {
  const program = 'BEGIN { } tracepoint:syscalls:sys_enter_openat*, interval:s:5 { exit(); } END { }';
  const expected = [
    'tracepoint:syscalls:sys_enter_openat',
    'tracepoint:syscalls:sys_enter_openat2',
    'interval:s:5',
  ];
  t.deepEqual(await listed('-l', '-e', program), expected);
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const file = join(folder, 'program');
  writeFileSync(file, program);
  t.deepEqual(await listed('-l', file), expected);
  t.deepEqual(await listed('-l', 'tcpstates'), [
    'tracepoint:sock:inet_sock_set_state',
    'tracepoint:syscalls:sys_exit_accept',
    'tracepoint:syscalls:sys_exit_accept4',
    'tracepoint:tcp:tcp_destroy_sock',
  ]);
  t.true((await listed('-lv', 'tcpstates')).includes('    int oldstate'));
  rmSync(folder, { recursive: true });
  const broken = await tsbpf(['-l', '-e', 'tracepoint:no:such { }']);
  t.is(broken.code, 1);
  t.regex(broken.stderr, /stdin:1:.*ERROR/);
});

kernelTest('nothing found: a word on stderr, and 1', async t => {
  const { stdout, stderr, code } = await tsbpf(['-l', 'tracepoint:no:such']);
  t.deepEqual([stdout, stderr, code], ['', 'Nothing matches "tracepoint:no:such"\n', 1]);
});

kernelTest('types by name, their definitions with -v', async t => {
  t.deepEqual(await listed('-l', 'struct list_hea?'), ['struct list_head']);
  const { stdout } = await tsbpf(['-lv', 'struct list_head,enum pid_type']);
  t.is(
    stdout.slice(0, stdout.indexOf('PIDTYPE_TGID')),
    'vmlinux: struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};\n\nvmlinux: enum pid_type {\n\tPIDTYPE_PID = 0,\n\t',
  );
  t.deepEqual(await listed('-lv', 'typedef pid_t'), ['vmlinux: typedef __kernel_pid_t pid_t;']);
  t.true((await listed('-l', 'union *attr')).includes('union bpf_attr'));
  t.is((await tsbpf(['-l', 'struct no_such_struct'])).code, 1);
});

kernelTest('a reader that goes away ends it quietly, with 0', async t => {
  const shell = `{ '${inProject('bin/tsbpf')}' -lv | head -1; echo "status \${PIPESTATUS[0]}"; } 2>&1`;
  t.regex(await command('bash', ['-c', shell]), /^\S+\nstatus 0\n$/);
});

kernelTest('-o takes the list', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tsbpf-'));
  const file = join(folder, 'list');
  t.is((await tsbpf(['-l', 'interval:*', '-o', file])).stdout, '');
  t.regex(readFileSync(file, 'utf8'), /^interval:/);
  rmSync(folder, { recursive: true });
});

const peer = process.env.TSBPF_BPFTRACE;
const noPeer = peer === undefined ? 'needs TSBPF_BPFTRACE, a bpftrace 0.27' : undefined;

/** bpftrace prints to stderr what it finds wrong with the machine. */
function ofPeer(...args: readonly string[]): string {
  return execFileSync(peer!, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

kernelTest(
  "every struct and enum of the kernel is defined in bpftrace's words",
  async t => {
    for (const tag of ['struct', 'enum']) {
      const [theirs, ours] = [ofPeer('-lv', `${tag} *`), (await tsbpf(['-lv', `${tag} *`])).stdout].map(
        definitions,
      );
      let compared = 0;
      for (const [name, text] of theirs!) {
        if (/___\d/.test(text)) continue; // names that it has met before in the same dump
        t.is(ours!.get(name), text, name);
        compared++;
      }
      t.true(compared > 1000);
    }
  },
  noPeer,
);

/** By name; the first where there are several. */
function definitions(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split('vmlinux: ').slice(1)) {
    const definition = part.split('\n\n')[0]!.trim();
    const name = definition.slice(0, definition.indexOf('{'));
    if (!found.has(name)) found.set(name, definition);
  }
  return found;
}

kernelTest(
  'patterns give what bpftrace gives',
  async t => {
    for (const pattern of [
      'tracepoint:syscalls:*openat*',
      't:sched:sched_s*',
      '*:xdp:*',
      'tracepoint:syscalls:sys_enter_openat,tracepoint:sched:sched_switch',
      'struct task_*',
      'enum *state',
    ]) {
      t.deepEqual(
        (await listed('-l', pattern)).filter(name => !name.startsWith('rawtracepoint')),
        lines(ofPeer('-l', pattern)).filter(name => !name.startsWith('rawtracepoint')),
        pattern,
      );
    }
    for (const pattern of [
      'tracepoint:syscalls:sys_enter_openat',
      'tracepoint:block:block_rq_issue',
      't:irq:*',
    ])
      t.deepEqual(await listed('-lv', pattern), lines(ofPeer('-lv', pattern)));
  },
  noPeer,
);

kernelTest('tplist lists what -l does: tracepoints, probes of a program and of a process', async t => {
  t.deepEqual(await listed('tplist', 'sched:*wake*'), await listed('-l', 'tracepoint:sched:*wake*'));
  t.deepEqual(await listed('tplist', '-v', 'sched_switch'), await listed('-lv', 'tracepoint:*:sched_switch'));
  const program = workload('probes');
  const all = await listed('-lv', `usdt:${program}:tsbpf:*`);
  t.true(all.length > 10);
  t.deepEqual(await listed('tplist', '-l', program, '-v', 'tsbpf:*'), all);
  t.deepEqual(await listed('tplist', '-l', program, 'counted'), [`usdt:${program}:tsbpf:counted`]);
  const child = spawn(program, ['1'], { env: { ...process.env, WORKLOAD_GATE: '1' } });
  await once(child.stdout, 'data');
  const ofProcess = await listed('tplist', '-p', String(child.pid), 'other:*');
  child.stdin.end('\n');
  t.deepEqual(
    ofProcess.map(name => name.replace(/^usdt:(\/proc\/\d+\/root)?/, '')),
    [`${program}:other:places`],
  );
  const none = await tsbpf(['tplist', 'no_such_tracepoint']);
  t.is(none.code, 1);
  t.is(none.stderr, 'Nothing matches "tracepoint:*:no_such_tracepoint"\n');
});

kernelTest('functions of a kernel that does not let them be probed are listed, with a warning', async t => {
  const able = async (program: string) => (await tsbpf(['--dry-run', '-e', `${program} { }`])).code === 0;
  const kprobes = (await able('kprobe:vfs_read')) || (await able('fentry:vfs_read'));
  const { stdout, stderr, code } = await tsbpf(['-l', 'kprobe:vfs_read']);
  t.deepEqual([stdout, code], ['kprobe:vfs_read\n', 0]);
  if (kprobes) t.is(stderr, '');
  else t.regex(stderr, /^WARNING: this kernel does not let its functions be probed \(kprobe\): .*\n$/);
  t.is((await tsbpf(['-l', 'tracepoint:sched:sched_switch'])).stderr, '');
});
