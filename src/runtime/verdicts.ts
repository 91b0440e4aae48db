// --verdicts: what packet programs returned, by interface and verdict, as a map like the script's own.
import { findProbeType, PROBE_TYPES } from '../compiler/language/registry.js';
import type { Type } from '../compiler/types/type.js';
import { UINT64 } from '../compiler/types/type.js';
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

function readVerdicts(map: LoadedMap): MapSnapshot {
  const { count, keys, values } = map.readAll();
  const key = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  const data = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const names = new Map(netInterfaces().map(({ index, name }) => [index, name]));
  const sum = (at: number) => {
    let total = 0n;
    for (let copy = 0; copy < map.copies; copy++) total += data.getBigUint64(at + copy * map.stride, true);
    return total;
  };
  const entries = Array.from({ length: count }, (_, i) => {
    const [index, hook, verdict] = [0, 4, 8].map(offset => key.getUint32(i * 12 + offset, true));
    const at = i * map.copies * map.stride;
    const type = PROBE_TYPES.find(({ packet }) => packet?.hooks.has(hook!));
    return {
      key: [
        text(`${names.get(index!) ?? `interface ${index}`}${type?.packet?.hooks.get(hook!) ?? ''}`),
        text(verdictName(type?.name ?? '', verdict! | 0)),
      ],
      value: [sum(at), sum(at + 8)],
    };
  });
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
    entries,
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
