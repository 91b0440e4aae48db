// Runs generated functions in the eBPF interpreter, in the surroundings of random-ir.ts: the counterpart of ir-kernel.ts that
// needs no root, and that also faults on what the verifier would refuse while running.
import { MapType, ProgType } from '../../src/compiler/bpf/uapi.js';
import type { FunctionSpec, MapSpec } from '../../src/compiler/object-spec.js';
import { type IrInput, type IrOutcome, OUT_SIZE } from './ir-world.js';
import { MEM_SIZE } from './random-ir.js';
import { Vm } from './vm.js';

const map = (name: string, valueSize: number): MapSpec => ({
  name,
  type: MapType.BPF_MAP_TYPE_ARRAY,
  keySize: 4,
  valueSize,
  maxEntries: 1,
  flags: 0,
});
const MAPS = [map('mem', MEM_SIZE), map('out', OUT_SIZE)];

/** Throws VmFault where a run goes wrong. */
export function runInVm(functions: readonly FunctionSpec[], inputs: readonly IrInput[]): IrOutcome[] {
  return inputs.map(input => {
    const vm = new Vm({
      maps: MAPS,
      programs: [{ name: 'random', title: '', type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, functions }],
    });
    vm.mapValue('mem')!.set(input.mem);
    const { r0 } = vm.run(0, new Uint8Array(new BigUint64Array(input.ctx).buffer));
    return {
      returned: Number(BigInt.asUintN(32, r0)),
      mem: vm.mapValue('mem')!.slice(),
      out: vm.mapValue('out')!.slice(),
    };
  });
}
