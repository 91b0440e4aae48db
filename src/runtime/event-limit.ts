// --events N: the session ends with the N-th line that the script prints for an event, and no more are printed. Header lines
// of BEGIN and what END prints are not counted. A script that prints nothing ends with the N-th packet that it captures.
import type { ObjectSpec, SiteSpec } from '../compiler/object-spec.js';
import type { PrintfData } from '../compiler/types/format.js';
import type { Handler } from './dispatch.js';

/** Entries whose events print something. */
const PRINTING: readonly string[] = ['printf', 'print', 'join', 'time', 'cat', 'system', 'event'];

/** Sites whose events are counted; none: this script prints no events. */
export function countedSites(spec: Pick<ObjectSpec, 'sites' | 'probes'>): readonly SiteSpec[] {
  const candidates = spec.sites.filter(
    site => !isOfSession(site, spec) && (site.entry === 'join' || site.entry === 'event' || isLine(site)),
  );
  const whole = candidates.filter(site => site.entry !== 'printf' || formatOf(site).endsWith('\n'));
  // A script may never end a line.
  if (candidates.length > 0) return whole.length > 0 ? whole : candidates;
  return spec.sites.filter(({ entry }) => entry === 'capture');
}

/** Nothing is to be seen before the end: the script only fills maps, which are printed then. */
export function showsAtEndOnly({
  sites,
  probes,
  maps,
}: Pick<ObjectSpec, 'sites' | 'probes' | 'maps'>): boolean {
  const user = maps.flatMap(map => map.user ?? []);
  return (
    user.length > 0 &&
    !user.some(({ periodic }) => periodic) &&
    !sites.some(site => PRINTING.includes(site.entry) && !isOfSession(site, { probes }))
  );
}

/** Several printf() may make a line. */
function isLine({ entry, data }: SiteSpec): boolean {
  return entry === 'printf' || (entry === 'print' && (data as { map?: string }).map === undefined);
}

function formatOf({ data }: SiteSpec): string {
  return (data as PrintfData).format;
}

function isOfSession({ probe }: SiteSpec, { probes }: Pick<ObjectSpec, 'probes'>): boolean {
  const type = probes[probe]?.alternatives[0]?.type;
  return type === 'begin' || type === 'end';
}

export class EventLimit {
  readonly #spec: ObjectSpec;
  readonly #counted: ReadonlySet<SiteSpec>;
  readonly #end: () => void;
  #left: number;

  /** `end` is called once, after the last one. */
  constructor(count: number, spec: ObjectSpec, end: () => void) {
    this.#left = count;
    this.#spec = spec;
    this.#counted = new Set(countedSites(spec));
    this.#end = end;
  }

  /** The handler of a site, within the limit. */
  limit(site: SiteSpec, handler: Handler): Handler {
    const counted = this.#counted.has(site);
    if (isOfSession(site, this.#spec) || !(counted || PRINTING.includes(site.entry))) return handler;
    return view => {
      if (this.#left === 0) return;
      handler(view);
      if (!counted) return;
      this.#left--;
      if (this.#left === 0) this.#end();
    };
  }
}
