// A parameter of a function in user space, loaded from where the calling convention puts it: registers (which are the program's
// context), or the traced process's stack.
import type { FunctionParameter } from '../../binary-view.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering, Operand } from '../../lower/lowering.js';
import type { Type } from '../../types/type.js';
import { architectureOf } from '../architecture/architecture.js';

const WORD = 8;

export function lowerParameter(lowering: Lowering, { type, place }: FunctionParameter): Operand {
  const { builder, env } = lowering;
  const { stackPointer, functionArguments } = architectureOf(env);
  const argument = (index: number) => load(lowering, functionArguments[index]!);
  const inUser = (address: ValueId, offset: number): Operand => {
    const memory: Operand = { kind: 'memory', address, offset, space: 'user', btf: false };
    return isWord(type) ? { kind: 'word', value: lowering.read(memory, type) } : memory;
  };
  switch (place.kind) {
    case 'registers':
      if (isWord(type) && place.registers[0] != null) {
        return { kind: 'word', value: narrowed(lowering, argument(place.registers[0]), type) };
      }
      return assembled(
        lowering,
        place.registers.map(index => (index === null ? undefined : argument(index))),
      );
    case 'reference':
      return inUser(argument(place.register), 0);
    case 'stack':
      return inUser(load(lowering, stackPointer), place.offset);
    case 'stack-reference': {
      const at = builder.offset(load(lowering, stackPointer), place.offset);
      const pointer: Type = { kind: 'pointer', to: type, space: 'user' };
      const address = lowering.read(
        { kind: 'memory', address: at, offset: 0, space: 'user', btf: false },
        pointer,
      );
      return inUser(address, 0);
    }
    case 'vector':
      // Refused by the checker (Field.unreadable); inside of a struct it reads as zeros.
      return assembled(lowering, [undefined, undefined]);
  }
}

function load({ builder, context, env }: Lowering, register: string): ValueId {
  return builder.load(WORD, context, architectureOf(env).registers[register]!, { invariant: true });
}

function isWord(type: Type): boolean {
  return type.kind === 'integer' || type.kind === 'pointer' || type.kind === 'bool';
}

/** The convention leaves the register's upper bits undefined. */
function narrowed({ builder }: Lowering, word: ValueId, type: Type): ValueId {
  if (type.kind === 'bool') return builder.extend(word, 1, false);
  return type.kind === 'integer' && type.size < WORD
    ? builder.extend(word, type.size as 1 | 2 | 4, type.signed)
    : word;
}

/** A struct that came in registers, as memory. */
function assembled(lowering: Lowering, words: readonly (ValueId | undefined)[]): Operand {
  const { builder } = lowering;
  const address = lowering.temporary(Math.max(1, words.length) * WORD);
  words.forEach((word, i) => {
    builder.store(WORD, address, i * WORD, word ?? builder.const(0));
  });
  return { kind: 'memory', address, offset: 0, space: 'none', btf: false };
}
