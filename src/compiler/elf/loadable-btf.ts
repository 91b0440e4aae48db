// The types of an object, as the kernel takes them: clang leaves places and sizes of global data to be filled in, and declares
// what is found in the kernel, which BTF of a program may not.
import { BTF_MAGIC, BtfKind, BtfLinkage, BtfVar, trailingWords } from '../btf/kind.js';
import { type ElfContents, viewOf } from './elf-reader.js';

/** Its .BTF with the places of variables in their sections; undefined: it has none. A copy. */
export function placedBtf({ sections, relocations }: ElfContents): Uint8Array | undefined {
  const section = sections.find(({ name }) => name === '.BTF');
  if (section === undefined) return undefined;
  const bytes = Uint8Array.from(section.bytes);
  const view = viewOf(bytes);
  for (const { offset, symbol } of relocations.get(section.index) ?? []) {
    if (offset + 4 > bytes.length) continue;
    view.setUint32(offset, view.getUint32(offset, true) + symbol.value, true);
  }
  return bytes;
}

/** Words of a pointer to void, which nothing refers to: it keeps the ids of the types behind it. */
const NOTHING = [0, BtfKind.BTF_KIND_PTR << 24, 0];

/**
 * For BPF_BTF_LOAD. Ids stay. Functions that are hidden are checked where they are called, as static ones are. Undefined when
 * the bytes are no BTF.
 */
export function loadableBtf(placed: Uint8Array, { sections, symbols }: ElfContents): Uint8Array | undefined {
  const view = viewOf(placed);
  if (placed.length < 24 || view.getUint16(0, true) !== BTF_MAGIC) return undefined;
  const header = view.getUint32(4, true);
  const start = header + view.getUint32(8, true);
  const end = start + view.getUint32(12, true);
  const strings = header + view.getUint32(16, true);
  const stringSize = view.getUint32(20, true);
  if (end > placed.length || strings + stringSize > placed.length || header < 24) return undefined;
  const text = placed.subarray(strings, strings + stringSize);
  const nameAt = (at: number) => {
    const stop = text.indexOf(0, at);
    return new TextDecoder('latin1').decode(text.subarray(at, stop === -1 ? text.length : stop));
  };
  const sizes = new Map(sections.map(({ name, size }) => [name, size]));
  const hidden = new Set(symbols.filter(each => each.hidden).map(({ name }) => name));
  const sectionOf = new Map(symbols.map(({ name, section }) => [name, sections[section]?.name]));
  const names = ['']; // by id
  const words: number[] = [];
  for (let at = start; at + 12 <= end; ) {
    const info = view.getUint32(at + 4, true);
    const [kind, vlen] = [(info >>> 24) & 0x1f, info & 0xffff];
    const more = trailingWords(kind, vlen);
    if (more === undefined || at + 12 + 4 * more > end) return undefined;
    const type = Array.from({ length: 3 + more }, (_, i) => view.getUint32(at + 4 * i, true));
    at += 4 * type.length;
    const name = nameAt(type[0]!);
    names.push(name);
    switch (kind) {
      case BtfKind.BTF_KIND_DATASEC: {
        // Constants that may be merged are in a section of their own (.rodata.cst8), which clang tells the linker only.
        const isHere = (id: number) => (sectionOf.get(names[id] ?? '') ?? name) === name;
        words.push(...dataSection(type, sizes.get(name), isHere));
        break;
      }
      case BtfKind.BTF_KIND_VAR:
        words.push(...(type[3] === BtfVar.BTF_VAR_GLOBAL_EXTERN ? NOTHING : type));
        break;
      case BtfKind.BTF_KIND_FUNC:
        if (vlen === BtfLinkage.BTF_FUNC_EXTERN) words.push(...NOTHING);
        else words.push(type[0]!, hidden.has(name) ? (info & ~0xffff) >>> 0 : info, type[2]!);
        break;
      default:
        words.push(...type);
    }
  }
  const out = new Uint8Array(24 + 4 * words.length + stringSize);
  const into = viewOf(out);
  out.set(placed.subarray(0, 4));
  [24, 0, 4 * words.length, 4 * words.length, stringSize].forEach((word, i) => {
    into.setUint32(4 + 4 * i, word, true);
  });
  words.forEach((word, i) => {
    into.setUint32(24 + 4 * i, word, true);
  });
  out.set(text, 24 + 4 * words.length);
  return out;
}

/** Sized, and in order of place; nothing when the file has no such section, which is one of externs, or an empty one. */
function dataSection(
  [name = 0, info = 0, size = 0, ...words]: number[],
  inFile: number | undefined,
  isHere: (id: number) => boolean,
): number[] {
  if (inFile === undefined || inFile === 0) return NOTHING;
  const variables = Array.from({ length: words.length / 3 }, (_, i) => words.slice(3 * i, 3 * i + 3))
    .filter(([id]) => isHere(id!))
    .sort((a, b) => a[1]! - b[1]!);
  return [name, ((info & ~0xffff) | variables.length) >>> 0, size || inFile, ...variables.flat()];
}
