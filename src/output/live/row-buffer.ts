// The last rows of a sheet: a ring, so that a flood costs a store per row. Rows are numbered from 0 in order of arrival, and
// the number stays a row's name while others fall off the old end.
import type { Value } from '../../compiler/types/value.js';

/** How many rows a sheet keeps. */
export const KEPT_ROWS = 10_000;

export interface Row {
  readonly number: number;
  readonly values: readonly Value[];
  /** Text of the cells, once somebody has asked for it. */
  cells: readonly string[] | undefined;
}

export class RowBuffer {
  readonly #rows: Row[] = [];
  readonly #capacity: number;
  /** Number that the next row gets: how many there have been. */
  next = 0;

  constructor(capacity: number = KEPT_ROWS) {
    this.#capacity = capacity;
  }

  /** Number of the oldest row kept. */
  get first(): number {
    return this.next - this.#rows.length;
  }

  get length(): number {
    return this.#rows.length;
  }

  push(values: readonly Value[], cells?: readonly string[]): void {
    const row: Row = { number: this.next, values, cells };
    if (this.#rows.length < this.#capacity) this.#rows.push(row);
    else this.#rows[this.next % this.#capacity] = row;
    this.next++;
  }

  /** The row of this number; it must be kept still. */
  get(number: number): Row {
    return this.#rows[number % this.#capacity]!;
  }

  /** As it is now, for a paused table. */
  copy(): RowBuffer {
    const copy = new RowBuffer(this.#capacity);
    copy.#rows.push(...this.#rows);
    copy.next = this.next;
    return copy;
  }
}
