// reg("name"): a register of the traced program, where the probe type's context has them.
import { UINT64 } from '../../types/type.js';
import { contextualType, hookOf } from '../builtins/traced.js';
import type { ValueFunction } from '../entry.js';
import { literalText } from './argument.js';

export const reg: ValueFunction = {
  name: 'reg',
  role: 'value',
  signatures: [{ params: [{ name: 'name', kind: 'string-literal' }], returns: UINT64 }],
  pure: true,
  contextual: true,
  doc: {
    summary: 'A register by its name, as the traced code left it.',
    example: 'kprobe:vfs_read { @[ksym(reg("ip"))] = count(); }',
    seeAlso: ['argN'],
  },
  check: ({ args, span }, context) => {
    const name = literalText(args[0]);
    contextualType('reg', 'reg()', context.probeType.reg, name, context, span);
  },
  lower: (lowering, { args }) =>
    hookOf(lowering.probeType.reg, 'reg()').lower(lowering, literalText(args[0])),
};
