// `tsbpf tplist`: tracepoints, or the USDT probes of a process or a library. It is -l by other words.
import { InternalError } from '../../compiler/diagnostics/diagnostic.js';
import { parseCommandLine } from '../command-line.js';
import { list } from '../list.js';

/** 1 when nothing matches. */
export function listTracepoints(
  opts: Readonly<Record<string, unknown>>,
  [pattern = '*']: readonly string[],
  invokedAs: string,
): Promise<number> {
  const { pid, lib, verbose, output } = opts as {
    readonly pid?: number;
    readonly lib?: string;
    readonly verbose?: boolean;
    readonly output?: string;
  };
  const named = pattern.includes(':') ? pattern : `*:${pattern}`;
  const probes =
    pid === undefined && lib === undefined ? `tracepoint:${named}` : `usdt:${lib ?? '*'}:${named}`;
  const words = ['--list'];
  if (verbose === true) words.push('--verbose');
  if (pid !== undefined) words.push('--pid', String(pid));
  if (output !== undefined) words.push('--output', output);
  const parsed = parseCommandLine(invokedAs, [...words, probes], () => []);
  if (!('config' in parsed)) throw new InternalError('tplist: no configuration');
  return list(parsed.config);
}
