// Redirection by maps that the loader fills: interfaces by name, CPUs by number. What the map has not passes.
// XDP redirects by an entry of the map, tc by the interface's number, which a map holds too.
import { MapType } from '../bpf/uapi.js';
import type { ValueId } from '../ir/ir.js';
import type { ProgramLowering } from './program-lowering.js';
import { undecided } from './verdict.js';

/** Packets that wait for a CPU before more are dropped. */
const CPU_QUEUE = 2048;

export function lowerRedirect(lowering: ProgramLowering, device: string): ValueId {
  const { builder, object, probeType } = lowering;
  if (probeType.packet?.redirects === 'by number') return redirectToNumber(lowering, device);
  const slot = builder.const(object.device(device));
  return builder.call('redirect_map', [builder.map('devices'), slot, undecided(lowering)]);
}

function redirectToNumber(lowering: ProgramLowering, device: string): ValueId {
  const { builder, object } = lowering;
  const map = `device ${device}`;
  object.needMap({
    name: map,
    type: MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: 4,
    maxEntries: 1,
    flags: 0,
    fill: { kind: 'devices', names: [device] },
  });
  const number = builder.load(4, builder.mapValue(map, 0), 0);
  return builder.select(
    'ne',
    number,
    builder.const(0),
    () => builder.call('redirect', [number, builder.const(0)]),
    () => undecided(lowering),
  );
}

export function lowerRedirectCpu(lowering: ProgramLowering, cpu: ValueId): ValueId {
  const { builder, object } = lowering;
  object.needMap({
    name: 'cpus',
    type: MapType.BPF_MAP_TYPE_CPUMAP,
    keySize: 4,
    valueSize: 4,
    maxEntries: 1, // the loader knows how many CPUs there are
    flags: 0,
    fill: { kind: 'cpus', value: CPU_QUEUE },
  });
  return builder.call('redirect_map', [builder.map('cpus'), cpu, undecided(lowering)]);
}
