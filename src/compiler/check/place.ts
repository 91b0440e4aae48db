// Places that hold values: $variables and map entries, read, assigned, and updated in place.
import type { Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { func, funcSymbol } from '../language/builtins/traced.js';
import type { MapAccess, Variable } from '../syntax/ast.js';
import {
  INT64,
  type IntegerType,
  integer,
  isAggregation,
  type PointerType,
  type Type,
} from '../types/type.js';

import { type Body, isError, poison } from './body.js';
import { convert } from './convert.js';
import type { VariableState } from './inference.js';
import { fits, literalRange } from './integer.js';
import { accessMap, type MapPlace, storable } from './map.js';
import { typeText } from './type-text.js';
import type { Place, TypedExpression } from './typed.js';
import { PENDING, sameType } from './unify.js';

export function readVariable(body: Body, node: Variable): TypedExpression {
  const state = body.scope.find(node.name);
  if (state === undefined) return unknownVariable(body, node);
  if (state.type === undefined) {
    if (!state.assigned) {
      body.diagnostics.error('variable-type', node.span, `nothing is ever assigned to ${node.name}`, {
        hint: `assign it, or declare its type: let ${node.name}: uint64;`,
      });
    }
    return poison(node.span, PENDING);
  }
  const variable = referTo(body, state);
  return { kind: 'variable', variable, type: state.type, span: node.span };
}

function unknownVariable(body: Body, node: Variable): TypedExpression {
  const ended = body.scope.ended.has(node.name);
  const hint = ended
    ? `it lives in another block; to share it, declare it before that block: let ${node.name};`
    : (didYouMean(node.name, body.scope.names()) ?? `assign it first: ${node.name} = ...;`);
  body.diagnostics.error(
    'unknown-variable',
    node.span,
    `${node.name} is used before anything is assigned to it`,
    {
      hint,
    },
  );
  return poison(node.span);
}

export function referTo(body: Body, state: VariableState) {
  const info = body.inference.variableInfo(state);
  if (!body.variables.includes(info)) body.variables.push(info);
  return info;
}

/** Declares (or finds) the variable that an assignment names. */
export function assignVariable(
  body: Body,
  node: Variable,
  value: TypedExpression,
  span: Span,
): { target: Place; value: TypedExpression } | undefined {
  const state = body.scope.find(node.name) ?? body.scope.declare(node, node.name, node.span, false);
  return storeVariable(body, state, value, span);
}

/** Stores in a variable: widens its type, or checks the value against a declared one. */
export function storeVariable(
  body: Body,
  state: VariableState,
  value: TypedExpression,
  span: Span,
): { target: Place; value: TypedExpression } | undefined {
  state.assigned = true;
  if (isError(value)) return undefined;
  const place = (): Place => ({ kind: 'variable', variable: referTo(body, state) });
  if (value.type.kind === 'struct' && value.type.size === 0) {
    body.diagnostics.error(
      'not-storable',
      value.span,
      `${typeText(value.type)} has no size, so ${state.name} cannot hold it`,
    );
    return undefined;
  }
  if (state.fixed && state.type !== undefined) {
    const converted = toDeclared(body, state, value, state.type, span);
    return converted && { target: place(), value: converted };
  }
  if (!body.inference.widen(state, value.type, state.type === undefined ? span : state.span)) {
    mismatch(body, state.name, state.type!, value.type, span, state.span);
    return undefined;
  }
  warnNarrowing(body, value, state.type!);
  return { target: place(), value: convert(value, state.type!) };
}

function toDeclared(
  body: Body,
  state: VariableState,
  value: TypedExpression,
  type: Type,
  span: Span,
): TypedExpression | undefined {
  const from = value.type;
  const integers = from.kind === 'integer' && type.kind === 'integer';
  const literalTooBig = integers && literalRange(from) !== undefined && !fits(from, type);
  const strings = from.kind === 'string' && type.kind === 'string' && from.size <= type.size;
  const pointers = from.kind === 'pointer' && type.kind === 'pointer';
  if (literalTooBig || !(integers || strings || pointers || sameType(from, type))) {
    mismatch(body, state.name, type, from, span, state.declaration);
    return undefined;
  }
  warnNarrowing(body, value, type);
  return convert(value, type);
}

function mismatch(body: Body, name: string, has: Type, given: Type, span: Span, first: Span): void {
  const message = `${name} holds ${typeText(has)}; ${typeText(given)} does not fit`;
  body.diagnostics.error('type-mismatch', span, message, {
    notes: [{ span: first, message: `${name} becomes ${typeText(has)} here` }],
  });
}

/** An integer that may change its value on the way into its place. */
function warnNarrowing(body: Body, value: TypedExpression, to: Type): void {
  if (value.type.kind !== 'integer' || to.kind !== 'integer' || value.kind === 'integer') return;
  if (fits(value.type, to)) return;
  const message = `${typeText(value.type)} is stored as ${typeText(to)}, which does not hold all of its values`;
  body.diagnostics.warn('implicit-narrowing', value.span, message, {
    hint: `a cast says that it is meant: (${typeText(to)})`,
  });
}

/** Stores a value (never an aggregation) in a map. */
export function assignMap(
  body: Body,
  node: MapAccess,
  given: TypedExpression,
  span: Span,
): { target: Place; value: TypedExpression } | undefined {
  const place = accessMap(body, node);
  const state = body.inference.map(node.name, node.span);
  const value = state.type?.kind === 'ksym' ? asSymbol(body, given) : given;
  state.assigned = true;
  if (isError(value)) {
    if (value.type !== PENDING) state.poisoned = true;
    return undefined;
  }
  const type = storable(value.type);
  if (type === undefined) {
    state.poisoned = true;
    body.diagnostics.error('not-storable', value.span, `${typeText(value.type)} cannot be stored in a map`);
    return undefined;
  }
  if (!learnMapValue(body, node, type, span) || place === undefined) return undefined;
  warnNarrowing(body, value, state.type!);
  return { target: mapTarget(body, place), value: convert(value, state.type!) };
}

/** The function of the kernel that is traced, where a symbol is wanted. */
function asSymbol({ probeType, env }: Body, value: TypedExpression): TypedExpression {
  if (value.kind !== 'builtin' || value.entry !== func || !KERNEL_FUNCTIONS.includes(probeType.name))
    return value;
  const [major, minor] = env.kernelVersion;
  if (major < 5 || (major === 5 && minor < 17)) return value;
  return { kind: 'builtin', entry: funcSymbol, type: { kind: 'ksym' }, span: value.span };
}

const KERNEL_FUNCTIONS: readonly string[] = ['kprobe', 'kretprobe', 'fentry', 'fexit'];

export function learnMapValue(body: Body, node: MapAccess, type: Type, span: Span): boolean {
  const state = body.inference.map(node.name, node.span);
  state.assigned = true;
  const before = state.type;
  if (body.inference.widen(state, type, span)) return true;
  const hint = isAggregation(before!) ? aggregationHint(node.name, before!) : undefined;
  body.diagnostics.error(
    'map-value-mismatch',
    span,
    `${node.name} holds ${typeText(before!)}; ${typeText(type)} does not fit`,
    {
      notes: [{ span: state.span, message: `${node.name} becomes ${typeText(before!)} here` }],
      ...(hint === undefined ? {} : { hint }),
    },
  );
  return false;
}

function aggregationHint(name: string, type: Type): string {
  return `only ${type.kind}() can be assigned to ${name}; use another map for other values`;
}

export function mapTarget(body: Body, place: MapPlace): Place {
  return { kind: 'map', map: body.inference.mapInfo(place.state), key: place.key };
}

/** The place of `x++` or `x op= value` and its type: an integer, widened to hold the 64-bit result, or a pointer. */
export function updatePlace(
  body: Body,
  node: Variable | MapAccess,
  resultOf: (current: IntegerType) => Type,
  span: Span,
): { target: Place; type: IntegerType | PointerType } | undefined {
  if (node.kind === 'variable') return updateVariable(body, node, resultOf, span);
  const place = accessMap(body, node);
  const state = body.inference.map(node.name, node.span);
  state.assigned = true;
  const current = state.type ?? INT64;
  if (current.kind === 'pointer') return place && { target: mapTarget(body, place), type: current };
  const type = current.kind === 'integer' ? resultOf(current) : INT64;
  if (type.kind === 'error') return undefined;
  if (!learnMapValue(body, node, type, span) || place === undefined) return undefined;
  return state.type?.kind === 'integer' ? { target: mapTarget(body, place), type: state.type } : undefined;
}

function updateVariable(
  body: Body,
  node: Variable,
  resultOf: (current: IntegerType) => Type,
  span: Span,
): { target: Place; type: IntegerType | PointerType } | undefined {
  const current = readVariable(body, node);
  if (current.kind !== 'variable') return undefined;
  const state = body.scope.find(node.name)!;
  if (current.type.kind === 'pointer') {
    return { target: { kind: 'variable', variable: current.variable }, type: current.type };
  }
  const type = current.type.kind === 'integer' ? resultOf(current.type) : INT64;
  if (type.kind === 'error') return undefined;
  const integers = current.type.kind === 'integer' && type.kind === 'integer';
  if (!(state.fixed && integers) && !body.inference.widen(state, type, state.span)) {
    mismatch(body, state.name, state.type!, type, span, state.span);
    return undefined;
  }
  if (state.type?.kind !== 'integer') return undefined;
  return { target: { kind: 'variable', variable: referTo(body, state) }, type: state.type };
}

/** As in bpftrace: 64 bits; `++` keeps the sign, `--` is signed as every `-` is. */
export function stepType(operator: '++' | '--', current: IntegerType): IntegerType {
  return integer(8, operator === '--' || current.signed);
}
