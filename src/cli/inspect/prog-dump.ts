// `prog dump`: the instructions of a program as they are in the kernel.
import { listXlated } from '../../compiler/bpf/xlated.js';
import { programCode } from '../../kernel/host/objects/program-code.js';
import { withProgram } from '../../kernel/host/objects/programs.js';
import { openByteOutput } from '../../output/byte-output.js';
import { escapeText } from '../../output/text/escape.js';
import { UsageError } from '../config.js';
import { findPrograms } from './find-program.js';
import type { InspectConfig } from './inspect.js';

export function dumpProgram(config: InspectConfig, word: string): number {
  const { format = 'text' } = config;
  if (format !== 'text') throw new UsageError(`prog dump prints text, not ${format}`);
  const [program, ...others] = findPrograms(word);
  if (program === undefined || others.length > 0) {
    const ids = [program, ...others].map(each => each?.id).join(', ');
    throw new UsageError(`prog dump: several programs are '${word}': choose one of the ids ${ids}`);
  }
  const lines = withProgram(program.id, fd => listXlated(programCode(fd, program), config.opcodes));
  if (lines === undefined) throw new UsageError(`prog dump: the program ${program.id} is gone`);
  const output = openByteOutput({ path: config.output, buffering: 'full' });
  // Lines of source are whoever's that loaded the program.
  const text = lines.map(line => `${escapeText(line.replaceAll('\t', '    '))}\n`).join('');
  output.write(Buffer.from(text, 'utf8'));
  output.close();
  return 0;
}
