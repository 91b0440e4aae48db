// --verdicts: what packet programs returned, by interface and verdict, as a map like the script's own.
import type { ProbeTypeEntry } from '../compiler/language/probe-type.js';
import { findProbeType, PROBE_TYPES } from '../compiler/language/registry.js';
import { NEXT } from '../compiler/language/verdict.js';
import type { Type } from '../compiler/types/type.js';
import { UINT64 } from '../compiler/types/type.js';
import type { Value } from '../compiler/types/value.js';
import { netInterfaces } from '../kernel/host/interfaces.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { MapSnapshot } from '../output/sink.js';

const NAME = 'verdicts';
const TEXT: Type = { kind: 'string', size: 64 };

/**
 * Gives `verdicts[eth0, XDP_DROP]: (packets=2, bytes=120)`, what has been counted since it was asked last; undefined when nothing
 * counts.
 */
export function verdictCounts(maps: ReadonlyMap<string, LoadedMap>): (() => MapSnapshot) | undefined {
  const map = maps.get(NAME);
  if (map === undefined) return undefined;
  const before = new Map<string, readonly [packets: bigint, bytes: bigint]>();
  return () => {
    const whole = readVerdicts(map);
    const entries = whole.entries.flatMap(({ key, value }) => {
      const name = String(key);
      const [packets, bytes] = value as [bigint, bigint];
      const [packetsBefore, bytesBefore] = before.get(name) ?? [0n, 0n];
      before.set(name, [packets, bytes]);
      const more = [packets - packetsBefore, bytes - bytesBefore];
      return more[0] === 0n ? [] : [{ key, value: more }];
    });
    return { ...whole, entries };
  };
}

/** What was counted of an interface (its number), a hook (enum bpf_attach_type), a verdict and a rule (lower/verdict-count.ts). */
export interface VerdictCount {
  readonly interface: number;
  readonly hook: number;
  readonly verdict: number;
  readonly rule: number;
  readonly packets: bigint;
  readonly bytes: bigint;
}

export function readCounts(map: LoadedMap): VerdictCount[] {
  const { count, keys, values } = map.readAll();
  const key = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  const data = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const sum = (at: number) => {
    let total = 0n;
    for (let copy = 0; copy < map.copies; copy++) total += data.getBigUint64(at + copy * map.stride, true);
    return total;
  };
  return Array.from({ length: count }, (_, i) => {
    const [index, hook, verdict, rule] = [0, 4, 8, 12].map(offset => key.getInt32(i * 16 + offset, true));
    const at = i * map.copies * map.stride;
    return {
      interface: index!,
      hook: hook!,
      verdict: verdict!,
      rule: rule!,
      packets: sum(at),
      bytes: sum(at + 8),
    };
  });
}

/** "eth0", "eth0 ingress"; of one that is not there any more its number. */
export function placeName(
  names: ReadonlyMap<number, string>,
  { interface: index, hook }: Pick<VerdictCount, 'interface' | 'hook'>,
): string {
  return placeAt(names.get(index) ?? `interface ${index}`, hook);
}

/** An interface by name. */
export function placeAt(name: string, hook: number): string {
  return `${name}${packetType(hook)?.packet?.hooks.get(hook) ?? ''}`;
}

export function packetType(hook: number): ProbeTypeEntry | undefined {
  return PROBE_TYPES.find(({ packet }) => packet?.hooks.has(hook));
}

export function interfaceNames(): Map<number, string> {
  return new Map(netInterfaces().map(({ index, name }) => [index, name]));
}

function readVerdicts(map: LoadedMap): MapSnapshot {
  const names = interfaceNames();
  const sums = new Map<string, { key: Value; packets: bigint; bytes: bigint }>();
  for (const each of readCounts(map)) {
    if (each.verdict === NEXT) continue;
    const type = packetType(each.hook);
    const parts = [placeName(names, each), verdictName(type?.name ?? '', each.verdict)];
    const sum = sums.get(parts.join()) ?? { key: parts.map(text), packets: 0n, bytes: 0n };
    sum.packets += each.packets;
    sum.bytes += each.bytes;
    sums.set(parts.join(), sum);
  }
  return {
    name: NAME,
    key: { kind: 'tuple', elements: [TEXT, TEXT] },
    value: {
      kind: 'record',
      fields: [
        { name: 'packets', type: UINT64 },
        { name: 'bytes', type: UINT64 },
      ],
    },
    entries: [...sums.values()].map(({ key, packets, bytes }) => ({ key, value: [packets, bytes] })),
  };
}

/** `XDP_DROP` */
export function verdictName(probeType: string, value: number): string {
  const verdicts = findProbeType(probeType)?.packet?.verdicts ?? [];
  return verdicts.find(verdict => verdict.value === value)?.name ?? String(value);
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}
