// len() and ntop().

import type { TypedCall, TypedExpression } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import { rawSizeOf, sizeOf } from '../types/layout.js';
import { AF_INET, AF_INET6 } from '../types/type.js';
import { generationOf, onMap } from './generation.js';
import type { Operand } from './lowering.js';
import { clear, copy, type MemoryOperand, memory } from './memory.js';
import type { ProgramLowering } from './program-lowering.js';
import { lowerStackLength } from './stack.js';
import { lowerStringLength } from './string.js';

/** Offset of the address in an inet value; its family is before it. */
const INET_ADDRESS = 4;
const INET6_BYTES = 16;

/** Keys of a map: bpf_for_each_map_elem (5.13) gives how many it visited. */
export function lowerLength(lowering: ProgramLowering, expression: TypedExpression): ValueId {
  const { builder } = lowering;
  const { type } = expression;
  if (expression.kind === 'map') {
    const callback = lowering.addFunction('visit', 4, visit => visit.ret(visit.const(0)));
    const none = builder.const(0);
    const visit = builder.functionAddress(callback);
    return onMap(lowering, expression.map, generationOf(lowering, expression.map), name =>
      builder.call('for_each_map_elem', [builder.map(name), visit, none, none]),
    );
  }
  switch (type.kind) {
    case 'string':
      return lowerStringLength(lowering, expression);
    case 'stack':
      return lowerStackLength(lowering, expression, type);
    case 'array':
      return builder.const(type.count);
    case 'tuple':
      return builder.const(type.elements.length);
    default:
      throw new InternalError(`len() of a ${type.kind}`);
  }
}

export function lowerReadInet(lowering: ProgramLowering, call: TypedCall): Operand {
  const { builder } = lowering;
  const address = call.args.at(-1);
  const family = call.args.length > 1 ? call.args[0] : undefined;
  if (address === undefined) throw new InternalError('ntop() without an address');
  const { type } = address;
  const bytes = addressBytes(address, family);
  const implied = bytes === INET6_BYTES ? AF_INET6 : AF_INET;
  const size = sizeOf(call.type);
  const given = lowering.takeDestination(size);
  const { address: to, offset } = given ?? { address: lowering.temporary(size), offset: 0 };
  const at = offset + INET_ADDRESS;
  builder.store(4, to, offset, family === undefined ? builder.const(implied) : lowering.word(family));
  if (type.kind === 'integer') {
    const word = lowering.word(address);
    clear(lowering, to, at + 4, INET6_BYTES - 4);
    builder.store(4, to, at, word);
    return memory(to, offset);
  }
  const operand = lowering.operand(address);
  const from: MemoryOperand =
    operand.kind === 'memory'
      ? operand
      : { ...memory(lowering.word(address)), space: type.kind === 'pointer' ? type.space : 'kernel' };
  copy(lowering, to, at, from, bytes);
  clear(lowering, to, at + bytes, INET6_BYTES - bytes);
  return memory(to, offset);
}

/** How many bytes of address to take. */
function addressBytes(address: TypedExpression, family: TypedExpression | undefined): number {
  const { type } = address;
  if (type.kind === 'integer') return 4;
  const of = type.kind === 'pointer' ? type.to : type;
  if (of.kind === 'array') return Math.min(INET6_BYTES, rawSizeOf(of));
  return family?.kind === 'integer' && family.value === BigInt(AF_INET6) ? INET6_BYTES : 4;
}
