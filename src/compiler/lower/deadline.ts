// --for, where programs handle packets: a program of a timer that the kernel keeps sets the stop word when the time is over, should
// the tracer be stopped or too busy to do it. From then on packets pass.
import { ProgType } from '../bpf/uapi.js';
import { FunctionBuilder } from '../ir/function-builder.js';
import type { ObjectState } from './object.js';
import type { LoweredProgram } from './program.js';

export function deadlineProgram({ globals }: ObjectState): LoweredProgram {
  const name = 'deadline';
  const builder = new FunctionBuilder(name, 1);
  builder.param(0, 'ctx');
  builder.store(4, builder.mapValue('globals', globals.stop), 0, builder.const(1));
  builder.ret(builder.const(0));
  return {
    ir: { name, functions: [builder.finish()] },
    spec: { type: ProgType.BPF_PROG_TYPE_PERF_EVENT, name, title: '--for' },
  };
}
