// zlib, which few runs need: it brings streams along, 3 ms of start-up, and so is fetched when it is first used.
import type { ZlibOptions } from 'node:zlib';

export function gunzip(bytes: Uint8Array): Buffer {
  return zlib().gunzipSync(bytes);
}

/** Throws for what is no zlib stream, and for one that gives more than `maxOutputLength` bytes. */
export function inflate(bytes: Uint8Array, options: ZlibOptions): Buffer {
  return zlib().inflateSync(bytes, options);
}

const zlib = () => process.getBuiltinModule('node:zlib');
