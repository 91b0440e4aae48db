// flag_names() and flag_bits(): a number whose bits have names. It stays a number in the kernel; the names are of its type, and user space
// prints them.
import type { TypedExpression } from '../../check/typed.js';
import { type Diagnostics, InternalError } from '../../diagnostics/diagnostic.js';
import { type IntegerType, UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { headerConstant } from '../names/header-constant.js';
import { argument, literalOf, literalText } from './argument.js';

type Flag = readonly [name: string, value: string];

export const flagNames: ValueFunction = {
  name: 'flag_names',
  role: 'value',
  pure: true,
  signatures: [
    {
      params: [
        { name: 'number', kind: 'integer' },
        { name: 'names', kind: 'string-literal' },
      ],
      returns: ([number, names]) => {
        const type = number?.type;
        const integer: IntegerType =
          type?.kind === 'integer' ? type : { kind: 'integer', size: 8, signed: false };
        const list = names?.kind === 'string' ? literalText(names) : '';
        const values = list
          .split('|')
          .map(flag)
          .filter(known => known !== undefined);
        return { ...integer, enum: { name: list, values, flags: true } };
      },
    },
  ],
  check: ({ args: [, list] }, { diagnostics }) => checkFlags('flag_names', list, diagnostics),
  doc: {
    summary:
      'A number as the names of its bits, as in O_WRONLY|O_CREAT; bits that have none follow as a hexadecimal number.',
    detail:
      'Names are looked for in the order given, and each takes its bits away: those of several bits stand first. One whose value is 0 is printed when none before it was. Known are the constants of headers; others are written with their value, NAME=0x40. As a key and in comparisons it is the number.',
    example:
      'tracepoint:syscalls:sys_enter_openat { print((flags=flag_names(args.flags, "O_WRONLY|O_RDWR|O_RDONLY|O_CREAT"), comm=comm)); }',
    seeAlso: ['errno_symbol'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowering.word(argument(call, 0)) }),
};

export const flagBits: ValueFunction = {
  name: 'flag_bits',
  role: 'value',
  pure: true,
  signatures: [{ params: [{ name: 'names', kind: 'string-literal' }], returns: UINT64 }],
  check: ({ args: [list] }, { diagnostics }) => checkFlags('flag_bits', list, diagnostics),
  fold: call => {
    const list = argument(call, 0);
    const bits = literalText(list)
      .split('|')
      .map(word => BigInt(flag(word)?.[1] ?? 0));
    return literalOf(
      bits.reduce((all, each) => all | each, 0n),
      list.span,
    );
  },
  doc: {
    summary: 'The number that has the bits of these names: of an option, mostly. "" is 0.',
    detail: 'They are written as for flag_names().',
    example: `tracepoint:syscalls:sys_enter_openat /args.flags & flag_bits("O_CREAT|O_TRUNC")/ { @[comm] = count(); }`,
    seeAlso: ['flag_names', 'getopt'],
  },
  lower: () => {
    throw new InternalError('flag_bits() was not replaced by its value');
  },
};

function checkFlags(name: string, list: TypedExpression | undefined, diagnostics: Diagnostics): void {
  if (list?.kind !== 'string') return;
  const unknown = literalText(list)
    .split('|')
    .find(word => word !== '' && flag(word) === undefined);
  if (unknown === undefined) return;
  diagnostics.error('argument-value', list.span, `${name}() knows no "${unknown}"`, {
    hint: 'write its value behind it: "O_RDWR|O_CREAT|O_FANCY=0x40000000"',
  });
}

/** 'O_CREAT', 'O_DIRECT=0x4000'. */
function flag(word: string): Flag | undefined {
  const [name = '', value] = word.split('=', 2);
  if (value !== undefined)
    return /^(0x[0-9a-f]+|\d+)$/i.test(value) ? [name, String(BigInt(value))] : undefined;
  const known = headerConstant(name);
  return known === undefined ? undefined : [name, String(known)];
}
