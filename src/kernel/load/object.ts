// ObjectSpec -> fds: creates the maps, then loads programs with our BTF and every reference resolved, each when it is asked
// for (an alternative that is not tried costs nothing). What fails names the map or program; nothing of it is left.
import { encodeProgram, type Resolution } from '../../compiler/bpf/encode.js';
import type { Reference } from '../../compiler/bpf/instruction.js';
import { MapType } from '../../compiler/bpf/uapi.js';
import type { BtfView } from '../../compiler/btf/btf-view.js';
import { encodeProgramBtf } from '../../compiler/btf/encode.js';
import { InternalError } from '../../compiler/diagnostics/diagnostic.js';
import type { MapSpec, ObjectSpec, ProgramSpec } from '../../compiler/object-spec.js';
import { btfLoad } from '../sys/btf.js';
import { VerifierError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { progLoad } from '../sys/program.js';
import { type AttachTarget, attachTarget } from './attach-target.js';
import { fillMap } from './fill.js';
import { LoadedMap } from './loaded-map.js';
import { Rejection } from './rejection.js';

export interface LoadOptions {
  /** The running kernel's types: kernel variables and BTF attach targets. */
  readonly btf: BtfView | undefined;
  /** Those of a module. */
  readonly moduleBtf?: (module: string) => BtfView | undefined;
  readonly possibleCpus: number;
  /** Bytes of the event ring, instead of what the spec says. */
  readonly ringSize?: number;
  /** Asks for the verifier's log of accepted programs too (-d verifier). */
  readonly logLevel?: number;
  /** Told of each step, for -v: 'map @x fd 5 ...'. */
  readonly onStep?: (step: LoadStep) => void;
  /** Maps of another object that take the place of this one's, by name; they stay the other's. */
  readonly shared?: ReadonlyMap<string, LoadedMap>;
}

export type LoadStep =
  | { readonly kind: 'map'; readonly map: LoadedMap }
  | {
      readonly kind: 'program';
      readonly program: LoadedProgram;
      readonly bytes: number;
      readonly log: string;
    };

export interface LoadedProgram {
  readonly spec: ProgramSpec;
  readonly fd: number;
}

/** Owns every fd in it. */
export interface LoadedObject {
  readonly spec: ObjectSpec;
  readonly maps: ReadonlyMap<string, LoadedMap>;
  /** By index in the spec; undefined: not loaded so far. */
  readonly programs: readonly (LoadedProgram | undefined)[];
  /**
   * Loads a program at the first call. Throws a Rejection when the verifier refuses (our bug, or the kernel's limit), a
   * SyscallError otherwise.
   */
  program(index: number): LoadedProgram;
  /** Closes programs, then maps. Links must be closed before. Idempotent. */
  close(): void;
}

/** All maps, no program yet. Throws a SyscallError. */
export function openObject(spec: ObjectSpec, options: LoadOptions): LoadedObject {
  const maps = new Map<string, LoadedMap>();
  const programs: (LoadedProgram | undefined)[] = spec.programs.map(() => undefined);
  const close = () => {
    for (const program of programs.splice(0)) if (program !== undefined) closeFd(program.fd);
    for (const [name, map] of maps) if (options.shared?.get(name) !== map) map.close();
    maps.clear();
  };
  try {
    for (const each of spec.maps) {
      const theirs = options.shared?.get(each.name);
      if (theirs !== undefined) {
        maps.set(each.name, theirs);
        continue;
      }
      const map = new LoadedMap({ ...each, maxEntries: entriesOf(each, options) }, options.possibleCpus);
      maps.set(each.name, map);
      if (each.fill !== undefined) fillMap(map, each.fill);
      options.onStep?.({ kind: 'map', map });
    }
  } catch (error) {
    close();
    throw error;
  }
  const program = (index: number): LoadedProgram => {
    const known = programs[index];
    if (known !== undefined) return known;
    const { program, bytes, log } = loadProgram(spec.programs[index]!, spec, maps, options);
    programs[index] = program;
    options.onStep?.({ kind: 'program', program, bytes, log });
    return program;
  };
  return { spec, maps, programs, program, close };
}

/** With every program. */
export function loadObject(spec: ObjectSpec, options: LoadOptions): LoadedObject {
  const object = openObject(spec, options);
  try {
    for (const index of spec.programs.keys()) object.program(index);
  } catch (error) {
    object.close();
    throw error;
  }
  return object;
}

/** Bytes of a ring, one entry for each CPU of perf buffers. */
function entriesOf(
  { name, type, maxEntries, fill }: MapSpec,
  { ringSize, possibleCpus }: LoadOptions,
): number {
  if (fill?.kind === 'cpus') return possibleCpus;
  if (type === MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY) return possibleCpus;
  if (name === 'big-scratch') return maxEntries * possibleCpus;
  return name === 'ring' ? (ringSize ?? maxEntries) : maxEntries;
}

function loadProgram(
  program: ProgramSpec,
  spec: ObjectSpec,
  maps: ReadonlyMap<string, LoadedMap>,
  options: LoadOptions,
) {
  const { attachTo, title } = program;
  const types = (module?: string) => (module === undefined ? options.btf : options.moduleBtf?.(module));
  const encoded = encodeProgram(program.functions, reference => resolve(reference, maps, options));
  const debug = encodeProgramBtf(program, spec.source, encoded.starts);
  const btfFd = btfLoad(debug.btf, program.name);
  let target: AttachTarget | undefined;
  try {
    if (attachTo !== undefined) target = attachTarget(attachTo, title, types);
    const loaded = progLoad({
      type: program.type,
      insns: encoded.bytes,
      name: program.name,
      license: spec.license,
      btfFd,
      funcInfo: debug.funcInfo,
      lineInfo: debug.lineInfo,
      ...(program.expectedAttachType === undefined ? {} : { expectedAttachType: program.expectedAttachType }),
      ...(program.flags === undefined ? {} : { flags: program.flags }),
      ...target,
      ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
    });
    return { program: { spec: program, fd: loaded.fd }, bytes: encoded.bytes.byteLength, log: loaded.log };
  } catch (error) {
    if (error instanceof VerifierError) throw new Rejection(error, program, encoded.starts);
    throw error;
  } finally {
    closeFd(btfFd);
    if (target?.attachBtfObjFd !== undefined) closeFd(target.attachBtfObjFd);
  }
}

function resolve(
  reference: Exclude<Reference, { kind: 'function' }>,
  maps: ReadonlyMap<string, LoadedMap>,
  options: LoadOptions,
): Resolution {
  switch (reference.kind) {
    case 'map':
      return { imm: fdOf(reference.map, maps) };
    case 'map-value':
      return { imm: fdOf(reference.map, maps), high: reference.offset };
    case 'ksym': {
      const id = options.btf?.idOf(reference.name, 'var');
      if (id === undefined) throw new InternalError(`no BTF variable ${reference.name}`);
      return { imm: id };
    }
    case 'kfunc': {
      const id = options.btf?.idOf(reference.name, 'func');
      if (id === undefined) throw new InternalError(`no BTF function ${reference.name}`);
      return { imm: id };
    }
  }
}

function fdOf(name: string, maps: ReadonlyMap<string, LoadedMap>): number {
  const map = maps.get(name);
  if (map === undefined) throw new InternalError(`program refers to map ${name}, which the object lacks`);
  return map.fd;
}
