// An object of somebody else's compiler -> what is to be created and loaded to attach one program of it: that program, those which
// its maps hold, and the maps that they use. Plain data; fds come in when it is loaded (kernel/load/linked-object.ts).
import { MAPS_OF_MAPS, mapTypeName } from '../bpf/map-type.js';
import { MapFlag, MapType } from '../bpf/uapi.js';
import type { BtfBlob } from '../btf/blob.js';
import { BtfKind } from '../btf/kind.js';
import type { BtfReader } from '../btf/reader.js';
import { readBtf } from '../btf/reader.js';
import { NOT_EXTENDED, readExtendedBtf } from './btf-ext.js';
import { chooseProgram, type ProgramPlace, takesFragments } from './choose-program.js';
import { coreValues } from './core-relocation.js';
import { type ElfContents, type ElfSymbol, readElf, SymbolKind, textAt } from './elf-reader.js';
import { CONFIG_SECTION, type ConfigData, configData, type KernelConfig } from './kernel-config.js';
import { type CodeSources, type LinkedCode, linkCode, type Target } from './link-code.js';
import { loadableBtf, placedBtf } from './loadable-btf.js';
import { dataMaps, definedMaps, isConstant, type MapDefinition } from './map-definitions.js';
import { damaged, ObjectError } from './object-error.js';

export interface LinkedProgram extends LinkedCode {
  readonly name: string;
  readonly section: string;
  /** BPF_F_XDP_HAS_FRAGS. */
  readonly fragments: boolean;
}

export interface LinkedMap extends MapDefinition {
  /** Of data: what it is at first; undefined: zeros. */
  readonly initial: Uint8Array | undefined;
  /** Nobody writes to it once it is filled. */
  readonly frozen: boolean;
  /** What it holds at first: another map of the object, or a program. */
  readonly entries: readonly { readonly slot: number; readonly name: string }[];
}

export interface LinkedObject {
  /** The one that was asked for, then those in its maps. */
  readonly programs: readonly LinkedProgram[];
  /** Those that programs use, and what these hold; each after what it holds. */
  readonly maps: readonly LinkedMap[];
  readonly license: string;
  /** Undefined: no types are told. */
  readonly btf: Uint8Array | undefined;
}

/** What there is to know of the running kernel. */
export interface KernelFacts extends KernelConfig {
  /** Undefined: it tells no types. */
  readonly types: BtfReader | undefined;
}

/** `section`: of the program, or its name. Throws an ObjectError. */
export function linkObject(
  bytes: Uint8Array,
  section: string | undefined,
  kernel: KernelFacts,
): LinkedObject {
  const elf = readElf(bytes);
  if (typeof elf === 'string') throw new ObjectError(`it is no object of BPF programs: ${elf}`, HOW_TO_MAKE);
  return new ObjectLinker(elf, kernel).link(chooseProgram(elf, section));
}

export const HOW_TO_MAKE = 'one is made by clang -O2 -g -target bpf -c, or by tsbpf --emit-elf.';

const NONE = new Uint8Array();

class ObjectLinker implements CodeSources {
  readonly elf: ElfContents;
  readonly extended;
  readonly core;
  readonly blob: BtfBlob | undefined;
  readonly #kernel: KernelFacts;
  readonly #placed: Uint8Array | undefined;
  readonly #defined: readonly MapDefinition[];
  readonly #data: readonly MapDefinition[];
  readonly #externs: ReadonlyMap<string, string>;
  readonly #maps = new Map<string, LinkedMap>();
  readonly #wanted: ProgramPlace[] = [];
  #config: ConfigData | undefined;

  constructor(elf: ElfContents, kernel: KernelFacts) {
    this.elf = elf;
    this.#kernel = kernel;
    this.#placed = placedBtf(elf);
    const blob = this.#placed && readBtf(this.#placed)?.blob;
    this.blob = blob;
    const extended = elf.sections.find(({ name }) => name === '.BTF.ext')?.bytes;
    const read = blob && extended && readExtendedBtf(extended, offset => blob.string(offset));
    if (blob !== undefined && extended !== undefined && read === undefined)
      throw damaged('its section .BTF.ext is malformed');
    this.extended = read ?? NOT_EXTENDED;
    this.core = blob && kernel.types && coreValues(blob, kernel.types.blob);
    this.#defined = blob === undefined ? [] : definedMaps(elf, blob);
    this.#data = dataMaps(elf, blob);
    this.#externs = blob === undefined ? new Map() : externsOf(blob);
  }

