// Which alternative of a probe serves. The first one's programs are loaded with the object; when loading or attaching fails, the
// next is tried, and only then are its programs loaded.
import { LimitError } from '../compiler/diagnostics/limit-error.js';
import type { ProbeAlternative, ProbeSpec } from '../compiler/object-spec.js';
import { type AttachOptions, attachAlternative } from '../kernel/attach/attachers.js';
import { AttachError, type Attachment, type Link } from '../kernel/attach/link.js';
import type { LoadedObject } from '../kernel/load/object.js';
import { Rejection } from '../kernel/load/rejection.js';
import { SyscallError } from '../kernel/sys/error.js';

export class ProbeChoice {
  readonly spec: ProbeSpec;
  readonly #say: (text: string) => void;
  #rank = 0;

  /** `say`: told why an alternative does not serve. */
  constructor(spec: ProbeSpec, say: (text: string) => void) {
    this.spec = spec;
    this.#say = say;
    for (const { name, reason } of spec.impossible ?? []) say(`${name} does not serve: ${reason}`);
  }

  /** The one that serves, or is tried next. */
  get serving(): ProbeAlternative | undefined {
    return this.spec.alternatives[this.#rank];
  }

  /** Throws when no alternative can be loaded. */
  load(object: LoadedObject): void {
    this.#try(({ targets }) => {
      for (const index of new Set(targets.map(target => target.program))) object.program(index);
    });
  }

  /** Throws when no alternative can be attached. */
  async attach(options: AttachOptions): Promise<readonly Attachment[]> {
    for (;;) {
      const { serving } = this;
      if (serving === undefined) return [];
      try {
        return await attachAlternative(serving, options);
      } catch (error) {
        this.#next(error);
      }
    }
  }

  #try(act: (alternative: ProbeAlternative) => void): void {
    for (;;) {
      const { serving } = this;
      if (serving === undefined) return;
      try {
        act(serving);
        return;
      } catch (error) {
        this.#next(error);
      }
    }
  }

  /** To the alternative after the one that failed, if there is one. */
  #next(error: unknown): void {
    const expected =
      error instanceof Rejection ||
      error instanceof SyscallError ||
      error instanceof AttachError ||
      error instanceof LimitError; // of one that is made into code only now
    if (!expected || this.#rank + 1 >= this.spec.alternatives.length) throw error;
    this.#say(`${this.serving?.targets[0]?.name} does not serve: ${error.message}`);
    this.#rank++;
    this.#say(`${this.serving?.targets[0]?.name} is tried instead`);
  }
}

/** For each probe, what the kernel says never reached its program. `probe` of a link: the index of its choice. */
export function missedBy(
  choices: readonly ProbeChoice[],
  links: readonly { readonly probe: number; readonly link: Link }[],
): number[] {
  const missed = choices.map(() => 0);
  for (const { probe, link } of links) {
    const count = link.missed?.() ?? 0;
    if (count === 0) continue;
    for (const [index, { serving }] of choices.entries())
      if (index === probe || serving?.targets[0]?.attachedBy === probe) missed[index]! += count;
  }
  return missed;
}
