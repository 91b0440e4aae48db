// `net`: what is attached to the interfaces of this network namespace, a row each.
import { didYouMean } from '../../compiler/diagnostics/suggest.js';
import { globPattern, hasWildcard } from '../../compiler/types/glob.js';
import { Clock, readClock } from '../../kernel/host/clock.js';
import { netInterfaces } from '../../kernel/host/interfaces.js';
import { MissingError } from '../../kernel/host/missing.js';
import { findHolders, type Holder } from '../../kernel/host/objects/holders.js';
import { allLinks } from '../../kernel/host/objects/links.js';
import { type NetProgram, netPrograms } from '../../kernel/host/objects/net-programs.js';
import { findPins } from '../../kernel/host/objects/pins.js';
import { allPrograms, type BpfProgram } from '../../kernel/host/objects/programs.js';
import type { RowField } from '../../output/row-fields.js';
import { say } from '../standard-error.js';
import { holderText } from './holder-text.js';
import type { InspectConfig } from './inspect.js';
import { openRows } from './print-rows.js';

interface Row {
  readonly attached: NetProgram;
  /** undefined: it went while we looked. */
  readonly program: BpfProgram | undefined;
  readonly holders: readonly Holder[];
  readonly pinned: string | undefined;
  /** ns of CLOCK_BOOTTIME. */
  readonly now: bigint;
}

const FIELDS: readonly RowField<Row>[] = [
  { name: 'interface', of: row => row.attached.interface },
  { name: 'hook', of: row => row.attached.hook },
  { name: 'mode', of: row => row.attached.mode },
  { name: 'id', align: 'right', of: row => BigInt(row.attached.programId) },
  { name: 'name', of: row => row.program?.name },
  { name: 'tag', of: row => row.program?.tag },
  { name: 'jited_bytes', align: 'right', of: row => row.program && BigInt(row.program.jitedBytes) },
  {
    name: 'age_s',
    align: 'right',
    of: ({ program, now }) => program && (now - program.loadedAt) / 1_000_000_000n,
  },
  { name: 'by', of: row => row.attached.by },
  { name: 'owner', of: row => holderText(row.holders) },
  { name: 'pinned', of: row => row.pinned },
];

export async function showNet(config: InspectConfig): Promise<number> {
  const wanted = chosen(config.args);
  const attached = netPrograms(allLinks()).filter(({ interface: name }) => wanted(name));
  if (attached.length === 0) {
    say(
      `No BPF program is attached to ${config.args.length === 0 ? 'any interface' : config.args.join(', ')} here.\n`,
    );
    return 0;
  }
  const programs = new Map(allPrograms().map(program => [program.id, program]));
  const holders = findHolders();
  const pins = findPins();
  const now = readClock(Clock.CLOCK_BOOTTIME);
  const rows = attached.map((place): Row => {
    const { programId, linkId } = place;
    return {
      attached: place,
      program: programs.get(programId),
      holders: linkId === 0 ? holders.program(programId) : holders.link(linkId),
      pinned: pins.get(`link ${linkId}`) ?? pins.get(`prog ${programId}`),
      now,
    };
  });
  const printer = await openRows(config);
  printer.print(FIELDS, rows);
  await printer.close();
  return 0;
}

/** A name that is no pattern must be there. */
function chosen(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  const names = netInterfaces().map(({ name }) => name);
  const missing = patterns.find(pattern => !hasWildcard(pattern) && !names.includes(pattern));
  if (missing !== undefined) {
    const hint = didYouMean(missing, names) ?? `those of this network namespace are ${names.join(', ')}.`;
    throw new MissingError(`there is no interface '${missing}' here`, hint);
  }
  const globs = patterns.map(pattern => globPattern(pattern));
  return name => globs.some(glob => glob.test(name));
}
