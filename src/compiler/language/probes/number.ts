// Numbers in attach points: as everywhere in the language, with durations in ns (interval:500ms).
import { scanInteger } from '../../types/integer-literal.js';

/** The value of a whole part, or what is wrong with it. */
export function wholeNumber(text: string): bigint | string {
  if (!/^[0-9]/.test(text)) return `invalid integer: ${text}`;
  const { end, value, problem } = scanInteger(text, 0);
  if (problem !== undefined) return problem.message;
  return end === text.length ? value : `invalid integer: ${text}`;
}
