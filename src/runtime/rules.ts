// --live: what packet programs do, as rows: of each interface the whole, then each rule. Rates are of the time since the rows were
// asked for last, all other numbers of the time since the start.
import { findProbeType } from '../compiler/language/registry.js';
import { NEXT, NO_RULE } from '../compiler/language/verdict.js';
import type { RuleSpec } from '../compiler/object-spec.js';
import type { RecordType } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { type RowField, recordOf } from '../output/row-fields.js';
import { interfaceNames, packetType, placeAt, placeName, type VerdictCount } from './verdicts.js';

/** Verdicts by the names of their columns: XDP_DROP is "drop", TC_ACT_REDIRECT and XDP_REDIRECT are "redirect". */
const NAMESPACE = /^(?:XDP|TC_ACT)_/;

interface Tally {
  packets: bigint;
  bytes: bigint;
  /** Packets that went on undecided: of a rule to the next, of the whole past the last. */
  next: bigint;
  readonly verdicts: Map<string, bigint>;
}

interface Row {
  /** "10:21:04", of rows that are printed one below the other. */
  readonly time: string;
  readonly place: string;
  readonly rule: string;
  readonly text: string;
  readonly now: Tally;
  /** Packets and bytes each second. */
  readonly rates: readonly [packets: bigint, bytes: bigint];
}

export interface RuleRows {
  /** `elapsed`: ns since the last time. */
  read(
    counts: readonly VerdictCount[],
    elapsed: bigint,
    time: string,
  ): { readonly type: RecordType; readonly values: readonly (readonly Value[])[] };
}

/** `none` stands for text that there is not; `timed`: rows have the time. */
export function ruleRows(
  rules: readonly RuleSpec[],
  { none, timed }: { readonly none: string; readonly timed: boolean },
  names: () => ReadonlyMap<number, string> = interfaceNames,
): RuleRows {
  const fields = fieldsOf(rules, timed);
  const before = new Map<string, readonly [packets: bigint, bytes: bigint]>();
  return {
    read(counts, elapsed, time) {
      const known = names();
      const tallies = new Map<string, Tally>();
      for (const each of counts) {
        const place = placeName(known, each);
        if (each.verdict !== NEXT) add(tallies, place, each);
        if (each.rule !== NO_RULE) add(tallies, `${place} ${each.rule}`, each);
      }
      const row = (place: string, rule: string, text: string, id: string): Row => {
        const now = tallies.get(id) ?? emptyTally();
        const [packets, bytes] = before.get(id) ?? [0n, 0n];
        before.set(id, [now.packets, now.bytes]);
        const rate = (more: bigint) =>
          elapsed === 0n ? 0n : (more * 1_000_000_000n + elapsed / 2n) / elapsed;
        const rates = [rate(now.packets - packets), rate(now.bytes - bytes)] as const;
        return { time, place, rule, text, now, rates };
      };
      const places = new Map<string, RuleSpec[]>();
      for (const rule of rules) {
        const place = placeAt(rule.interface, rule.hook);
        places.set(place, [...(places.get(place) ?? []), rule]);
      }
      const rows = [...places].flatMap(([place, own]) => [
        row(place, 'all', '', place),
        ...own.map(({ number, text, probe }) =>
          row(place, number === undefined ? 'guard' : String(number), text, `${place} ${probe}`),
        ),
      ]);
      return recordOf(fields, rows, none);
    },
  };
}

function emptyTally(): Tally {
  return { packets: 0n, bytes: 0n, next: 0n, verdicts: new Map() };
}

function add(tallies: Map<string, Tally>, id: string, count: VerdictCount): void {
  const { hook, verdict, rule, packets } = count;
  const tally = tallies.get(id) ?? emptyTally();
  tallies.set(id, tally);
  tally.packets += packets;
  tally.bytes += count.bytes;
  if (verdict === NEXT || rule === NO_RULE) tally.next += packets;
  if (verdict === NEXT) return;
  const known = packetType(hook)?.packet?.verdicts.find(({ value }) => value === verdict)?.name;
  const column = columnName(known ?? String(verdict));
  tally.verdicts.set(column, (tally.verdicts.get(column) ?? 0n) + packets);
}

function columnName(verdict: string): string {
  return verdict.replace(NAMESPACE, '').toLowerCase();
}

/** A column for each verdict that programs of these types have; of a value with several names the first. */
function fieldsOf(rules: readonly RuleSpec[], timed: boolean): RowField<Row>[] {
  const types = new Set(rules.map(({ type }) => type));
  const verdicts = [...types].flatMap(type => {
    const all = findProbeType(type)?.packet?.verdicts ?? [];
    return all.filter(({ value }, i) => all.findIndex(each => each.value === value) === i);
  });
  const columns = [...new Set(verdicts.map(({ name }) => columnName(name)))];
  const number = (name: string, of: (row: Row) => bigint | undefined): RowField<Row> => ({
    name,
    align: 'right',
    of,
  });
  return [
    ...(timed ? [{ name: 'time', of: ({ time }: Row) => time }] : []),
    { name: 'interface', of: ({ place }) => place },
    { name: 'rule', of: ({ rule }) => rule },
    { name: 'filter', of: ({ text }) => text },
    number('packets/s', ({ rates }) => rates[0]),
    number('bytes/s', ({ rates }) => rates[1]),
    ...columns.map(name => number(name, ({ now }) => now.verdicts.get(name) ?? 0n)),
    number('next', ({ now }) => now.next),
    number('packets', ({ now }) => now.packets),
    number('bytes', ({ now }) => now.bytes),
  ];
}
