// Wraps an Env and keeps every question with its answer, so that tests compile for a 5.10, a 6.12 or an arm64 machine that is
// not here. The recording is JSON; test/harness/replay-env.ts turns it back into an Env.
import type { UserSpace } from '../../compiler/binary-view.js';
import type { BtfView, Prototype } from '../../compiler/btf/btf-view.js';
import type {
  Env,
  FeatureName,
  HeaderFile,
  ImportedFiles,
  KernelFunction,
  KernelFunctions,
  SourceFiles,
  TracepointFormat,
} from '../../compiler/env.js';
import type { Field, Type } from '../../compiler/types/type.js';

/** Answers by question; null stands for "there is none". BTF questions are spelled `METHOD ARGUMENTS`. */
export interface EnvRecording {
  readonly arch: Env['arch'];
  readonly kernelVersion: Env['kernelVersion'];
  readonly params: readonly string[];
  readonly options: readonly (readonly [string, string | true])[];
  readonly targetPid: number | null;
  readonly variables: readonly (readonly [string, string])[];
  readonly features: Partial<Record<FeatureName, boolean>>;
  readonly tracepoints: Record<string, TracepointFormat | null>;
  readonly tracepointNames: readonly string[] | null;
  readonly btf: Record<string, BtfAnswer> | null;
  /** Headers and imports: `header quoted|angled NAME FROM`, `import NAME FROM`. */
  readonly files?: Record<string, HeaderFile | ImportedFiles | null>;
  /** Of kernel functions: modules by name, and all that can be traced. Recordings made before they were asked have none. */
  readonly functions?: {
    readonly modules: Record<string, readonly string[]>;
    readonly traceable: readonly KernelFunction[] | null;
  };
  readonly kernelOptions?: Record<string, string | null>;
  /** By `METHOD ARGUMENTS`, the arguments as JSON. */
  readonly userSpace?: Record<string, unknown>;
}

/** Values are bigints as decimal; kernel functions and variables carry their id. */
export type BtfAnswer =
  | null
  | number
  | { readonly type: Type }
  | { readonly fields: readonly Field[] }
  | { readonly value: string; readonly type: Type }
  | { readonly id: number; readonly type: Type }
  | { readonly func: NonNullable<ReturnType<BtfView['func']>> }
  | { readonly prototype: Prototype }
  | { readonly names: readonly string[] };

export interface Recorder {
  /** Answers as the recorded one does. */
  readonly env: Env;
  /** What was asked so far; plain data. */
  recording(): EnvRecording;
}

export function recordEnv(env: Env): Recorder {
  const features: Partial<Record<FeatureName, boolean>> = {};
  const tracepoints: Record<string, TracepointFormat | null> = {};
  let names: readonly string[] | null = null;
  let answers: Record<string, BtfAnswer> | null = null;
  let view: BtfView | undefined;
  const files: NonNullable<EnvRecording['files']> = {};
  const modules: Record<string, readonly string[]> = {};
  const kernelOptions: Record<string, string | null> = {};
  let traceable: readonly KernelFunction[] | null = null;
  const recordFunctions = (real: KernelFunctions): KernelFunctions => ({
    ...real,
    modulesOf(name) {
      modules[name] = real.modulesOf(name);
      return modules[name];
    },
    traceable() {
      traceable = real.traceable();
      return traceable;
    },
  });
  const { kernelFunctions } = env;
  const userSpace: Record<string, unknown> = {};
  const recorded: Env = {
    arch: env.arch,
    kernelVersion: env.kernelVersion,
    params: env.params,
    options: env.options,
    targetPid: env.targetPid,
    variables: env.variables,
    btf(module) {
      const real = env.btf(module);
      if (module !== undefined || real === undefined) return real; // of modules nothing is recorded
      answers ??= {};
      view ??= recordBtf(real, answers);
      return view;
    },
    tracepoint(category, name) {
      const found = env.tracepoint(category, name);
      tracepoints[`${category}:${name}`] = found ?? null;
      return found;
    },
    tracepoints() {
      names = env.tracepoints();
      return names;
    },
    ...(env.files === undefined ? {} : { files: recordFiles(env.files, files) }),
    ...(kernelFunctions === undefined
      ? {}
      : { kernelFunctions: () => recordFunctions(kernelFunctions.call(env)) }),
    kernelOption(name) {
      const value = env.kernelOption?.(name);
      kernelOptions[name] = value ?? null;
      return value;
    },
    ...(env.userSpace === undefined ? {} : { userSpace: recordUserSpace(env.userSpace, userSpace) }),
    has(feature) {
      const answer = env.has(feature);
      features[feature] = answer;
      return answer;
    },
  };
  return {
    env: recorded,
    recording: () => ({
      arch: env.arch,
      kernelVersion: env.kernelVersion,
      params: env.params,
      options: [...env.options],
      targetPid: env.targetPid ?? null,
      variables: [...env.variables],
      features,
      tracepoints,
      tracepointNames: names,
      btf: answers,
      ...(Object.keys(files).length === 0 ? {} : { files }),
      functions: { modules, traceable },
      kernelOptions,
      ...(Object.keys(userSpace).length === 0 ? {} : { userSpace }),
    }),
  };
}