  link(program: ProgramPlace): LinkedObject {
    this.#wanted.push(program);
    const programs: LinkedProgram[] = [];
    for (let i = 0; i < this.#wanted.length; i++) {
      const place = this.#wanted[i]!;
      const code = linkCode(this, place.index, place.offset);
      programs.push({
        ...code,
        name: place.name,
        section: place.section,
        fragments: takesFragments(program),
      });
    }
    return {
      programs,
      maps: [...this.#maps.values()],
      license: textAt(this.elf.sections.find(({ name }) => name === 'license')?.bytes ?? NONE, 0),
      btf: this.#placed && loadableBtf(this.#placed, this.elf),
    };
  }

  target(symbol: ElfSymbol, addend: number): Target {
    if (symbol.section === 0) return this.#extern(symbol);
    const section = this.elf.sections[symbol.section];
    if (section === undefined) throw damaged(`its symbol ${symbol.name} is in no section`);
    const at = symbol.value + addend;
    if (section.name === '.maps') return { kind: 'map', map: this.#use(this.#mapAt(symbol, at)) };
    if (section.name === 'maps') {
      throw new ObjectError(
        `its map ${symbol.name} is defined by a struct bpf_map_def in the section maps, as before libbpf 1.0`,
        'define it by BTF, in SEC(".maps"): struct { __uint(type, ...); __type(key, ...); ... } and compile with -g.',
      );
    }
    const data = this.#data.find(map => map.section === symbol.section);
    if (data === undefined) {
      throw new ObjectError(
        `it uses ${symbol.name} in its section ${section.name}, which is neither of maps nor of global data`,
        'global data is in .data, .bss, .rodata, or a section whose name begins so (.data.mine).',
      );
    }
    return { kind: 'data', map: this.#use(data), offset: at };
  }

  #mapAt({ name, kind }: ElfSymbol, at: number): MapDefinition {
    const found = this.#defined.find(map =>
      kind === SymbolKind.STT_SECTION ? map.offset === at : map.name === name,
    );
    if (found !== undefined) return found;
    if (this.blob === undefined) {
      throw new ObjectError(
        'it has maps in .maps, but no type information, which defines them',
        'compile it with -g, and do not strip .BTF.',
      );
    }
    throw damaged(`its map ${name} is not in its type information`);
  }

  /** Its name; what it holds is before it. */
  #use(map: MapDefinition): string {
    if (this.#maps.has(map.name)) return map.name;
    checkSizes(map);
    const section = this.elf.sections[map.section]!;
    const data = map.from === 'data';
    const relocations = this.elf.relocations.get(map.section) ?? [];
    if (data && relocations.length > 0) {
      throw new ObjectError(
        `its data in ${section.name} holds addresses (of ${relocations[0]!.symbol.name}), which programs cannot have in data`,
        'use indices, or an array of characters instead of a pointer to a string.',
      );
    }
    const entries = data ? [] : this.#entriesOf(map);
    this.#maps.set(map.name, {
      ...map,
      initial: data && section.bytes.length > 0 ? section.bytes : undefined,
      frozen: data && isConstant(map.name),
      entries,
    });
    return map.name;
  }

  /** `.values = { [1] = &inner }` */
  #entriesOf(map: MapDefinition): { slot: number; name: string }[] {
    const entries: { slot: number; name: string }[] = [];
    for (const { offset, symbol } of this.elf.relocations.get(map.section) ?? []) {
      if (offset < map.offset || offset >= map.offset + map.size) continue;
      const slot = (offset - map.offset - map.valuesAt) / 8;
      const section = this.elf.sections[symbol.section];
      if (section === undefined || map.holds === undefined || slot < 0 || !Number.isInteger(slot))
        throw damaged(`the map ${map.name} is said to hold ${symbol.name}`);
      if (map.holds === 'programs') {
        const place = {
          name: symbol.name,
          section: section.name,
          index: symbol.section,
          offset: symbol.value,
        };
        if (!this.#wanted.some(({ index, offset: at }) => index === place.index && at === place.offset))
          this.#wanted.push(place);
        entries.push({ slot, name: symbol.name });
      } else {
        const inner = this.#mapAt(symbol, symbol.value);
        if (inner.holds !== undefined) throw damaged(`the map ${map.name} is said to hold ${symbol.name}`);
        entries.push({ slot, name: this.#use(inner) });
      }
    }
    return entries;
  }

  /** Of the kernel's configuration: all that any program of the object asks for lie together. */
  #option(name: string): Target {
    if (this.#config === undefined) {
      const asked = this.elf.symbols.filter(({ section, name: each }) => section === 0 && each !== '');
      const weak = new Set(asked.filter(symbol => symbol.weak).map(symbol => symbol.name));
      const used = new Set(asked.map(symbol => symbol.name));
      this.#config = configData(this.blob!, this.#kernel, used, each => weak.has(each));
      this.#maps.set(CONFIG_SECTION, constantMap(CONFIG_SECTION, this.#config.bytes));
    }
    const offset = this.#config.offsets.get(name);
    if (offset === undefined) throw damaged(`its extern ${name} is not in its type information`);
    return { kind: 'data', map: CONFIG_SECTION, offset };
  }

  #extern({ name, weak }: ElfSymbol): Target {
    const section = this.#externs.get(name);
    if (section === CONFIG_SECTION) return this.#option(name);
    if (section === undefined) {
      throw new ObjectError(
        `it uses ${name}, which is in another file`,
        'bpftool gen object all.o a.o b.o links files to one.',
      );
    }
    const { types } = this.#kernel;
    if (types === undefined) {
      throw new ObjectError(
        `it uses ${name} of the kernel, whose types are not known`,
        'this needs a kernel with /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF).',
      );
    }
    const fn = types.idOf(name, 'func');
    if (fn !== undefined) return { kind: 'function', id: fn };
    const variable = types.idOf(name, 'var');
    if (variable !== undefined) return { kind: 'variable', id: variable };
    if (weak) return { kind: 'absent' };
    throw new ObjectError(
      `it uses ${name} of the kernel, which this one does not have`,
      'functions and variables of the kernel come and go with its releases; those of modules are not looked for.',
    );
  }
}

