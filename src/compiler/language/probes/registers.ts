// argN, retval and reg() of programs whose context is the registers of the traced code: kprobes, uprobes and their returns.

import type { Lowering, Operand } from '../../lower/lowering.js';
import { integer, UINT64 } from '../../types/type.js';
import { type Architecture, architectureOf } from '../architecture/architecture.js';
import type { ContextWord } from '../probe-type.js';

/** A register as a word. */
export function loadRegister({ builder, context, env }: Lowering, name: string): Operand {
  const offset = architectureOf(env).registers[name]!;
  return { kind: 'word', value: builder.load(8, context, offset, { invariant: true }) };
}

export const registerArgument: ContextWord<number> = {
  type({ env, diagnostics }, index, span) {
    const { functionArguments, stackPointer, stackArguments } = architectureOf(env);
    if (index < functionArguments.length) return integer(8, false);
    const beyond = stackArguments + 8 * (index - functionArguments.length);
    const place = beyond === 0 ? '' : ` + ${beyond}`;
    const message = `${env.arch} doesn't support arg${index}: only ${functionArguments.length} arguments are in registers`;
    diagnostics.error('argument-register', span, message, {
      hint: `at the function's entry it is on the stack: *(uint64 *)(reg("${stackPointer}")${place})`,
    });
    return undefined;
  },
  lower: (lowering, index) => loadRegister(lowering, architectureOf(lowering.env).functionArguments[index]!),
};

export const registerRetval: ContextWord = {
  type: () => integer(8, false),
  lower: lowering => loadRegister(lowering, architectureOf(lowering.env).returnValue),
};

export const registerByName: ContextWord<string> = {
  type({ env, diagnostics }, name, span) {
    const { registers } = architectureOf(env);
    if (Object.hasOwn(registers, name)) return UINT64;
    const message = `"${name}" is not a valid register on this architecture (${env.arch})`;
    diagnostics.error('register-name', span, message, { hint: `there are: ${shown(registers)}` });
    return undefined;
  },
  lower: loadRegister,
};

function shown(registers: Architecture['registers']): string {
  const names = Object.keys(registers);
  return names.length <= 30
    ? names.join(', ')
    : `${names.slice(0, 4).join(', ')}, ... ${names.slice(-5).join(', ')}`;
}
