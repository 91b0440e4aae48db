// What is said where neither kprobes nor BPF trampolines are to be had: the cause, as far as the kernel's configuration can be
// read, and tracepoints that see the same.
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Env } from '../../env.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { equivalentHint } from './equivalents.js';

/** Reports; there are no targets then. */
export function reportNoKprobes(
  type: string,
  name: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly [] {
  diagnostics.error('no-kprobes', point.span, noKprobes(type, env), {
    hint: equivalentHint(name, env) ?? OTHERWISE,
  });
  return [];
}

export function reportNoTrampolines(
  type: string,
  name: string,
  point: AttachPoint,
  env: Env,
  diagnostics: Diagnostics,
): readonly [] {
  const instead = type === 'fexit' ? 'kretprobe' : 'kprobe';
  const hint = env.has('kprobe') ? `${instead}:${name} works here, with argN` : equivalentHint(name, env);
  diagnostics.error('no-fentry', point.span, noTrampolines(type, env), { hint: hint ?? OTHERWISE });
  return [];
}

export function noKprobes(type: string, env: Env): string {
  const why = cause(env, 'CONFIG_KPROBES', 'CONFIG_KPROBE_EVENTS');
  return `this kernel does not let its functions be probed (${type}): ${why}`;
}

export function noTrampolines(type: string, env: Env): string {
  const why = cause(env, 'CONFIG_FUNCTION_TRACER', 'CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS');
  return `this kernel does not let functions be traced by trampolines (${type}): ${why}`;
}

const OTHERWISE = 'tracepoints and raw tracepoints work without: tsbpf -l "tracepoint:*"';

/** The first option that is not set; without a readable configuration the one that decides. */
function cause(env: Env, ...options: readonly string[]): string {
  for (const option of options) if (env.kernelOption?.(option) === 'n') return `${option} is not set`;
  const known = env.kernelOption?.(options[0]!) !== undefined;
  return known ? 'it refuses to attach them' : `it needs ${options.join(' and ')}`;
}
