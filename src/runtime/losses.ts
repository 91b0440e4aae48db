// The loss ledger: what the programs could not deliver or do, by probe and by cause, in words.
import type { LossKind, ObjectSpec } from '../compiler/object-spec.js';
import type { Globals } from './globals.js';

export interface Loss {
  readonly probe: string; // 'tracepoint:sched:sched_switch'
  readonly kind: LossKind;
  readonly count: number;
}

export interface Losses {
  readonly list: readonly Loss[];
  /** Events or updates that did not arrive; --strict makes it the exit code. */
  readonly lost: number;
}

const WORDS: Readonly<
  Record<LossKind, { readonly text: string; readonly hint?: string; readonly lost: boolean }>
> = {
  ringFull: {
    text: 'events lost: the ring was full',
    hint: 'print less, aggregate in a map, or raise config perf_rb_pages',
    lost: true,
  },
  mapFull: { text: 'map updates lost: a map was full', hint: 'raise config max_map_keys', lost: true },
  stackLost: {
    text: 'stacks kept no frames: the table of stacks was full',
    hint: 'a depth, as in kstack(8), makes fewer differ',
    lost: true,
  },
  scratchBusy: { text: 'events lost: too deeply nested interrupts', lost: true },
  readFailed: { text: 'reads of memory failed and gave 0 or ""', lost: false },
  truncated: { text: 'strings were cut short', hint: 'raise config max_strlen', lost: false },
  divideByZero: { text: 'divisions by zero gave 1', lost: false },
};

export function lossesOf(spec: ObjectSpec, globals: Globals): Losses {
  const list: Loss[] = [];
  spec.probes.forEach((probe, index) => {
    const name = probe.alternatives[0]?.targets[0]?.name ?? `probe ${index + 1}`;
    for (const kind of spec.globals.lossKinds) {
      const count = globals.loss(index, kind);
      if (count > 0) list.push({ probe: name, kind, count });
    }
  });
  return { list, lost: list.reduce((sum, loss) => sum + (WORDS[loss.kind].lost ? loss.count : 0), 0) };
}

/** Lines for people, on stderr at the end of a session. */
export function lossLines(losses: Losses): string[] {
  return losses.list.map(({ probe, kind, count }) => {
    const { text, hint } = WORDS[kind];
    return `WARNING: ${probe}: ${count.toLocaleString('en-US')} ${text}${hint === undefined ? '' : ` (${hint})`}`;
  });
}
