// percpu_kaddr(): where a CPU has its own copy of a variable of the kernel.
import { type Type, UINT64 } from '../../types/type.js';
import type { ValueFunction } from '../entry.js';
import { argument, literalText } from './argument.js';

const POINTER: Type = { kind: 'pointer', to: UINT64, space: 'kernel' };

export const percpuKaddr: ValueFunction = {
  name: 'percpu_kaddr',
  role: 'value',
  pure: false,
  requires: { kernel: [5, 10], btf: true },
  signatures: [
    { params: [{ name: 'name', kind: 'string-literal' }], returns: POINTER },
    {
      params: [
        { name: 'name', kind: 'string-literal' },
        { name: 'cpu', kind: 'integer' },
      ],
      returns: POINTER,
    },
  ],
  check: (call, { env, diagnostics }) => {
    const name = literalText(argument(call, 0));
    const btf = env.btf();
    if (btf === undefined) return;
    if (btf.variable(name) === undefined && btf.variable('runqueues') === undefined) {
      const message =
        'percpu_kaddr() needs type information of variables, which this kernel was built without';
      diagnostics.error('kernel-too-old', call.span, message, { hint: 'newer kernels are built with it' });
    } else if (btf.variable(name) === undefined) {
      diagnostics.error('unknown-symbol', call.span, `the kernel has no variable "${name}" on each CPU`, {
        hint: 'e.g. runqueues, a struct rq',
      });
    } else if (env.kernelSymbol !== undefined && env.kernelSymbol(name) === undefined) {
      diagnostics.error(
        'unknown-symbol',
        call.span,
        'percpu_kaddr() needs a kernel that is built with CONFIG_KALLSYMS_ALL',
        {
          hint: `and CAP_SYSLOG: it does not tell where ${name} is`,
        },
      );
    }
  },
  doc: {
    summary:
      "Address of a CPU's copy (by default this CPU's) of a variable of the kernel, as a pointer to uint64.",
    detail:
      'A null pointer when there is no such CPU. Cast it to what the variable is: `((struct rq *)percpu_kaddr("runqueues", 0)).nr_running`.',
    example: 'BEGIN { printf("%p %p\\n", percpu_kaddr("runqueues"), percpu_kaddr("runqueues", 0)); exit(); }',
    seeAlso: ['kaddr', 'cpu', 'ncpus'],
  },
  lower: (lowering, call) => {
    const { builder } = lowering;
    const base = builder.ksym(literalText(argument(call, 0)));
    const place = lowering.temporary(16);
    const cpu = call.args[1];
    const address =
      cpu === undefined
        ? builder.call('this_cpu_ptr', [base], { kind: 'btf' })
        : builder.call('per_cpu_ptr', [base, lowering.word(cpu)], { kind: 'btf' });
    // What comes back through memory that a helper has filled is a number: the verifier asks for no check of it.
    builder.store(8, place, 0, address);
    builder.store(8, place, 8, builder.const(0));
    builder.call('probe_read_kernel', [builder.offset(place, 8), builder.const(8), place]);
    return { kind: 'word', value: builder.load(8, place, 8) };
  },
};
