// What a session tells of itself (-v): one line per step, with ids, names, tags, sizes and timings. Off, it costs nothing.
import { mapTypeName } from '../compiler/bpf/map-type.js';
import type { LoadStep } from '../kernel/load/object.js';
import { mapGetInfo, progGetInfo } from '../kernel/sys/object.js';

export type Stage = 'open' | 'load' | 'attach' | 'run' | 'tear down';

export interface Lifecycle {
  step(stage: Stage, text: string): void;
}

/** Each line starts with ms since the process began, and how long the step took since the one before. */
export function verboseLifecycle(write: (line: string) => void): Lifecycle {
  let before = 0;
  return {
    step(stage, text) {
      const now = performance.now();
      const taken = `+${(now - before).toFixed(2)}`;
      before = now;
      write(`[${now.toFixed(2).padStart(9)} ms ${taken.padStart(9)}] ${stage}: ${text}\n`);
    },
  };
}

/** A map or program that was just made, as the kernel describes it. */
export function describeLoad(step: LoadStep): string {
  if (step.kind === 'map') {
    const { spec, fd } = step.map;
    const { numbers } = mapGetInfo(fd);
    return `map ${spec.name}: id ${numbers.id}, fd ${fd}, ${mapTypeName(spec.type)}, key ${spec.keySize} bytes, value ${spec.valueSize} bytes, ${spec.maxEntries} entries`;
  }
  const { program, bytes } = step;
  const { numbers, tag } = progGetInfo(program.fd);
  const jited = numbers.jited_prog_len > 0n ? `${numbers.jited_prog_len} bytes of machine code` : 'not jited';
  return `program ${program.spec.name} (${program.spec.title}): id ${numbers.id}, tag ${tag}, fd ${program.fd}, ${bytes / 8} instructions, ${jited}`;
}
