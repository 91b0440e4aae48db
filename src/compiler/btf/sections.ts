// Variables of an object by the section they are in (BTF_KIND_DATASEC).
import type { BtfBlob } from './blob.js';
import { BtfKind } from './kind.js';

export interface SectionVariable {
  /** Of the BTF_KIND_VAR, or the BTF_KIND_FUNC of an extern. */
  readonly id: number;
  /** Bytes. */
  readonly offset: number;
  readonly size: number;
}

/** In the order in which they are told; none when there is no such section. */
export function sectionVariables(blob: BtfBlob, name: string): SectionVariable[] {
  const id = sectionType(blob, name);
  return Array.from({ length: blob.vlen(id) }, (_, i) => ({
    id: blob.word(id, i * 3),
    offset: blob.word(id, i * 3 + 1),
    size: blob.word(id, i * 3 + 2),
  }));
}

/** Id of its BTF_KIND_DATASEC, or 0. */
export function sectionType(blob: BtfBlob | undefined, name: string): number {
  for (let id = 1; blob !== undefined && id < blob.typeCount; id++) {
    if (blob.kind(id) === BtfKind.BTF_KIND_DATASEC && blob.name(id) === name) return id;
  }
  return 0;
}
