// What packet programs return, as a type of the language.
import { type IntegerType, integer } from '../types/type.js';
import type { Verdict } from './probe-type.js';

/** Name of the type. */
export const VERDICT = 'verdict';

/** An int that is printed by its name. */
export function verdictType(verdicts: readonly Verdict[]): IntegerType {
  const values = verdicts.map(({ name, value }) => [name, String(value)] as const);
  return { ...integer(4, true), enum: { name: VERDICT, values } };
}
