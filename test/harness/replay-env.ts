// A recording (src/kernel/host/recorder.ts) as an Env again. A question that was never asked of the real machine has no answer:
// it throws, naming itself, so that nobody takes a gap for "there is none".
import { readFileSync } from 'node:fs';
import type { UserSpace } from '../../src/compiler/binary-view.js';
import type { BtfView } from '../../src/compiler/btf/btf-view.js';
import type { Env, HeaderFile, ImportedFiles, KernelFunctions, SourceFiles } from '../../src/compiler/env.js';
import type { StructType } from '../../src/compiler/types/type.js';
import { type BtfAnswer, type EnvRecording, USER_SPACE_QUESTIONS } from '../../src/kernel/host/recorder.js';

/** What a test may set beside the recorded machine. */
export interface ReplayOptions {
  readonly params?: readonly string[];
  readonly options?: ReadonlyMap<string, string | true>;
  readonly targetPid?: number;
  readonly variables?: ReadonlyMap<string, string>;
}

/** The machine of test/fixtures/env/NAME.json: '5.10', '6.12', '6.18'. All have the programs of one Debian. */
export function fixtureEnv(name: string, options: ReplayOptions = {}): Env {
  const recording = { ...recorded('user-space'), ...recorded(name) } as EnvRecording;
  return replayEnv(recording, options);
}

function recorded(name: string): Partial<EnvRecording> {
  const path = new URL(`../../../test/fixtures/env/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Partial<EnvRecording>;
}

export function replayEnv(recording: EnvRecording, options: ReplayOptions = {}): Env {
  const view = recording.btf === null ? undefined : replayBtf(recording.btf);
  return {
    arch: recording.arch,
    kernelVersion: recording.kernelVersion,
    btf: module => (module === undefined ? view : undefined),
    ...(recording.functions === undefined
      ? {}
      : { kernelFunctions: () => replayFunctions(recording.functions!) }),
    kernelOption: name => recording.kernelOptions?.[name] ?? undefined,
    tracepoint(category, name) {
      const key = `${category}:${name}`;
      const found = recording.tracepoints[key];
      if (found !== undefined) return found ?? undefined;
      if (recording.tracepointNames !== null && !recording.tracepointNames.includes(key)) return undefined;
      return gap(`tracepoint ${key}`);
    },
    tracepoints: () => recording.tracepointNames ?? gap('tracepoints'),
    ...(recording.files === undefined ? {} : { files: replayFiles(recording.files) }),
    ...(recording.userSpace === undefined ? {} : { userSpace: replayUserSpace(recording.userSpace) }),
    has: feature => recording.features[feature] ?? gap(`feature ${feature}`),
    params: options.params ?? recording.params,
    options: options.options ?? new Map(recording.options),
    targetPid: options.targetPid ?? recording.targetPid ?? undefined,
    variables: options.variables ?? new Map(recording.variables),
  };
}

function replayFiles(answers: NonNullable<EnvRecording['files']>): SourceFiles {
  return {
    first: [],
    header(name, quoted, from) {
      const found = answers[`header ${quoted ? 'quoted' : 'angled'} ${name} ${from}`];
      if (found === undefined) return gap(`header ${name}`);
      return (found ?? undefined) as HeaderFile | undefined;
    },
    imported: (name, from) => (answers[`import ${name} ${from}`] ?? gap(`import ${name}`)) as ImportedFiles,
  };
}

function replayFunctions({ modules, traceable }: NonNullable<EnvRecording['functions']>): KernelFunctions {
  return {
    modulesOf: name => modules[name] ?? gap(`modules of ${name}`),
    hasModule: () => true,
    sizeOf: () => undefined,
    at: () => undefined,
    traceable: () => traceable ?? gap('traceable functions'),
  };
}

function replayUserSpace(answers: Readonly<Record<string, unknown>>): UserSpace {
  const replayed: Record<string, unknown> = { ofOneProcess: false };
  for (const question of USER_SPACE_QUESTIONS) {
    replayed[question] = (...given: readonly unknown[]) => {
      const key = `${question} ${JSON.stringify(given)}`;
      return Object.hasOwn(answers, key) ? (answers[key] ?? undefined) : gap(key);
    };
  }
  return replayed as unknown as UserSpace;
}

function gap(question: string): never {
  throw new Error(`not in the recording: ${question} (record it again: test/harness/record-env.ts)`);
}

function replayBtf(answers: Readonly<Record<string, BtfAnswer>>): BtfView {
  const answer = (question: string): BtfAnswer => {
    const found = answers[question];
    return found === undefined ? gap(question) : found;
  };
  const typeOf = (question: string) => {
    const found = answer(question);
    return found !== null && typeof found === 'object' && 'type' in found ? found.type : undefined;
  };
  return {
    struct: (name, tag) =>
      typeOf(tag === undefined ? `struct ${name}` : `struct ${name} ${tag}`) as StructType | undefined,
    typeByName: name => typeOf(`typeByName ${name}`),
    fields(id) {
      const found = answer(`fields ${id}`);
      return found !== null && typeof found === 'object' && 'fields' in found ? found.fields : [];
    },
    enumerator(name) {
      const found = answer(`enumerator ${name}`);
      if (found === null || typeof found !== 'object' || !('value' in found)) return undefined;
      return { value: BigInt(found.value), type: found.type };
    },
    variable(name) {
      const found = answer(`variable ${name}`);
      return found !== null && typeof found === 'object' && 'id' in found ? found : undefined;
    },
    func(name) {
      const found = answer(`func ${name}`);
      return found !== null && typeof found === 'object' && 'func' in found ? found.func : undefined;
    },
    prototype(name) {
      const found = answer(`prototype ${name}`);
      return found !== null && typeof found === 'object' && 'prototype' in found
        ? found.prototype
        : undefined;
    },
    idOf(name, kind) {
      const found = answer(`idOf ${name} ${kind}`);
      return typeof found === 'number' ? found : undefined;
    },
    names(kind) {
      const found = answer(`names ${kind}`);
      return found !== null && typeof found === 'object' && 'names' in found ? found.names : [];
    },
  };
}
