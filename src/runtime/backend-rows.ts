// Which row of the table each backend of a set has (compiler/types/backend-table.ts). One that stays in the list keeps its row and its
// id; one that went keeps them until another needs the row, and has them again when it comes back before that.

import { generationBytes, ROW, ROW_BITS, rowOffset } from '../compiler/types/backend-table.js';
import { AF_INET, AF_INET6 } from '../compiler/types/type.js';
import type { Backend } from './backend-list.js';
import { maglevTable } from './maglev.js';

/** Both architectures we know are little-endian. */
const LITTLE_ENDIAN = true;

interface Row {
  readonly backend: Backend;
  readonly id: bigint;
  /** The list that it was last in, counted from 1. */
  readonly listed: number;
}

/** Lists as large as they may be find room always: rows of backends that went are taken, the longest gone first. */
export class BackendRows {
  readonly #most: number;
  /** Index 0 stays empty. */
  readonly #rows: (Row | undefined)[] = [undefined];
  readonly #uses: number[] = [];
  #list = 0;

  /** `most`: backends of a list. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a new list; gives the rows that were others' before, or nobody's. */
  update(backends: readonly Backend[]): number[] {
    this.#list++;
    const rowOf = new Map(
      this.#rows.flatMap((row, i) => (row === undefined ? [] : [[row.backend.name, i] as const])),
    );
    const fresh: Backend[] = [];
    for (const backend of backends) {
      const row = rowOf.get(backend.name);
      if (row === undefined) fresh.push(backend);
      else this.#rows[row] = { ...this.#rows[row]!, backend, listed: this.#list };
    }
    return fresh.map(backend => {
      const row = this.#freeRow();
      const uses = this.#uses[row] ?? 0;
      this.#uses[row] = uses + 1;
      this.#rows[row] = { backend, id: BigInt(row) + (BigInt(uses) << BigInt(ROW_BITS)), listed: this.#list };
      return row;
    });
  }

  #freeRow(): number {
    if (this.#rows.length <= this.#most) return this.#rows.length;
    let found = 0;
    let oldest = this.#list;
    for (const [i, row] of this.#rows.entries()) {
      if (row === undefined || row.listed >= oldest) continue;
      [found, oldest] = [i, row.listed];
    }
    return found;
  }

  /** One generation, as programs ask it. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(generationBytes(this.#most));
    const data = new DataView(bytes.buffer);
    const listed = this.#rows.flatMap((row, i) =>
      row?.listed === this.#list ? [{ row: i, name: row.backend.name, weight: row.backend.weight }] : [],
    );
    for (const [place, index] of maglevTable(listed)?.entries() ?? [])
      data.setUint16(place * 2, listed[index]!.row, LITTLE_ENDIAN);
    for (const [i, row] of this.#rows.entries()) if (row !== undefined) this.#writeRow(bytes, i, row);
    return bytes;
  }

  #writeRow(bytes: Uint8Array, index: number, { backend, id, listed }: Row): void {
    const at = rowOffset(index);
    const data = new DataView(bytes.buffer);
    const present = listed === this.#list;
    const { address, mac, weight } = backend;
    data.setBigUint64(at + ROW.id, present ? id : 0n, LITTLE_ENDIAN);
    data.setUint32(at + ROW.address, address.length === 4 ? AF_INET : AF_INET6, LITTLE_ENDIAN);
    bytes.set(address, at + ROW.address + 4);
    bytes.set(mac, at + ROW.mac);
    data.setBigUint64(at + ROW.weight, present ? BigInt(weight) : 0n, LITTLE_ENDIAN);
    data.setBigUint64(at + ROW.name, id, LITTLE_ENDIAN);
  }
}
