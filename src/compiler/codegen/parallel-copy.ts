// Copies that happen at once (the phis of a block), put into an order in which one after another does the same.

export interface Copy {
  readonly dst: number;
  readonly src: number;
}

/** No two copies have one dst. A cycle (a swap) is broken through a register from `fresh`. */
export function orderCopies(copies: readonly Copy[], fresh: () => number): Copy[] {
  const pending = copies.filter(copy => copy.dst !== copy.src).map(copy => ({ ...copy }));
  const ordered: Copy[] = [];
  while (pending.length > 0) {
    const free = pending.findIndex(copy => !pending.some(other => other.src === copy.dst));
    if (free !== -1) {
      ordered.push(...pending.splice(free, 1));
      continue;
    }
    // Every dst is still to be read: keep one aside.
    const { dst } = pending[0]!;
    const aside = fresh();
    ordered.push({ dst: aside, src: dst });
    for (const copy of pending) if (copy.src === dst) copy.src = aside;
  }
  return ordered;
}
