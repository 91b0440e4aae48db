// What the probe types share when they read an attach point.
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { AttachPoint } from '../../syntax/ast.js';

/** The parts after the probe type, or undefined (reported) when there are fewer than `least` or more than `most`. */
export function operands(
  point: AttachPoint,
  least: number,
  most: number,
  usage: string,
  diagnostics: Diagnostics,
): readonly string[] | undefined {
  const [type, ...rest] = point.parts.map(part => part.text);
  if (rest.length >= least && rest.length <= most) return rest;
  const wanted = least === most ? String(least) : `${least} or ${most}`;
  diagnostics.error(
    'attach-point',
    point.span,
    `${type} probe type requires ${wanted} argument${most === 1 ? '' : 's'}, found ${rest.length}`,
    { hint: `it is written ${usage}` },
  );
  return undefined;
}
