// -d and --emit: what the compiler's stages made, printed as they pass.

import { disassembleProgram } from '../compiler/bpf/disassemble.js';
import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import type { Emitted } from './config.js';
import { sayOut } from './standard-error.js';

/** Called by compile() with each stage's name and a function that renders its result; undefined when nothing is wanted. */
export function debugPrinter(
  stages: readonly string[],
  _source: SourceFile,
): ((stage: string, render: () => string) => void) | undefined {
  if (stages.length === 0) return undefined;
  return (stage, render) => {
    if (stages.includes('all') || stages.includes(stage))
      sayOut(`\n${stage}\n${'-'.repeat(stage.length)}\n${render()}\n`);
  };
}

export function printEmitted(what: Emitted, spec: ObjectSpec): number {
  if (what === 'spec') sayOut(`${JSON.stringify(spec, null, 1)}\n`);
  else
    for (const program of spec.programs) {
      sayOut(`${program.title}:\n${disassembleProgram(program.functions, spec.source.text)}\n`);
    }
  return 0;
}
