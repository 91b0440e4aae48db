// ObjectSpec -> an ELF object that libbpf, bpftool and ip load: a section for each kind of program, `.text` for callbacks, maps,
// license, and BTF with functions and lines of the script. What a program loses without our run time is told beside.
//
// A program is nothing special here but for the name of its section (section-name.ts).
import { encode } from '../bpf/encode.js';
import type { Reference } from '../bpf/instruction.js';
import { isLoadImmediate, slots, slotsOf } from '../bpf/opcode.js';
import type { BtfBlob } from '../btf/blob.js';
import { BlobWriter, type Placed, WordWriter } from '../btf/blob-writer.js';
import { BtfInt, BtfKind, BtfLinkage, BtfVar } from '../btf/kind.js';
import { identifier, linesOf, SourceLines } from '../btf/source-lines.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { FunctionSpec, ObjectSpec, ProgramSpec } from '../object-spec.js';
import { ElfFile, type ElfSymbol, Reloc, type Relocation, type Section } from './elf-file.js';
import { copyShape } from './kernel-btf.js';
import { writeMaps } from './maps.js';
import { type ServedTarget, sectionName } from './section-name.js';
import { StoredBtf } from './stored-btf.js';

const SLOT = 8;
const TEXT = '.text';

/** A function and where it goes. */
interface Placement {
  readonly program: ProgramSpec;
  readonly fn: FunctionSpec;
  readonly name: string;
  readonly section: string;
  readonly offset: number; // bytes
  readonly entry: boolean;
}

/** `kernel`: types of variables and functions of the kernel that programs use. */
export function writeObject(spec: ObjectSpec, kernel?: BtfBlob): Uint8Array {
  return new ObjectWriter(spec, kernel).write();
}

/** Which targets each program serves. */
export function servedTargets(spec: ObjectSpec): ServedTarget[][] {
  const served: ServedTarget[][] = spec.programs.map(() => []);
  for (const probe of spec.probes) {
    for (const { type, targets } of probe.alternatives) {
      for (const target of targets) served[target.program]?.push({ type, target });
    }
  }
  return served;
}

class ObjectWriter {
  readonly #spec: ObjectSpec;
  readonly #kernel: BtfBlob | undefined;
  readonly #elf = new ElfFile();
  readonly #blob = new BlobWriter();
  readonly #types = new StoredBtf(this.#blob);
  readonly #placements: readonly Placement[];
  /** Of `.text`: functions in it are known by their offsets, since loaders before libbpf 1.5 take no local symbol. */
  #text: ElfSymbol | undefined;
  readonly #externs = new Map<string, ElfSymbol>();
  #maps: ReadonlyMap<string, ElfSymbol> = new Map();

  constructor(spec: ObjectSpec, kernel: BtfBlob | undefined) {
    this.#spec = spec;
    this.#kernel = kernel;
    this.#placements = place(spec);
  }

