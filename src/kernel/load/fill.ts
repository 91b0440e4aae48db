// Maps whose contents are facts of the machine: numbers of interfaces, online CPUs.
import type { MapFill } from '../../compiler/object-spec.js';
import { onlineCpus } from '../host/cpu.js';
import { netInterface } from '../host/interfaces.js';
import { MissingError } from '../host/missing.js';
import { LITTLE_ENDIAN } from '../sys/attr.js';
import type { LoadedMap } from './loaded-map.js';

/** Throws a MissingError for an interface that is not there. */
export function fillMap(map: LoadedMap, fill: MapFill): void {
  if (fill.kind === 'cpus') {
    for (const cpu of onlineCpus()) map.write(word(cpu), word(fill.value));
    return;
  }
  for (const [slot, name] of fill.names.entries()) {
    const device = netInterface(name);
    if (device === undefined) {
      throw new MissingError(
        `there is no network interface ${name}`,
        'ip link shows those of this network namespace',
      );
    }
    map.write(word(slot), word(device.index));
  }
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, LITTLE_ENDIAN);
  return bytes;
}
