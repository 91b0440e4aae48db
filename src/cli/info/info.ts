// --info: what this kernel, this build and this process offer, found out by trying, and what to do about what is missing.
import { missingPrivilege } from '../../kernel/host/capability.js';
import { openHost } from '../../kernel/host/host.js';
import { createFeatures } from '../../kernel/sys/features.js';
import { raiseMemlock } from '../../kernel/sys/rlimit.js';
import type { CliConfig } from '../config.js';
import { sayOut } from '../standard-error.js';
import { jsonOf, type Section, textOf } from './report.js';
import { buildSection, configSection, kernelSection, privilegeSection, systemSection } from './system.js';
import { featureSection, probeSection } from './trials.js';

/** Prints to stdout; 0 when programs can be loaded here, else 1. */
export async function info({ format }: CliConfig): Promise<number> {
  raiseMemlock(); // the trials load programs
  const features = createFeatures({ idOf: (name, kind) => host.env.btf()?.idOf(name, kind) });
  const host = openHost({ params: [], options: new Map(), targetPid: undefined, features });
  const lacking = missingPrivilege();
  const config = configSection();
  const sections: Section[] = [
    systemSection(host.env),
    buildSection(),
    privilegeSection(),
    kernelSection(host.env),
    ...(config === undefined ? [] : [config]),
  ];
  // Without privilege nothing can be tried.
  if (lacking === undefined) sections.push(featureSection(features), await probeSection(host));
  sayOut(format === 'json' ? jsonOf(sections) : textOf(sections));
  if (lacking === undefined) return 0;
  if (format !== 'json') sayOut(`\nFeatures and probe types cannot be tried: ${lacking}.\n`);
  return 1;
}
