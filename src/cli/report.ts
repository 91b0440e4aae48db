// Failures in words, on stderr: diagnostics with their place, environment problems with what is missing and what to do,
// and our own faults as such. Never a stack trace for a user's mistake.
import type { Diagnostic, SourceFile } from '../compiler/diagnostics/diagnostic.js';
import { renderDiagnostics } from '../compiler/diagnostics/render.js';
import { AttachError } from '../kernel/attach/link.js';
import { Rejection } from '../kernel/load/rejection.js';
import { SyscallError } from '../kernel/sys/error.js';
import { NativeMissingError } from '../kernel/sys/native.js';
import { UsageError } from './config.js';
import { say } from './standard-error.js';

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
  say(`${describe(error, invokedAs)}\n`);
}

function describe(error: unknown, invokedAs: string): string {
  if (error instanceof UsageError) return `${invokedAs}: ${error.message}`;
  if (error instanceof NativeMissingError || error instanceof AttachError) return `ERROR: ${error.message}`;
  if (error instanceof SyscallError) return `ERROR: ${error.message}${advice(error)}`;
  if (error instanceof Error)
    return `INTERNAL ERROR: ${error.stack ?? error.message}\nThis is a fault of tsbpf; please report it.`;
  return `INTERNAL ERROR: ${String(error)}`;
}

function advice(error: SyscallError): string {
  if (error.code === 'EPERM' || error.code === 'EACCES') {
    if (process.getuid?.() !== 0) {
      return (
        '\nHINT: tracing needs privilege: run it with sudo, or give the process CAP_BPF and CAP_PERFMON' +
        ' (and CAP_DAC_READ_SEARCH to read tracefs).'
      );
    }
    return (
      '\nHINT: root is not enough here: the process may run in a container without CAP_BPF and CAP_PERFMON,' +
      ' or kernel lockdown may forbid it (cat /sys/kernel/security/lockdown).'
    );
  }
  if (error.operation === 'execve')
    return '\nHINT: -c takes a command to run; is it installed and executable?';
  if (error.operation === 'pidfd_open') return '\nHINT: -p takes the id of a running process.';
  if (error.code === 'ENOMEM') return '\nHINT: lower config max_map_keys or perf_rb_pages.';
  return '';
}
