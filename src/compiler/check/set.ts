// Sets of prefixes: `let @block = lpmtrie(100000);` holds IPv4 and IPv6 prefixes that a file gives (--set block=FILE). A program
// asks whether an address is in it, and may print how often each prefix was met; nothing else can be done with one.
import type { Span } from '../diagnostics/diagnostic.js';
import type { Expression, MapAccess, MapDeclaration } from '../syntax/ast.js';
import { BOOL, VOID } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import { addressOf } from './inet.js';
import { typeText } from './type-text.js';
import type { SetInfo, TypedExpression } from './typed.js';

/** The kind of declared map that is a set. */
export const SET_TYPE = 'lpmtrie';

/** One walk's knowledge of a set. */
export interface SetState {
  readonly declaration: MapDeclaration;
  /** Programs ask it. */
  asked: boolean;
  /** It is printed: programs count the prefixes that they meet. */
  counted: boolean;
}

export function setInfo({ declaration, counted }: SetState): SetInfo {
  const { name, span, maxEntries } = declaration;
  return { name, span, maxEntries: Number(maxEntries), counted };
}

/** `x in @block` */
export function checkSetMembership(
  body: Body,
  operand: TypedExpression,
  { name, span: nameSpan, keys }: MapAccess,
  span: Span,
): TypedExpression {
  const { diagnostics } = body;
  const state = body.inference.set(name);
  if (state === undefined || keys !== undefined) {
    const what = keys === undefined ? name : `a value of ${name}`;
    diagnostics.error('no-set', nameSpan, `${what} is no set`, {
      hint: `let @block = ${SET_TYPE}(100000); declares one, --set block=FILE loads it. Whether a map has a key: has_key()`,
    });
    return poison(span);
  }
  state.asked = true;
  if (isError(operand)) return poison(span, operand.type);
  const address = addressOf(body, operand);
  if (address?.type.kind === 'inet') return { kind: 'set-in', operand: address, set: name, type: BOOL, span };
  if (address === undefined && operand.kind === 'string') return poison(span);
  const what = address === undefined ? typeText(operand.type) : 'a hardware address';
  diagnostics.error(
    'operator-type',
    operand.span,
    `a set holds IPv4 and IPv6 addresses: ${what} is never in it`,
    {
      hint: 'src, ip.saddr and their like are addresses, and so is what ntop() gives',
    },
  );
  return poison(span);
}

/** The set that an expression names, by itself or with a key. */
export function setNamed(body: Body, node: Expression): SetState | undefined {
  return node.kind === 'map-access' ? body.inference.set(node.name) : undefined;
}

/** Whether a map is a set, which has been reported: it is none where this is asked. */
export function refuseSet(body: Body, { name, span }: MapAccess): boolean {
  const state = body.inference.set(name);
  if (state === undefined) return false;
  state.asked = true;
  body.diagnostics.error('set-use', span, `${name} is a set: it is loaded from a file, and asked with in`, {
    hint: `src in ${name} asks it, print(${name}) tells how often each prefix was met`,
  });
  return true;
}

/** The set as the argument of print(). */
export function printedSet(state: SetState, span: Span): TypedExpression {
  state.counted = true;
  const { name, span: first, maxEntries } = state.declaration;
  const map = {
    name,
    key: undefined,
    value: VOID,
    span: first,
    maxEntries: Number(maxEntries),
    mapType: SET_TYPE,
  };
  return { kind: 'map', map, type: VOID, span };
}
