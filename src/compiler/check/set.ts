// Sets, which files give (--set block=FILE). `let @block = lpmtrie(100000);` holds IPv4 and IPv6 prefixes: a program asks whether an
// address is in it, and may print how often each prefix was met. `let @web = backends(100);` holds what backend() chooses from.
// Nothing else can be done with either.
import type { Span } from '../diagnostics/diagnostic.js';
import type { Expression, MapAccess, MapDeclaration } from '../syntax/ast.js';
import { BOOL, VOID } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import { addressOf } from './inet.js';
import { typeText } from './type-text.js';
import type { SetInfo, SetType, TypedExpression } from './typed.js';

/** The kinds of declared maps that are sets. */
export const SET_TYPES: readonly SetType[] = ['lpmtrie', 'backends'];

/** One walk's knowledge of a set. */
export interface SetState {
  readonly declaration: MapDeclaration;
  readonly type: SetType;
  /** Programs ask it. */
  asked: boolean;
  /** It is printed: programs count the prefixes that they meet. */
  counted: boolean;
}

/** Undefined: the declaration is of a map. */
export function setState(declaration: MapDeclaration): SetState | undefined {
  const type = SET_TYPES.find(each => each === declaration.mapType);
  return type === undefined ? undefined : { declaration, type, asked: false, counted: false };
}

export function setInfo({ declaration, type, counted }: SetState): SetInfo {
  const { name, span, maxEntries } = declaration;
  return { type, name, span, maxEntries: Number(maxEntries), counted };
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
  if (state?.type !== 'lpmtrie' || keys !== undefined) {
    const what = keys === undefined ? name : `a value of ${name}`;
    const ofBackends = state?.type === 'backends';
    if (ofBackends) state.asked = true;
    diagnostics.error('no-set', nameSpan, `${what} is no set${ofBackends ? ' of prefixes' : ''}`, {
      hint: `let @block = lpmtrie(100000); declares one, --set block=FILE loads it. Whether a map has a key: has_key()`,
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
  if (state.type === 'backends') {
    body.diagnostics.error('set-use', span, `${name} is a set of backends, which a file gives`, {
      hint: `backend(${name}, hash(src, sport)) chooses one of them, backend_at(${name}, 1) tells what it was given`,
    });
    return true;
  }
  body.diagnostics.error('set-use', span, `${name} is a set: it is loaded from a file, and asked with in`, {
    hint: `src in ${name} asks it, print(${name}) tells how often each prefix was met`,
  });
  return true;
}

/** The set as the argument of print(). */
export function printedSet(state: SetState, span: Span): TypedExpression {
  state.counted = true;
  return asArgument(state, span);
}

/** The set of backends that an argument is. */
export function checkBackends(body: Body, name: string, node: Expression): TypedExpression {
  const state = setNamed(body, node);
  if (state?.type === 'backends' && node.kind === 'map-access' && node.keys === undefined) {
    state.asked = true;
    return asArgument(state, node.span);
  }
  if (state !== undefined) state.asked = true;
  body.diagnostics.error('no-backends', node.span, `${name}() takes a set of backends`, {
    hint: 'let @web = backends(100); declares one, --set web=FILE loads it',
  });
  return poison(node.span);
}

function asArgument({ declaration, type }: SetState, span: Span): TypedExpression {
  const { name, span: first, maxEntries } = declaration;
  const map = {
    name,
    key: undefined,
    value: VOID,
    span: first,
    maxEntries: Number(maxEntries),
    mapType: type,
  };
  return { kind: 'map', map, type: VOID, span };
}
