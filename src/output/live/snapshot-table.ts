// A live table of what is the case now, rather than of what happens: all rows are replaced, each time, and sorted.

import type { Value } from '../../compiler/types/value.js';
import { resolveOptions } from '../options.js';
import type { ByteOutput } from '../sink.js';
import type { Column } from '../table/column.js';
import type { ColorChoice } from '../terminal.js';
import { textContext } from '../text/text-sink.js';
import { LiveTable } from './live-table.js';
import { RowBuffer } from './row-buffer.js';
import { mapSheet } from './sheet.js';
import { ownTerminal, type Terminal } from './terminal.js';

export interface SnapshotOptions {
  readonly title: string;
  readonly color: ColorChoice;
  readonly columns: readonly Column[];
  /** Index of the column by which it is sorted at first, the largest on top. */
  readonly sort: number;
  /** Indexes of columns that are not shown at first on a terminal of so many columns. */
  readonly hidden: (columns: number) => readonly number[];
  /** What the title says of the whole. */
  readonly facts: () => readonly string[];
  /** Share of one CPU that this process uses. */
  readonly cpu: () => number | undefined;
  readonly notice: (text: string) => void;
  readonly onQuit: () => void;
  /** ms since some moment. */
  readonly now?: (() => number) | undefined;
}

export interface SnapshotTable {
  /** Throws BrokenPipe when drawing has found the terminal gone. */
  show(rows: readonly (readonly Value[])[]): void;
  /** The terminal is as it was; a screenful of rows is left on it. */
  close(): void;
}

const SHEET = 'snapshot';

/** Draws on standard output, which is a terminal. */
export function openSnapshotTable(
  output: ByteOutput,
  options: SnapshotOptions,
  terminal: Terminal = ownTerminal(output),
): SnapshotTable {
  const { now, ...rest } = options;
  const resolved = resolveOptions({ ...rest, source: { name: '', text: '' } });
  const table = new LiveTable(terminal, resolved, textContext(resolved, true), {
    now,
    facts: options.facts,
    first: {
      sheet: SHEET,
      sort: { column: options.sort, descending: true },
      hidden: new Set(options.hidden(terminal.columns)),
    },
  });
  table.attached();
  return {
    show(rows) {
      table.check();
      const sheet = mapSheet(SHEET, options.columns);
      sheet.rows = new RowBuffer(Math.max(1, rows.length));
      for (const row of rows) sheet.rows.push(row);
      table.put(sheet);
    },
    close() {
      const rows = table.close(new Set());
      if (!table.isBroken && rows.length > 0) output.write(Buffer.from(`${rows.join('\n')}\n`, 'utf8'));
      table.messages.sayAll(options.notice);
    },
  };
}
