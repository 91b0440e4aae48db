// A program of an object and the functions that it calls -> one sequence of instructions, as the kernel takes it: functions one
// after the other, calls and addresses of functions relative, places of maps noted for whoever creates them. What the compiler told
// of functions and lines moves along.

import { classOf, isCall, isLoadImmediate, modeOf } from '../bpf/opcode.js';
import { InsnClass, JumpOp, MemMode, MemSize, PseudoCall, PseudoLoad } from '../bpf/uapi.js';
import type { BtfBlob } from '../btf/blob.js';
import type { CoreRelocation, ExtendedBtf } from './btf-ext.js';
import type { CoreValue, CoreValues } from './core-relocation.js';
import {
  type ElfContents,
  type ElfRelocation,
  type ElfSymbol,
  functionsIn,
  isCode,
  viewOf,
} from './elf-reader.js';
import { damaged, ObjectError } from './object-error.js';

/** A 64-bit load that a map's fd goes into. */
export interface MapPlace {
  /** Of the instruction: 8 bytes each. */
  readonly slot: number;
  readonly map: string;
}

export interface LinkedCode {
  /** struct bpf_insn, 8 bytes each, little-endian. */
  readonly insns: Uint8Array;
  readonly maps: readonly MapPlace[];
  /** struct bpf_func_info and bpf_line_info; undefined: not told of every function. */
  readonly funcInfo: Uint8Array | undefined;
  readonly lineInfo: Uint8Array | undefined;
  /** Where each function begins, by slot. */
  readonly functions: readonly { readonly slot: number; readonly name: string }[];
  /** What the kernel lacks of types: code that asks for it must not be reached. By slot. */
  readonly missing: ReadonlyMap<number, string>;
}

/** What a symbol outside of the code is. */
export type Target =
  | { readonly kind: 'map'; readonly map: string }
  /** Bytes into the map's value. */
  | { readonly kind: 'data'; readonly map: string; readonly offset: number }
  /** Id in the kernel's BTF of a function, or of a variable. */
  | { readonly kind: 'function' | 'variable'; readonly id: number }
  /** The kernel has nothing of the name, which is weak: its address is 0, and it must not be called. */
  | { readonly kind: 'absent' };

export interface CodeSources {
  readonly elf: ElfContents;
  readonly extended: ExtendedBtf;
  /** Undefined: the kernel's types, or the object's, are not known. */
  readonly core: CoreValues | undefined;
  readonly blob: BtfBlob | undefined;
  /** `addend`: what the instruction holds, bytes. Throws an ObjectError when it cannot be had. */
  target(symbol: ElfSymbol, addend: number): Target;
}

const SLOT = 8;
/** The kernel's own limit (BPF_COMPLEXITY_LIMIT_INSNS). */
const MOST_SLOTS = 1_000_000;
/** BPF_MAX_SUBPROGS. */
const MOST_FUNCTIONS = 256;
/** As libbpf marks what must not be reached: a call of a helper that there is not. */
const POISON = 195_896_080;

interface Piece {
  readonly symbol: ElfSymbol;
  readonly start: number; // slot
}

/** Throws an ObjectError. */
export function linkCode(sources: CodeSources, section: number, offset: number): LinkedCode {
  return new CodeLinker(sources).link(section, offset);
}

class CodeLinker {
  readonly #sources: CodeSources;
  readonly #pieces: Piece[] = [];
  readonly #code: Uint8Array[] = [];
  readonly #maps: MapPlace[] = [];
  readonly #missing = new Map<number, string>();
  readonly #relocations = new Map<number, ReadonlyMap<number, ElfRelocation>>();
  #slots = 0;

  constructor(sources: CodeSources) {
    this.#sources = sources;
  }

  link(section: number, offset: number): LinkedCode {
    this.#pieceAt(section, offset, 'the program');
    const insns = new Uint8Array(this.#slots * SLOT);
    this.#pieces.forEach(({ start }, i) => {
      insns.set(this.#code[i]!, start * SLOT);
    });
    const funcInfo = this.#functionTypes();
    return {
      insns,
      maps: this.#maps,
      funcInfo,
      lineInfo: funcInfo && this.#lines(),
      functions: this.#pieces.map(({ symbol, start }) => ({ slot: start, name: symbol.name })),
      missing: this.#missing,
    };
  }

