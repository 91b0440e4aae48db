// Where the language differs from bpftrace 0.27: on purpose, and because a part is not there yet. One place for both; the
// manual prints it.
import { type Section, terms, text } from './page.js';

export const DIFFERENCES: Section = {
  title: 'DIFFERENCES FROM BPFTRACE',
  blocks: [
    ...text(
      'A program that bpftrace 0.27 accepts means the same here and prints the same, in JSON too, with these deliberate exceptions.',
    ),
    terms([
      [
        'Signed arithmetic',
        '`/` and `%` of signed numbers truncate towards zero and `>>` of a signed number keeps its sign, as in C. bpftrace computes all three unsigned. Division by zero gives 1 and a runtime error in both.',
      ],
      [
        'Counting in maps',
        '`++`, `--`, `+=` and `-=` on integer values of maps are atomic: two CPUs that count at once are both counted. The value of `@x++` used in an expression comes from a fetching addition on Linux 5.12 and later; on older kernels the count is exact, but two readers may see the same value. Other compound assignments are not atomic.',
      ],
      [
        'Printing and clearing',
        'Where a probe prints a map and clears (or zeroes) it in one run, as `interval:s:1 { print(@x); clear(@x); }` does, what is counted meanwhile is neither lost nor printed twice: it is in the next print. In bpftrace it is lost. A print() alone reads the map when it is handled, in both.',
      ],
      [
        'Time series',
        '`tseries()` keeps at most 2047 intervals of a key (1364 with "avg"), and `delete()` and `len()` of such a map are about its keys. In bpftrace they are about intervals, of which all keys together have room for `max_map_keys`.',
      ],
      [
        'Names of record fields',
        'Any word may name a field, also those of builtins such as `pid` and `comm`, which bpftrace refuses.',
      ],
      [
        'Signs of narrow numbers',
        '`-` and `~` of a signed number of less than 64 bits give the number that C gives: `$a = 5; print(-$a)` prints -5, where bpftrace prints 251. The value of an option that getopt() reads may be negative.',
      ],
      [
        'Stacks',
        'Each different stack is kept once (65,536 of a depth; before Linux 6.1 16,384), and what finds no room is counted and reported. Functions of a process that has ended are named if it lived for a moment after its stack was new, where bpftrace prints addresses. In JSON a key keeps its spaces, of which bpftrace drops all.',
      ],
      [
        'Order of maps',
        'Every map is printed in order of its values, then of its keys, and `print(@x, 5)` keeps the five largest. bpftrace sorts aggregations only.',
      ],
      [
        'Aggregations',
        'One that reads as an integer can be printed by `%d`. `print(@x[k])` of `stats()` prints the values. An absent key reads as 0 without a message. A map is used with keys everywhere or nowhere.',
      ],
      [
        'Functions',
        'Messages of `assert` and `static_assert` give the place of the call, where bpftrace gives one in its own library. Buffers that differ are not equal. `has_cpid` is false without -c, and `usermode` is 0 in BEGIN and END. Texts may be as long as 32768 bytes (`max_strlen`) wherever a text may be; before Linux 5.17 `strstr` and `strcontains` refuse searches that take too many steps. `cgroupid` of a path below /sys/fs/cgroup also looks into /sys/fs/cgroup/unified.',
      ],
      [
        'C types',
        'Tuples of different lengths can be compared: they differ. A string casts to `string`, and a number to an array of fewer bytes. Structs compare by their bytes. `typedef` is accepted, and `struct` definitions need no headers: those of `#include <...>` come from BTF, the commonest constants (`AF_INET`, `O_CREAT`, `S_IFMT`, `EAGAIN`, ...) from a table, others from the header where it is installed. `sizeof` of an enum is its size in C.',
      ],
      [
        'Preprocessor and imports',
        'Directives may stand between probes, so that `#ifdef` chooses probes; a macro with parameters can be used in expressions; definitions may follow probes. A header that is not there is an error for `#include "..."` only. A file is also imported from beside the file that imports it, and counts once however it is named; the types of an imported header can be used. C that would have to be compiled (`.bpf.c`) cannot be imported.',
      ],
      [
        'Probes of one process',
        'With -p and -c, `profile`, `software`, `hardware` and `watchpoint` probes see all threads of the process, those that it starts later too, and none of the processes that it forks.',
      ],
      [
        'Parameters',
        'At the beginning of an attach point a parameter may be a whole one: `$1 { @ = count(); }` of `tracepoint:sched:sched_switch`. Behind `return:` it means the return of what it names: `return:$1` of `kprobe:vfs_read` is `kretprobe:vfs_read`, of `tracepoint:syscalls:sys_enter_read` it is `sys_exit_read`.',
      ],
      [
        'Watchpoints',
        'An address of the kernel may be the name of a symbol. `probe` is the attach point with its address in hexadecimal. `unwatch()` works.',
      ],
      [
        'Benchmarks',
        'What calling a program costs is taken off the time that --bench tells, and every builtin may be measured: a program is run as BEGIN is, not as one that sees packets. A test whose exit() has a code other than 0 fails, whatever the tests before it did.',
      ],
      [
        'Kernel functions',
        '`args` works in kprobes too, where the kernel has type information. A kprobe on a kernel without kprobes is a BPF trampoline (fentry), where it has those. A kprobe and a kretprobe of the same wildcards are one program on a kernel that has sessions of kprobes; functions named without wildcards keep two. Patterns of fentry match only what trampolines can trace. max_bpf_progs counts programs: targets that can share one do.',
      ],
      [
        'Functions of programs',
        'A pattern takes each function once: of several names for one place the plainest, where bpftrace attaches to each name. A name without a version is the current version of a library. `func` is known by where the probe is, also when the process has ended. What moved from libpthread, libdl, librt and libutil into libc is found under the old name too. The place of an instruction that cannot be told needs --unsafe, before anything is attached.',
      ],
      [
        'Arguments of programs',
        '`args` follows the calling convention: structs by value, arguments on the stack, integers behind floating-point numbers, methods and other C++ functions. Enums print by name, signed bitfields are signed, dimensions of arrays are in the order of C, members of anonymous members are members. Names of types in casts are those of the traced program before those of the kernel.',
      ],
      [
        'USDT',
        'Arguments in all forms that compilers write can be read, among them variables, hexadecimal constants and %ah; -lv shows them. An argument that a place of the probe has not is 0, and told. --usdt-file-activation changes nothing: semaphores count in all processes on every kernel that tsbpf runs on.',
      ],
      [
        'Iterators',
        'BEGIN and END may stand beside an iterator. With -p the tasks of that process are gone through. However many objects there are, no line is lost.',
      ],
      [
        'Packets in files',
        '`skboutput` writes whole files also when nothing was captured, counts the packets that found no room, and refuses what is not a packet. Events beside it come by perf buffers.',
      ],
      [
        'Probes that are missing',
        'With `config = { missing_probes = "ignore" }` a program of which nothing can be attached but BEGIN and END ends with an error that says what is missing, where bpftrace goes on in silence.',
      ],
      ['Full maps', 'Updates that a full map refused are counted, and told at the end, once for each probe.'],
      ['JSON', 'Text that is UTF-8 stays so, and every line is valid JSON; keys keep their spaces.'],
    ]),
  ],
};

export const MISSING: Section = {
  title: 'NOT YET SUPPORTED',
  blocks: [
    ...text(
      'Of bpftrace 0.27 this release lacks the following. Each is refused with a message that names it.',
    ),
    terms([
      [
        'Stacks by DWARF',
        '`dw_ustack`, and the inlined functions that bpftrace shows with blazesym: stacks follow frame pointers.',
      ],
      ['Compiled C', '`import` of C that is compiled into the program (`.bpf.c`).'],
    ]),
  ],
};
