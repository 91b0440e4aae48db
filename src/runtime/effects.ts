// What asynchronous functions do: the one implementation of Effects, over a session's maps and sinks.
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { Effects, RecordView } from '../compiler/language/effects.js';
import type { PageData } from '../compiler/language/functions/page.js';
import { errnoText } from '../compiler/language/names/errno.js';
import type { SiteSpec } from '../compiler/object-spec.js';
import { decodeRecordField } from '../compiler/types/decode.js';
import type { MapOptions, Sink } from '../output/sink.js';
import type { CaptureFiles } from './capture-files.js';
import { readStart, runCommand } from './outside.js';
import type { ScriptMaps } from './script-maps.js';
import type { Symbols } from './symbols.js';

export interface EffectsContext {
  readonly maps: ScriptMaps;
  readonly sink: Sink;
  readonly mapStyle?: Pick<MapOptions, 'order' | 'percentiles'> | undefined;
  readonly symbols?: Pick<Symbols, 'processSeen' | 'cgroupSeen'> | undefined;
  /** The text of an event by its site's format. */
  readonly eventText?: ((site: SiteSpec, view: RecordView) => string) | undefined;
  /** A line for stderr. */
  readonly notice?: ((line: string) => void) | undefined;
  /** warnf() is heard. */
  readonly warnings?: boolean | undefined;
  /** Bytes of a file that cat() prints at most. */
  readonly maxCatBytes?: number | undefined;
  readonly onExit: (code: number) => void;
  /** Where packets of skboutput() and capture() go. */
  readonly captures: Pick<CaptureFiles, 'append' | 'appendRaw'> | undefined;
  readonly onUnwatch: (address: bigint) => void;
  readonly onRuntimeError: (message: string, site: SiteSpec) => void;
}

export function sessionEffects(context: EffectsContext): Effects {
  const { sink, maps } = context;
  const textOf = (site: SiteSpec, view: RecordView): string => {
    if (context.eventText === undefined) throw new InternalError('a session that cannot format');
    return context.eventText(site, view);
  };
  return {
    printf: (site, view) => sink.printf(site, view),
    event: (site, view) => sink.event(site, view),
    printValue(site: SiteSpec, view: RecordView) {
      const field = site.layout.fields[0];
      if (field === undefined) throw new InternalError(`print site ${site.id} has no field`);
      sink.value(field.type, decodeRecordField(site.layout, field, view));
    },
    endPage: site => sink.endPage?.(site.probe, site.data as PageData),
    printMap: (name, options) => sink.map(maps.read(name), { ...options, ...context.mapStyle }),
    printGeneration: (name, options, turn) =>
      sink.map(maps.take(name, turn), { ...options, ...context.mapStyle }),
    forgetGeneration: name => maps.forget(name) !== undefined,
    text: (kind, text) => sink.text(kind, text),
    message(kind, site, view) {
      if (kind === 'errorf' || context.warnings !== false) sink.error(kind, textOf(site, view), site.span);
    },
    runCommand(site, view) {
      sink.flush(); // its stderr comes after what was printed before
      const { output, failure } = runCommand(textOf(site, view));
      sink.text('syscall', output);
      if (failure !== undefined) context.notice?.(`ERROR: ${failure}\n`);
    },
    printFile(site, view) {
      const path = textOf(site, view);
      try {
        sink.text('cat', readStart(path, context.maxCatBytes ?? 10_240));
      } catch (error) {
        sink.flush();
        context.notice?.(`ERROR: failed to open file '${path}' (${reason(error)})\n`);
      }
    },
    zeroMap: name => maps.zero(name),
    clearMap: name => maps.clear(name),
    time: format => sink.time(format),
    exit: context.onExit,
    unwatch: context.onUnwatch,
    packet: (path, time, bytes) => context.captures?.appendRaw(path, time, bytes),
    capture: (data, packet) => context.captures?.append(data, packet),
    processSeen: (pid, map, stack) => context.symbols?.processSeen(pid, map, stack),
    cgroupSeen: id => context.symbols?.cgroupSeen(id),
    runtimeError: context.onRuntimeError,
    helperError(helper, returned, site) {
      const message = errnoText(-returned) ?? 'Unknown error';
      sink.error('helper_error', message, site.span, { helper, returned });
    },
  };
}

/** Why a file could not be read, in the kernel's words. */
function reason(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : errnoText(-errno)) ?? message;
}
