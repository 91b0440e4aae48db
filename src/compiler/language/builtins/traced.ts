// Words of the traced function or event whose meaning is the probe type's: argN, retval, func, ctx.
import type { CheckContext } from '../../check/typed.js';
import { InternalError, type Span } from '../../diagnostics/diagnostic.js';
import type { Type } from '../../types/type.js';
import type { BuiltinEntry } from '../entry.js';
import type { ContextWord } from '../probe-type.js';

/** Who has a word. */
const ELSEWHERE = {
  arg: 'probes at the entry of functions have it',
  retval: 'return probes have it',
  func: 'probes of functions have it',
  ctx: 'kprobes and iterators have it',
  reg: 'probes of functions have registers',
} as const;

/** Type of a contextual word; undefined (reported) where the probe type has none of it. */
export function contextualType<Which>(
  kind: keyof typeof ELSEWHERE,
  name: string,
  word: ContextWord<Which> | undefined,
  which: Which,
  context: CheckContext,
  span: Span,
): Type | undefined {
  if (word !== undefined) return word.type(context, which, span);
  const { probeType, diagnostics } = context;
  diagnostics.error('not-in-probe', span, `${name} cannot be used in a ${probeType.name} probe`, {
    hint: probeType.instead?.[kind] ?? ELSEWHERE[kind],
  });
  return undefined;
}

/** The hook that the type hook has vouched for. */
export function hookOf<Which>(word: ContextWord<Which> | undefined, name: string): ContextWord<Which> {
  if (word === undefined) throw new InternalError(`${name} where there is none`);
  return word;
}

export const retval: BuiltinEntry = {
  name: 'retval',
  type: (context, span) =>
    contextualType('retval', 'retval', context.probeType.retval, undefined, context, span),
  pure: true,
  contextual: true,
  doc: {
    summary: 'What the traced function returns.',
    example: 'fexit:vfs_read { @[comm] = hist(retval); }',
    seeAlso: ['argN'],
  },
  lower: lowering => hookOf(lowering.probeType.retval, 'retval').lower(lowering, undefined),
};

export const func: BuiltinEntry = {
  name: 'func',
  type: (context, span) => contextualType('func', 'func', context.probeType.func, undefined, context, span),
  pure: true,
  contextual: true,
  perTarget: true,
  doc: {
    summary: 'Name of the traced function.',
    example: 'kprobe:vfs_read, kprobe:vfs_write { @[func] = count(); }',
    seeAlso: ['probe'],
  },
  lower: lowering => hookOf(lowering.probeType.func, 'func').lower(lowering, undefined),
};

/** `func` as a symbol of the kernel, named when it is printed (bpf_get_func_ip: kprobes 5.15, trampolines 5.17). */
export const funcSymbol: BuiltinEntry = {
  ...func,
  perTarget: false,
  type: () => ({ kind: 'ksym' }),
  lower: ({ builder, context }) => ({
    kind: 'word',
    value: builder.call('get_func_ip', [context], { pure: true }),
  }),
};

export const ctx: BuiltinEntry = {
  name: 'ctx',
  type: (context, span) => contextualType('ctx', 'ctx', context.probeType.ctx, undefined, context, span),
  pure: true,
  contextual: true,
  doc: {
    summary: 'The context of the program, as the kernel hands it over: of kprobes the registers.',
    example: 'kprobe:vfs_read { @[ksym(ctx.ip)] = count(); }',
    seeAlso: ['reg'],
  },
  lower: lowering => hookOf(lowering.probeType.ctx, 'ctx').lower(lowering, undefined),
};

/** Stands for arg0, arg1, ... in the manual. */
export const argN: BuiltinEntry = {
  name: 'argN',
  type: (context, span) => {
    context.diagnostics.error('unknown-name', span, 'N of argN stands for a number', {
      hint: 'the first argument is arg0',
    });
    return undefined;
  },
  pure: true,
  doc: {
    summary: 'Arguments of the traced function or event, by number: arg0, arg1, ...',
    detail:
      'Those of functions are what lies in the registers of the calling convention: 6 on x86_64, 8 on arm64.',
    example: 'rawtracepoint:sys_enter { @[arg1] = count(); }',
    seeAlso: ['args', 'retval'],
  },
  lower: () => ({ kind: 'none' }),
};

const numbered = new Map<string, BuiltinEntry>();

/** The entry of 'arg3'; undefined when the name is no such word. */
export function argumentBuiltin(name: string): BuiltinEntry | undefined {
  const digits = /^arg(0|[1-9]\d{0,2})$/.exec(name)?.[1];
  if (digits === undefined) return undefined;
  let entry = numbered.get(name);
  if (entry === undefined) {
    const index = Number(digits);
    entry = {
      name,
      type: (context, span) => contextualType('arg', name, context.probeType.arg, index, context, span),
      pure: true,
      contextual: true,
      doc: argN.doc,
      lower: lowering => hookOf(lowering.probeType.arg, name).lower(lowering, index),
    };
    numbered.set(name, entry);
  }
  return entry;
}
