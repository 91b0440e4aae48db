// A linked object of somebody else's compiler -> fds: its maps, then its programs, with its own types where the kernel takes them.
// What fails names the map or program; nothing of it is left.
import { mapTypeName } from '../../compiler/bpf/map-type.js';
import { AttachType, MapFlag, MapType, ProgFlag, ProgType } from '../../compiler/bpf/uapi.js';
import { type BtfReader, readBtf } from '../../compiler/btf/reader.js';
import type { LinkedMap, LinkedObject, LinkedProgram } from '../../compiler/elf/link-object.js';
import type { MapDefinition } from '../../compiler/elf/map-definitions.js';
import { MissingError } from '../host/missing.js';
import { LITTLE_ENDIAN } from '../sys/attr.js';
import { btfLoad } from '../sys/btf.js';
import { SyscallError, VerifierError } from '../sys/error.js';
import { closeFd } from '../sys/fd.js';
import { isAtLeast, runningKernel } from '../sys/kernel-version.js';
import { mapCreate, mapFreeze, mapUpdateElem } from '../sys/map.js';
import { progLoad } from '../sys/program.js';
import { LinkedRejection } from './linked-rejection.js';

export interface OpenLinkedMap {
  readonly definition: LinkedMap;
  readonly fd: number;
  /** As it was created. */
  readonly maxEntries: number;
}

/** Owns every fd in it. */
export interface OpenLinkedObject {
  /** The one that was asked for, then those in its maps. */
  readonly programs: readonly { readonly linked: LinkedProgram; readonly fd: number; readonly log: string }[];
  readonly maps: readonly OpenLinkedMap[];
  /** Its types; undefined: none. */
  readonly types: BtfReader | undefined;
  /** Why the kernel was not given its types, a sentence. */
  readonly withoutTypes: string | undefined;
  /** Idempotent. */
  close(): void;
}

export interface LinkedLoadOptions {
  readonly possibleCpus: number;
  /** Asks for the verifier's log of accepted programs too. */
  readonly logLevel?: number;
}

/** BPF_F_XDP_HAS_FRAGS. */
const FRAGMENTS_SINCE = [5, 18] as const;

