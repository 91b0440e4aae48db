// Maps of two generations. A map that a script prints and then clears (or zeroes) in one run of a probe is two maps in the
// kernel: programs write to the one that a word of `globals` tells; user space turns the word, waits for the programs in
// flight, and prints and clears the other. So nothing is lost between the two calls, and nothing is counted twice.
//
// Which maps those are is seen from the text: in one list of statements a print(@x) is followed by clear(@x) or zero(@x),
// and nothing between them leaves the list. A print() in a block before the clear() counts too, outside of loops.
import type { MapInfo, TypedCall, TypedExpression, TypedProgram, TypedStatement } from '../check/typed.js';
import type { ValueId } from '../ir/ir.js';
import type { ProgramLowering } from './program-lowering.js';

/** What becomes of a generation after it is printed. */
export type Aftermath = 'clear' | 'zero';

/** Of a print(@x): the maps that change their generation with it, @x among them; all those that its run prints. */
export type Flip = readonly { readonly map: string; readonly after: Aftermath }[];

export interface Generations {
  readonly maps: ReadonlySet<string>;
  readonly flips: ReadonlyMap<TypedCall, Flip>;
  /** clear() and zero() after a print() that is certain: they have been done with it. The others may have to act. */
  readonly done: ReadonlyMap<TypedCall, { readonly certain: boolean }>;
}

interface Found {
  readonly maps: Set<string>;
  readonly flips: Map<TypedCall, Flip>;
  readonly done: Map<TypedCall, { readonly certain: boolean }>;
}

type MapCall = { readonly name: string; readonly call: TypedCall; readonly map: string };

/** A print() whose clear() has not come yet. */
interface Open {
  readonly prints: TypedCall[];
  certain: boolean;
}

/** `others`: maps that are to have two besides. */
export function findGenerations({ probes }: TypedProgram, others: ReadonlySet<string>): Generations {
  const found: Found = { maps: new Set(others), flips: new Map(), done: new Map() };
  for (const { probeType, body } of probes.flatMap(probe => probe.variants)) {
    // BEGIN and END: no program runs beside them.
    if (probeType.origin !== 'session') searchList(body, found);
  }
  return found;
}

function searchList(body: readonly TypedStatement[], found: Found): void {
  const open = new Map<string, Open>();
  /** Certain pairs since something last left the list: their maps change generation together. */
  let group: { readonly map: string; readonly after: Aftermath; readonly prints: readonly TypedCall[] }[] =
    [];
  const endGroup = () => {
    setFlips(group, found);
    group = [];
  };
  for (const statement of body) {
    const own = mapCall(statement);
    if (own?.name === 'print') {
      const pair = open.get(own.map) ?? { prints: [], certain: true };
      pair.prints.push(own.call);
      // After a print that may not have come, this one is certain, and decides.
      pair.certain = true;
      open.set(own.map, pair);
      continue;
    }
    if (own !== undefined) {
      const pair = open.get(own.map);
      open.delete(own.map);
      if (pair === undefined) continue;
      const after = own.name as Aftermath;
      found.maps.add(own.map);
      found.done.set(own.call, { certain: pair.certain });
      if (pair.certain) group.push({ map: own.map, after, prints: pair.prints });
      else for (const call of pair.prints) found.flips.set(call, [{ map: own.map, after }]);
      continue;
    }
    for (const list of listsOf(statement)) searchList(list, found);
    if (leaves(statement)) {
      open.clear();
      endGroup();
      continue;
    }
    for (const { map, call } of printsWithin(statement)) {
      if (found.flips.has(call)) continue; // paired within its own list
      const pair = open.get(map) ?? { prints: [], certain: false };
      pair.prints.push(call);
      open.set(map, pair);
    }
  }
  endGroup();
}

/** The first print of a group changes the generation of all its maps; each of the others of its own, if need be. */
function setFlips(
  group: readonly {
    readonly map: string;
    readonly after: Aftermath;
    readonly prints: readonly TypedCall[];
  }[],
  { flips }: Found,
): void {
  const firstOfEach = group.filter(({ map }, i) => group.findIndex(pair => pair.map === map) === i);
  const all = firstOfEach.map(({ map, after }) => ({ map, after }));
  for (const { map, after, prints } of group) for (const call of prints) flips.set(call, [{ map, after }]);
  const first = group.flatMap(({ prints }) => prints).sort((a, b) => a.span.start - b.span.start)[0];
  if (first !== undefined && all.length > 1) {
    const own = flips.get(first)![0]!;
    flips.set(first, [own, ...all.filter(({ map }) => map !== own.map)]);
  }
}

/** A statement that is print(@x), clear(@x) or zero(@x). */
function mapCall(statement: TypedStatement): MapCall | undefined {
  if (statement.kind !== 'expression' || statement.expression.kind !== 'call') return undefined;
  const { entry, call } = statement.expression;
  const [map] = call.args;
  if (map?.kind !== 'map' || !['print', 'clear', 'zero'].includes(entry.name)) return undefined;
  return { name: entry.name, call, map: map.map.name };
}

/** Lists of statements in a statement. */
function listsOf(statement: TypedStatement): readonly (readonly TypedStatement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.else];
    case 'block':
    case 'unroll':
    case 'while':
    case 'for-range':
    case 'for-map':
      return [statement.body];
    default:
      return [];
  }
}

/** print(@x) somewhere in a statement, not in a loop. */
function printsWithin(statement: TypedStatement): MapCall[] {
  if (statement.kind !== 'if' && statement.kind !== 'block') return [];
  return listsOf(statement)
    .flat()
    .flatMap(inner => {
      const own = mapCall(inner);
      return own?.name === 'print' ? [own] : printsWithin(inner);
    });
}

const LEAVING: readonly string[] = ['exit', 'fail', 'assert'];

/** Whether what follows a statement may not be reached. */
function leaves(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(leaves);
  if (typeof part !== 'object' || part === null) return false;
  const node = part as TypedStatement | TypedExpression;
  if (node.kind === 'return' || node.kind === 'break' || node.kind === 'continue') return true;
  if (node.kind === 'call' && LEAVING.includes(node.entry.name)) return true;
  if (!('span' in node) && !('args' in node)) return false; // types, maps, entries
  return Object.values(node).some(leaves);
}

/** Name of a map's other half in the kernel, and of the word that tells which of them is written to: 0 or 1. */
export function twinOf(map: string): { readonly map: string; readonly word: string } {
  return { map: `${map}.1`, word: `generation ${map}` };
}

/** 0 or 1; undefined: the map has one generation. */
export function generationOf(lowering: ProgramLowering, map: MapInfo): ValueId | undefined {
  const { object, builder } = lowering;
  if (!object.generations.maps.has(map.name)) return undefined;
  return builder.load(8, builder.mapValue('globals', object.wordOffset(twinOf(map.name).word)), 0);
}

/** What `use` gives for the map's kernel form; where it has two, for that of the generation. */
export function onMap(
  { builder }: ProgramLowering,
  map: MapInfo,
  generation: ValueId | undefined,
  use: (name: string) => ValueId,
): ValueId {
  if (generation === undefined) return use(map.name);
  return builder.select(
    'eq',
    generation,
    builder.const(0),
    () => use(map.name),
    () => use(twinOf(map.name).map),
  );
}
