// The surroundings of random IR programs (random-ir.ts): contents of the context and of the map `mem`, the helpers they call,
// and a run of the IR interpreter that gives what every other evaluation must give.
import type { IrProgram } from '../../src/compiler/ir/ir.js';
import { IrMemory, interpret } from './ir-interpreter.js';
import { CTX_WORDS, MEM_SIZE } from './random-ir.js';
import { RandomSource } from './random-source.js';

export interface IrInput {
  readonly ctx: readonly bigint[];
  readonly mem: Uint8Array;
}

export interface IrOutcome {
  /** Low 32 bits of r0: what BPF_PROG_TEST_RUN gives. */
  readonly returned: number;
  readonly mem: Uint8Array;
  /** The value of the map `out`, 16 bytes. */
  readonly out: Uint8Array;
}

export const OUT_SIZE = 16;
const EFAULT = 14n;

export function randomInput(seed: number): IrInput {
  const random = new RandomSource(seed + 77);
  const mem = new Uint8Array(MEM_SIZE).map(() => (random.chance(30) ? 0 : random.below(256)));
  return { ctx: Array.from({ length: CTX_WORDS }, () => random.word()), mem };
}

/** What the program does according to the IR interpreter. */
export function expectedOutcome(program: IrProgram, input: IrInput): IrOutcome {
  const memory = new IrMemory();
  const mem = input.mem.slice();
  const out = new Uint8Array(OUT_SIZE);
  const ctx = new Uint8Array(CTX_WORDS * 8);
  const ctxAddress = memory.add(ctx);
  input.ctx.forEach((word, i) => {
    memory.write(ctxAddress + BigInt(8 * i), 8, word);
  });
  const memAddress = memory.add(mem);
  const maps = { mem: 1n, out: 2n };
  const returned = interpret(
    program,
    {
      memory,
      maps,
      mapValues: { mem: memAddress },
      helpers: {
        ktime_get_ns: () => 0n,
        map_lookup_elem: ([, key]) => (memory.read(key!, 4) === 0n ? memAddress : 0n),
        map_update_elem: ([, , value]) => {
          out.set(memory.at(value!).subarray(0, OUT_SIZE));
          return 0n;
        },
        probe_read_kernel: ([to, size]) => {
          memory.at(to!).fill(0, 0, Number(size));
          return BigInt.asUintN(64, -EFAULT);
        },
      },
    },
    [ctxAddress],
  );
  return { returned: Number(BigInt.asUintN(32, returned)), mem, out };
}