  /** Where a function begins, which is appended when it is first met, and what it calls after it: in libbpf's order. */
  #pieceAt(section: number, offset: number, from: string): number {
    const known = this.#pieces.find(({ symbol: s }) => s.section === section && s.value === offset);
    if (known !== undefined) return known.start;
    const { elf } = this.#sources;
    const symbol = functionsIn(elf, section).find(({ value }) => value === offset);
    const bytes = elf.sections[section]?.bytes ?? new Uint8Array();
    if (symbol === undefined) {
      throw damaged(
        `${from} calls what is no function, at byte ${offset} of its section ${elf.sections[section]?.name}`,
      );
    }
    const code = Uint8Array.from(bytes.subarray(offset, offset + symbol.size));
    if (code.length === 0 || code.length < symbol.size || code.length % SLOT !== 0)
      throw damaged(`its function ${symbol.name} reaches outside of its section`);
    const start = this.#slots;
    this.#slots += code.length / SLOT;
    if (this.#slots > MOST_SLOTS) throw damaged(`its program has more than ${MOST_SLOTS} instructions`);
    if (this.#pieces.length >= MOST_FUNCTIONS)
      throw damaged(`its program has more than ${MOST_FUNCTIONS} functions`);
    const piece = { symbol, start };
    this.#pieces.push(piece);
    this.#code.push(code);
    this.#relocate(piece, code);
    return start;
  }

  #relocate({ symbol, start }: Piece, code: Uint8Array): void {
    const { elf } = this.#sources;
    const view = viewOf(code);
    const section = elf.sections[symbol.section]!;
    this.#fit(section.name, symbol, start, view);
    const relocations = this.#relocationsOf(symbol.section);
    for (let at = 0; at < code.length; at += SLOT) {
      const opcode = view.getUint8(at);
      const relocation = relocations.get(symbol.value + at);
      const wide = isLoadImmediate(opcode);
      if (wide && at + 2 * SLOT > code.length) throw damaged(`its function ${symbol.name} is cut off`);
      if (isCall(opcode)) this.#call(view, at, symbol, start, relocation);
      else if (relocation !== undefined && wide) this.#load(view, at, symbol, start, relocation);
      else if (relocation !== undefined) {
        throw damaged(
          `a relocation (type ${relocation.type}) of ${symbol.name} is of no call and no 64-bit load`,
        );
      }
      if (wide) at += SLOT;
    }
  }

