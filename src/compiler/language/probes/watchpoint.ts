// watchpoint: hardware breakpoints on reads, writes or execution of a few bytes. Canonical parts:
// ['watchpoint', '0x404088', '8', 'rw'].
import { BreakpointType, type PerfEventData, PerfType } from '../../bpf/perf-event.js';
import { ProgType } from '../../bpf/uapi.js';
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import type { Env } from '../../env.js';
import type { AttachPoint } from '../../syntax/ast.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { wholeNumber } from './number.js';

const USAGE = 'watchpoint:ADDRESS:LENGTH:MODE, with a length of 1, 2, 4 or 8 and a mode of w, rw or x';
const LENGTHS: readonly bigint[] = [1n, 2n, 4n, 8n];
const { HW_BREAKPOINT_R, HW_BREAKPOINT_W, HW_BREAKPOINT_X } = BreakpointType;
/** x86 has no breakpoint for reads alone, and none for execution and data. */
const MODES: Readonly<Record<string, number>> = {
  w: HW_BREAKPOINT_W,
  rw: HW_BREAKPOINT_R | HW_BREAKPOINT_W,
  x: HW_BREAKPOINT_X,
};
/** arch_build_bp_info() takes sizeof(long) only, whatever an instruction's length. */
const EXECUTE_LENGTH = { x86_64: 8n, aarch64: 4n } as const;

export const watchpoint: ProbeTypeEntry = {
  name: 'watchpoint',
  aliases: ['w'],
  program: () => ({ type: ProgType.BPF_PROG_TYPE_PERF_EVENT }),
  origin: 'event',
  process: 'attach',
  usage: USAGE,
  doc: {
    summary:
      'Reads (r), writes (w) or execution (x) of memory at an address, by breakpoints of the processor.',
    detail:
      'With -p and -c the address is one of that process, and all its threads are watched; else it is watched on every CPU, usually' +
      ' an address of the kernel, which may also be written as the name of a symbol. The address is a multiple of the length;' +
      ' for x that is 8. A processor has few breakpoints: x86 four.',
    example: 'watchpoint:0x10000000:8:w { printf("%s writes\\n", comm); }',
    seeAlso: ['software', 'kstack', 'ustack'],
  },
  cookies: (_target, env) => env.has('perf_link'),
  expand: (point, env, diagnostics) => {
    if (operands(point, 3, 3, USAGE, diagnostics) === undefined) return [];
    const target = read(point, env, diagnostics);
    return target === undefined ? [] : [target];
  },
  list: function* () {},
};

function read(point: AttachPoint, env: Env, diagnostics: Diagnostics): ExpandedTarget | undefined {
  const [, at, size, letters] = point.parts;
  if (at === undefined || size === undefined || letters === undefined) return undefined;
  const refuse = (span: Span, message: string, hint?: string) => {
    diagnostics.error('attach-point', span, message, hint === undefined ? {} : { hint });
    return undefined;
  };
  const address = addressOf(at.text, env);
  if (typeof address === 'string')
    return refuse(at.span, `Invalid function/address argument: ${address}`, NO_SYMBOL);
  if (address === 0n) return refuse(at.span, 'watchpoint must be attached to a non-zero address');
  const length = wholeNumber(size.text);
  if (typeof length === 'string') return refuse(size.span, `Invalid length argument: ${length}`);
  if (!LENGTHS.includes(length)) return refuse(size.span, 'watchpoint length must be one of (1,2,4,8)');
  const mode = [...letters.text].sort().join('');
  if (!/^[rwx]+$/.test(mode))
    return refuse(letters.span, 'watchpoint mode must be combination of (r,w,x)', SUPPORTED);
  if (new Set(mode).size < mode.length) return refuse(letters.span, 'watchpoint modes may not be duplicated');
  const type = MODES[mode];
  if (type === undefined) return refuse(letters.span, `invalid watchpoint mode: ${letters.text}`, SUPPORTED);
  const needed = EXECUTE_LENGTH[env.arch];
  if (mode === 'x' && length !== needed)
    return refuse(size.span, `execution is watched with a length of ${needed}`);
  if (mode !== 'x' && address % length !== 0n) {
    const start = address - (address % length);
    const hint = `0x${(start === 0n ? length : start).toString(16)} is one`;
    return refuse(at.span, `the address of ${length} bytes must be a multiple of ${length}`, hint);
  }
  const data: PerfEventData = {
    type: PerfType.PERF_TYPE_BREAKPOINT,
    config: 0,
    period: '1',
    breakpoint: { type, address: String(address), length: Number(length) },
  };
  const parts = ['watchpoint', `0x${address.toString(16)}`, String(length), mode];
  return { name: parts.join(':'), parts, data };
}

const SUPPORTED = 'the modes are w, rw and x';
const NO_SYMBOL = 'it is an address, or without -p the name of a symbol of the kernel';

/** Or what is wrong with it. Symbols of a process are not looked up: they differ from one to the next. */
function addressOf(text: string, env: Env): bigint | string {
  if (/^[A-Za-z_]\w*$/.test(text) && env.targetPid === undefined) {
    return env.kernelSymbol?.(text) ?? `there is no symbol ${text} of the kernel`;
  }
  return wholeNumber(text);
}
