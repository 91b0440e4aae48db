// What goes to the terminal: printf and print.

import { InternalError } from '../../diagnostics/diagnostic.js';
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';
import { mapOf } from './argument.js';

export const printf: AsyncFunction = {
  name: 'printf',
  role: 'async',
  signatures: [
    {
      params: [
        { name: 'format', kind: 'format' },
        { name: 'args', kind: 'any', variadic: true, optional: true },
      ],
      returns: VOID,
    },
  ],
  doc: {
    summary: 'Prints by a format, as C does.',
    detail:
      'Conversions: %d %i %u %x %X %o %c %p %s %r, with the flags - 0 #, a width and a precision; the length ' +
      'modifiers hh h l ll j z t are accepted.',
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%-6d %s\\n", pid, comm); }',
    seeAlso: ['print', 'strftime'],
  },
  lower: (lowering, call) => {
    const [format, ...values] = call.args;
    if (format?.kind !== 'string') throw new InternalError('printf without a literal format');
    lowering.emit(
      'printf',
      values.map((value, index) => ({ name: `arg${index}`, value })),
      { format: new TextDecoder('latin1').decode(format.bytes) },
    );
  },
  onEvent: (view, effects, site) => effects.printf(site, view),
};

export const print: AsyncFunction = {
  name: 'print',
  role: 'async',
  signatures: [
    {
      params: [
        { name: 'map', kind: 'map' },
        { name: 'top', kind: 'integer-literal', optional: true },
        { name: 'div', kind: 'integer-literal', optional: true },
      ],
      returns: VOID,
    },
    { params: [{ name: 'value', kind: 'any' }], returns: VOID },
  ],
  doc: {
    summary: 'Prints a map, or any value; a record is a row.',
    detail: 'For a map: only the last `top` entries, and values divided by `div`.',
    example: 'interval:s:1 { print((cpu=cpu, now=nsecs)); }',
    seeAlso: ['printf', 'clear', 'zero'],
  },
  lower: (lowering, call) => {
    const [first, top, div] = call.args;
    if (first === undefined) return;
    if (first.kind !== 'map') {
      lowering.emit('print', [{ name: 'value', value: first }], {});
      return;
    }
    lowering.emit('print', [], {
      map: first.map.name,
      top: top?.kind === 'integer' ? Number(top.value) : 0,
      div: div?.kind === 'integer' ? String(div.value) : '0',
    } satisfies PrintMapData);
  },
  onEvent: (view, effects, site) => {
    const data = site.data as PrintMapData | { map?: undefined };
    if (data.map === undefined) effects.printValue(site, view);
    else effects.printMap(data.map, data.top, BigInt(data.div));
  },
};

/** Site data of print(@map, top, div). `div` is an int64 as decimal. */
export interface PrintMapData {
  readonly map: string;
  readonly top: number;
  readonly div: string;
}

export const clear: AsyncFunction = {
  name: 'clear',
  role: 'async',
  signatures: [{ params: [{ name: 'map', kind: 'map' }], returns: VOID }],
  doc: {
    summary: 'Removes all keys of a map.',
    example: 'tracepoint:sched:sched_switch { @ = count(); } interval:s:1 { print(@); clear(@); }',
    seeAlso: ['zero', 'delete', 'print'],
  },
  lower: (lowering, call) => lowering.emit('clear', [], { map: mapOf(call).name }),
  onEvent: (_view, effects, site) => effects.clearMap((site.data as { map: string }).map),
};

export const zero: AsyncFunction = {
  name: 'zero',
  role: 'async',
  signatures: [{ params: [{ name: 'map', kind: 'map' }], returns: VOID }],
  doc: {
    summary: 'Sets all values of a map to zero, keys kept.',
    example: 'tracepoint:sched:sched_switch { @[cpu] = count(); } interval:s:1 { print(@); zero(@); }',
    seeAlso: ['clear', 'print'],
  },
  lower: (lowering, call) => lowering.emit('zero', [], { map: mapOf(call).name }),
  onEvent: (_view, effects, site) => effects.zeroMap((site.data as { map: string }).map),
};
