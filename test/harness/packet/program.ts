// Packet programs as trees: made at random (random-program.ts), written as source (program-source.ts), and evaluated directly on
// a frame by the reference (evaluation.ts).
import type { ReferenceField } from './reference.js';

export type Number_ =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'field'; readonly field: ReferenceField }
  | { readonly kind: 'either'; readonly name: string; readonly fields: readonly ReferenceField[] }
  | { readonly kind: 'proto' | 'len' | 'payload.len' }
  /** Of the loop around, from 0. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'byte'; readonly index: Number_ }
  | {
      readonly kind: 'operation';
      readonly operator: '+' | '&' | '|' | '^';
      readonly a: Number_;
      readonly b: Number_;
    }
  | { readonly kind: 'choice'; readonly condition: Condition; readonly a: Number_; readonly b: Number_ }
  | { readonly kind: 'truth'; readonly condition: Condition };

export type Condition =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'payload' }
  | { readonly kind: 'number'; readonly number: Number_ }
  | { readonly kind: 'compare'; readonly operator: string; readonly a: Number_; readonly b: Number_ }
  | {
      readonly kind: 'listed';
      readonly number: Number_;
      readonly list: readonly (readonly [bigint, bigint])[];
    }
  | {
      readonly kind: 'address';
      readonly address: Address;
      readonly operator: '==' | '!=' | 'in';
      readonly text: string;
      readonly ranges: readonly Range[];
    }
  | { readonly kind: 'same'; readonly a: Address; readonly b: Address; readonly operator: '==' | '!=' }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: '&&' | '||'; readonly a: Condition; readonly b: Condition };

/** The first of these fields that is there. */
export interface Address {
  readonly name: string;
  readonly fields: readonly ReferenceField[];
}

/** Of addresses as numbers, with their width. */
export interface Range {
  readonly width: number;
  readonly first: bigint;
  readonly last: bigint;
}

export type Statement =
  | { readonly kind: 'return'; readonly verdict: number | Number_ | undefined }
  | {
      readonly kind: 'if';
      readonly condition: Condition;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  | {
      readonly kind: 'loop';
      readonly form: 'for' | 'while' | 'unroll';
      readonly count: number;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'set'; readonly field: ReferenceField; readonly value: Number_ }
  | { readonly kind: 'swap'; readonly names: readonly [string, string]; readonly pairs: readonly Pair[] }
  | { readonly kind: 'copy'; readonly to: ReferenceField; readonly from: ReferenceField }
  | { readonly kind: 'fill'; readonly to: ReferenceField; readonly text: string; readonly value: bigint };

/** Two fields of one header. */
export type Pair = readonly [ReferenceField, ReferenceField];

export interface Clause {
  readonly predicate: Condition | undefined;
  readonly body: readonly Statement[];
}

export interface PacketProgram {
  readonly clauses: readonly Clause[];
}

/** As the language writes it. */
export const nameOf = ({ header, name }: ReferenceField) => `${header}.${name}`;
