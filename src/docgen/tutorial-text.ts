// The one-liner tutorial and the cheat sheet, as data: tests run each command, and compile each probe and statement.

export interface Lesson {
  readonly title: string; // in words, no full stop
  /** Paragraphs before the command. */
  readonly text: readonly string[];
  readonly command: string;
  /** What to try next, or what to know about it. */
  readonly after?: string;
}

export const LESSONS: readonly Lesson[] = [
  {
    title: 'What can be traced',
    text: [
      'A probe is a place where a program can be attached. `-l` lists them, by pattern. Tracepoints are the ones to begin with: they stay the same from kernel to kernel.',
    ],
    command: `tsbpf -l 'tracepoint:syscalls:sys_enter_open*'`,
  },
  {
    title: 'What a probe tells',
    text: ['With `-v` the arguments are listed too, which a program reads as `args.`<name>.'],
    command: 'tsbpf -lv tracepoint:syscalls:sys_enter_openat',
  },
  {
    title: 'A first program',
    text: [
      'A program is a list of probes, each with a block of statements in braces. `BEGIN` runs once, before anything else. Without `exit()` it would run until Ctrl-C.',
    ],
    command: `tsbpf -e 'BEGIN { printf("hello, world\\n"); exit(); }'`,
  },
  {
    title: 'A line for each event',
    text: [
      'Each time a process opens a file its name is printed, and the file: `comm` is the name of the process in whose context the event happens, and `str()` reads a string where a pointer points to.',
    ],
    command: `tsbpf -e 'tracepoint:syscalls:sys_enter_openat { printf("%s %s\\n", comm, str(args.filename)); }'`,
  },
  {
    title: 'A table instead of text',
    text: [
      'A record is a row: `print()` of names and values. On a terminal `-f table` is live, with keys to sort, filter and pause (`?` shows them); through a pipe it is plain columns. `-f json` and `-f csv` are for programs.',
    ],
    command: `tsbpf -f table -e 'tracepoint:syscalls:sys_enter_openat { print((pid=pid, comm=comm, file=str(args.filename))); }'`,
    after: 'Try `--where comm=bash`, `--columns comm,file` and `--timestamp` with it.',
  },
  {
    title: 'Counting in the kernel',
    text: [
      'Many events are better counted than printed. `@` begins the name of a map, which lives in the kernel, here with a key and without a name. Maps are printed at the end.',
    ],
    command: `tsbpf -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'`,
  },
  {
    title: 'Every second, the greatest only',
    text: ['`--interval` prints the maps and clears them, `--top` leaves the small ones out.'],
    command: `tsbpf --interval 1s --top 5 -e 'tracepoint:raw_syscalls:sys_enter { @calls[comm] = count(); }'`,
  },
  {
    title: 'Only some events',
    text: [
      'A predicate between slashes says which events the block is for. Here these are the files that could not be opened, and why.',
    ],
    command: `tsbpf -e 'tracepoint:syscalls:sys_exit_openat /args.ret < 0/ { @[comm, strerror(-args.ret)] = count(); }'`,
  },
  {
    title: 'How values are spread',
    text: [
      'An average hides what matters. `hist()` counts by powers of two; `lhist()` takes the least value, the greatest and the step, for buckets of equal size.',
    ],
    command: `tsbpf -e 'tracepoint:syscalls:sys_exit_read /args.ret > 0/ { @bytes = hist(args.ret); }'`,
  },
  {
    title: 'How long something takes',
    text: [
      'The time of the beginning is kept by thread, and looked up at the end. An entry that is not there reads as 0, so the predicate leaves out calls that began before the trace. `nsecs` counts nanoseconds.',
    ],
    command: `tsbpf -e 'tracepoint:syscalls:sys_enter_read { @start[tid] = nsecs; } tracepoint:syscalls:sys_exit_read /@start[tid]/ { @us[comm] = hist((nsecs - @start[tid]) / 1000); delete(@start, tid); }'`,
    after: 'With `--percentiles` the median and others are told beside each histogram.',
  },
  {
    title: 'What the processors do',
    text: [
      'Ninety-nine times a second on each CPU the stack of the kernel is counted; those at the end of the output were seen most often. `ustack` is the stack of the program.',
    ],
    command: `tsbpf -e 'profile:hz:99 { @[kstack] = count(); }'`,
  },
  {
    title: 'Who starts what',
    text: [
      'Fields of structs of the kernel are read as in C, and through pointers too: `curtask` is the running task.',
    ],
    command: `tsbpf -e 'tracepoint:sched:sched_process_exec { printf("%s started %s\\n", curtask.real_parent.comm, str(args.filename)); }'`,
  },
  {
    title: 'One process, or one command',
    text: [
      '`-p` traces a process that runs, `-c` starts a command and ends with it; with `--follow` their children count too.',
    ],
    command: `tsbpf -c 'ls /' -e 'tracepoint:raw_syscalls:sys_enter { @[args.id] = count(); }'`,
  },
  {
    title: 'Functions of a program',
    text: ['A uprobe is the entry of a function of a program or a library; `arg0` is its first argument.'],
    command: `tsbpf -c 'ls /' -e 'uprobe:libc:malloc { @bytes = hist(arg0); }'`,
  },
  {
    title: 'Packets',
    text: [
      'An XDP program sees each packet that an interface receives, before anything else does. The headers are there by name, and a header as a condition asks whether the packet has it. This one only looks; `return XDP_DROP;` would drop.',
    ],
    command: `tsbpf -e 'xdp:lo { if (tcp) { @[ip.saddr, tcp.dport] = count(); } }'`,
  },
  {
    title: 'Tools',
    text: [
      '`tsbpf tools` lists what is there already, `tsbpf help` <tool> shows its manual, and `tsbpf edit` <tool> makes a copy of yours to change.',
    ],
    command: 'tsbpf tools networking',
  },
];

