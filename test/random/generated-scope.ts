// What the generator knows of the program it is writing: its variables by kind, its maps, and how they are spelled.

export type KeyShape = readonly ('integer' | 'string')[];
export type MemberKind = 'integer' | 'string';

export interface GeneratedMap {
  readonly name: string;
  readonly key: KeyShape | undefined;
  readonly holds: 'integer' | 'bool' | 'string' | 'tuple' | 'aggregate';
  readonly function: string; // of an aggregation
  readonly members: readonly MemberKind[]; // of a tuple
}

export interface GeneratedVariable {
  readonly name: string;
  readonly kind: 'integer' | 'bool' | 'string' | 'tuple' | 'record';
  /** `let $x: uint8`: assigned through a cast. */
  readonly declared?: string;
  readonly members?: readonly MemberKind[];
}

export interface Scope {
  readonly prefix: string;
  readonly portable: boolean;
  readonly reads: boolean;
  /** Reads inputs; else everything is made of literals. */
  readonly inputs: boolean;
  readonly variables: GeneratedVariable[];
  readonly maps: GeneratedMap[];
  next: number;
  /** Above 0: nothing with a side effect may be written (the order of evaluation would matter). */
  pure: number;
}

export function mapText(map: GeneratedMap, keys: string | undefined): string {
  return keys === undefined ? map.name : `${map.name}[${keys}]`;
}

export const READABLE = ['count', 'sum', 'min', 'max', 'avg'];
