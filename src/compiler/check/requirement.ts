// May this word be used here: on this kernel, in programs of this type.
import type { Span } from '../diagnostics/diagnostic.js';
import type { Requirement } from '../language/entry.js';
import { FEATURE_SINCE } from '../language/feature.js';
import { PACKET_USAGES } from '../language/registry.js';
import type { Body } from './body.js';

/** Reports what the kernel lacks, naming the release that has it. */
export function checkRequirement(
  { env, diagnostics }: Pick<Body, 'env' | 'diagnostics'>,
  what: string,
  requires: Requirement,
  span: Span,
): void {
  if (requires.btf === true && env.btf() === undefined) {
    const message = `${what} needs the kernel's type information (BTF), which is not here`;
    diagnostics.error('no-btf', span, message, {
      hint: 'the kernel option is CONFIG_DEBUG_INFO_BTF; tsbpf --info tells more',
    });
    return;
  }
  if (requires.persistent === true && env.persist === true) return;
  const [major, minor] = env.kernelVersion;
  const missing = requires.features?.find(feature => !env.has(feature));
  const [wantedMajor, wantedMinor] = requires.kernel ?? [0, 0];
  const tooOld = major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
  if (missing === undefined && !tooOld) return;
  const since = missing === undefined ? `${wantedMajor}.${wantedMinor}` : FEATURE_SINCE[missing];
  const more = requires.alternative === undefined ? {} : { hint: requires.alternative };
  if (since.startsWith('CONFIG_')) {
    diagnostics.error('kernel-option', span, `${what} needs a kernel that is built with ${since}`, more);
  } else if (!/^\d/.test(since)) {
    diagnostics.error('kernel-option', span, `${what} needs a kernel that is ${since}`, more);
  } else {
    const message = `${what} needs Linux ${since}; this is ${major}.${minor}`;
    diagnostics.error('kernel-too-old', span, message, more);
  }
}

interface Usable {
  readonly name: string;
  readonly programTypes?: readonly number[];
  readonly requires?: Requirement;
  readonly unsafe?: boolean;
  readonly packet?: true;
  readonly withoutPackets?: string;
  readonly inPackets?: Requirement | false;
}

/** A builtin or function in this probe, on this kernel. */
export function checkUsable(body: Body, entry: Usable, what: string, span: Span): void {
  const { probeType, attributes, diagnostics } = body;
  if (entry.packet === true && probeType.packet === undefined) {
    diagnostics.error('not-in-probe', span, `${what} needs a packet: a ${probeType.name} probe has none`, {
      hint: [`packet probes have: ${PACKET_USAGES}`, entry.withoutPackets].filter(Boolean).join('; '),
    });
    return;
  }
  if (entry.programTypes !== undefined && !entry.programTypes.includes(attributes.type)) {
    diagnostics.error('not-in-probe', span, `${what} cannot be used in a ${probeType.name} probe`);
    return;
  }
  if (probeType.packet !== undefined && entry.inPackets !== undefined) {
    if (entry.inPackets === false) {
      diagnostics.error('not-in-probe', span, `${what} cannot be used in a ${probeType.name} probe`, {
        hint: 'it tells of a process; packets arrive whoever runs',
      });
      return;
    }
    checkRequirement(body, `${what} in a ${probeType.name} probe`, entry.inPackets, span);
  }
  if (entry.unsafe === true && !body.unsafe) {
    diagnostics.error('unsafe', span, `${what} changes the system that is traced: it needs --unsafe`);
  }
  if (entry.requires !== undefined) checkRequirement(body, what, entry.requires, span);
}
