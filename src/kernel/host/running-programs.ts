// BPF programs that run now and have type information: their functions can be traced by fentry and fexit.

import { ProgType } from '../../compiler/bpf/uapi.js';
import type { RunningProgram } from '../../compiler/env.js';
import { progGetInfo, progGetNextId } from '../sys/object.js';
import { programFunctions } from './objects/program-btf.js';
import { withProgram } from './objects/programs.js';

/** Sorted by id. Those that trace something by a trampoline themselves cannot be traced (but by others of their kind). */
export function runningPrograms(): readonly RunningProgram[] {
  const programs: RunningProgram[] = [];
  for (let id = progGetNextId(0); id !== undefined; id = progGetNextId(id)) {
    const functions = withProgram(id, traceable) ?? [];
    if (functions.length > 0) programs.push({ id, functions });
  }
  return programs;
}

function traceable(fd: number): readonly string[] {
  if (Number(progGetInfo(fd).numbers.type) === ProgType.BPF_PROG_TYPE_TRACING) return [];
  return programFunctions(fd).map(({ name }) => name);
}

/** Id of a function in the BTF of the program; undefined when it has none of that name. */
export function programFunctionId(fd: number, name: string): number | undefined {
  return programFunctions(fd).find(each => each.name === name)?.typeId;
}
