// Targets that cannot be attached: what was named is an error, unless config.missing_probes says otherwise; what a pattern merely
// matched is left out, and counted.
import type { ObjectSpec, TargetSpec } from '../compiler/object-spec.js';

export class LeftOut {
  readonly #missing: NonNullable<ObjectSpec['config']['missingProbes']>;
  readonly #notice: ((line: string) => void) | undefined;
  #count = 0;
  #example = '';

  constructor(missing: ObjectSpec['config']['missingProbes'], notice: ((line: string) => void) | undefined) {
    this.#missing = missing ?? 'error';
    this.#notice = notice;
  }

  /** Whether the session goes on without the target. */
  readonly skip = (target: TargetSpec, error: Error): boolean => {
    const reason = error.message.replace(`cannot attach ${target.name}: `, '');
    if (target.mode === 'multi' || target.mode === 'many') {
      if (this.#count++ === 0) this.#example = `${target.name}: ${reason}`;
      return true;
    }
    if (this.#missing === 'error') return false;
    if (this.#missing === 'warn') this.#notice?.(`WARNING: ${target.name} is not attached: ${reason}\n`);
    return true;
  };

  /** Once all is attached: how many functions the patterns matched in vain. */
  tell(): void {
    if (this.#count === 0) return;
    const some = this.#count === 1 ? '1 function is' : `${this.#count} functions are`;
    this.#notice?.(`WARNING: ${some} not attached, which cannot be probed (${this.#example})\n`);
  }
}
