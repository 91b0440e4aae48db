// What goes to the terminal: printf and print.

import type { TypedCall } from '../../check/typed.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import type { Flip } from '../../lower/generation.js';
import type { EventField, Lowering } from '../../lower/lowering.js';
import { UINT64, VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';
import { mapOf } from './argument.js';
import { kernelRefuses } from './file-format.js';

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
  check: (call, { target, diagnostics }) => {
    const [format, ...values] = call.args;
    if (target.mode !== 'pin' || format?.kind !== 'string') return;
    const text = new TextDecoder('latin1').decode(format.bytes);
    const refusal = kernelRefuses(
      text,
      values.map(value => value.type),
    );
    if (refusal === undefined) return;
    const message = `the kernel prints for a pinned iterator, and ${refusal}`;
    diagnostics.error('pinned-iterator', call.span, message, {
      hint: 'it has %d %u %x %p of numbers and %s of strings, with flags and widths',
    });
  },
  lower: (lowering, call) => {
    const [format, ...values] = call.args;
    if (format?.kind !== 'string') throw new InternalError('printf without a literal format');
    if (lowering.targets[0]?.mode === 'pin') {
      lowering.printToFile(new TextDecoder('latin1').decode(format.bytes), values);
      return;
    }
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
  check: (call, { diagnostics }) => {
    const type = call.args[0]?.type;
    if (type?.kind !== 'pointer' || type.space !== 'ctx') return;
    diagnostics.error('argument-type', call.span, 'the context is no value that can be printed', {
      hint: 'print one of its fields (ctx.name), or printf("%p", ctx) for its address',
    });
  },
  lower: (lowering, call) => {
    const [first, top, div] = call.args;
    if (first === undefined) return;
    if (first.kind !== 'map') {
      lowering.emit('print', [{ name: 'value', value: first }], {});
      return;
    }
    const flip = lowering.generations.flips.get(call);
    const data: PrintMapData = {
      map: first.map.name,
      top: top?.kind === 'integer' ? Number(top.value) : 0,
      div: div?.kind === 'integer' ? String(div.value) : '0',
      ...(flip === undefined ? {} : { flip }),
    };
    lowering.emit('print', flip === undefined ? [] : [{ name: 'time', value: now(lowering) }], data);
  },
  onEvent: (view, effects, site) => {
    const data = site.data as PrintMapData | { map?: undefined };
    if (data.map === undefined) {
      effects.printValue(site, view);
      return;
    }
    const options = { top: data.top, div: BigInt(data.div) };
    const [time] = site.layout.fields;
    if (data.flip === undefined || time === undefined) effects.printMap(data.map, options);
    else {
      const at = view.data.getBigUint64(view.offset + time.offset, LITTLE_ENDIAN);
      effects.printGeneration(data.map, options, { flip: data.flip, site: site.id, at });
    }
  },
};

/** ns of CLOCK_MONOTONIC. */
function now({ builder }: Lowering): EventField['value'] {
  return { type: UINT64, operand: { kind: 'word', value: builder.call('ktime_get_ns', []) } };
}

/** Both architectures we know are little-endian. */
const LITTLE_ENDIAN = true;

/** Site data of print(@map, top, div). `div` is an int64 as decimal. With `flip` the event holds its time: see lower/generation.ts. */
export interface PrintMapData {
  readonly map: string;
  readonly top: number;
  readonly div: string;
  readonly flip?: Flip;
}

/** Site data of clear(@map) and zero(@map). `done`: what is printed is gone already; when that is not certain, there may be more to do. */
export interface ClearData {
  readonly map: string;
  readonly done?: { readonly certain: boolean };
}

function clearing(lowering: Lowering, call: TypedCall): ClearData {
  const done = lowering.generations.done.get(call);
  return { map: mapOf(call).name, ...(done === undefined ? {} : { done }) };
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
  lower: (lowering, call) => lowering.emit('clear', [], clearing(lowering, call)),
  onEvent: (_view, effects, site) => {
    const { map, done } = site.data as ClearData;
    const printed = done !== undefined && effects.forgetGeneration(map);
    if (!printed && done?.certain !== true) effects.clearMap(map);
  },
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
  lower: (lowering, call) => lowering.emit('zero', [], clearing(lowering, call)),
  onEvent: (_view, effects, site) => {
    const { map, done } = site.data as ClearData;
    const printed = done !== undefined && effects.forgetGeneration(map);
    if (!printed && done?.certain !== true) effects.zeroMap(map);
  },
};
