// The compiler's questions about programs and libraries, answered from the files of this machine. Files are opened when one is
// first asked about and stay open, so that what was compiled for is what is looked at.
import type { BinaryProblem, DebugInfoState, UserSpace } from '../../../compiler/binary-view.js';
import { demangle } from '../demangle.js';
import { Binary, type BinaryOptions } from './binary.js';
import { type LookupOptions, TargetLookup } from './target-lookup.js';

export interface UserSpaceOptions extends LookupOptions {
  readonly debugFolders: readonly string[];
}

export function hostUserSpace(options: UserSpaceOptions): UserSpace {
  const lookup = new TargetLookup(options);
  const files = new Map<string, Binary | BinaryProblem>();
  const resolved = new Map<string, readonly string[]>();
  const open = (path: string): Binary | BinaryProblem => {
    let file = files.get(path);
    if (file === undefined) {
      const roots = [...new Set([rootOf(path), lookup.root, ''])];
      const binary: BinaryOptions = { arch: options.arch, roots, debugFolders: options.debugFolders };
      file = Binary.open(path, binary);
      files.set(path, file);
    }
    return file;
  };
  const ask = <T>(path: string, question: (binary: Binary) => T, otherwise: T): T => {
    const binary = open(path);
    return typeof binary === 'string' ? otherwise : question(binary);
  };
  return {
    resolve(target) {
      let paths = resolved.get(target);
      if (paths === undefined) {
        paths = lookup.resolve(target);
        resolved.set(target, paths);
      }
      return paths;
    },
    ofOneProcess: options.pid !== undefined || options.command !== undefined,
    alternatives: target => lookup.alternatives(target),
    problem(path) {
      const binary = open(path);
      return typeof binary === 'string' ? binary : undefined;
    },
    isFixed: path => ask(path, binary => binary.elf.fixed, false),
    hasSymbols: path => ask(path, binary => binary.hasSymbols, false),
    functions: path => ask(path, binary => binary.names.functions(), []),
    symbols: (path, name) => ask(path, binary => binary.symbols(name), []),
    symbolAt: (path, address) => ask(path, binary => binary.symbolAt(address), undefined),
    demangled: demangle,
    fileOffset: (path, address) =>
      ask(
        path,
        ({ elf }) => {
          const offset = elf.offsetOf(address);
          return offset === undefined ? undefined : { offset, code: elf.isCode(address) };
        },
        undefined,
      ),
    instructionAt: (path, address) => ask(path, binary => binary.instructionAt(address), 'unknown'),
    usdt: path => ask(path, binary => binary.usdt(), []),
    debugInfo: path =>
      ask<DebugInfoState>(path, binary => ({ present: binary.hasDebugInfo, problem: binary.debugProblem }), {
        present: false,
      }),
    parameters: (path, address) => ask(path, binary => binary.parameters(address), undefined),
    type: (path, name) => ask(path, binary => binary.type(name), undefined),
    fields: (file, id) => ask(file, binary => binary.fields(id), []),
    line: (path, file, line, column) => ask(path, binary => binary.line(file, line, column), 'file'),
  };
}

/** '/proc/12/root' of '/proc/12/root/bin/sh': debug files of a container are looked for in it too. */
function rootOf(path: string): string {
  return /^\/proc\/\d+\/root(?=\/)/.exec(path)?.[0] ?? '';
}
