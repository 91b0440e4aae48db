// Who keeps a program, in the words of a cell.
import type { Holder } from '../../kernel/host/objects/holders.js';

/** "tsbpf 1234", "systemd 1 +2" when two more hold it; undefined for nobody. */
export function holderText(holders: readonly Holder[]): string | undefined {
  const [first, ...others] = holders;
  if (first === undefined) return undefined;
  return `${first.comm} ${first.pid}${others.length === 0 ? '' : ` +${others.length}`}`;
}
