// A whole kernel of test/fixtures/kernels as an Env: its complete BTF, its tracepoint formats, and the features recorded on
// it. Unlike a recording it answers every question of types; of tracepoints it knows those whose format was kept.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BtfView } from '../../src/compiler/btf/btf-view.js';
import { readBtf } from '../../src/compiler/btf/reader.js';
import type { Env, KernelFunction, KernelFunctions } from '../../src/compiler/env.js';
import { Tracefs } from '../../src/kernel/host/tracefs.js';
import { inProject } from './project.js';
import { fixtureEnv, type ReplayOptions } from './replay-env.js';

export type FixtureKernel = '5.10' | '6.12';

interface Opened {
  readonly btf: BtfView;
  readonly tracefs: Tracefs;
  readonly functions: KernelFunctions;
}

const opened = new Map<FixtureKernel, Opened>();

/** Those of BTF: kallsyms is not in the fixture. */
function functionsOf(btf: BtfView): KernelFunctions {
  const module = 'vmlinux';
  let all: readonly KernelFunction[] | undefined;
  return {
    modulesOf: name => (btf.idOf(name, 'func') === undefined ? [] : [module]),
    hasModule: name => name === module,
    sizeOf: () => undefined,
    at: () => undefined,
    traceable() {
      all ??= [...new Set(btf.names('func'))].sort().map(name => ({ name, module }));
      return all;
    },
  };
}

export function fixtureKernel(name: FixtureKernel, options: ReplayOptions = {}): Env {
  const folder = inProject('test/fixtures/kernels', name);
  const recorded = fixtureEnv(name, { variables: new Map(), ...options });
  let kernel = opened.get(name);
  if (kernel === undefined) {
    const btf = readBtf(gunzipSync(readFileSync(`${folder}/vmlinux.btf.gz`)));
    if (btf === undefined) throw new Error(`${folder}/vmlinux.btf.gz holds no BTF`);
    kernel = { btf, tracefs: new Tracefs([`${folder}/tracefs`]), functions: functionsOf(btf) };
    opened.set(name, kernel);
  }
  const { btf, tracefs, functions } = kernel;
  return {
    arch: recorded.arch,
    kernelVersion: recorded.kernelVersion,
    btf: module => (module === undefined ? btf : undefined),
    kernelFunctions: () => functions,
    kernelOption: () => 'y',
    tracepoint(category, event) {
      if (
        !existsSync(`${folder}/tracefs/events/${category}/${event}/format`) &&
        tracefs.tracepoints().includes(`${category}:${event}`)
      ) {
        throw new Error(
          `not in the fixture: the format of ${category}:${event} (test/guest/collect-fixtures.sh)`,
        );
      }
      return tracefs.tracepoint(category, event);
    },
    tracepoints: () => tracefs.tracepoints(),
    has: feature => recorded.has(feature),
    params: recorded.params,
    options: recorded.options,
    targetPid: recorded.targetPid,
    variables: recorded.variables,
  };
}
