// What is told of every program, in a row: its counters over an interval, who keeps it and where it is attached.
import { Clock, readClock } from '../../kernel/host/clock.js';
import { AttachedTo, type Place } from '../../kernel/host/objects/attached-to.js';
import { findHolders, type Holders } from '../../kernel/host/objects/holders.js';
import { allLinks, type BpfLink } from '../../kernel/host/objects/links.js';
import { type NetProgram, netPrograms } from '../../kernel/host/objects/net-programs.js';
import { findPins, type Pins } from '../../kernel/host/objects/pins.js';
import { allPrograms, type BpfProgram, type NameCache } from '../../kernel/host/objects/programs.js';
import { SyscallError } from '../../kernel/sys/error.js';
import { linkGetNextId } from '../../kernel/sys/object.js';
import type { RowField } from '../../output/row-fields.js';
import { holderText } from './holder-text.js';
import { type Rates, ratesOf } from './rates.js';

export interface ProgramRow {
  readonly program: BpfProgram;
  readonly rates: Rates;
  readonly places: readonly Place[];
  readonly owner: string | undefined;
  readonly pinned: string | undefined;
  /** ns. */
  readonly age: bigint;
}

export const PROGRAM_FIELDS: readonly RowField<ProgramRow>[] = [
  { name: 'id', align: 'right', typical: 4, of: ({ program }) => BigInt(program.id) },
  { name: 'type', typical: 10, of: ({ program }) => program.type },
  { name: 'name', typical: 15, of: ({ program }) => program.name },
  { name: 'rate', align: 'right', typical: 8, of: ({ rates }) => rates.perSecond },
  { name: 'avg_ns', align: 'right', typical: 8, of: ({ rates }) => rates.average },
  { name: 'cpu_ppm', align: 'right', typical: 7, of: ({ rates }) => rates.cpu },
  { name: 'owner', typical: 14, of: ({ owner }) => owner },
  { name: 'attached', typical: 20, of: ({ places }) => placesText(places) },
  { name: 'runs', align: 'right', typical: 8, from: 100, of: ({ program }) => program.runs },
  { name: 'run_time_ns', align: 'right', typical: 8, from: 140, of: ({ program }) => program.runTime },
  { name: 'age_s', align: 'right', typical: 8, from: 120, of: ({ age }) => age / 1_000_000_000n },
  {
    name: 'jited_bytes',
    align: 'right',
    typical: 6,
    from: 150,
    of: ({ program }) => BigInt(program.jitedBytes),
  },
  { name: 'tag', typical: 16, from: 170, of: ({ program }) => program.tag },
  { name: 'pinned', from: 200, of: ({ pinned }) => pinned },
];

/** Of the live table: a pinned program that no process holds has its path for an owner. */
export const LIVE_FIELDS: readonly RowField<ProgramRow>[] = PROGRAM_FIELDS.map(field =>
  field.name === 'owner' ? { ...field, of: ({ owner, pinned }: ProgramRow) => owner ?? pinned } : field,
);

/** "xdp:eth0 +1" */
function placesText(places: readonly Place[]): string | undefined {
  const [first, ...others] = places;
  if (first === undefined) return undefined;
  return `${first.text}${others.length === 0 ? '' : ` +${others.length}`}`;
}

/** ms after which holders and places are looked for again, though no program or link has come or gone. */
const STALE = 10_000;

/** Reads all programs again and again; what takes long only when programs or links have come or gone. */
export class ProgramList {
  readonly #names: NameCache = new Map();
  readonly #attached = new AttachedTo();
  #before = new Map<number, BpfProgram>();
  /** ns of CLOCK_BOOTTIME; undefined: never. */
  #at: bigint | undefined;
  #known: { readonly key: string; readonly at: number; readonly around: Around } | undefined;

  /** `measured`: counters have been kept since the last call: rates are over that time. */
  read(measured: boolean): ProgramRow[] {
    const programs = allPrograms(this.#names);
    const now = readClock(Clock.CLOCK_BOOTTIME);
    const elapsed = measured && this.#at !== undefined ? now - this.#at : undefined;
    const { places, holders, pins, links } = this.#around(programs);
    const rows = programs.map((program): ProgramRow => {
      const own = links.filter(link => link.programId === program.id);
      return {
        program,
        rates: ratesOf(program, this.#before.get(program.id), elapsed),
        places: places.get(program.id) ?? [],
        owner: holderText(holders.program(program.id)),
        pinned:
          pins.get(`prog ${program.id}`) ??
          own.map(({ id }) => pins.get(`link ${id}`)).find(path => path !== undefined),
        age: now - program.loadedAt,
      };
    });
    this.#before = new Map(programs.map(program => [program.id, program]));
    this.#at = now;
    return rows;
  }

  #around(programs: readonly BpfProgram[]): Around {
    const key = `${programs.map(({ id }) => id)};${linkIds()}`;
    const now = performance.now();
    if (this.#known === undefined || this.#known.key !== key || now - this.#known.at > STALE)
      this.#known = { key, at: now, around: lookAround(programs, this.#attached) };
    return this.#known.around;
  }
}

interface Around {
  readonly links: readonly BpfLink[];
  readonly places: ReadonlyMap<number, readonly Place[]>;
  readonly holders: Holders;
  readonly pins: Pins;
}

function lookAround(programs: readonly BpfProgram[], attached: AttachedTo): Around {
  const links = allLinks();
  const places = attached.places(programs, links, netIfAllowed(links));
  return { links, places, holders: findHolders(), pins: findPins() };
}

/** Interfaces tell nothing without CAP_NET_ADMIN. */
export function netIfAllowed(links: readonly BpfLink[]): readonly NetProgram[] {
  try {
    return netPrograms(links);
  } catch (error) {
    if (error instanceof SyscallError) return [];
    throw error;
  }
}

function linkIds(): number[] {
  const ids: number[] = [];
  for (let id = linkGetNextId(0); id !== undefined; id = linkGetNextId(id)) ids.push(id);
  return ids;
}
