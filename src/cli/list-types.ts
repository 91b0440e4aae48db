// -l 'struct NAME', and union, enum and typedef: types of the kernel whose names match; with -v their definitions in C, in
// bpftrace's form.
import { CText } from '../compiler/btf/c-text.js';
import { BtfKind } from '../compiler/btf/kind.js';
import { BtfReader } from '../compiler/btf/reader.js';
import { globPattern } from '../compiler/types/glob.js';
import type { Host } from '../kernel/host/host.js';
import { MissingError } from '../kernel/host/missing.js';

const KINDS: Readonly<Record<string, readonly number[]>> = {
  struct: [BtfKind.BTF_KIND_STRUCT],
  union: [BtfKind.BTF_KIND_UNION],
  enum: [BtfKind.BTF_KIND_ENUM, BtfKind.BTF_KIND_ENUM64],
  typedef: [BtfKind.BTF_KIND_TYPEDEF],
};

const PATTERN = /^(struct|union|enum|typedef)\s+(\S+)$/;

export function asksForTypes(pattern: string): boolean {
  return PATTERN.test(pattern);
}

/** Lines, sorted by name; with `definitions` a definition each, an empty line behind it. */
export function* listTypes(pattern: string, host: Host, definitions: boolean): Iterable<string> {
  const [, tag = '', glob = ''] = PATTERN.exec(pattern) ?? [];
  const { btf } = host;
  if (!(btf instanceof BtfReader)) {
    throw new MissingError(
      'this kernel tells no types (BTF)',
      'it needs CONFIG_DEBUG_INFO_BTF, or BPFTRACE_BTF naming a file of types',
    );
  }
  const { blob } = btf;
  const matches = globPattern(glob);
  const found: { name: string; id: number }[] = [];
  for (let id = 1; id < blob.typeCount; id++) {
    if (!KINDS[tag]!.includes(blob.kind(id))) continue;
    const name = blob.name(id);
    if (name !== '' && matches.test(name)) found.push({ name, id });
  }
  const text = new CText(blob);
  const said = new Set<string>(); // different types may have one name
  for (const { name, id } of found.sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id,
  )) {
    const line = definitions ? `vmlinux: ${text.definition(id)};\n` : `${tag} ${name}`;
    if (said.has(line)) continue;
    said.add(line);
    yield line;
  }
}