  #relocationsOf(section: number): ReadonlyMap<number, ElfRelocation> {
    let known = this.#relocations.get(section);
    if (known === undefined) {
      known = new Map((this.#sources.elf.relocations.get(section) ?? []).map(each => [each.offset, each]));
      this.#relocations.set(section, known);
    }
    return known;
  }

  #call(view: DataView, at: number, caller: ElfSymbol, start: number, relocation: ElfRelocation | undefined) {
    const source = view.getUint8(at + 1) >> 4;
    const distance = view.getInt32(at + 4, true) + 1;
    const here = start + at / SLOT;
    if (relocation === undefined) {
      if (source !== PseudoCall.BPF_PSEUDO_CALL) return; // of a helper
      this.#callTo(
        view,
        at,
        here,
        this.#pieceAt(caller.section, caller.value + at + distance * SLOT, caller.name),
      );
      return;
    }
    const { symbol } = relocation;
    if (this.#isCode(symbol)) {
      this.#callTo(
        view,
        at,
        here,
        this.#pieceAt(symbol.section, symbol.value + distance * SLOT, caller.name),
      );
      return;
    }
    const target = this.#sources.target(symbol, 0);
    if (target.kind === 'absent') {
      this.#poison(view, at, here, `function ${symbol.name}`);
      return;
    }
    if (target.kind !== 'function')
      throw damaged(`${caller.name} calls ${symbol.name}, which is no function`);
    setSource(view, at, PseudoCall.BPF_PSEUDO_KFUNC_CALL);
    view.setInt16(at + 2, 0, true);
    view.setInt32(at + 4, target.id, true);
  }

  #callTo(view: DataView, at: number, here: number, start: number): void {
    setSource(view, at, PseudoCall.BPF_PSEUDO_CALL);
    view.setInt32(at + 4, start - here - 1, true);
  }

  #load(view: DataView, at: number, fn: ElfSymbol, start: number, { symbol }: ElfRelocation): void {
    const addend = view.getInt32(at + 4, true);
    const here = start + at / SLOT;
    if (this.#isCode(symbol)) {
      setSource(view, at, PseudoLoad.BPF_PSEUDO_FUNC);
      const to = this.#pieceAt(symbol.section, symbol.value + addend, fn.name);
      view.setInt32(at + 4, to - here - 1, true);
      view.setInt32(at + SLOT + 4, 0, true);
      return;
    }
    const target = this.#sources.target(symbol, addend);
    switch (target.kind) {
      case 'map':
        setSource(view, at, PseudoLoad.BPF_PSEUDO_MAP_FD);
        view.setInt32(at + 4, 0, true);
        view.setInt32(at + SLOT + 4, 0, true);
        this.#maps.push({ slot: here, map: target.map });
        break;
      case 'data':
        setSource(view, at, PseudoLoad.BPF_PSEUDO_MAP_VALUE);
        view.setInt32(at + 4, 0, true);
        view.setInt32(at + SLOT + 4, target.offset, true);
        this.#maps.push({ slot: here, map: target.map });
        break;
      case 'variable':
      case 'function':
        setSource(view, at, PseudoLoad.BPF_PSEUDO_BTF_ID);
        view.setInt32(at + 4, target.id, true);
        view.setInt32(at + SLOT + 4, 0, true);
        break;
      case 'absent':
        setSource(view, at, 0);
        view.setInt32(at + 4, 0, true);
        view.setInt32(at + SLOT + 4, 0, true);
        break;
    }
  }

  #isCode({ section }: ElfSymbol): boolean {
    const found = this.#sources.elf.sections[section];
    return found !== undefined && isCode(found);
  }

  /** What depends on types of the kernel. */
  #fit(section: string, { name, value, size }: ElfSymbol, start: number, view: DataView): void {
    const { extended, core } = this.#sources;
    for (const relocation of extended.relocations.get(section) ?? []) {
      const at = relocation.offset - value;
      if (at < 0 || at >= size) continue;
      if (core === undefined) {
        throw new ObjectError(
          `${name} is to be fitted to the types of the running kernel (CO-RE), which are not known`,
          'this needs a kernel with /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF).',
        );
      }
      if (at % SLOT !== 0) throw damaged(`a relocation of types in ${name} is of no instruction`);
      this.#patch(view, at, start + at / SLOT, core(relocation), relocation);
    }
  }

  #patch(
    view: DataView,
    at: number,
    slot: number,
    { value, sizes, what }: CoreValue,
    { kind }: CoreRelocation,
  ) {
    const opcode = view.getUint8(at);
    const unreachable = () => this.#poison(view, at, slot, what);
    if (value === undefined) return unreachable();
    if (isLoadImmediate(opcode) && at + 2 * SLOT <= view.byteLength) {
      view.setUint32(at + 4, Number(value & 0xffff_ffffn), true);
      view.setUint32(at + SLOT + 4, Number(value >> 32n), true);
      return undefined;
    }
    switch (classOf(opcode)) {
      case InsnClass.BPF_ALU:
      case InsnClass.BPF_ALU64:
        view.setInt32(at + 4, Number(BigInt.asIntN(32, value)), true);
        return undefined;
      case InsnClass.BPF_LDX:
      case InsnClass.BPF_ST:
      case InsnClass.BPF_STX: {
        if (value > 0x7fffn) return unreachable();
        view.setInt16(at + 2, Number(value), true);
        if (kind !== 0 || sizes === undefined || sizes[0] === sizes[1]) return undefined;
        const size = SIZES.get(sizes[1] ?? 0);
        if (size === undefined || modeOf(opcode) !== MemMode.BPF_MEM)
          return this.#poison(view, at, slot, `${what} of ${sizes[0]} bytes`);
        view.setUint8(at, (opcode & ~0x18) | size);
        return undefined;
      }
      default:
        throw damaged('a relocation of types is of an instruction that holds no value');
    }
  }

  /** The verifier refuses it where it is reached; `what` is missing then. */
  #poison(view: DataView, at: number, slot: number, what: string): void {
    const count = isLoadImmediate(view.getUint8(at)) ? 2 : 1;
    this.#missing.set(slot, what);
    for (let end = at; end < at + count * SLOT && end + SLOT <= view.byteLength; end += SLOT) {
      view.setUint32(end, InsnClass.BPF_JMP | JumpOp.BPF_CALL, true);
      view.setUint32(end + 4, POISON, true);
    }
  }

  /** Undefined unless each function has one: the kernel wants all of them or none. */
  #functionTypes(): Uint8Array | undefined {
    const words: number[] = [];
    for (const { symbol, start } of this.#pieces) {
      const told = this.#sources.extended.functions.get(this.#sectionOf(symbol)) ?? [];
      const found = told.find(({ offset }) => offset === symbol.value);
      if (found === undefined) return undefined;
      words.push(start, found.type);
    }
    return bytesOf(words);
  }

  #lines(): Uint8Array {
    const words: number[] = [];
    for (const { symbol, start } of this.#pieces) {
      for (const line of this.#sources.extended.lines.get(this.#sectionOf(symbol)) ?? []) {
        const at = line.offset - symbol.value;
        if (at < 0 || at >= symbol.size) continue;
        words.push(start + at / SLOT, line.file, line.text, line.lineColumn);
      }
    }
    return bytesOf(words);
  }

  #sectionOf({ section }: ElfSymbol): string {
    return this.#sources.elf.sections[section]!.name;
  }
}

const SIZES: ReadonlyMap<number, number> = new Map([
  [1, MemSize.BPF_B],
  [2, MemSize.BPF_H],
  [4, MemSize.BPF_W],
  [8, MemSize.BPF_DW],
]);

function setSource(view: DataView, at: number, source: number): void {
  view.setUint8(at + 1, (view.getUint8(at + 1) & 0x0f) | (source << 4));
}

function bytesOf(words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  return new Uint8Array(view.buffer);
}
