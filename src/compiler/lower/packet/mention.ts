// What of packets a part of the typed tree reads or writes: found by its shape, once for each node.
import type { HeaderChoice, PacketRead, TypedCall } from '../../check/typed.js';
import type { ValueFunction } from '../../language/entry.js';
import { payloadAddress, payloadAt } from '../../language/functions/payload.js';
import { filterOf, pcap } from '../../language/functions/pcap.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import { BEFORE_PAYLOAD, findHeader, IP, IP6 } from '../../language/packet/headers.js';
import { furthest } from '../../language/packet/pcap/filter-tree.js';
import type { ClauseInput } from '../program-lowering.js';

type Node = Readonly<Record<string, unknown>>;

const known = new WeakMap<object, ReadonlySet<HeaderEntry>>();

/** Headers that must be found, or found absent, when this is evaluated. */
export function headersIn(part: unknown): ReadonlySet<HeaderEntry> {
  if (typeof part !== 'object' || part === null) return NONE;
  const before = known.get(part);
  if (before !== undefined) return before;
  const found = new Set<HeaderEntry>();
  visit(part, node => {
    for (const header of ofNode(node)) found.add(header);
  });
  known.set(part, found);
  return found;
}

const NONE: ReadonlySet<HeaderEntry> = new Set();

/** Headers that clauses ask for, their predicates included. */
export function headersOf(clauses: readonly ClauseInput[]): ReadonlySet<HeaderEntry> {
  return new Set(
    clauses.flatMap(({ variant: { predicate, body } }) => [...headersIn(predicate), ...headersIn(body)]),
  );
}

/** Does it read anything that may not be there? */
export function readsPacket(part: unknown): boolean {
  return headersIn(part).size > 0;
}

/** Does any of the clauses look at bytes behind the headers, which end before `most`? */
export function readsPayload(clauses: readonly ClauseInput[], most: number): boolean {
  let found = false;
  for (const { variant } of clauses) {
    visit([variant.predicate, variant.body], node => {
      found ||= node.kind === 'packet' && (node.read as PacketRead).kind === 'byte';
      if (node.kind !== 'call') return;
      found ||= node.entry === payloadAt || node.entry === payloadAddress;
      if (node.entry !== pcap) return;
      const test = filterOf(node.call as TypedCall);
      found ||= test !== undefined && furthest(test) > most;
    });
  }
  return found;
}

const steering = new WeakMap<object, boolean>();

/**
 * Does it change where headers are, so that what was known of the packet holds no more? In a socket buffer (`buffered`) each change
 * of a checksum by the kernel does.
 */
export function changesForm(part: object, buffered: boolean): boolean {
  const before = steering.get(part);
  if (before !== undefined) return before;
  let found = false;
  visit(part, node => {
    if (node.kind === 'packet-store') {
      const steers = (node.choices as readonly HeaderChoice[]).some(({ field }) => field.steers === true);
      found ||= buffered || steers;
    } else if (node.kind === 'call') {
      const { reshapes } = node.entry as ValueFunction;
      found ||= reshapes === 'all' || (buffered && reshapes === 'buffers');
    }
  });
  steering.set(part, found);
  return found;
}

function ofNode(node: Node): readonly HeaderEntry[] {
  if (node.kind === 'packet-store') {
    const choices = node.choices as readonly HeaderChoice[];
    const summed = choices.flatMap(({ field }) => field.pseudo ?? []).map(name => findHeader(name)!);
    return [...choices.map(each => each.header), ...summed];
  }
  if (node.kind === 'call') return (node.entry as ValueFunction).looksFor ?? [];
  if (node.kind !== 'packet') return [];
  const read = node.read as PacketRead;
  switch (read.kind) {
    case 'header':
      return [read.header];
    case 'field':
      return read.choices.map(choice => choice.header);
    case 'payload':
    case 'byte':
      return BEFORE_PAYLOAD;
    case 'fact':
      if (read.name === 'proto') return [IP, IP6];
      return read.name === 'payload.len' ? BEFORE_PAYLOAD : [];
  }
}

/** Nodes of the typed tree; types, maps and entries are not looked into. */
function visit(part: unknown, each: (node: Node) => void): void {
  if (Array.isArray(part)) {
    for (const item of part) visit(item, each);
    return;
  }
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  const node = part as Node;
  each(node);
  for (const key in node) if (!SKIPPED.has(key)) visit(node[key], each);
}

const SKIPPED: ReadonlySet<string> = new Set([
  'span',
  'type',
  'map',
  'variable',
  'variables',
  'entry',
  'read',
  'choices',
  'ranges',
  'probeType',
  'targets',
  'attributes',
]);
