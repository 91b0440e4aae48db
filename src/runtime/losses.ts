// The loss ledger: what the programs could not deliver or do, by probe and by cause, in words.
import type { LossKind, ObjectSpec, ProbeAlternative } from '../compiler/object-spec.js';
import type { LoadedProgram } from '../kernel/load/object.js';
import { progGetInfo } from '../kernel/sys/object.js';
import { LARGER_MAP } from '../output/report.js';
import type { Globals } from './globals.js';

export interface Loss {
  readonly probe: string; // 'tracepoint:sched:sched_switch'
  readonly kind: LossKind | 'skipped' | 'missed';
  readonly count: number;
}

export interface Losses {
  readonly list: readonly Loss[];
  /** Events or updates that did not arrive; --strict makes it the exit code. */
  readonly lost: number;
}

const WORDS: Readonly<
  Record<Loss['kind'], { readonly text: string; readonly hint?: string; readonly lost: boolean }>
> = {
  ringFull: {
    text: 'events lost: the ring was full',
    hint: 'print less, aggregate in a map, or raise config perf_rb_pages',
    lost: true,
  },
  mapFull: { text: 'map updates lost: a map was full', hint: LARGER_MAP, lost: true },
  stackLost: {
    text: 'stacks kept no frames: the table of stacks was full',
    hint: 'a depth, as in kstack(8), makes fewer differ',
    lost: true,
  },
  scratchBusy: { text: 'events lost: too deeply nested interrupts', lost: true },
  // Before 6.7 the kernel skips without counting where it is a tracepoint's or a kprobe's program.
  skipped: { text: 'events skipped by the kernel: a program was at work on that CPU already', lost: true },
  missed: {
    text: 'calls missed by the kernel: a probe was at work on that CPU, or too many calls had not returned',
    lost: true,
  },
  readFailed: { text: 'reads of memory failed and gave 0 or ""', lost: false },
  truncated: { text: 'strings were cut short', hint: 'raise config max_strlen', lost: false },
  divideByZero: { text: 'divisions by zero gave 1', lost: false },
};

/** `serving` and `missed`: for each probe; `programs`: those still loaded, in the order of the spec. */
export function lossesOf(
  spec: ObjectSpec,
  serving: readonly (ProbeAlternative | undefined)[],
  missed: readonly number[],
  globals: Globals,
  programs: readonly (LoadedProgram | undefined)[],
): Losses {
  const list: Loss[] = [];
  const told = new Set<number>();
  serving.forEach((alternative, index) => {
    const targets = alternative?.targets ?? [];
    const name = spec.probes[index]?.name ?? targets[0]?.name ?? `probe ${index + 1}`;
    for (const kind of spec.globals.lossKinds) {
      const count = globals.loss(index, kind);
      if (count > 0) list.push({ probe: name, kind, count });
    }
    // What a program that serves two probes skipped is told once.
    const own = new Set(targets.map(target => target.program).filter(program => !told.has(program)));
    for (const program of own) told.add(program);
    const skipped = [...own].reduce((sum, index) => sum + missesOf(programs[index]), 0);
    if (skipped > 0) list.push({ probe: name, kind: 'skipped', count: skipped });
    const never = missed[index] ?? 0;
    if (never > 0) list.push({ probe: name, kind: 'missed', count: never });
  });
  return { list, lost: list.reduce((sum, loss) => sum + (WORDS[loss.kind].lost ? loss.count : 0), 0) };
}

/** Runs that the kernel left out, since a program interrupted or preempted on the same CPU was not done (5.12). */
function missesOf(program: LoadedProgram | undefined): number {
  return program === undefined ? 0 : Number(progGetInfo(program.fd).numbers.recursion_misses);
}

/** Lines for people, on stderr at the end of a session. */
export function lossLines(losses: Losses): string[] {
  return losses.list.map(({ probe, kind, count }) => {
    const { text, hint } = WORDS[kind];
    return `WARNING: ${probe}: ${count.toLocaleString('en-US')} ${text}${hint === undefined ? '' : ` (${hint})`}`;
  });
}
