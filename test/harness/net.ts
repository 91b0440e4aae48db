// The workload "net": sockets that do a known thing, and what it tells of itself.
import { parseCounts, workload } from '../workload/workload.js';
import type { Network, Side } from './network.js';
import type { ToolRow } from './tool.js';
import { command } from './tsbpf.js';

export interface Talk {
  readonly pid: number;
  /** Of the side that listens. */
  readonly port: number;
  /** Ports of the other one, in order. */
  readonly clients: readonly number[];
}

export async function net(what: string, times: number, ...more: readonly (string | number)[]): Promise<Talk> {
  return talkOf(await command(workload('net'), [what, String(times), ...more.map(String)]));
}

/** The same in a namespace. */
export async function netOn(
  network: Network,
  side: Side,
  what: string,
  times: number,
  ...more: readonly (string | number)[]
): Promise<Talk> {
  return talkOf(
    await command(...network.on(side, workload('net'), what, String(times), ...more.map(String))),
  );
}

function talkOf(printed: string): Talk {
  const { pid, port, clients = '' } = parseCounts(printed);
  return { pid: Number(pid), port: Number(port), clients: clients.split(',').map(Number) };
}

/** Of each row these fields, as text. */
export const some = (rows: readonly ToolRow[], ...fields: readonly string[]) =>
  rows.map(row => fields.map(field => String(row[field])).join(' '));

/** Rows of its process. */
export const of = (rows: readonly ToolRow[], { pid }: Talk) => rows.filter(row => row.pid === pid);

/** Totals of fields, over rows that agree in the others that are named. */
export function total(
  rows: readonly ToolRow[],
  names: readonly string[],
  counts: readonly string[],
): string[] {
  const found = new Map<string, number[]>();
  for (const row of rows) {
    const key = names.map(name => String(row[name])).join(' ');
    const before = found.get(key) ?? counts.map(() => 0);
    found.set(
      key,
      before.map((sum, i) => sum + Number(row[counts[i]!])),
    );
  }
  return [...found].map(([key, sums]) => `${key} ${sums.join(' ')}`).sort();
}
