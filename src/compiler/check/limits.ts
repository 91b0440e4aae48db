// How much a script may attach and load: wildcards match more than one thinks (max_probes, max_bpf_progs).
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Clause, Variant } from './probe.js';
import type { Config } from './typed.js';

export function checkLimits(clauses: readonly Clause[], config: Config, diagnostics: Diagnostics): void {
  const variants = clauses.flatMap(clause => clause.variants);
  // Of alternatives one is attached.
  const first = variants.filter(({ choice }) => choice === undefined || choice.rank === 0);
  const attachments = first.reduce((sum, variant) => sum + attachmentsOf(variant), 0);
  const largest = (of: (variant: Variant) => number) => {
    const sizes = clauses.map(clause => clause.variants.reduce((sum, variant) => sum + of(variant), 0));
    return clauses[sizes.indexOf(Math.max(...sizes))]!.node.span;
  };
  if (attachments > config.maxProbes) {
    const message = `this attaches to ${attachments} probes, more than max_probes allows: ${config.maxProbes}`;
    diagnostics.error('too-many-probes', largest(attachmentsOf), message, {
      hint: `so many slow the system down; if it is meant: config = { max_probes = ${attachments} }, or BPFTRACE_MAX_PROBES=${attachments}`,
    });
  } else if (variants.length > config.maxBpfProgs) {
    const message = `this becomes ${variants.length} BPF programs, more than max_bpf_progs allows: ${config.maxBpfProgs}`;
    diagnostics.error(
      'too-many-programs',
      largest(() => 1),
      message,
      {
        hint: `config = { max_bpf_progs = ${variants.length} }, or BPFTRACE_MAX_BPF_PROGS=${variants.length}`,
      },
    );
  }
}

/** One link may attach to all targets. */
function attachmentsOf({ targets }: Variant): number {
  return targets[0]?.mode === 'multi' ? 1 : targets.length;
}
