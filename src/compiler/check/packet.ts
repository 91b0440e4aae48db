// What clauses of packet programs must agree on, since those on one target become one program.
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Clause } from './probe.js';
import type { Target } from './typed.js';

export function checkPacketClauses(clauses: readonly Clause[], diagnostics: Diagnostics): void {
  const modes = new Map<string, Target>();
  for (const { variants } of clauses) {
    for (const { probeType, targets, choice } of variants) {
      if (probeType.packet === undefined) continue;
      for (const target of targets) {
        if (choice !== undefined) {
          diagnostics.error('attach-point', target.span, `${probeType.name} probes have no alternatives`, {
            hint: 'all blocks of an interface are one program; native mode falls back to generic by itself',
          });
        }
        reportOtherMode(target, modes, diagnostics);
      }
    }
  }
}

function reportOtherMode(target: Target, modes: Map<string, Target>, diagnostics: Diagnostics): void {
  if (target.mode === undefined) return;
  const first = modes.get(target.name);
  if (first === undefined) {
    modes.set(target.name, target);
    return;
  }
  if (first.mode === target.mode) return;
  const message = `${target.name} is attached once, in one mode: ${target.mode} here, ${first.mode} before`;
  diagnostics.error('mode-conflict', target.span, message, {
    notes: [{ span: first.span, message: `${first.mode} mode is asked for here` }],
    hint: 'write the same mode in all of its probes',
  });
}