function recordFiles(real: SourceFiles, answers: NonNullable<EnvRecording['files']>): SourceFiles {
  return {
    first: real.first,
    header(name, quoted, from) {
      const found = real.header(name, quoted, from);
      answers[`header ${quoted ? 'quoted' : 'angled'} ${name} ${from}`] = found ?? null;
      return found;
    },
    imported(name, from) {
      const found = real.imported(name, from);
      answers[`import ${name} ${from}`] = found;
      return found;
    },
  };
}

/** What can be asked of a UserSpace, all of it answered in plain data. */
export const USER_SPACE_QUESTIONS = [
  'resolve',
  'alternatives',
  'problem',
  'isFixed',
  'hasSymbols',
  'functions',
  'symbols',
  'symbolAt',
  'demangled',
  'fileOffset',
  'instructionAt',
  'usdt',
  'debugInfo',
  'parameters',
  'type',
  'fields',
  'line',
] as const satisfies readonly (keyof UserSpace)[];

export function recordUserSpace(real: UserSpace, answers: Record<string, unknown>): UserSpace {
  const recorded: Record<string, unknown> = { ofOneProcess: real.ofOneProcess };
  for (const question of USER_SPACE_QUESTIONS) {
    const ask = real[question] as (...given: readonly unknown[]) => unknown;
    recorded[question] = (...given: readonly unknown[]) => {
      const answer = ask(...given);
      answers[`${question} ${JSON.stringify(given)}`] = answer ?? null;
      return answer;
    };
  }
  return recorded as unknown as UserSpace;
}

function recordBtf(real: BtfView, answers: Record<string, BtfAnswer>): BtfView {
  const keep = (key: string, answer: BtfAnswer): void => {
    answers[key] = answer;
  };
  return {
    struct(name, tag) {
      const type = real.struct(name, tag);
      keep(
        tag === undefined ? `struct ${name}` : `struct ${name} ${tag}`,
        type === undefined ? null : { type },
      );
      return type;
    },
    typeByName(name) {
      const type = real.typeByName(name);
      keep(`typeByName ${name}`, type === undefined ? null : { type });
      return type;
    },
    fields(id) {
      const fields = real.fields(id);
      keep(`fields ${id}`, { fields });
      return fields;
    },
    enumerator(name) {
      const found = real.enumerator(name);
      keep(
        `enumerator ${name}`,
        found === undefined ? null : { value: found.value.toString(), type: found.type },
      );
      return found;
    },
    variable(name) {
      const found = real.variable(name);
      keep(`variable ${name}`, found === undefined ? null : { id: found.id, type: found.type });
      return found;
    },
    func(name) {
      const found = real.func(name);
      keep(`func ${name}`, found === undefined ? null : { func: found });
      return found;
    },
    prototype(name) {
      const prototype = real.prototype(name);
      keep(`prototype ${name}`, prototype === undefined ? null : { prototype });
      return prototype;
    },
    idOf(name, kind) {
      const id = real.idOf(name, kind);
      keep(`idOf ${name} ${kind}`, id ?? null);
      return id;
    },
    names(kind) {
      const names = [...real.names(kind)];
      keep(`names ${kind}`, { names });
      return names;
    },
  };
}
