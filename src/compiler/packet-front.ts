// A program before another that somebody else compiled: packets that a guard names pass, and so does everything once a deadline is
// over; all others go on to the other program, by a tail call, so that its stack and its instructions are its own.
//
//   front(ctx):  past the deadline -> XDP_PASS
//                guard(ctx) is XDP_PASS -> XDP_PASS
//                tail call of next[0]; XDP_PASS when there is none
import {
  callFunction,
  callHelper,
  exit,
  imm,
  jump,
  loadImmediate,
  loadMap,
  mov,
  reg,
} from './bpf/assemble.js';
import type { Instruction } from './bpf/instruction.js';
import { slots } from './bpf/opcode.js';
import { MapType, ProgFlag, XdpAction } from './bpf/uapi.js';
import type { FunctionSpec, ObjectSpec } from './object-spec.js';

/** The map whose only program comes next. */
export const NEXT_MAP = 'next';

/** The guard as a script: what it names passes, all else is for the next program. `passes`: a condition of the language. */
export function guardScript(passes: string): string {
  return `xdp:lo /${passes}/ { return XDP_PASS; } xdp:lo { return XDP_DROP; }`;
}

export interface FrontOptions {
  /** CLOCK_MONOTONIC, ns: from then on all packets pass. */
  readonly deadline: bigint | undefined;
  /** Packets of several buffers come too, as the next program wants them (BPF_F_XDP_HAS_FRAGS). */
  readonly fragments: boolean;
}

/** `guard`: guardScript(), compiled. */
export function frontOf(guard: ObjectSpec, { deadline, fragments }: FrontOptions): ObjectSpec {
  const [program] = guard.programs;
  const [entry] = program!.functions;
  const front: FunctionSpec = {
    name: 'front',
    params: 1,
    insns: instructions(entry!.name, deadline),
    lines: [{ insn: 0, start: 0, end: 0 }],
  };
  return {
    ...guard,
    maps: [
      ...guard.maps,
      {
        name: NEXT_MAP,
        type: MapType.BPF_MAP_TYPE_PROG_ARRAY,
        keySize: 4,
        valueSize: 4,
        maxEntries: 1,
        flags: 0,
      },
    ],
    programs: [
      {
        ...program!,
        name: 'ssh_guard',
        title: 'the SSH guard',
        functions: [front, ...program!.functions],
        ...(fragments ? { flags: ProgFlag.BPF_F_XDP_HAS_FRAGS } : {}),
      },
    ],
  };
}

const CTX = 6; // survives calls

function instructions(guard: string, deadline: bigint | undefined): readonly Instruction[] {
  const go = [mov(1, reg(CTX)), loadMap(2, NEXT_MAP), mov(3, imm(0)), callHelper('BPF_FUNC_tail_call')];
  const ask = [mov(1, reg(CTX)), callFunction(guard), jump('eq', 0, imm(XdpAction.XDP_PASS), slots(go))];
  const time =
    deadline === undefined
      ? []
      : [
          callHelper('BPF_FUNC_ktime_get_ns'),
          loadImmediate(1, deadline),
          jump('ge', 0, reg(1), slots([...ask, ...go])),
        ];
  return [mov(CTX, reg(1)), ...time, ...ask, ...go, mov(0, imm(XdpAction.XDP_PASS)), exit()];
}
