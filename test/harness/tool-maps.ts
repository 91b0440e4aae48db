// What tools print of their maps: histograms of -f json, and tables of -f csv.
import type { ExecutionContext } from 'ava';
import type { ToolRow } from './tool.js';
import { tsbpf } from './tsbpf.js';

/** Maps that were printed, by name. */
export async function maps(t: ExecutionContext, words: readonly string[], act: () => Promise<unknown>) {
  const { stdout, stderr, code } = await tsbpf(['-f', 'json', ...words], {
    workload: async () => void (await act()),
  });
  t.is(code, 0, stderr);
  t.is(stderr, '');
  const found: Record<string, Record<string, unknown>> = {};
  for (const line of stdout.split('\n').filter(each => each !== '')) {
    const { type, data } = JSON.parse(line) as {
      type: string;
      data: Record<string, Record<string, unknown>>;
    };
    if (type === 'map' || type === 'hist') Object.assign(found, data);
  }
  return found;
}

interface Bucket {
  readonly min?: number;
  readonly max?: number;
  readonly count: number;
}

/** Lower end and count of the buckets that have any. */
export const filled = (buckets: unknown) =>
  ((buckets ?? []) as Bucket[])
    .filter(({ count }) => count > 0)
    .map(({ min, count }) => [min ?? 0, count] as const);

/** Rows of all tables of -f csv, by the heads of their columns; a process id is a number. */
export async function tableRows(
  t: ExecutionContext,
  words: readonly string[],
  act: () => Promise<unknown>,
): Promise<ToolRow[]> {
  const { stdout, stderr, code } = await tsbpf(['-f', 'csv', ...words], {
    workload: async () => void (await act()),
  });
  t.is(code, 0, stderr);
  t.is(stderr, '');
  const rows: ToolRow[] = [];
  let head: string[] | undefined;
  for (const line of stdout.split('\n')) {
    const cells = line.split(',');
    if (line === '') head = undefined;
    else if (head === undefined) head = cells;
    else
      rows.push(
        Object.fromEntries(head.map((name, i) => [name, name === 'pid' ? Number(cells[i]) : cells[i]])),
      );
  }
  return rows;
}
