// What the stages that speak of source text say about a case of test/golden/errors: the beginning of a file's name tells the stage.
import { warnings } from '../../src/cli/emit.js';
import { emptySets } from '../../src/cli/sets.js';
import { compile } from '../../src/compiler/compile.js';
import type { Diagnostic, SourceFile } from '../../src/compiler/diagnostics/diagnostic.js';
import { renderDiagnostics } from '../../src/compiler/diagnostics/render.js';
import { format } from '../../src/compiler/syntax/format/format.js';
import { parseScriptHeader } from '../../src/compiler/syntax/script-header.js';
import { Rejection } from '../../src/kernel/load/rejection.js';
import { VerifierError } from '../../src/kernel/sys/error.js';
import { parseBackends, tooManyBackends } from '../../src/runtime/backend-list.js';
import { PrefixReader } from '../../src/runtime/prefix-list.js';
import { notPrefixes, tooMany } from '../../src/runtime/prefix-problems.js';
import { SetFileError } from '../../src/runtime/set-file-error.js';
import { checked } from './checked.js';
import { Compiled } from './compiled.js';
import { type SmallEnvOptions, smallEnv } from './fixture-env.js';
import { parsed } from './parsed.js';

export interface Told {
  readonly list: readonly Diagnostic[];
  readonly rendered: string;
}

type Options = Readonly<Record<string, unknown>>;

function told(list: readonly Diagnostic[], source: SourceFile): Told {
  return { list, rendered: renderDiagnostics(list, source) };
}

export const STAGES: Readonly<Record<string, (text: string, options: Options) => Told>> = {
  syntax(text, options) {
    const { source, diagnostics } = parsed(text, options);
    return told(diagnostics.list, source);
  },
  check: (text, options) => checked(text, options as SmallEnvOptions),
  compile(text, options) {
    const { diagnostics, source } = compile({ name: 'stdin', text }, smallEnv(options as SmallEnvOptions));
    return told(diagnostics, source);
  },
  format(text) {
    const source = { name: 'stdin', text };
    return told(format(source).diagnostics.list, source);
  },
  header(text) {
    const source = { name: 'stdin', text };
    return told(parseScriptHeader(source).diagnostics.list, source);
  },
  emit(text, options) {
    const { spec } = new Compiled(text, options as SmallEnvOptions);
    return told(warnings(spec), spec.source);
  },
  /** A file of prefixes; "script", with a set that has not enough room for it. */
  prefixes(text, { script }) {
    const bytes = new TextEncoder().encode(text);
    const reader = new PrefixReader(bytes);
    while (reader.read(1));
    const spec = new Compiled((script as string | undefined) ?? 'let @block = lpmtrie(1); BEGIN { }').spec;
    const error =
      reader.badCount > 0
        ? notPrefixes(reader, bytes, 'prefixes.txt')
        : tooMany(spec.sets![0]!, reader.list().count, 'prefixes.txt', spec.source);
    return told(error.diagnostics, error.source);
  },
  /** A file of backends; "script", with a set that has not enough room for it; "whole": false, its last line has no end. */
  backends(text, { script, whole = true }) {
    const { spec } = new Compiled(
      (script as string | undefined) ?? 'let @web = backends(9); xdp:lo { $b = backend(@web, 1); }',
    );
    try {
      const backends = parseBackends(whole === true ? `${text}\n` : text, 'web.txt');
      const error = tooManyBackends(spec.sets![0]!, backends.length, 'web.txt', spec.source);
      return told(error.diagnostics, error.source);
    } catch (error) {
      if (!(error instanceof SetFileError)) throw error;
      return told(error.diagnostics, error.source);
    }
  },
  /** Without --set. */
  sets(text) {
    const { spec } = new Compiled(text);
    return told(emptySets({ sets: new Map() }, spec), spec.source);
  },
  /** "log": lines of a verifier's log. */
  verifier(text, { log }) {
    const { spec } = new Compiled(text);
    const error = new VerifierError('BPF_PROG_LOAD', 22, (log as string[]).join('\n'));
    return told([new Rejection(error, spec.programs[0]!, [0]).diagnostic], spec.source);
  },
};
