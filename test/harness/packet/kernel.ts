// Packet programs in the kernel, by BPF_PROG_TEST_RUN: no interface is touched.
import { compile } from '../../../src/compiler/compile.js';
import { possibleCpus } from '../../../src/kernel/host/cpu.js';
import { hostEnv } from '../../../src/kernel/host/env.js';
import { type LoadedObject, loadObject } from '../../../src/kernel/load/object.js';
import { isTooComplex } from '../../../src/kernel/load/rejection.js';
import type { SyscallError } from '../../../src/kernel/sys/error.js';
import { progTestRun } from '../../../src/kernel/sys/program-run.js';
import type { Runner } from './trial.js';

const ROOM = new Uint8Array(4096);

let env: ReturnType<typeof hostEnv> | undefined;

/** Calls `use` with the loaded program; it is gone afterwards. Throws what the verifier says of its simple form. */
export function withKernelProgram<T>(source: string, use: (run: Runner, simple: boolean) => T): T {
  const { object, simple } = loadPacketProgram(source);
  try {
    const { fd } = object.program(0);
    return use(frame => {
      try {
        const { returnValue, dataSizeOut } = progTestRun(fd, { dataIn: frame, dataOut: ROOM });
        return { verdict: returnValue, packet: ROOM.slice(0, dataSizeOut) };
      } catch (error) {
        // A socket buffer must have something behind the Ethernet header, and of IP a whole header.
        const short = source.startsWith('tc:') && (error as SyscallError).code === 'EINVAL';
        if (short && frame.length < 14 + 40) return undefined;
        throw error;
      }
    }, simple);
  } finally {
    object.close();
  }
}

/** As the command does: what is too complex for the verifier is loaded in its simple form. */
function loadPacketProgram(source: string): { object: LoadedObject; simple: boolean } {
  try {
    return { object: load(source, false), simple: false };
  } catch (error) {
    if (!isTooComplex(error)) throw error;
    return { object: load(source, true), simple: true };
  }
}

function load(source: string, simple: boolean): LoadedObject {
  env ??= hostEnv();
  const { spec, diagnostics } = compile({ name: 'stdin', text: source }, env, { checkIr: false, simple });
  if (spec === undefined) throw new Error(diagnostics.map(d => d.message).join('\n'));
  return loadObject(spec, { btf: env.btf(), possibleCpus: possibleCpus(), ringSize: 4096 });
}
