// What the page of `tsbpf xdp` tells beside its options.
import { terms, text } from './page.js';
import type { About } from './subcommand-page.js';

export const XDP_ABOUT: About = {
  description: [
    ...text(
      'The file is an object as `clang -O2 -g -target bpf -c` makes it, or `tsbpf --emit-elf`. One of its programs is loaded and attached by a BPF link, which is held by this process alone: it goes away with it, however it ends. A program that somebody else attached to the interface is never replaced. Ctrl-C, SIGTERM or `--for` detach it; then, with `--maps`, its maps are printed.',
      'Without `--section` the object must have one program for XDP: in the section `xdp`, `xdp.frags` (for packets of several buffers, Linux 5.18), one whose name begins so, or any that means no other type of program to loaders. Instructions are those that libbpf would load.',
      'In an SSH session a guard goes before it, as before programs of the language: a program of ours is attached, which lets the packets of the session pass, as well as ARP and neighbour discovery, and hands all others on by a tail call. It lets everything pass when the time of `--for` is over, even if this process is stopped then. `--no-ssh-guard` attaches the program alone.',
    ),
  ],
  sections: [
    {
      title: 'WHAT IS LOADED',
      blocks: [
        terms([
          [
            'Functions',
            'Static and global ones that the program calls, in `.text` or elsewhere; callbacks. Functions of the kernel (`__ksym`) when its type information has them.',
          ],
          [
            'Maps',
            'Those in `.maps` that the program uses, defined by BTF (`-g`), with what they hold at first (`.values`): maps in a map, programs in an array of programs, which are loaded too. Maps that are to be pinned are not. Nobody fills maps of devices, CPUs or sockets, and nobody reads events that are sent to ring and perf buffers; both is said.',
          ],
          [
            'Global data',
            '`.data`, `.bss`, `.rodata` and sections whose names begin so. Constants are frozen.',
          ],
          [
            'Types',
            "Fields, sizes and enumerators that depend on the kernel's types (CO-RE) are fitted to those of the running one. What it has not must not be reached: then the verifier refuses the program, and the message names it.",
          ],
          [
            "The kernel's configuration",
            '`__kconfig` variables: LINUX_KERNEL_VERSION, and options (`CONFIG_HZ`) where /proc/config.gz or a file in /boot tells them.',
          ],
          [
            'Not',
            'Maps in a section `maps` (struct bpf_map_def), addresses in data, variables of other sections, functions of modules.',
          ],
        ]),
      ],
    },
    {
      title: 'COLUMNS',
      blocks: [
        terms([
          ['`INTERFACE`, `MODE`', 'Where it is attached: `native` in the driver, `generic` behind it.'],
          ['`ID`, `NAME`, `TAG`, `JITED`', 'Of the program, as in `tsbpf-net`(8).'],
          [
            '`RATE`, `AVG`, `RUNS`',
            'With `-i`: runs in a second, time of one run, and runs so far. The kernel then counts the runs of all programs of the machine, which costs each of them some tens of nanoseconds.',
          ],
          [
            '`SECTION`, `INSTRUCTIONS`, `VERIFIED`, `MAPS`',
            'With `--dry-run`: where the program is in the file, its instructions with those of the functions that it calls, how many the verifier walked, and the maps that it uses. Programs of its arrays of programs follow.',
          ],
        ]),
        ...text(
          'Maps print as those of the language do, an element a line, typed by the type information of the object: `ports[53]: 70`. A map with a value for each CPU prints all of them. Elements of arrays that are zero are left out, as are constants, and maps that hold no values (events, programs, other maps).',
        ),
      ],
    },
    {
      title: 'REQUIREMENTS',
      blocks: text(
        'CAP_NET_ADMIN, CAP_BPF, and CAP_PERFMON for what the verifier demands it for; or CAP_SYS_ADMIN. Linux 5.10 or later. CO-RE needs /sys/kernel/btf/vmlinux.',
      ),
    },
  ],
  exitStatus:
    '0 after a signal or `--for`; 1 when the object is none, or is refused by this loader, the kernel or the driver.',
  seeAlso: '`tsbpf`(8), `tsbpf-net`(8), `tsbpf-prog`(8), `bpftool`(8), `ip-link`(8), `xdp-loader`(8)',
};
