// Functions of the kernel and its modules. One name is looked for in BTF first (under a millisecond), then in kallsyms (40 ms).
// The list of all that can be traced is ftrace's, else the functions that both BTF and kallsyms name.
import { existsSync, readFileSync } from 'node:fs';
import type { KernelFunction, KernelFunctions } from '../../compiler/env.js';
import type { Kallsyms } from './kallsyms.js';

export const VMLINUX = 'vmlinux';

export interface FunctionSources {
  readonly kallsyms: Kallsyms;
  /** Whether vmlinux BTF has a function of this name; undefined: there is no BTF. */
  readonly inBtf: (name: string) => boolean | undefined;
  /** Names of the functions in vmlinux BTF. */
  readonly btfNames: () => Iterable<string>;
  /** A list in ftrace's form that is to be used instead (--traceable-functions). */
  readonly list?: string | undefined;
  /** Where tracefs is mounted; undefined: nowhere, or it cannot be read. */
  readonly tracefs: () => string | undefined;
}

export function kernelFunctions(sources: FunctionSources): KernelFunctions {
  const { kallsyms, inBtf } = sources;
  let all: readonly KernelFunction[] | undefined;
  return {
    modulesOf(name) {
      if (inBtf(name) === true) return [VMLINUX];
      const modules = new Set<string>();
      for (const { module = VMLINUX } of kallsyms.find(name)) modules.add(module);
      return [...modules].sort((a, b) => Number(b === VMLINUX) - Number(a === VMLINUX));
    },
    hasModule: name => name === VMLINUX || existsSync(`/sys/module/${name}`),
    sizeOf(name, module) {
      for (const found of kallsyms.find(name)) {
        if (module === undefined || (found.module ?? VMLINUX) === module)
          return kallsyms.sizeAt(found.address);
      }
      return undefined;
    },
    at(address) {
      const found = kallsyms.lookup(address);
      return found && { ...found, module: found.module ?? VMLINUX };
    },
    traceable() {
      all ??= sorted(readList(sources) ?? namedTwice(sources));
      return all;
    },
  };
}

/** Of the file that was named, which must be there, or ftrace's. */
function readList({ list, tracefs }: FunctionSources): KernelFunction[] | undefined {
  if (list !== undefined) return parseFunctionList(readFileSync(list, 'latin1'));
  const root = tracefs();
  if (root === undefined) return undefined;
  try {
    const found = parseFunctionList(readFileSync(`${root}/available_filter_functions`, 'latin1'));
    return found.length === 0 ? undefined : found;
  } catch {
    return undefined; // no dynamic ftrace
  }
}

/** Lines `name` or `name [module]`; what ftrace has no name for is left out. */
export function parseFunctionList(text: string): KernelFunction[] {
  const functions: KernelFunction[] = [];
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end);
    at = end + 1;
    if (line === '' || line.startsWith('__ftrace_invalid_address___')) continue;
    const space = line.indexOf(' ');
    if (space < 0) functions.push({ name: line, module: VMLINUX });
    else functions.push({ name: line.slice(0, space), module: /\[(.*)\]/.exec(line)?.[1] ?? VMLINUX });
  }
  return functions;
}

/** Without ftrace: functions of kallsyms that BTF has too, since what BTF leaves out is seldom traceable. */
function namedTwice({ kallsyms, btfNames }: FunctionSources): KernelFunction[] {
  const known = new Set(btfNames());
  const functions: KernelFunction[] = [];
  for (const { name, module = VMLINUX } of kallsyms.functions()) {
    if (module !== VMLINUX || known.size === 0 || known.has(name)) functions.push({ name, module });
  }
  return functions;
}

/** By name, then module; each once. */
function sorted(functions: KernelFunction[]): readonly KernelFunction[] {
  functions.sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.module < b.module ? -1 : a.module > b.module ? 1 : 0,
  );
  return functions.filter(
    ({ name, module }, i) =>
      i === 0 || name !== functions[i - 1]!.name || module !== functions[i - 1]!.module,
  );
}
