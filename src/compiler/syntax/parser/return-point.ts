// `return:$1`: the attach point where what a parameter names comes to its end. kprobe:f -> kretprobe:f, and so on.
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { AttachPoint } from '../ast.js';

export const RETURN = 'return';

/** By probe type of the entry. */
const RETURN_TYPES: ReadonlyMap<string, string> = new Map([
  ['kprobe', 'kretprobe'],
  ['k', 'kretprobe'],
  ['uprobe', 'uretprobe'],
  ['u', 'uretprobe'],
  ['fentry', 'fexit'],
  ['f', 'fexit'],
  ['kfunc', 'fexit'],
]);

const TRACEPOINTS = ['tracepoint', 't', 'rawtracepoint', 'rt'];
/** Of system calls: sys_enter, sys_enter_read, sys_enter_*. */
const ENTERS = /^sys_enter(?=_|$)/;

/** Of an attach point whose first part is `return`, what it stands for; others as they are. */
export function returnPoint(point: AttachPoint, diagnostics: Diagnostics): AttachPoint {
  const [first, ...rest] = point.parts;
  const [type, ...names] = rest;
  if (first?.text !== RETURN || type === undefined || type.text === '') return point;
  const returnType = RETURN_TYPES.get(type.text);
  if (returnType !== undefined) return { ...point, parts: [{ ...type, text: returnType }, ...names] };
  const event = names.at(-1);
  if (TRACEPOINTS.includes(type.text) && event !== undefined && ENTERS.test(event.text)) {
    const exit = { ...event, text: event.text.replace(ENTERS, 'sys_exit') };
    return { ...point, parts: [type, ...names.slice(0, -1), exit] };
  }
  const named = rest.map(part => part.text).join(':');
  diagnostics.error('no-return-point', point.span, `${named} is no entry of a function: nothing returns`, {
    hint: 'kprobe:, fentry: and uprobe: of functions have returns, and tracepoint:syscalls:sys_enter_* of system calls.',
  });
  return { ...point, parts: rest };
}
