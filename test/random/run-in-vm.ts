// Runs a compiled script in the interpreter.
import type { ObjectSpec } from '../../src/compiler/object-spec.js';
import { Vm } from '../harness/vm.js';
import { MEMORY_BASE } from './meaning/memory.js';
import type { Outcome } from './outcome.js';
import { eventsOf, readMaps } from './read-back.js';
import { CONTEXT_SIZE, programsOf, setCpuCount } from './schedule.js';
import type { Script } from './script.js';

const CPUS = 2;

/** CPUs take turns, so that per-CPU values have to be merged. */
export function runInVm(spec: ObjectSpec, { runs, memory }: Script): Outcome {
  const vm = new Vm(spec, { cpus: CPUS });
  vm.memory.addAt(MEMORY_BASE, memory.bytes);
  setCpuCount(spec, CPUS, vm.mapValue('globals')!);
  const programs = programsOf(spec);
  const context = new Uint8Array(CONTEXT_SIZE);
  const events = runs.map((probe, turn) => {
    vm.world.cpu = turn % CPUS;
    return eventsOf(spec, vm.run(programs[probe]!, context).events);
  });
  const maps = readMaps(spec, map =>
    vm.mapEntries(map.name).map(({ key, values }) => ({ key, values: [...values] })),
  );
  return { maps, events };
}
