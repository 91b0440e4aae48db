// Names of probes as far as the next colon, and fields of their args: as -l and -lv list them.
import { PROBE_TYPES } from '../../compiler/language/registry.js';
import { type Host, openHost } from '../../kernel/host/host.js';
import { listProbes } from '../list.js';
import type { Candidate } from './candidates.js';

/** More than that nobody reads. */
const MOST = 2000;

let opened: Host | undefined;

function host(): Host {
  opened ??= openHost({ params: [], options: new Map(), targetPid: undefined });
  return opened;
}

/** That begin with `typed`, each cut behind the next colon. */
export function probeNames(typed: string): Candidate[] {
  if (/[*?[\s]/.test(typed)) return [];
  const colon = typed.indexOf(':');
  if (colon === -1) return probeTypes();
  const found = new Set<string>();
  // As it is typed: t:sched:... goes on as t:sched:...
  const type = typed.slice(0, colon);
  for (const name of quietly(() => listProbes(`${typed}*`, false, host()))) {
    const rest = type + name.slice(name.indexOf(':'));
    const next = rest.indexOf(':', typed.length);
    found.add(next === -1 ? rest : rest.slice(0, next + 1));
    if (found.size >= MOST) break;
  }
  return [...found].map(text => ({ text }));
}

function probeTypes(): Candidate[] {
  return PROBE_TYPES.flatMap(({ name, usage, doc }) => {
    const bare = !usage.includes(':');
    return { text: bare ? name.toUpperCase() : `${name}:`, about: doc.summary };
  });
}

/** Of the first attach point of a probe, which has no wildcards. */
export function fieldsOfArgs(attachPoint: string): Candidate[] {
  const type = attachPoint.split(':')[0] ?? '';
  const entry = PROBE_TYPES.find(({ name, aliases }) => name === type || aliases.includes(type));
  if (entry?.describe === undefined || /[*?[]/.test(attachPoint)) return [];
  const [name] = quietly(() => listProbes(attachPoint, false, host()));
  if (name === undefined) return [];
  return [...quietly(() => entry.describe!(name, host().env))].flatMap(line => {
    const [, type = '', field] = /^(.*?)\b(\w+)(?:\[\d*\])*$/.exec(line.trim()) ?? [];
    return field === undefined || type === '' ? [] : [{ text: field, about: type.trim() }];
  });
}

/** Without privilege there is nothing to offer. */
function* quietly<T>(all: () => Iterable<T>): Generator<T> {
  try {
    yield* all();
  } catch {
    // Nothing that a shell could show.
  }
}
