// --emit: what was compiled, written instead of being run: as text, as data, or as an ELF object for other loaders.
import { writeFileSync, writeSync } from 'node:fs';
import { disassembleProgram } from '../compiler/bpf/disassemble.js';
import { BtfReader } from '../compiler/btf/reader.js';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.js';
import { writeObject } from '../compiler/elf/object.js';
import { dependencies } from '../compiler/elf/standalone.js';
import type { ObjectSpec } from '../compiler/object-spec.js';
import type { Host } from '../kernel/host/host.js';
import { isTerminal } from '../output/terminal.js';
import { type CliConfig, type Emitted, UsageError } from './config.js';
import { reportDiagnostics } from './report.js';
import { colorsErrors } from './standard-error.js';

/** The exit code. With warnings, says what an ELF object lacks without us. */
export async function emit(what: Emitted, spec: ObjectSpec, host: Host, config: CliConfig): Promise<number> {
  if (what === 'elf' && config.output === undefined && isTerminal(1)) {
    throw new UsageError('--emit elf writes binary data: give a file with -o FILE');
  }
  const bytes = what === 'elf' ? elfOf(spec, host) : new TextEncoder().encode(textOf(what, spec));
  if (config.output === undefined) writeAll(bytes);
  else writeFileSync(config.output, bytes);
  if (what === 'elf' && config.warnings && !config.quiet) {
    await reportDiagnostics(warnings(spec), spec.source, colorsErrors(config.color));
  }
  return 0;
}

function elfOf(spec: ObjectSpec, { btf }: Host): Uint8Array {
  return writeObject(spec, btf instanceof BtfReader ? btf.blob : undefined);
}

function textOf(what: 'asm' | 'spec', spec: ObjectSpec): string {
  if (what === 'spec') return `${JSON.stringify(spec, null, 1)}\n`;
  return spec.programs
    .map(({ title, functions }) => `${title}:\n${disassembleProgram(functions, spec.source.text)}\n`)
    .join('');
}

export function warnings(spec: ObjectSpec): Diagnostic[] {
  return dependencies(spec).map(({ message, span: [start, end] = [0, 0] }) => ({
    severity: 'warning',
    code: 'not-standalone',
    message: `alone, ${message}`,
    span: { start, end },
    notes: [],
  }));
}

/** stdout is not known to take it all at once. */
function writeAll(bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
}
