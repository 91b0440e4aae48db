// A module's BTF is split: it goes on where vmlinux's ends, in type ids and in offsets of strings. Joined end to end the two are
// one blob, in which every id and offset means what it meant.
import { BTF_MAGIC } from './kind.js';

const HEADER = 24;

/** The blob of vmlinux and a module together (copies both: 6 MB); undefined when one is no little-endian BTF. */
export function joinBtf(base: Uint8Array, module: Uint8Array): Uint8Array | undefined {
  const first = sections(base);
  const second = sections(module);
  if (first === undefined || second === undefined) return undefined;
  const types = first.types.length + second.types.length;
  const strings = first.strings.length + second.strings.length;
  const joined = new Uint8Array(HEADER + types + strings);
  joined.set(base.subarray(0, 4)); // magic, version, flags
  const header = new DataView(joined.buffer);
  [HEADER, 0, types, types, strings].forEach((word, i) => {
    header.setUint32(4 + 4 * i, word, true);
  });
  let at = HEADER;
  for (const part of [first.types, second.types, first.strings, second.strings]) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** struct btf_header, include/uapi/linux/btf.h: lengths and offsets in bytes, offsets from the header's end. */
function sections(bytes: Uint8Array): { types: Uint8Array; strings: Uint8Array } | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0, true) !== BTF_MAGIC) return undefined;
  const header = view.getUint32(4, true);
  const part = (offset: number) => {
    const start = header + view.getUint32(offset, true);
    const end = start + view.getUint32(offset + 4, true);
    return end > bytes.length ? undefined : bytes.subarray(start, end);
  };
  const types = part(8);
  const strings = part(16);
  return types === undefined || strings === undefined ? undefined : { types, strings };
}
