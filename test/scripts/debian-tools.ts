// Every tool of Debian's bpftrace packages compiles for the running kernel, as if it had kprobes and what few kernels have.
import test from 'ava';
import { compile } from '../../src/compiler/compile.js';
import type { Env, KernelFunctions } from '../../src/compiler/env.js';
import { openHost } from '../../src/kernel/host/host.js';
import { sourceFiles } from '../../src/kernel/host/source-files.js';
import { debianTools, LACKING, OUTDATED } from '../harness/debian-tools.js';

const tools = debianTools();

/** Functions and data that tools name and some kernels lack. */
const NAMES = ['avenrun', 'md_flush_request', 'swap_readpage'];

/** The machine, with kprobes and those names; the compiler alone then has a say. */
function machine(script: string): Env {
  const { env } = openHost({
    params: [],
    options: new Map(),
    targetPid: undefined,
    files: sourceFiles({ script, includeFolders: [], includes: [], variables: {} }),
  });
  const functions = env.kernelFunctions?.();
  return overlaid(env, {
    has: feature => feature === 'kprobe' || env.has(feature),
    kernelSymbol: name => (NAMES.includes(name) ? 0xffffffff81000000n : env.kernelSymbol?.(name)),
    ...(functions === undefined
      ? {}
      : {
          kernelFunctions: () =>
            overlaid<KernelFunctions>(functions, {
              modulesOf: name => (NAMES.includes(name) ? ['vmlinux'] : functions.modulesOf(name)),
            }),
        }),
  });
}

function overlaid<T extends object>(of: T, own: Partial<T>): T {
  return new Proxy(of, {
    get(target, key) {
      const value: unknown = Reflect.get(key in own ? own : target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

for (const tool of tools) {
  const name = `${tool.package} ${tool.name}`;
  test(`${name} compiles`, t => {
    const { spec, diagnostics } = compile({ name: tool.path, text: tool.text }, machine(tool.path), {
      unsafe: true,
    });
    const [first] = diagnostics.filter(d => d.severity === 'error').map(d => d.message);
    const expected = OUTDATED[name];
    if (expected !== undefined) {
      // Its functions may be missing too, which is told first.
      t.regex(diagnostics.map(d => d.message).join('\n'), expected);
      return;
    }
    if (first !== undefined && LACKING.some(pattern => pattern.test(first))) {
      t.log(`not on this machine: ${first}`);
      t.pass();
      return;
    }
    t.is(first, undefined);
    t.not(spec, undefined);
  });
}

test('the tools are there, or the test says so', t => {
  if (tools.length === 0) t.log('no /usr/sbin/*.bt and no TSBPF_BPFTRACE: nothing was compiled');
  if (process.env.CI !== undefined) t.true(tools.length > 0);
  else t.pass();
});
