// Runs generated functions in the kernel: a raw tracepoint program that BPF_PROG_TEST_RUN calls with made-up arguments. The
// maps `mem` and `out` are those of random-ir.ts. Needs root; maps are made once and refilled for each run.
import { encodeProgram, type Resolve } from '../../src/compiler/bpf/encode.js';
import { MapType, ProgType } from '../../src/compiler/bpf/uapi.js';
import type { FunctionSpec } from '../../src/compiler/object-spec.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { mapCreate, mapLookupElem, mapUpdateElem } from '../../src/kernel/sys/map.js';
import { progLoad } from '../../src/kernel/sys/program.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { type IrInput, type IrOutcome, OUT_SIZE } from './ir-world.js';
import { MEM_SIZE } from './random-ir.js';

export class IrKernel {
  readonly #fds = {
    mem: arrayMap('mem', MEM_SIZE),
    out: arrayMap('out', OUT_SIZE),
  };

  /** Throws VerifierError when the kernel refuses the program. */
  run(functions: readonly FunctionSpec[], inputs: readonly IrInput[]): IrOutcome[] {
    const resolve: Resolve = reference => {
      if (reference.kind !== 'map' && reference.kind !== 'map-value') throw new Error(reference.kind);
      const fd = this.#fds[reference.map as 'mem' | 'out'];
      return reference.kind === 'map' ? { imm: fd } : { imm: fd, high: reference.offset };
    };
    const { bytes } = encodeProgram(functions, resolve);
    const { fd } = progLoad({ type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, insns: bytes, name: 'random' });
    try {
      return inputs.map(input => this.#runOnce(fd, input));
    } finally {
      closeFd(fd);
    }
  }

  close(): void {
    closeFd(this.#fds.mem);
    closeFd(this.#fds.out);
  }

  #runOnce(fd: number, input: IrInput): IrOutcome {
    const key = new Uint8Array(4);
    mapUpdateElem(this.#fds.mem, key, input.mem);
    mapUpdateElem(this.#fds.out, key, new Uint8Array(OUT_SIZE));
    const ctxIn = new Uint8Array(new BigUint64Array(input.ctx).buffer);
    const { returnValue } = progTestRun(fd, { ctxIn });
    const mem = new Uint8Array(MEM_SIZE);
    const out = new Uint8Array(OUT_SIZE);
    mapLookupElem(this.#fds.mem, key, mem);
    mapLookupElem(this.#fds.out, key, out);
    return { returned: returnValue, mem, out };
  }
}

function arrayMap(name: string, valueSize: number): number {
  return mapCreate({ type: MapType.BPF_MAP_TYPE_ARRAY, keySize: 4, valueSize, maxEntries: 1, name });
}