/** An array of one value that nobody writes to. */
function constantMap(name: string, bytes: Uint8Array): LinkedMap {
  return {
    name,
    type: MapType.BPF_MAP_TYPE_ARRAY,
    keySize: 4,
    valueSize: bytes.length,
    maxEntries: 1,
    flags: MapFlag.BPF_F_RDONLY_PROG,
    from: 'data',
    keyType: 0,
    valueType: 0,
    extra: 0,
    numaNode: undefined,
    pinned: false,
    section: 0,
    offset: 0,
    size: bytes.length,
    holds: undefined,
    valuesAt: 0,
    initial: bytes,
    frozen: true,
    entries: [],
  };
}

/** Externs by name -> .ksyms or .kconfig. */
function externsOf(blob: BtfBlob): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let id = 1; id < blob.typeCount; id++) {
    if (blob.kind(id) !== BtfKind.BTF_KIND_DATASEC) continue;
    const section = blob.name(id);
    if (section !== '.ksyms' && section !== CONFIG_SECTION) continue;
    for (let i = 0; i < blob.vlen(id); i++) found.set(blob.name(blob.word(id, 3 * i)), section);
  }
  return found;
}

/** Of struct bpf_attr. */
const MOST = 0xffff_ffff;

function checkSizes({ name, type, keySize, valueSize, maxEntries, holds }: MapDefinition): void {
  if (type === MapType.BPF_MAP_TYPE_UNSPEC) {
    throw new ObjectError(`its map ${name} has no type`, '__uint(type, BPF_MAP_TYPE_HASH), for example.');
  }
  if (Math.max(keySize, valueSize, maxEntries) > MOST) {
    throw new ObjectError(`its map ${name} is too large: ${valueSize} bytes`, 'values have up to 4 GiB.');
  }
  if (MAPS_OF_MAPS.includes(type) && typeof holds !== 'object') {
    throw new ObjectError(
      `its map ${name} (${mapTypeName(type)}) does not say what the maps in it are like`,
      '__array(values, struct { __uint(type, ...); ... }) tells it.',
    );
  }
}
