// What asynchronous functions do: the one implementation of Effects, over a session's maps and sinks.
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { Effects, RecordView } from '../compiler/language/effects.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import { decodeRecordField } from '../compiler/types/decode.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import type { Sink } from '../output/sink.js';
import { readMap } from './map-reader.js';
import type { Symbols } from './symbols.js';

export interface EffectsContext {
  readonly maps: ReadonlyMap<string, LoadedMap>;
  readonly sink: Sink;
  readonly symbols?: Pick<Symbols, 'processSeen'> | undefined;
  readonly onExit: (code: number) => void;
  readonly onRuntimeError: (message: string, site: SiteSpec) => void;
}

export function sessionEffects(context: EffectsContext): Effects {
  const { sink } = context;
  const mapOf = (name: string): LoadedMap => {
    const map = context.maps.get(name);
    if (map === undefined) throw new InternalError(`no map ${name}`);
    return map;
  };
  return {
    printf: (site, view) => sink.printf(site, view),
    printValue(site: SiteSpec, view: RecordView) {
      const field = site.layout.fields[0];
      if (field === undefined) throw new InternalError(`print site ${site.id} has no field`);
      sink.value(field.type, decodeRecordField(site.layout, field, view));
    },
    printMap: (name, top, div) => sink.map(readMap(mapOf(name)), { top, div }),
    zeroMap: name => mapOf(name).zero(),
    clearMap: name => mapOf(name).clear(),
    time: format => sink.time(format),
    exit: context.onExit,
    processSeen: (pid, map, stack) => context.symbols?.processSeen(pid, map, stack),
    runtimeError: context.onRuntimeError,
  };
}
