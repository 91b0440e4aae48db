// Values as JavaScript sees them once decoded: made only where a sink needs them (maps, tables, JSON), never per printf.

export type Value =
  | bigint // integers, pointers, timestamps (ns), count, sum, min, max
  | boolean
  | Uint8Array // strings (without NUL), buffers, inet (20 bytes as stored), mac
  | readonly Value[] // tuples, records (in field order), arrays, hist and lhist buckets (bigint each)
  | { readonly total: bigint; readonly count: bigint } // avg, stats
  | undefined; // void, an unset scalar
