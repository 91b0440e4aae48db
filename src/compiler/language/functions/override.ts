// override(rc): the probed function is not run; its caller gets rc. Only functions that the kernel lets errors be injected into
// (ALLOW_ERROR_INJECTION), from their entry, on kernels with CONFIG_BPF_KPROBE_OVERRIDE.
import { ProgType } from '../../bpf/uapi.js';
import { VOID } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument } from './argument.js';

export const override: ValueFunction = {
  name: 'override',
  role: 'value',
  pure: false,
  unsafe: true,
  requires: { features: ['override_return'] },
  signatures: [{ params: [{ name: 'rc', kind: 'integer' }], returns: VOID }],
  check: ({ span }, { probeType, attributes, target, diagnostics }) => {
    const isKprobe = probeType.name === 'kprobe' && attributes.type === ProgType.BPF_PROG_TYPE_KPROBE;
    if (isKprobe && target.mode !== 'offset' && target.mode !== 'address') return;
    diagnostics.error(
      'not-in-probe',
      span,
      `override() needs the entry of a function, as kprobe:FUNCTION is`,
    );
  },
  doc: {
    summary:
      'Keeps the probed function from running; its caller gets the given value instead of what it returns.',
    detail: 'The functions that allow it are listed in /sys/kernel/debug/error_injection/list.',
    example: 'kprobe:__x64_sys_getuid /comm == "victim"/ { override(1000); }',
    seeAlso: ['signal'],
  },
  lower: (lowering, call) => {
    const { builder, context } = lowering;
    builder.call('override_return', [context, lowering.word(argument(call, 0))]);
    return { kind: 'none' };
  },
};
