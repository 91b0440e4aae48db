// The interpreter against the kernel: random instruction sequences give the same registers and stack in both.

import { disassemble } from '../../src/compiler/bpf/disassemble.js';
import { encodeProgram } from '../../src/compiler/bpf/encode.js';
import { MapType, ProgType } from '../../src/compiler/bpf/uapi.js';
import type { MapSpec } from '../../src/compiler/object-spec.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { createFeatures } from '../../src/kernel/sys/features.js';
import { mapCreate, mapLookupElem } from '../../src/kernel/sys/map.js';
import { progLoad } from '../../src/kernel/sys/program.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { raiseMemlock } from '../../src/kernel/sys/rlimit.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { CTX_WORDS, OUT_BYTES, randomInstructions, randomWord } from '../harness/random-insns.js';
import { Vm } from '../harness/vm.js';

const PROGRAMS = IN_GUEST ? 100 : 400;
const RUNS = 4;

kernelTest(`interpreter and kernel agree on ${PROGRAMS} programs`, t => {
  raiseMemlock();
  const features = createFeatures();
  const can = { fetch: features.has('atomic_fetch'), v4: features.has('signed_division') };
  const out: MapSpec = {
    name: 'out',
    type: MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: OUT_BYTES,
    maxEntries: 1,
    flags: 0,
  };
  const mapFd = mapCreate(out);
  let seed = 0x2026;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  for (let round = 0; round < PROGRAMS; round++) {
    const insns = randomInstructions(random, 30 + Math.floor(random() * 120), can);
    const fn = { name: 'random', params: 1, insns, lines: [] };
    const { bytes } = encodeProgram([fn], () => ({ imm: mapFd, high: 0 }));
    const program = {
      name: 'random',
      title: 'random',
      type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT,
      functions: [fn],
    };
    const vm = new Vm({ maps: [out], programs: [program] });
    const { fd } = progLoad({ type: program.type, insns: bytes, name: 'random' });
    try {
      for (let run = 0; run < RUNS; run++) {
        const ctx = new Uint8Array(
          BigUint64Array.from({ length: CTX_WORDS }, () => randomWord(random)).buffer,
        );
        progTestRun(fd, { ctxIn: ctx });
        const real = new Uint8Array(OUT_BYTES);
        mapLookupElem(mapFd, new Uint8Array(4), real);
        vm.run(0, ctx);
        const mine = vm.mapValue('out')!;
        if (Buffer.compare(real, mine) === 0) continue;
        const listing = insns.map((insn, i) => `${i}: ${disassemble(insn)}`).join('\n');
        t.deepEqual([...new BigUint64Array(mine.buffer)], [...new BigUint64Array(real.buffer)], listing);
      }
    } finally {
      closeFd(fd);
    }
  }
  closeFd(mapFd);
  t.pass();
});
