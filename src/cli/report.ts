// Failures in words, on stderr: diagnostics with their place, environment problems with what is missing and what to do,
// and our own faults as such. Never a stack trace for a user's mistake.
import { readFileSync } from 'node:fs';
import type { Diagnostic, SourceFile } from '../compiler/diagnostics/diagnostic.js';
import { LimitError } from '../compiler/diagnostics/limit-error.js';
import { renderDiagnostics } from '../compiler/diagnostics/render.js';
import { AttachError } from '../kernel/attach/link.js';
import { capabilities, missingPrivilege } from '../kernel/host/capability.js';
import { MissingError } from '../kernel/host/missing.js';
import { Rejection } from '../kernel/load/rejection.js';
import { SyscallError } from '../kernel/sys/error.js';
import { isAtLeast, runningKernel } from '../kernel/sys/kernel-version.js';
import { NativeMissingError } from '../kernel/sys/native.js';
import { memlockLimit } from '../kernel/sys/rlimit.js';
import { WriteError } from '../output/byte-output.js';
import { SetFileError } from '../runtime/set-file-error.js';
import { UsageError } from './config.js';
import { say } from './standard-error.js';

/** The oldest kernel that it is tested on; 5.8 brought the ring buffer. */
const OLDEST = [5, 10] as const;

/** Colours (chalk) are loaded only when there is something to colour. */
export async function reportDiagnostics(
  list: readonly Diagnostic[],
  source: SourceFile,
  color: boolean,
): Promise<void> {
  if (list.length === 0) return;
  const paint = color ? (await import('./paint.js')).paint() : undefined;
  say(renderDiagnostics(list, source, paint));
}

/** Prints what went wrong; the exit code is 1. */
export async function reportFailure(
  error: unknown,
  source: SourceFile | undefined,
  invokedAs: string,
  color: boolean,
): Promise<void> {
  if (error instanceof Rejection && source !== undefined) {
    await reportDiagnostics([error.diagnostic], source, color);
    return;
  }
  if (error instanceof SetFileError) {
    await reportDiagnostics(error.diagnostics, error.source, color);
    return;
  }
  say(`${describe(error, invokedAs)}\n`);
}

/** Why a set was not loaded anew while the session runs, which goes on with the old one. */
export function setFailure(set: string, error: unknown, invokedAs: string): string {
  const stays = `WARNING: ${set} stays as it was`;
  if (!(error instanceof SetFileError)) return `${stays}. ${describe(error, invokedAs)}\n`;
  const warnings = error.diagnostics.map(each => ({ ...each, severity: 'warning' as const }));
  return `${renderDiagnostics(warnings, error.source)}${stays}\n`;
}

function describe(error: unknown, invokedAs: string): string {
  if (error instanceof UsageError) return `${invokedAs}: ${error.message}`;
  if (error instanceof NativeMissingError) return `ERROR: ${error.message}`;
  if (error instanceof AttachError)
    return `ERROR: ${error.message}${error.hint === undefined ? '' : `\nHINT: ${error.hint}`}`;
  if (error instanceof MissingError) return `ERROR: ${error.message}\nHINT: ${error.hint}`;
  if (error instanceof SyscallError) return `ERROR: ${error.message}${advice(error)}`;
  if (error instanceof WriteError || error instanceof LimitError) return `ERROR: ${error.message}`;
  if (isFileError(error)) return `ERROR: ${error.path}: ${error.code}: ${meaning(error)}`;
  if (error instanceof Error)
    return `INTERNAL ERROR: ${error.stack ?? error.message}\nThis is a fault of tsbpf; please report it.`;
  return `INTERNAL ERROR: ${String(error)}`;
}

/** An fs call of Node's that failed on a file which the user named. */
function isFileError(error: unknown): error is NodeJS.ErrnoException & { path: string } {
  const { code, syscall, path } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return error instanceof Error && code !== undefined && syscall !== undefined && path !== undefined;
}

/** "no such file or directory" out of "ENOENT: no such file or directory, open '/x'". */
function meaning({ code, message }: NodeJS.ErrnoException): string {
  return message.replace(`${code}: `, '').replace(/, \w+( '.*')?$/s, '');
}

function advice(error: SyscallError): string {
  if (error.operation === 'execve')
    return '\nHINT: -c takes a command to run; is it installed and executable?';
  if (!isAtLeast(runningKernel(), OLDEST))
    return `\nHINT: tsbpf needs Linux ${OLDEST.join('.')} or later; this is ${runningKernel().join('.')}.`;
  const memlock = memlockLimit();
  if (error.code === 'EPERM' && memlock !== undefined && missingPrivilege() === undefined) {
    return (
      `\nHINT: before Linux 5.11 maps and programs count as locked memory, of which this process may have ${memlock / 1024n} KB` +
      ' (ulimit -l). Raise the limit (ulimit -l unlimited as root, LimitMEMLOCK=infinity in a systemd unit), or ask' +
      ' for less: BPFTRACE_PERF_RB_PAGES=2 (the ring), BPFTRACE_MAX_MAP_KEYS=64.'
    );
  }
  if (error.operation === 'perf_event_open' && error.code === 'EACCES' && perfParanoia() > 2) {
    return (
      `\nHINT: kernel.perf_event_paranoid is ${perfParanoia()}, with which some distributions' kernels let only root` +
      ' trace, whatever the capabilities: run it with sudo, or lower it (sysctl kernel.perf_event_paranoid=2).'
    );
  }
  if (error.code === 'EPERM' || error.code === 'EACCES') {
    return `\nHINT: ${privilegeAdvice()}`;
  }
  if (error.operation === 'pidfd_open') return '\nHINT: -p takes the id of a running process.';
  if (error.code === 'ENOMEM') return '\nHINT: lower config max_map_keys or perf_rb_pages.';
  return '';
}

/** What exactly is missing, where the kernel has refused. */
function privilegeAdvice(): string {
  const held = capabilities();
  const lacking = (['CAP_BPF', 'CAP_PERFMON', 'CAP_DAC_READ_SEARCH'] as const).filter(
    name => !held.has(name),
  );
  const all = held.has('CAP_SYS_ADMIN') || lacking.length === 0;
  if (process.getuid?.() === 0) {
    return all
      ? 'kernel lockdown may forbid it (cat /sys/kernel/security/lockdown), or a security module.'
      : `root is not enough here: the process lacks ${lacking.join(', ')}, as in a container that was not given them.`;
  }
  if (all) return 'a security module or kernel lockdown may forbid it.';
  return (
    `tracing needs privilege: run it with sudo, or give the process CAP_BPF and CAP_PERFMON` +
    ` (and CAP_DAC_READ_SEARCH to read tracefs). It lacks ${lacking.join(', ')}.`
  );
}

/** Mainline knows -1 to 2; Debian's and Ubuntu's kernels take 3 and 4 too. */
function perfParanoia(): number {
  try {
    return Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'latin1'));
  } catch {
    return 0;
  }
}
