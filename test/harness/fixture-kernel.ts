// A whole kernel of test/fixtures/kernels as an Env: its complete BTF, its tracepoint formats, and the features recorded on
// it. Unlike a recording it answers every question of types; of tracepoints it knows those whose format was kept.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BtfView } from '../../src/compiler/btf/btf-view.js';
import { readBtf } from '../../src/compiler/btf/reader.js';
import type { Env } from '../../src/compiler/env.js';
import { Tracefs } from '../../src/kernel/host/tracefs.js';
import { inProject } from './project.js';
import { fixtureEnv, type ReplayOptions } from './replay-env.js';

export type FixtureKernel = '5.10' | '6.12';

const opened = new Map<FixtureKernel, { readonly btf: BtfView; readonly tracefs: Tracefs }>();

export function fixtureKernel(name: FixtureKernel, options: ReplayOptions = {}): Env {
  const folder = inProject('test/fixtures/kernels', name);
  const recorded = fixtureEnv(name, { variables: new Map(), ...options });
  let kernel = opened.get(name);
  if (kernel === undefined) {
    const btf = readBtf(gunzipSync(readFileSync(`${folder}/vmlinux.btf.gz`)));
    if (btf === undefined) throw new Error(`${folder}/vmlinux.btf.gz holds no BTF`);
    kernel = { btf, tracefs: new Tracefs([`${folder}/tracefs`]) };
    opened.set(name, kernel);
  }
  const { btf, tracefs } = kernel;
  return {
    arch: recorded.arch,
    kernelVersion: recorded.kernelVersion,
    btf: () => btf,
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
