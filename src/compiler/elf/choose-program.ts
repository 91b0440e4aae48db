// Which program of an object is meant to be attached to an interface: the one that --section names, by its section or function,
// else the only one for XDP.
import { didYouMean } from '../diagnostics/suggest.js';
import { type ElfContents, functionsIn } from './elf-reader.js';
import { ObjectError } from './object-error.js';

export interface ProgramPlace {
  readonly name: string;
  /** Name and index of its section. */
  readonly section: string;
  readonly index: number;
  /** Bytes into the section. */
  readonly offset: number;
}

/** Sections by which loaders know programs of other types (libbpf's section_defs). */
const OTHER_TYPES =
  /^(tc|tcx|netkit|classifier|action|socket|sockops|sk_(skb|msg|lookup|reuseport)|cgroup(_skb)?|lwt_\w+|k(ret)?(probe|syscall)|kprobe\.(multi|session)|uprobe(\.\w+)*|u(ret)?probe|usdt|tracepoint|tp|raw_tracepoint|raw_tp|tp_btf|fentry|fexit|fmod_ret|freplace|lsm(_cgroup)?|iter|perf_event|syscall|struct_ops|flow_dissector|netfilter|lirc_mode2)(\.s|\.w)?(\/|$)/;
/** Of XDP, but run by a map of devices or CPUs, not by an interface. */
const OF_MAPS = /^xdp(\.frags)?[/_](devmap|cpumap)(\/|$)/;

/** Programs, in order of section and place. Loaders take no static function for one. */
export function programPlaces(elf: ElfContents): ProgramPlace[] {
  return elf.sections.flatMap(({ name: section, index }) =>
    section === '.text'
      ? []
      : functionsIn(elf, index)
          .filter(({ local }) => !local)
          .map(({ name, value }) => ({ name, section, index, offset: value })),
  );
}

/** A program for an interface, as far as its section tells; old ones may be called anything. */
export function isForInterface({ section }: ProgramPlace): boolean {
  return !OTHER_TYPES.test(section) && !OF_MAPS.test(section);
}

/** BPF_F_XDP_HAS_FRAGS is wanted: it takes packets of several buffers. */
export function takesFragments({ section }: ProgramPlace): boolean {
  return /^xdp\.frags(\/|$)/.test(section);
}

/** Throws an ObjectError, which lists what there is. */
export function chooseProgram(elf: ElfContents, wanted: string | undefined): ProgramPlace {
  const all = programPlaces(elf);
  if (all.length === 0) throw new ObjectError('there is no program in it', NO_PROGRAM);
  const usable = all.filter(isForInterface);
  const found =
    wanted === undefined ? usable : all.filter(({ section, name }) => section === wanted || name === wanted);
  const [program, ...others] = found;
  if (program === undefined && wanted === undefined) {
    throw new ObjectError('none of its programs is for XDP', `it has ${listOf(all)}.`);
  }
  if (program === undefined) {
    const near = didYouMean(
      wanted!,
      all.flatMap(({ section, name }) => [section, name]),
    );
    throw new ObjectError(
      `it has no section or function '${wanted}'`,
      `${near === undefined ? '' : `${near} `}It has ${listOf(all)}.`,
    );
  }
  if (others.length > 0) {
    const which = wanted === undefined ? 'for XDP' : `in its section ${wanted}`;
    throw new ObjectError(
      `it has ${found.length} programs ${which}`,
      `choose one with --section: ${listOf(found)}.`,
    );
  }
  if (OF_MAPS.test(program.section)) {
    throw new ObjectError(
      `${nameOf(program)} is run by a map of devices or CPUs, not by an interface`,
      `it has ${listOf(all)}.`,
    );
  }
  if (!isForInterface(program)) {
    throw new ObjectError(`${nameOf(program)} is no XDP program`, `it has ${listOf(all)}.`);
  }
  return program;
}

const NO_PROGRAM =
  'programs are functions that are not static, in a section: SEC("xdp") int name(struct xdp_md *ctx).';

/** "xdp_pass (section xdp), count (section xdp/count)" */
function listOf(programs: readonly ProgramPlace[]): string {
  return programs.map(nameOf).join(', ');
}

function nameOf({ name, section }: ProgramPlace): string {
  return `${name} (section ${section})`;
}
