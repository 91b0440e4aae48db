// What small programs become, instruction by instruction, for both architectures.
import { disassembleProgram } from '../../../src/compiler/bpf/disassemble.js';
import { compile } from '../../../src/compiler/compile.js';
import { type SmallEnvOptions, smallEnv } from '../../harness/fixture-env.js';
import { goldenTests } from '../../harness/golden.js';

goldenTests('programs', (text, options) => {
  const env = smallEnv(options as SmallEnvOptions);
  const { spec, diagnostics } = compile({ name: 'stdin', text }, env);
  if (spec === undefined) return diagnostics.map(d => d.message).join('\n');
  return spec.programs
    .map(({ title, functions }) => `${title}\n${disassembleProgram(functions, text)}`)
    .join('\n');
});
