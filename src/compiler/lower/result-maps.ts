// Maps that a script only fills: nothing of it reads them, and it leaves printing them to the end. They are what --interval
// prints and clears every so often. A map that the script reads is its memory (the start times of requests that go on), and
// one that it prints or clears is looked after already.
import type { TypedProgram } from '../check/typed.js';

export function findResultMaps({ probes, maps }: TypedProgram): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { probeType, predicate, body } of probes.flatMap(probe => probe.variants)) {
    // What END prints or clears there is nothing more to do with, then.
    const atEnd = probeType.origin === 'session';
    visit(predicate, used, atEnd);
    visit(body, used, atEnd);
  }
  return new Set(maps.map(({ name }) => name).filter(name => !used.has(name)));
}

const SHOWN: readonly string[] = ['print', 'clear', 'zero'];

function visit(part: unknown, used: Set<string>, atEnd: boolean): void {
  if (Array.isArray(part)) {
    for (const item of part) visit(item, used, atEnd);
    return;
  }
  if (typeof part !== 'object' || part === null) return;
  const node = part as Node;
  switch (node.kind) {
    case 'expression':
      // `@x++` as a statement only adds.
      if (node.expression?.kind === 'update') visit(node.expression.target?.key, used, atEnd);
      else visit(node.expression, used, atEnd);
      return;
    case 'update':
    case 'map-read':
    case 'for-map': {
      const map = node.map ?? node.target?.map;
      if (map !== undefined) used.add(map.name);
      break;
    }
    // Whoever has its address may read it.
    case 'address':
      if (node.of?.kind === 'map' && node.of.map !== undefined) used.add(node.of.map.name);
      break;
    case 'call': {
      const { entry, call } = node;
      const shows = SHOWN.includes(entry?.name ?? '');
      for (const arg of call?.args ?? []) {
        if (arg.kind === 'map' && arg.map !== undefined && !(shows && atEnd)) used.add(arg.map.name);
        else visit(arg, used, atEnd);
      }
      return;
    }
    default:
      break;
  }
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'map' && key !== 'entry' && key !== 'type' && key !== 'span') visit(value, used, atEnd);
  }
}

/** As much of the typed tree's nodes as is looked at. */
interface Node {
  readonly kind?: string;
  readonly map?: { readonly name: string };
  readonly of?: Node;
  readonly target?: { readonly map?: { readonly name: string }; readonly key?: unknown };
  readonly expression?: Node;
  readonly entry?: { readonly name: string };
  readonly call?: { readonly args: readonly Node[] };
}
