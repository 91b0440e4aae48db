// Source text through parser and checker, on the small machine.
import { check } from '../../src/compiler/check/check.js';
import type { TypedProgram } from '../../src/compiler/check/typed.js';
import type { Diagnostic } from '../../src/compiler/diagnostics/diagnostic.js';
import { renderDiagnostics } from '../../src/compiler/diagnostics/render.js';
import { parse } from '../../src/compiler/syntax/parse.js';
import { predefinedMacro } from '../../src/compiler/syntax/preprocess/predefined.js';
import { type SmallEnvOptions, smallEnv } from './fixture-env.js';

export interface Checked {
  readonly value: TypedProgram;
  readonly list: readonly Diagnostic[];
  /** The diagnostics as the user sees them. */
  readonly rendered: string;
}

export function checked(text: string, options: SmallEnvOptions = {}): Checked {
  const env = smallEnv(options);
  const { params, files } = env;
  const predefined = (name: string) => predefinedMacro(name, env);
  const parsed = parse({ name: 'stdin', text }, { params, files, predefined });
  const { source, headers } = parsed;
  const { value, diagnostics } = check(parsed.program, source, env, { unsafe: options.unsafe, headers });
  const list = [...parsed.diagnostics.list, ...diagnostics.list];
  return { value, list, rendered: renderDiagnostics(list, source) };
}
