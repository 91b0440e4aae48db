// Names of what the kernel numbers: errors, signals, system calls. The tables lie in the program's own memory, so that the
// names can be compared and be keys.
import type { TypedCall } from '../../check/typed.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering, Operand } from '../../lower/lowering.js';
import type { StringType } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { capabilitySymbol, LAST_CAPABILITY } from '../names/capability.js';
import { errnoSymbol, errnoText, LAST_ERRNO } from '../names/errno.js';
import { LAST_SIGNAL, signalSymbol, signalText } from '../names/signal.js';
import { syscallNames } from '../names/syscall.js';
import { argument } from './argument.js';

/** Bytes of each name, its NUL and zeros included. */
const NAME: StringType = { kind: 'string', size: 64 };
/** Of names as C writes them. */
const SYMBOL: StringType = { kind: 'string', size: 16 };
const LONG_SYMBOL: StringType = { kind: 'string', size: 32 };

export const strerror: ValueFunction = {
  name: 'strerror',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'error', kind: 'integer' }], returns: NAME }],
  doc: {
    summary: 'What an error number means; its sign does not matter.',
    example: 'tracepoint:raw_syscalls:sys_exit /args.ret < 0/ { @[strerror(args.ret)] = count(); }',
    seeAlso: ['syscall_name', 'signal_name'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const error = argument(call, 0);
    if (error.kind === 'integer') return known(lowering, errorText(Number(error.value)));
    const given = builder.extend(lowering.word(error), 4, true);
    const zero = builder.const(0n);
    const number = builder.select(
      'slt',
      given,
      zero,
      () => builder.binary('sub', zero, given),
      () => given,
    );
    return lookUp(lowering, number, LAST_ERRNO, errorText);
  },
};

function errorText(number: number): string {
  return errnoText(Math.abs(number)) ?? 'Unknown error';
}

/** A function that names numbers from 0 to `last`. */
function naming({
  name,
  parameter,
  type,
  last,
  nameOf,
  doc,
}: Pick<ValueFunction, 'name' | 'doc'> & {
  readonly parameter: string;
  readonly type: StringType;
  readonly last: number;
  readonly nameOf: (number: number) => string;
}): ValueFunction {
  return {
    name,
    role: 'value',
    pure: true,
    signatures: [{ params: [{ name: parameter, kind: 'integer' }], returns: type }],
    doc,
    lower: (lowering, call) => nameGiven(lowering, call, last, nameOf, type),
  };
}

export const signalName = naming({
  name: 'signal_name',
  parameter: 'signal',
  type: NAME,
  last: LAST_SIGNAL,
  nameOf: number => signalText(number) ?? 'N/A',
  doc: {
    summary: 'What a signal means, in the words of strsignal(3).',
    example: 'tracepoint:signal:signal_generate { @[signal_name(args.sig)] = count(); }',
    seeAlso: ['strerror', 'syscall_name'],
  },
});

export const errnoSymbolFunction: ValueFunction = {
  name: 'errno_symbol',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'result', kind: 'integer' }], returns: SYMBOL }],
  doc: {
    summary: 'The error that a system call returned, as C calls it (ENOENT of -2); "-" of what is no error.',
    detail: 'Only negative numbers are errors.',
    example: 'tracepoint:raw_syscalls:sys_exit /args.ret < 0/ { @[errno_symbol(args.ret)] = count(); }',
    seeAlso: ['strerror', 'signal_symbol'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const result = argument(call, 0);
    const symbol = (error: number) => errnoSymbol(error) ?? '-';
    if (result.kind === 'integer') return known(lowering, symbol(-Number(result.value)), SYMBOL);
    const { type } = result;
    const word = lowering.word(result);
    const given = type.kind === 'integer' && type.size !== 8 ? builder.extend(word, type.size, true) : word;
    const error = builder.binary('sub', builder.const(0n), given);
    return lookUp(lowering, error, LAST_ERRNO, symbol, SYMBOL);
  },
};

export const signalSymbolFunction = naming({
  name: 'signal_symbol',
  parameter: 'signal',
  type: SYMBOL,
  last: LAST_SIGNAL,
  nameOf: number => signalSymbol(number) ?? '-',
  doc: {
    summary: 'A signal as C calls it: SIGKILL of 9; "-" of what is no signal.',
    example: 'tracepoint:signal:signal_generate { @[signal_symbol(args.sig)] = count(); }',
    seeAlso: ['signal_name', 'errno_symbol'],
  },
});

export const capabilitySymbolFunction = naming({
  name: 'capability_symbol',
  parameter: 'capability',
  type: LONG_SYMBOL,
  last: LAST_CAPABILITY,
  nameOf: number => capabilitySymbol(number) ?? '-',
  doc: {
    summary: 'A capability as C calls it: CAP_SYS_ADMIN of 21; "-" of what is none.',
    example: 'BEGIN { print(capability_symbol(21)); exit(); }',
    seeAlso: ['signal_symbol', 'errno_symbol'],
  },
});

export const syscallName: ValueFunction = {
  name: 'syscall_name',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'number', kind: 'integer' }], returns: NAME }],
  doc: {
    summary: 'Name of a system call of this architecture.',
    example: 'tracepoint:raw_syscalls:sys_enter { @[syscall_name(args.id)] = count(); }',
    seeAlso: ['strerror', 'signal_name'],
  },
  lower: (lowering, call) => {
    const names = syscallNames(lowering.env.arch);
    const last = Math.max(...names.keys());
    return nameGiven(lowering, call, last, number => names.get(number) ?? 'Unknown syscall');
  },
};

/** The argument as an int32, whose negative values are beyond any table. */
function nameGiven(
  lowering: Lowering,
  call: TypedCall,
  last: number,
  name: (n: number) => string,
  type = NAME,
): Operand {
  const number = argument(call, 0);
  if (number.kind === 'integer') return known(lowering, name(Number(number.value)), type);
  return lookUp(lowering, lowering.builder.extend(lowering.word(number), 4, true), last, name, type);
}

/** A name of the type's size. */
function known(lowering: Lowering, name: string, { size } = NAME): Operand {
  const bytes = new Uint8Array(size - 1);
  bytes.set(new TextEncoder().encode(name).subarray(0, size - 1));
  return lowering.text(bytes);
}

/** The name's place in a table of `last` + 2 names, the last of them for all numbers beyond. */
function lookUp(
  lowering: Lowering,
  number: ValueId,
  last: number,
  nameOf: (number: number) => string,
  { size } = NAME,
): Operand {
  const { builder } = lowering;
  const table = new Uint8Array((last + 2) * size - 1);
  const encoder = new TextEncoder();
  for (let i = 0; i <= last + 1; i++) {
    table.set(encoder.encode(nameOf(i)).subarray(0, size - 1), i * size);
  }
  const most = builder.const(last + 1);
  const index = builder.select(
    'ugt',
    number,
    most,
    () => most,
    () => number,
  );
  const base = lowering.text(table);
  if (base.kind !== 'memory') return base;
  const address = builder.binary('add', base.address, builder.binaryImm('mul', index, size));
  return { ...base, address };
}