/** Throws a LinkedRejection when the verifier refuses a program, a MissingError or a SyscallError otherwise. */
export function loadLinked(object: LinkedObject, options: LinkedLoadOptions): OpenLinkedObject {
  const needy = object.programs.find(({ fragments }) => fragments);
  if (needy !== undefined && !isAtLeast(runningKernel(), FRAGMENTS_SINCE)) {
    throw new MissingError(
      `${needy.name} takes packets of several buffers (section ${needy.section}), which needs Linux ${FRAGMENTS_SINCE.join('.')}`,
      'in the section xdp it is one for packets of one buffer.',
    );
  }
  const fds: number[] = [];
  const maps = new Map<string, OpenLinkedMap>();
  const programs: { linked: LinkedProgram; fd: number; log: string }[] = [];
  const types = object.btf && readBtf(object.btf);
  const close = () => {
    for (const fd of fds.splice(0).reverse()) closeFd(fd);
  };
  let withoutTypes: string | undefined;
  let btfFd: number | undefined;
  const kept = (fd: number) => {
    fds.push(fd);
    return fd;
  };
  try {
    try {
      if (object.btf !== undefined) btfFd = kept(btfLoad(object.btf));
    } catch (error) {
      if (!(error instanceof SyscallError) || error.code === 'EPERM') throw error;
      withoutTypes = `this kernel does not take the type information of the object (${error.message}): programs and maps are loaded without it`;
    }
    for (const definition of object.maps) {
      const maxEntries = entriesOf(definition, options);
      const fd = kept(createMapOrSay(definition, maxEntries, btfFd));
      maps.set(definition.name, { definition, fd, maxEntries });
      if (definition.initial !== undefined) mapUpdateElem(fd, word(0), definition.initial);
      if (definition.frozen) mapFreeze(fd);
    }
    for (const linked of object.programs) {
      const { fd, log } = loadProgram(linked, object.license, maps, btfFd, types, options);
      programs.push({ linked, fd: kept(fd), log });
    }
    for (const { definition, fd } of maps.values()) {
      for (const { slot, name } of definition.entries) {
        const held =
          definition.holds === 'programs'
            ? programs.find(({ linked }) => linked.name === name)?.fd
            : maps.get(name)?.fd;
        mapUpdateElem(fd, word(slot), word(held ?? -1));
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { programs, maps: [...maps.values()], types, withoutTypes, close };
}

/** Bytes: a power of two, and a page on every machine. */
const LEAST_RING = 1 << 16;

/** An entry for each CPU where it is none; rings of a size that the kernel takes. */
function entriesOf({ type, maxEntries }: MapDefinition, { possibleCpus }: LinkedLoadOptions): number {
  switch (type) {
    case MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY:
      return maxEntries || possibleCpus;
    case MapType.BPF_MAP_TYPE_RINGBUF:
    case MapType.BPF_MAP_TYPE_USER_RINGBUF: {
      let size = LEAST_RING;
      while (size < maxEntries) size *= 2;
      return size;
    }
    default:
      return maxEntries;
  }
}

/** Throws a MissingError when the kernel has no such map, or not of these sizes. */
function createMapOrSay(definition: MapDefinition, maxEntries: number, btfFd: number | undefined): number {
  try {
    return createMap(definition, maxEntries, btfFd);
  } catch (error) {
    if (!(error instanceof SyscallError) || (error.code !== 'EINVAL' && error.code !== 'E2BIG')) throw error;
    const { name, type, keySize, valueSize, flags } = definition;
    throw new MissingError(
      `the kernel refuses the map ${name} (${mapTypeName(type)}, key ${keySize} bytes, value ${valueSize} bytes, ${maxEntries} entries, flags ${flags}): ${error.code}`,
      'it has no maps of this type, or none of these sizes and flags; newer kernels may.',
    );
  }
}

/** With types where the kernel takes them: it does for some kinds of maps only, and more of them in newer releases. */
function createMap(definition: MapDefinition, maxEntries: number, btfFd: number | undefined): number {
  const { name, type, keySize, valueSize, flags, extra, numaNode, keyType, valueType, holds } = definition;
  const inner = typeof holds === 'object' ? createMap(holds, holds.maxEntries, btfFd) : undefined;
  const plain = {
    name,
    type,
    keySize,
    valueSize,
    maxEntries,
    flags: flags | (numaNode === undefined ? 0 : MapFlag.BPF_F_NUMA_NODE),
    ...(extra === 0 ? {} : { extra: BigInt(extra) }),
    ...(numaNode === undefined ? {} : { numaNode }),
    ...(inner === undefined ? {} : { innerMapFd: inner }),
  };
  try {
    if (btfFd === undefined || valueType === 0) return mapCreate(plain);
    try {
      // Of data no key is told: its value is a section (BTF_KIND_DATASEC).
      return mapCreate({ ...plain, btfFd, btfKeyTypeId: keyType, btfValueTypeId: valueType });
    } catch (error) {
      if (!(error instanceof SyscallError) || error.code === 'EPERM') throw error;
      return mapCreate(plain);
    }
  } finally {
    if (inner !== undefined) closeFd(inner);
  }
}

function loadProgram(
  linked: LinkedProgram,
  license: string,
  maps: ReadonlyMap<string, OpenLinkedMap>,
  btfFd: number | undefined,
  types: BtfReader | undefined,
  { logLevel }: LinkedLoadOptions,
): { readonly fd: number; readonly log: string } {
  const insns = Uint8Array.from(linked.insns);
  const view = new DataView(insns.buffer);
  for (const { slot, map } of linked.maps) view.setInt32(slot * 8 + 4, maps.get(map)!.fd, LITTLE_ENDIAN);
  const plain = {
    type: ProgType.BPF_PROG_TYPE_XDP,
    expectedAttachType: AttachType.BPF_XDP,
    insns,
    name: linked.name,
    license,
    ...(linked.fragments ? { flags: ProgFlag.BPF_F_XDP_HAS_FRAGS } : {}),
    ...(logLevel === undefined ? {} : { logLevel }),
  };
  const { funcInfo, lineInfo } = linked;
  const typed = btfFd === undefined || funcInfo === undefined ? undefined : { btfFd, funcInfo };
  try {
    try {
      return progLoad({ ...plain, ...typed, ...(typed && lineInfo ? { lineInfo } : {}) });
    } catch (error) {
      // What is told of functions and lines is refused before the program is looked at.
      if (typed === undefined || !isAboutTypes(error)) throw error;
      return progLoad(plain);
    }
  } catch (error) {
    if (error instanceof VerifierError) throw new LinkedRejection(error, linked, types);
    throw error;
  }
}

function isAboutTypes(error: unknown): boolean {
  return error instanceof VerifierError && /func_info|line_info|BTF/.test(error.message);
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, LITTLE_ENDIAN);
  return bytes;
}