/** The last lesson: a tool of one's own. */
export const OWN_TOOL = {
  name: 'slowreads',
  script: `/*
 * slowreads - show reads that take long
 *
 * Topic: file systems
 * Short: m=ms
 */
tracepoint:syscalls:sys_enter_read
{
  @start[tid] = nsecs;
}

tracepoint:syscalls:sys_exit_read
/@start[tid]/
{
  $took = nsecs - @start[tid];
  if ((uint64)$took >= getopt("ms", 10, "only reads that took so many milliseconds") * 1000000) {
    print((pid=pid, comm=comm, bytes=args.ret, took_ns=$took));
  }
  delete(@start, tid);
}
`,
  commands: ['tsbpf slowreads', 'tsbpf slowreads --ms 100 -d 10s --sort took'],
} as const;

type Rows = readonly (readonly [text: string, meaning: string])[];

export const PROBES: Rows = [
  ['BEGIN', 'once, at the start; END at the end'],
  ['tracepoint:sched:sched_switch', 'a stable place in the kernel; t: for short'],
  ['tracepoint:syscalls:sys_enter_openat', 'a system call; sys_exit_ has args.ret'],
  ['kprobe:vfs_read', 'entry of a function of the kernel: arg0, arg1, ...'],
  ['kretprobe:vfs_read', 'its return: retval'],
  ['fentry:vfs_read', 'entry, with args by name; fexit has retval too'],
  ['uprobe:libc:malloc', 'entry of a function of a program or library'],
  ['uretprobe:libc:malloc', 'its return'],
  ['profile:hz:99', 'so many times a second on each CPU'],
  ['interval:s:1', 'every so often, on one CPU'],
  ['software:page-faults:100', 'every so many events of perf'],
  ['xdp:lo', 'a packet that the interface received'],
];

/** Each is a statement, or the beginning of one, in a probe of sys_enter_openat. */
export const STATEMENTS: Rows = [
  ['printf("%s %d\\n", comm, pid)', 'text'],
  ['print((pid=pid, file=str(args.filename)))', 'a row'],
  ['@ = count()', 'count events'],
  ['@[comm, pid] = count()', 'by key'],
  ['@ = sum(args.flags)', 'add up; avg(), min(), max(), stats()'],
  ['@ = hist(args.flags)', 'by powers of two'],
  ['@ = lhist(cpu, 0, 64, 1)', 'by equal steps'],
  ['@start[tid] = nsecs', 'keep a value'],
  ['delete(@start, tid)', 'forget it'],
  ['$x = str(args.filename)', 'a variable of this block'],
  ['if (pid == 1) { return; }', 'leave the block'],
  ['print(@start, 5)', 'a map now, the five greatest'],
  ['clear(@start)', 'empty it'],
  ['@[kstack] = count()', 'by stack; ustack'],
  ['printf("%s", strftime("%H:%M:%S", nsecs))', 'the time'],
  ['exit()', 'end'],
];

/** Words beside a program. */
export const OPTIONS: Rows = [
  ['-p 1', 'one process; -c COMMAND, --cgroup, --container'],
  ['--for 10s', 'end after this time; --events 100 after so many lines'],
  ['--interval 1s', 'maps every second'],
  ['-f table', 'a live table; json, csv, text'],
  ['-o out.txt', 'to a file'],
  ['--dry-run', 'only load and attach'],
  ['-v', 'tell what happens'],
  ['-d asm', 'show the instructions'],
];

export const VARIABLES: Rows = [
  ['pid', 'process id; tid of the thread'],
  ['comm', 'name of the process'],
  ['uid', 'user; gid'],
  ['cpu', 'number of the CPU'],
  ['nsecs', 'nanoseconds; elapsed since the start'],
  ['curtask', 'the running task: a struct task_struct *'],
  ['cgroup', 'id of the control group'],
  ['probe', 'name of the probe'],
  ['args.filename', 'an argument by name'],
  ['$1', 'a word behind the program'],
];
