// printf() and print() of values of every shape.
import { integer } from './integer.js';
import type { Scope } from './scope.js';
import { BOOL, INTEGER, type Shape, STRING } from './shape.js';
import { text } from './text.js';
import { value } from './value.js';

export function printStatement(scope: Scope): string {
  const { random } = scope;
  if (random.chance(30)) {
    const shape = scope.shape(2);
    const printed = value(scope, shape, 2);
    // A map by itself would be printed when the event is handled.
    if (!/^@\w+$/.test(printed)) return `print(${printed});`;
  }
  const args = Array.from({ length: 1 + random.below(4) }, () => {
    if (random.chance(55)) return printed(INTEGER, integer(scope, 2), scope);
    if (random.chance(50)) return printed(STRING, text(scope, 1), scope);
    const shape = scope.shape(2);
    return printed(shape, value(scope, shape, 1), scope);
  });
  return `printf("${args.map(a => a.format).join(' ')}\\n", ${args.map(a => a.text).join(', ')});`;
}

function printed(shape: Shape, written: string, { random }: Scope): { format: string; text: string } {
  if (shape.kind === 'integer')
    return { format: random.pick(['%lld', '%lld', '%llu', '%llx', '%d']), text: written };
  if (shape.kind === 'bool' || shape === BOOL) return { format: random.pick(['%d', '%s']), text: written };
  return { format: '%s', text: written };
}
