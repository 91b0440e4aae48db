// -d: what the compiler's stages made, printed as they pass.

import type { SourceFile } from '../compiler/diagnostics/diagnostic.js';
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
