// What the manual of the command says of whose events count.
import { type Block, terms, text } from './page.js';

export const FILTERS: readonly Block[] = [
  ...text(
    'Any program can be kept to some processes, without a word in its text. The test is made in the kernel, at the head of each probe that events of processes reach; timers (`interval`), BEGIN and END are not filtered. All of these may be combined: an event counts when each lets it pass.',
  ),
  terms([
    ['`-p` pid', 'The process of that id, all its threads. The session ends with it.'],
    [
      '`-p` pid `--follow`, `-c` command `--follow`',
      'That process, or the command, and all that descend from it: children that it has already, and from then on every process that one of them forks, from its first event to its last, also when its parent is gone. The session ends when all of them have ended. Needs BTF, and the initial process id namespace.',
    ],
    [
      '`--cgroup` path',
      'Processes in a control group (version 2) or in a group below it: `--cgroup /system.slice/ssh.service`, or the path of its folder.',
    ],
    [
      '`--container` name',
      'Processes in a container, by its name or the beginning of its id: of docker, podman, containerd (nerdctl, Kubernetes), cri-o, runc, crun, systemd-nspawn and lxc; of Kubernetes also `POD/CONTAINER` and `NAMESPACE/POD/CONTAINER`. It is found by the names of control groups and the state files in /run and /var/lib; no daemon is asked. The container must use control groups of version 2.',
    ],
  ]),
  ...text('In a program, `container` is the name of the container that an event comes from.'),
];

/** When a session ends, and what is printed meanwhile. */
export const LIMITS: readonly Block[] = [
  terms([
    ['`--for` duration', 'Ends the session after that time.'],
    [
      '`--events` n',
      'Ends it with the n-th line that is printed for an event, by `printf()`, `print()` of a value or `join()`; of several `printf()` that make a line the last one counts. Lines of BEGIN and END are not counted, nor are maps.',
    ],
    [
      '`--interval` duration',
      'Prints the maps that the program only fills, under a line with the time, and clears them, every so often; what comes meanwhile is in the next print, so that nothing is lost. Maps that the program reads are its memory, and those that it prints or clears itself are left to it.',
    ],
  ]),
  ...text(
    'Events of all CPUs are printed in one order. With the ring buffer it is that in which programs wrote them: what happened after something else comes behind it, but of two events that happen at once on different CPUs the one that read its clock first may be written last, some microseconds apart. With perf buffers (`--event-buffer perf`) they are sorted by the clock; one that is more than 2 ms late is printed late.',
  ),
];
