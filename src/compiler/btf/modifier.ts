// Types that name or qualify another: typedefs, const, volatile, restrict, tags.
import type { BtfBlob } from './blob.js';
import { BtfKind } from './kind.js';

/** Longer chains are damage. */
const DEPTH = 32;
const MODIFIERS: readonly number[] = [
  BtfKind.BTF_KIND_TYPEDEF,
  BtfKind.BTF_KIND_VOLATILE,
  BtfKind.BTF_KIND_CONST,
  BtfKind.BTF_KIND_RESTRICT,
  BtfKind.BTF_KIND_TYPE_TAG,
];

export function isModifier(blob: BtfBlob, id: number): boolean {
  return MODIFIERS.includes(blob.kind(id));
}

/** The type without them. */
export function resolved(blob: BtfBlob, id: number): number {
  let at = id;
  for (let i = 0; i < DEPTH && isModifier(blob, at); i++) at = blob.sizeOrType(at);
  return at;
}
