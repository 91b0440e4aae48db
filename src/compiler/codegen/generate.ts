// Code generation: IR -> FunctionSpec[], instructions with references that the loader fills in. One function at a time:
// legalise, split, select, lay out blocks, allocate registers, lay out the frame, emit.
import { MAX_BPF_STACK } from '../bpf/uapi.js';
import { flowOf } from '../ir/flow.js';
import type { IrFunction, IrProgram } from '../ir/ir.js';
import type { FunctionSpec } from '../object-spec.js';
import { allocate } from './allocate.js';
import { splitBounded } from './bounded.js';
import { emit } from './emit.js';
import { layOutFrame } from './frame.js';
import { layOut } from './layout.js';
import { legalise, type TargetFeatures } from './legalise.js';
import { checkMapCount, StackLimitError } from './limit.js';
import { select } from './select.js';

export interface Target {
  readonly features: TargetFeatures;
}

/** In the program's order, without functions that nothing calls (the kernel refuses them). Throws a LimitError. */
export function generate(program: IrProgram, target: Target): FunctionSpec[] {
  const frames = new Map<string, number>();
  const specs = program.functions.map(fn => {
    const { spec, stack } = generateFunction(fn, target);
    frames.set(fn.name, stack);
    return spec;
  });
  const bytes = deepest(program, frames);
  if (bytes > MAX_BPF_STACK) throw new StackLimitError(program.name, bytes);
  const needed = called(specs);
  checkMapCount(program.name, needed);
  return needed;
}

/** The entry and what it refers to, directly or not. */
function called(specs: readonly FunctionSpec[]): FunctionSpec[] {
  const found = new Set<FunctionSpec>([specs[0]!]);
  for (const spec of found) {
    for (const { reference } of spec.insns) {
      if (reference?.kind !== 'function') continue;
      const callee = specs.find(other => other.name === reference.name);
      if (callee !== undefined) found.add(callee);
    }
  }
  return specs.filter(spec => found.has(spec));
}

function generateFunction(fn: IrFunction, target: Target): { spec: FunctionSpec; stack: number } {
  const legal = splitBounded(legalise(fn, target.features));
  const machine = select(legal, flowOf(legal), target.features);
  layOut(machine, target.features);
  allocate(machine);
  const frame = layOutFrame(machine);
  return { spec: emit(machine, frame), stack: frame.size };
}

/** The kernel counts each frame in units of 32 bytes, at least one. */
const FRAME_UNIT = 32;

function deepest(program: IrProgram, frames: ReadonlyMap<string, number>): number {
  if (program.functions.length === 1) return frames.get(program.functions[0]!.name)!;
  const callees = new Map(
    program.functions.map(fn => {
      const names = new Set<string>();
      for (const block of fn.blocks) {
        for (const instr of block.instrs) {
          if (instr.op === 'call-function' || instr.op === 'function') names.add(instr.name);
        }
      }
      return [fn.name, names] as const;
    }),
  );
  const depthOf = (name: string, above: number): number => {
    if (above > program.functions.length) return 0; // recursion: the verifier refuses it anyway
    const own = Math.ceil(Math.max(frames.get(name) ?? 0, 1) / FRAME_UNIT) * FRAME_UNIT;
    let most = 0;
    for (const callee of callees.get(name) ?? []) most = Math.max(most, depthOf(callee, above + 1));
    return own + most;
  };
  return depthOf(program.functions[0]!.name, 0);
}
