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

/** Of counted packets, in place of a verdict: the clause ran to its end and left the packet to the next. s32. */
export const NEXT = -0x8000_0000;
/** In place of the clause that decided: none has. s32. */
export const NO_RULE = -1;
