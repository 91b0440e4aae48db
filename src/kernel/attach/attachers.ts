// Probe type -> the function that attaches it. A new probe type does not compile until it is named here.

import type { ProbeAlternative } from '../../compiler/object-spec.js';
import type { LoadedProgram } from '../load/object.js';
import { attachInterval } from './interval.js';
import type { AttachContext, AttachedProbeType, Attacher, Link } from './link.js';
import { attachRawTracepoint } from './raw-tracepoint.js';
import { attachTracepoint } from './tracepoint.js';

export const ATTACHERS: Readonly<Record<AttachedProbeType, Attacher>> = {
  tracepoint: attachTracepoint,
  interval: attachInterval,
  rawtracepoint: attachRawTracepoint,
};

/** Attaches all targets of an alternative, in order. When one fails, those before it are closed again. */
export function attachAlternative(
  alternative: ProbeAlternative,
  programs: readonly LoadedProgram[],
  context: AttachContext,
): Link[] {
  const links: Link[] = [];
  const { type } = alternative;
  if (type === 'begin' || type === 'end') return links;
  try {
    for (const target of alternative.targets) {
      links.push(ATTACHERS[type](target, programs[target.program]!.fd, context));
    }
  } catch (error) {
    for (const link of links.reverse()) link.close();
    throw error;
  }
  return links;
}