  write(): Uint8Array {
    const elf = this.#elf;
    this.#maps = writeMaps(this.#spec, elf, this.#blob, this.#types);
    const sections = [...new Set(this.#placements.map(p => p.section))].map(name => {
      const placements = this.#placements.filter(p => p.section === name);
      const section = elf.code(name, concat(placements.map(p => this.#code(p))));
      for (const placement of placements) this.#addSymbol(placement, section);
      return { section, placements };
    });
    this.#writeExterns();
    for (const { section, placements } of sections) {
      elf.relocate(
        section,
        placements.flatMap(placement => this.#relocations(placement)),
      );
    }
    elf.data('license', new TextEncoder().encode(`${this.#spec.license}\0`), true);
    const extended = this.#extendedBtf();
    elf.note('.BTF', this.#blob.finish());
    elf.note('.BTF.ext', extended);
    return elf.bytes();
  }

  /** Callbacks are static, so that the verifier follows them with what the caller passes. */
  #addSymbol({ fn, name, offset, entry }: Placement, section: Section): void {
    const size = sizeOf(fn);
    this.#elf.symbol({ name, section, offset, size, type: 'function', global: entry });
    if (section.name !== TEXT || this.#text !== undefined) return;
    this.#text = this.#elf.symbol({ name: '', section, offset: 0, size: 0, type: 'section', global: false });
  }

  /**
   * Machine code with what loaders add to: the offset into a map's value or into `.text`. As clang leaves them, only
   * addresses of functions and calls say what they are.
   */
  #code({ fn, program }: Placement): Uint8Array {
    return encode(
      fn.insns.map(({ reference, ...insn }) => {
        if (reference === undefined) return insn;
        switch (reference.kind) {
          case 'function': {
            const { offset } = this.#placementIn(program, reference.name);
            return {
              ...insn,
              ...(isLoadImmediate(insn.opcode) ? { imm64: String(offset) } : { imm: offset / SLOT - 1 }),
            };
          }
          case 'kfunc':
            return { ...insn, imm: -1 };
          case 'map-value':
            return { ...insn, src: 0, imm64: String(reference.offset) };
          default:
            return { ...insn, src: 0 };
        }
      }),
    );
  }

  #relocations({ fn, offset }: Placement): Relocation[] {
    const out: Relocation[] = [];
    let at = offset;
    for (const insn of fn.insns) {
      if (insn.reference !== undefined) {
        const type = isLoadImmediate(insn.opcode) ? Reloc.R_BPF_64_64 : Reloc.R_BPF_64_32;
        out.push({ offset: at, symbol: this.#symbolOf(insn.reference), type });
      }
      at += slotsOf(insn) * SLOT;
    }
    return out;
  }

  #symbolOf(reference: Reference): ElfSymbol {
    const symbol =
      reference.kind === 'function'
        ? this.#text
        : reference.kind === 'map' || reference.kind === 'map-value'
          ? this.#maps.get(reference.map)
          : this.#externs.get(reference.name);
    if (symbol === undefined)
      throw new InternalError(`the object has nothing for a ${reference.kind} reference`);
    return symbol;
  }

  #placementIn(program: ProgramSpec, name: string): Placement {
    const found = this.#placements.find(p => p.program === program && p.fn.name === name);
    if (found === undefined) throw new InternalError(`no function ${name} in ${program.name}`);
    return found;
  }

  /** Kernel variables and functions: undefined symbols, declared in the section `.ksyms` of the BTF. */
  #writeExterns(): void {
    const placed: Placed[] = [];
    for (const { fn } of this.#placements) {
      for (const { reference } of fn.insns) {
        if (reference?.kind !== 'ksym' && reference?.kind !== 'kfunc') continue;
        const { name, kind } = reference;
        if (this.#externs.has(name)) continue;
        const symbol = { name, section: undefined, offset: 0, size: 0, type: 'none', global: true } as const;
        this.#externs.set(name, this.#elf.symbol(symbol));
        placed.push({ id: this.#declare(name, kind), offset: 0, size: 0 });
      }
    }
    if (placed.length > 0) this.#blob.section('.ksyms', 0, placed);
  }

  #declare(name: string, kind: 'ksym' | 'kfunc'): number {
    const from = this.#kernel;
    const wanted = kind === 'ksym' ? BtfKind.BTF_KIND_VAR : BtfKind.BTF_KIND_FUNC;
    const offset = from?.nameOffset(name) ?? -1;
    const id = offset < 0 ? 0 : (from?.find(offset, 1 << wanted) ?? 0);
    if (from === undefined || id === 0) throw new InternalError(`no BTF of ${name} at hand`);
    const type = copyShape(from, from.sizeOrType(id), this.#blob);
    return kind === 'ksym'
      ? this.#blob.variable(name, type, BtfVar.BTF_VAR_GLOBAL_EXTERN)
      : this.#blob.func(name, type, BtfLinkage.BTF_FUNC_EXTERN);
  }

  /**
   * .BTF.ext: functions and lines by section, offsets in bytes (struct btf_ext_header, tools/lib/bpf/libbpf_internal.h).
   *
   *   header (32) | record size, { section name, count, records }* of functions | the same of lines
   */
  #extendedBtf(): Uint8Array {
    const blob = this.#blob;
    const long = blob.int('long', 8, BtfInt.BTF_INT_SIGNED);
    const lines = new SourceLines(this.#spec.source);
    const functionInfo: number[] = [SLOT];
    const lineInfo: number[] = [2 * SLOT];
    for (const section of new Set(this.#placements.map(p => p.section))) {
      const functions: number[] = [];
      const places: number[] = [];
      for (const { fn, name, offset, entry, section: own } of this.#placements) {
        if (own !== section) continue;
        const linkage = entry ? BtfLinkage.BTF_FUNC_GLOBAL : BtfLinkage.BTF_FUNC_STATIC;
        functions.push(offset, blob.func(name, blob.prototype(long, fn.params), linkage));
        for (const { slot, place } of linesOf(fn, offset / SLOT)) {
          const { file, text, lineColumn } = lines.at(place.start, place.end);
          places.push(slot * SLOT, blob.text(file), blob.text(text), lineColumn);
        }
      }
      functionInfo.push(blob.text(section), functions.length / 2, ...functions);
      lineInfo.push(blob.text(section), places.length / 4, ...places);
    }
    const header = new WordWriter();
    header.push(
      0x0001_eb9f,
      32,
      0,
      4 * functionInfo.length,
      4 * functionInfo.length,
      4 * lineInfo.length,
      0,
      0,
    );
    const words = new WordWriter();
    words.push(...functionInfo, ...lineInfo);
    return concat([header.bytes(), words.bytes()]);
  }
}

/** Entries go to their sections in order, callbacks of all programs to `.text`. */
function place(spec: ObjectSpec): Placement[] {
  const served = servedTargets(spec);
  const ends = new Map<string, number>();
  const used = new Set<string>();
  return spec.programs.flatMap((program, index) => {
    const own = sectionName(program, served[index] ?? []);
    const programName = identifier(program.name, used);
    return program.functions.map((fn, i): Placement => {
      const section = i === 0 ? own : TEXT;
      const offset = ends.get(section) ?? 0;
      ends.set(section, offset + sizeOf(fn));
      const name = i === 0 ? programName : identifier(`${program.name}_${fn.name}`, used);
      return { program, fn, name, section, offset, entry: i === 0 };
    });
  });
}

/** Bytes. */
function sizeOf(fn: FunctionSpec): number {
  return slots(fn.insns) * SLOT;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
