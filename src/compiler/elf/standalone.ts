// What programs lose when another loader runs them: whatever user space does for them here. In words, for warnings.
import type { ObjectSpec } from '../object-spec.js';
import { servedTargets } from './object.js';

/** A sentence each, with the place in the source it is about, if any. */
export interface Dependency {
  readonly message: string;
  readonly span: readonly [start: number, end: number] | undefined;
}

/** Words of `globals` that a session fills before it attaches. */
const WORDS: Readonly<Record<string, string>> = {
  start: 'the time of the start is 0: elapsed counts from the boot',
  cpid: 'cpid is 0: there is no child',
  ncpus: 'the number of CPUs is 0: aggregations read as 0, and ncpus is 0',
};

const TYPES: Readonly<Record<string, string>> = {
  begin: 'runs only when it is called (BPF_PROG_TEST_RUN, bpftool prog run)',
  end: 'runs only when it is called (BPF_PROG_TEST_RUN, bpftool prog run)',
  interval: 'runs on a perf event, which its loader must open',
  profile: 'runs on perf events, which its loader must open',
  software: 'runs on perf events, which its loader must open',
  hardware: 'runs on perf events, which its loader must open',
  watchpoint: 'runs on perf events, which its loader must open',
};

export function dependencies(spec: ObjectSpec): Dependency[] {
  const out: Dependency[] = [];
  for (const { entry, span } of spec.sites) {
    if (entry.startsWith('(')) continue;
    out.push({
      span,
      message: spec.maps.some(({ name }) => name === 'perf')
        ? `${entry}() sends an event: it is lost, since nobody opens the perf buffers of the map perf`
        : `${entry}() sends an event: it stays in the map ring, since nobody reads it there`,
    });
  }
  for (const probe of spec.probes) {
    const type = probe.alternatives[0]?.type ?? '';
    const how = TYPES[type];
    if (how !== undefined) out.push({ span: headOf(spec, probe.span), message: `${type} ${how}` });
  }
  for (const [index, served] of servedTargets(spec).entries()) {
    if (served.length < 2) continue;
    const program = spec.programs[index]!;
    out.push({
      span: undefined,
      message: `${program.name} serves ${served.length} targets, to each of which its loader must attach it`,
    });
  }
  for (const [name, message] of Object.entries(WORDS)) {
    if (readsWord(spec, name)) out.push({ span: undefined, message });
  }
  return out;
}

function readsWord(spec: ObjectSpec, name: string): boolean {
  const offset =
    name === 'start' ? spec.globals.start : spec.globals.words.find(w => w.name === name)?.offset;
  return spec.programs.some(({ functions }) =>
    functions.some(({ insns }) =>
      insns.some(
        ({ reference }) =>
          reference?.kind === 'map-value' && reference.map === 'globals' && reference.offset === offset,
      ),
    ),
  );
}

/** The attach points of a probe, without its block. */
function headOf({ source }: ObjectSpec, [start, end]: readonly [number, number]): readonly [number, number] {
  const brace = source.text.indexOf('{', start);
  const head = source.text.slice(start, brace < 0 ? end : Math.min(brace, end));
  return [start, start + head.trimEnd().length];
}
