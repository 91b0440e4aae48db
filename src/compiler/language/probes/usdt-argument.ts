// Arguments of USDT probes: what the compiler of the traced program wrote into the note, `SIZE@OPERAND` each, the operand in the
// assembler's words. A negative size is a signed integer, an f behind it a floating-point number.
import type { UserSpace } from '../../binary-view.js';

/** Registers by their names in struct pt_regs (x86_64) or user_pt_regs (aarch64). */
export type UsdtOperand =
  | { readonly kind: 'constant'; readonly value: string } // bigint as decimal
  | { readonly kind: 'register'; readonly register: string; readonly shift: number } // bits to drop: 8 for %ah
  | {
      readonly kind: 'memory';
      readonly base: string;
      readonly index: string | undefined;
      readonly scale: number;
      readonly offset: number;
    }
  /** At a fixed distance (bytes) from the probe's own instruction. */
  | { readonly kind: 'relative'; readonly distance: number }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface UsdtArgument {
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly operand: UsdtOperand;
}

/** What symbols in operands are resolved by. */
export interface UsdtPlace {
  readonly userSpace: UserSpace;
  readonly path: string;
  readonly address: number; // of the probe
  readonly arch: 'x86_64' | 'aarch64';
}

const SIZES: readonly number[] = [1, 2, 4, 8];

interface Written {
  readonly whole: string;
  readonly size: number; // bytes
  readonly signed: boolean;
  readonly float: boolean;
  readonly operand: string;
}

/** Operands hold spaces only within brackets. */
export function splitArguments(text: string): readonly Written[] {
  const all = text.matchAll(/(?:(-?\d+)(f?)@)?((?:[^\s([]|\([^)]*\)|\[[^\]]*\])+)/g);
  return [...all].map(([whole, size = '8', float, operand = '']) => ({
    whole,
    size: Math.abs(Number(size)),
    signed: size.startsWith('-'),
    float: float === 'f',
    operand,
  }));
}

/** One entry for each argument, also for those that cannot be read. */
export function parseUsdtArguments(text: string, place: UsdtPlace): readonly UsdtArgument[] {
  return splitArguments(text).map(({ size, signed, float, operand }) => {
    const unknown = (reason: string): UsdtArgument => ({
      size: 8,
      signed,
      operand: { kind: 'unknown', reason },
    });
    if (float) return unknown('it is a floating-point number, which BPF cannot read');
    if (!SIZES.includes(size)) return unknown(`it has ${size} bytes`);
    const read = place.arch === 'x86_64' ? x86Operand(operand, place) : armOperand(operand);
    return { size: size as UsdtArgument['size'], signed, operand: read };
  });
}

/** %al -> ax; the high bytes %ah to %dh are shifted down. */
function x86Register(name: string): { readonly register: string; readonly shift: number } | undefined {
  const high = /^([abcd])h$/.exec(name)?.[1];
  if (high !== undefined) return { register: `${high}x`, shift: 8 };
  const low = /^([abcd])l$/.exec(name)?.[1];
  if (low !== undefined) return { register: `${low}x`, shift: 0 };
  const numbered = /^(r(?:8|9|1[0-5]))[dwb]?$/.exec(name)?.[1];
  if (numbered !== undefined) return { register: numbered, shift: 0 };
  const named = /^[re]?([abcd]x|si|di|bp|sp)$/.exec(name)?.[1] ?? /^(si|di|bp|sp)l$/.exec(name)?.[1];
  return named === undefined ? undefined : { register: named, shift: 0 };
}

function x86Operand(text: string, place: UsdtPlace): UsdtOperand {
  const unknown: UsdtOperand = { kind: 'unknown', reason: `it is in "${text}", which is not understood` };
  if (text.startsWith('$')) return constant(text.slice(1)) ?? unknown;
  if (text.startsWith('%')) {
    const found = x86Register(text.slice(1));
    return found === undefined ? unknown : { kind: 'register', ...found };
  }
  const memory = /^([^()]*)\(([^)]*)\)$/.exec(text);
  if (memory === null) return relative(text, place) ?? unknown;
  const [, displacement = '', inside = ''] = memory;
  const [base = '', index, scale = '1'] = inside.split(',').map(part => part.trim().replace('%', ''));
  if (base === 'rip' || base === 'eip') return relative(displacement, place) ?? unknown;
  const offset = displacement === '' ? 0 : number(displacement);
  const from = x86Register(base)?.register;
  const by = index === undefined ? undefined : x86Register(index)?.register;
  if (offset === undefined || from === undefined || (index !== undefined && by === undefined)) return unknown;
  return { kind: 'memory', base: from, index: by, scale: Number(scale), offset };
}

/** x3, w3, [sp], [x0, 16], [x0, x1, lsl 3], 42 */
function armOperand(text: string): UsdtOperand {
  const unknown: UsdtOperand = { kind: 'unknown', reason: `it is in "${text}", which is not understood` };
  const register = armRegister(text);
  if (register !== undefined) return { kind: 'register', register, shift: 0 };
  const value = constant(text.replace(/^#/, ''));
  if (value !== undefined) return value;
  const inside = /^\[(.*)\]$/.exec(text)?.[1];
  if (inside === undefined) return unknown;
  const [first = '', second, third] = inside.split(',').map(part => part.trim().replace(/^#/, ''));
  const base = armRegister(first);
  if (base === undefined) return unknown;
  const index = second === undefined ? undefined : armRegister(second);
  const offset = second === undefined || index !== undefined ? 0 : number(second);
  const shift = third === undefined ? 0 : Number(/^lsl #?(\d)$/.exec(third)?.[1]);
  if (offset === undefined || Number.isNaN(shift)) return unknown;
  return { kind: 'memory', base, index, scale: 2 ** shift, offset };
}

function armRegister(name: string): string | undefined {
  if (name === 'sp') return 'sp';
  const found = /^[xw](\d|[12]\d|30)$/.exec(name)?.[1];
  return found === undefined ? undefined : `x${found}`;
}

/** `counter(%rip)`, `table+8(%rip)`, or a bare `counter` in a program that is not moved. */
function relative(text: string, { userSpace, path, address }: UsdtPlace): UsdtOperand | undefined {
  const match = /^(?:(-?\w+)\+)?([A-Za-z_.$][\w.$@]*)([+-]\w+)?$/.exec(text);
  if (match === null) return undefined;
  const [, before = '0', name = '', after = '0'] = match;
  const [symbol] = userSpace.symbols(path, name);
  const offset = (number(before) ?? 0) + (number(after) ?? 0);
  if (symbol === undefined)
    return { kind: 'unknown', reason: `${path} has no symbol "${name}", where it lies` };
  return { kind: 'relative', distance: symbol.address + offset - address };
}

function constant(text: string): UsdtOperand | undefined {
  const [, sign, digits] = /^([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = BigInt(digits);
  return { kind: 'constant', value: String(sign === '-' ? -value : value) };
}

function number(text: string): number | undefined {
  const found = constant(text);
  return found?.kind === 'constant' ? Number(found.value) : undefined;
}
