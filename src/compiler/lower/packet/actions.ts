// What functions of the language do with a packet.
import type { HeaderChoice } from '../../check/typed.js';
import type { ValueId } from '../../ir/ir.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import type { FilterTest } from '../../language/packet/pcap/filter-tree.js';
import { lowerChooseBackend } from '../backend.js';
import type { OnPacket, Operand } from '../lowering.js';
import type { ProgramLowering } from '../program-lowering.js';
import { lowerRedirect, lowerRedirectCpu } from '../redirect.js';
import { lowerCapture } from './capture.js';
import { lowerFilter } from './filter.js';
import { lowerPayloadAddress, lowerPayloadAt } from './read.js';
import { lowerPopVlan, lowerPushIp, lowerPushVlan } from './reshape.js';
import { lowerSwap } from './store.js';

export class PacketActions implements OnPacket {
  readonly #lowering: ProgramLowering;

  constructor(lowering: ProgramLowering) {
    this.#lowering = lowering;
  }

  redirectTo(device: string): ValueId {
    return lowerRedirect(this.#lowering, device);
  }

  redirectToCpu(cpu: ValueId): ValueId {
    return lowerRedirectCpu(this.#lowering, cpu);
  }

  payloadAt(index: ValueId, bytes: 1 | 2 | 4 | 8): ValueId {
    return lowerPayloadAt(this.#lowering, index, bytes);
  }

  payloadAddress(): ValueId {
    return lowerPayloadAddress(this.#lowering);
  }

  chooseBackend(set: string, hash: ValueId, known: ValueId | undefined): Operand {
    return lowerChooseBackend(this.#lowering, set, hash, known);
  }

  capture(path: string, snaplen: number): void {
    lowerCapture(this.#lowering, path, snaplen);
  }

  matchesFilter(test: FilterTest): ValueId {
    return lowerFilter(this.#lowering, test);
  }

  swapFields(a: readonly HeaderChoice[], b: readonly HeaderChoice[]): void {
    lowerSwap(this.#lowering, a, b);
  }

  pushVlan(id: ValueId, pcp: ValueId): ValueId {
    return lowerPushVlan(this.#lowering, id, pcp);
  }

  popVlan(): ValueId {
    return lowerPopVlan(this.#lowering);
  }

  pushIp(around: HeaderEntry): ValueId {
    return lowerPushIp(this.#lowering, around);
  }
}
