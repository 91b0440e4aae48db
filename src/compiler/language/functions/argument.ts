// How entries take their arguments apart.
import type { MapInfo, TypedCall, TypedExpression } from '../../check/typed.js';
import { InternalError, type Span } from '../../diagnostics/diagnostic.js';
import { BOOL, INT64 } from '../../types/type.js';

/** The argument at `index`; its absence is our bug, since signatures were checked. */
export function argument(call: TypedCall, index: number): TypedExpression {
  const found = call.args[index];
  if (found === undefined) throw new InternalError(`argument ${index} is missing`);
  return found;
}

/** A bare word, as its text. */
export function wordOf(arg: TypedExpression): string {
  return arg.kind === 'string' ? new TextDecoder().decode(arg.bytes) : '';
}

/** The map that the first argument names. */
export function mapOf(call: TypedCall): MapInfo {
  return placeOf(call).map;
}

/** Map and key of f(@m, key), f(@m[key]) and f(@m). */
export function placeOf(call: TypedCall): { map: MapInfo; key: TypedExpression | undefined } {
  const first = argument(call, 0);
  if (first.kind === 'map') return { map: first.map, key: call.args[1] };
  if (first.kind === 'map-read') return { map: first.map, key: first.key };
  throw new InternalError(`a ${first.kind} where a map belongs`);
}

/** A number known while compiling. */
export function literalOf(value: bigint, span: Span): TypedExpression {
  return { kind: 'integer', value, type: INT64, span };
}

export function truthOf(value: boolean, span: Span): TypedExpression {
  return { kind: 'integer', value: value ? 1n : 0n, type: BOOL, span };
}

/** Text of a literal argument; signatures have checked that it is one. */
export function literalText(expression: TypedExpression | undefined): string {
  if (expression?.kind !== 'string') throw new InternalError('a literal is missing');
  return new TextDecoder().decode(expression.bytes);
}
