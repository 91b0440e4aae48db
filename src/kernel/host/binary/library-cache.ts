// /etc/ld.so.cache: names of shared libraries -> files, as the dynamic linker has them (glibc, elf/cache.c and dl-cache.h).
//
//  header, 48 bytes: "glibc-ld.so.cache1.1", u32 entries, u32 bytes of strings, ...
//  entry, 24 bytes:  i32 flags, u32 name, u32 file (offsets from the header), u32, u64

export interface Library {
  readonly name: string; // 'libc.so.6'
  readonly path: string;
}

const OLD_MAGIC = 'ld.so-1.7.0\0';
const MAGIC = 'glibc-ld.so.cache1.1';
const HEADER_SIZE = 48;
const ENTRY_SIZE = 24;
const OLD_HEADER_SIZE = 16;
const OLD_ENTRY_SIZE = 12;
const ABI_MASK = 0xff00;
/** FLAG_X8664_LIB64, FLAG_AARCH64_LIB64: libraries of programs like ours. */
const ABI: Readonly<Record<'x86_64' | 'aarch64', number>> = { x86_64: 0x0300, aarch64: 0x0a00 };

/** Libraries of the architecture, in the order of the file; none when it is no such cache. */
export function readLibraryCache(cache: Buffer, arch: 'x86_64' | 'aarch64'): readonly Library[] {
  let start = 0;
  if (cache.toString('latin1', 0, OLD_MAGIC.length) === OLD_MAGIC && cache.length >= OLD_HEADER_SIZE) {
    start = Math.ceil((OLD_HEADER_SIZE + cache.readUInt32LE(12) * OLD_ENTRY_SIZE) / 8) * 8;
  }
  if (cache.toString('latin1', start, start + MAGIC.length) !== MAGIC) return [];
  if (start + HEADER_SIZE > cache.length) return [];
  const count = cache.readUInt32LE(start + MAGIC.length);
  const libraries: Library[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + HEADER_SIZE + i * ENTRY_SIZE;
    if (at + ENTRY_SIZE > cache.length) break;
    if ((cache.readInt32LE(at) & ABI_MASK) !== ABI[arch]) continue;
    const text = (offset: number) => {
      const end = cache.indexOf(0, start + offset);
      return cache.toString('latin1', start + offset, end < 0 ? start + offset : end);
    };
    const name = text(cache.readUInt32LE(at + 4));
    const path = text(cache.readUInt32LE(at + 8));
    if (name !== '' && path.startsWith('/')) libraries.push({ name, path });
  }
  return libraries;
}

/** 'libc' -> libc.so.6; 'libssl.so' -> the first of its versions; 'libssl.so.3' -> that one. */
export function findLibrary(libraries: readonly Library[], wanted: string): Library | undefined {
  const stem = /\.so(\.|$)/.test(wanted) ? wanted : `${wanted}.so`;
  return (
    libraries.find(({ name }) => name === wanted) ??
    libraries.find(({ name }) => name === stem) ??
    libraries.find(({ name }) => name.startsWith(`${stem}.`))
  );
}
