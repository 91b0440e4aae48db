// What a packet program decides: `return XDP_DROP;`, and the names of verdicts, which are known without BTF.
import { verdictType } from '../language/verdict.js';
import type { Expression, Statement } from '../syntax/ast.js';
import { type Body, isError } from './body.js';
import { integerOf } from './convert.js';
import { typeText } from './type-text.js';
import type { TypedExpression, TypedStatement } from './typed.js';

/** A verdict of this probe type by its name. */
export function findVerdict(
  body: Body,
  { name, span }: Extract<Expression, { readonly kind: 'identifier' }>,
): TypedExpression | undefined {
  const verdicts = body.probeType.packet?.verdicts;
  const verdict = verdicts?.find(each => each.name === name);
  if (verdicts === undefined || verdict === undefined) return undefined;
  return { kind: 'integer', value: BigInt(verdict.value), type: verdictType(verdicts), span };
}

/** `return` in a packet program. */
export function checkVerdict(
  body: Body,
  { value, span }: Extract<Statement, { readonly kind: 'return' }>,
): TypedStatement[] {
  const verdict = value === undefined ? undefined : body.expression(value);
  const { packet } = body.probeType;
  if (verdict === undefined || packet === undefined) return [{ kind: 'return', span, value: undefined }];
  if (isError(verdict)) return [];
  const names = packet.verdicts.filter(each => each.by === undefined).map(each => each.name);
  const hint = `it is one of ${names.join(', ')}; a bare return; leaves the packet to the next block`;
  if (integerOf(verdict.type) === undefined || verdict.type.kind !== 'integer') {
    const message = `a verdict is a number, not ${typeText(verdict.type)}`;
    body.diagnostics.error('bad-verdict', verdict.span, message, { hint });
    return [];
  }
  if (verdict.kind === 'integer') {
    const known = packet.verdicts.find(each => BigInt(each.value) === verdict.value);
    if (known === undefined) {
      body.diagnostics.error('bad-verdict', verdict.span, `${verdict.value} is no verdict`, { hint });
      return [];
    }
    if (known.by !== undefined) {
      const message = `${known.name} by itself sends the packet nowhere`;
      body.diagnostics.error('bad-verdict', verdict.span, message, { hint: `write return ${known.by}` });
      return [];
    }
  }
  return [{ kind: 'return', span, value: verdict }];
}
