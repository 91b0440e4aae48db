// Rows that belong together: what a probe has printed so far, as `top` shows it.
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';

export const page: AsyncFunction = {
  name: 'page',
  role: 'async',
  signatures: [
    {
      params: [
        { name: 'top', kind: 'integer-literal', optional: true },
        { name: 'column', kind: 'string-literal', optional: true },
      ],
      returns: VOID,
    },
  ],
  doc: {
    summary: 'Ends a page: the rows that the probe has printed since the last one are shown together.',
    detail:
      'They are sorted by the column, numbers with the greatest first, and the first `top` of them are shown (0: all; JSON and ' +
      'CSV always have all). On a terminal a page takes the place of the one before. --sort and --top say otherwise.',
    example:
      'tracepoint:syscalls:sys_enter_openat { @[comm] = count(); } interval:s:1 { for ($kv : @) { print((comm=$kv.0, opens=(int64)$kv.1)); } page(20, "opens"); }',
    seeAlso: ['print', 'clear'],
  },
  lower: (lowering, call) => {
    const [top, column] = call.args;
    const data: PageData = {
      top: top?.kind === 'integer' ? Number(top.value) : 0,
      ...(column?.kind === 'string' ? { column: new TextDecoder().decode(column.bytes) } : {}),
    };
    lowering.emit('page', [], data);
  },
  onEvent: (_view, effects, site) => effects.endPage(site),
};

/** Site data of page(). */
export interface PageData {
  /** Rows that are shown; 0: all. */
  readonly top: number;
  /** Name of the column by which they are sorted. */
  readonly column?: string;
}
