// Events on their way from the kernel's buffer to what handles them. What BEGIN sends is held until everything is attached:
// bpftrace tells of that first.
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { Effects } from '../compiler/language/effects.js';
import { findFunction } from '../compiler/language/registry.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import type { LoadedMap } from '../kernel/load/loaded-map.js';
import { dispatcher, type Handler } from './dispatch.js';
import { EventLimit } from './event-limit.js';
import type { EventSource } from './event-source.js';
import { openEventSource } from './events.js';
import type { Globals } from './globals.js';

export interface DeliveryOptions {
  readonly spec: ObjectSpec;
  readonly maps: ReadonlyMap<string, LoadedMap>;
  /** Bytes. */
  readonly ringSize: number;
  readonly globals: Globals;
  readonly effects: Effects;
  /** After so many events, `onLimit`; undefined: on and on. */
  readonly events: number | undefined;
  readonly onLimit: () => void;
  /** Nothing is handled any more. */
  readonly isSilent: () => boolean;
  readonly afterBatch: () => void;
  /** Runs what prints; a reader that has gone ends the session. */
  readonly guard: (act: () => void) => void;
}

export class Delivery {
  readonly #source: EventSource;
  readonly #deliver: (batch: Uint8Array, length: number) => void;
  #held: Uint8Array[] | undefined = [];

  /** Throws a SyscallError. */
  constructor(options: DeliveryOptions) {
    const { maps, ringSize, globals, guard, isSilent, afterBatch } = options;
    const deliver = dispatcher(handlersOf(options), isSilent, afterBatch);
    this.#deliver = (batch, length) => guard(() => deliver(batch, length));
    this.#source = openEventSource(maps, ringSize, globals, (batch, length) => {
      if (this.#held === undefined) this.#deliver(batch, length);
      else this.#held.push(batch.slice(0, length));
    });
  }

  /** What was held, and from now on everything as it comes. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const batch of held) this.#deliver(batch, batch.length);
  }

  /** Waits for events. */
  start(): void {
    this.#source.start();
  }

  /** Handles what is there. */
  drain(): void {
    this.#source.drain();
  }

  close(): void {
    this.#source.close();
  }
}

function handlersOf({ spec, effects, events, onLimit }: DeliveryOptions): Handler[] {
  const limit = events === undefined ? undefined : new EventLimit(events, spec, onLimit);
  return spec.sites.map(site => {
    const entry = findFunction(site.entry);
    if (entry === undefined || entry.role !== 'async')
      throw new InternalError(`no handler for ${site.entry}`);
    const handler: Handler = view => entry.onEvent(view, effects, site);
    return limit === undefined ? handler : limit.limit(site, handler);
  });
}
