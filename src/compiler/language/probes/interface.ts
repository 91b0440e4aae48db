// The network interfaces that an attach point names, by name or wildcard.
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env } from '../../env.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { globPattern, hasWildcard } from '../../types/glob.js';

/** Names of those that `name`, the point's first operand, means; one that is not there is reported. */
export function namedInterfaces(
  point: AttachPoint,
  name: string,
  env: Env,
  diagnostics: Diagnostics,
): readonly string[] {
  const known = env.interfaces?.();
  if (hasWildcard(name)) {
    const pattern = globPattern(name);
    const names = (known ?? []).filter(each => pattern.test(each));
    if (names.length === 0) {
      const hint = known === undefined ? {} : { hint: `there are: ${known.join(', ')}` };
      diagnostics.error('unknown-probe', point.span, `no network interface matches ${name}`, hint);
    }
    return names;
  }
  if (known === undefined || known.includes(name)) return [name];
  if (name === '') {
    diagnostics.error('unknown-probe', point.span, 'no network interface is named here', {
      hint: `a script that says $1 takes it as its first parameter; there are: ${known.join(', ')}`,
    });
    return [];
  }
  const hint = didYouMean(name, known) ?? `there are: ${known.join(', ')}`;
  const span = point.parts[1]?.span ?? point.span;
  diagnostics.error('unknown-probe', span, `there is no network interface "${name}"`, { hint });
  return [];
}
