// `xdp load`: what the command line says of it, as plain data.
import type { XdpMode } from '../../kernel/attach/xdp.js';
import { parseDuration } from '../command-line.js';
import { type Format, UsageError } from '../config.js';

/** By commander's names. */
export type Options = Readonly<Record<string, unknown>>;

export interface LoadConfig {
  readonly invokedAs: string;
  readonly file: string;
  /** Undefined with dryRun only. */
  readonly device: string | undefined;
  readonly section: string | undefined;
  readonly mode: XdpMode | undefined;
  /** Seconds. */
  readonly deadline: number | undefined;
  readonly interval: number | undefined;
  readonly maps: boolean;
  readonly dryRun: boolean;
  readonly sshGuard: boolean;
  readonly format: Format | undefined;
  readonly output: string | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

/** Seconds: timers of Node have a limit, and there must be something to measure. */
const LONGEST = 2_147_483;
const LEAST_INTERVAL = 0.01;

/** Throws a UsageError. */
export function loadConfig(o: Options, args: readonly string[], invokedAs: string): LoadConfig {
  const [action, file] = args;
  if (action === undefined) throw new UsageError('xdp needs an action: load FILE.o');
  if (action !== 'load') throw new UsageError(`xdp: there is no action '${action}': it has load`);
  if (file === undefined) throw new UsageError('xdp load needs an object file: clang -O2 -g -target bpf -c');
  const dryRun = o.dryRun === true;
  if (o.dev === undefined && !dryRun)
    throw new UsageError(
      'xdp load needs a network interface: --dev eth0 (or --dry-run, which attaches nowhere)',
    );
  const waiting = (['for', 'interval', 'maps'] as const).find(name => o[name] !== undefined);
  if (dryRun && waiting !== undefined)
    throw new UsageError(`option '--${waiting}' does not go with --dry-run, which attaches nothing`);
  return {
    invokedAs,
    file,
    device: o.dev as string | undefined,
    section: o.section as string | undefined,
    mode: o.mode as XdpMode | undefined,
    deadline: seconds('--for', o.for, 0),
    interval: seconds('--interval', o.interval, LEAST_INTERVAL),
    maps: o.maps === true,
    dryRun,
    sshGuard: o.sshGuard !== false,
    format: o.format as Format | undefined,
    output: o.output as string | undefined,
    quiet: o.quiet === true,
    verbose: o.verbose === true,
    color: (o.color as LoadConfig['color'] | undefined) ?? 'auto',
  };
}

function seconds(option: string, text: unknown, least: number): number | undefined {
  if (text === undefined) return undefined;
  const time = parseDuration(text as string);
  if (time >= least && time <= LONGEST) return time;
  throw new UsageError(`option '${option}' takes ${least * 1000}ms to ${LONGEST}s, not '${text}'`);
}
