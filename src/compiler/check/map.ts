// Maps: which key and value types they have, learned from every use in every probe.
import type { Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { findFunction } from '../language/registry.js';
import type { MapAccess } from '../syntax/ast.js';
import { INT64, isAggregation, type Type } from '../types/type.js';
import { type Body, isError, poison } from './body.js';
import { convert } from './convert.js';
import type { MapState } from './inference.js';
import { checkRequirement } from './requirement.js';
import { refuseSet } from './set.js';
import { typeText } from './type-text.js';
import type { TypedExpression } from './typed.js';
import { PENDING } from './unify.js';

export interface MapPlace {
  readonly state: MapState;
  readonly key: TypedExpression | undefined;
}

/** Resolves `@name` or `@name[k, ...]`; undefined when the key is wrong (reported) or not known yet. */
export function accessMap(body: Body, node: MapAccess): MapPlace | undefined {
  if (refuseSet(body, node)) return undefined;
  const state = body.inference.map(node.name, node.span);
  const key = node.keys === undefined ? undefined : keyExpression(body, node);
  if (!agreeOnKeys(body, state, node.keys !== undefined, node.span)) return undefined;
  if (node.keys === undefined) return { state, key: undefined };
  if (key === undefined) return undefined;
  const typed = learnKey(body, state, key, node.span);
  return typed && { state, key: typed };
}

function keyExpression(body: Body, node: MapAccess): TypedExpression | undefined {
  const keys = (node.keys ?? []).map(key => body.expression(key));
  if (keys.some(isError)) return undefined;
  const [first] = keys;
  if (first === undefined || keys.length === 1) return first;
  const span = { start: first.span.start, end: keys.at(-1)!.span.end };
  return { kind: 'tuple', elements: keys, type: { kind: 'tuple', elements: keys.map(k => k.type) }, span };
}

/** A map is keyed everywhere or nowhere. */
export function agreeOnKeys(body: Body, state: MapState, keyed: boolean, span: Span): boolean {
  if (state.keyed === undefined) {
    state.keyed = keyed;
    state.key.span = span;
    body.inference.changed = true;
  }
  if (state.keyed === keyed) return true;
  const message = keyed
    ? `${state.name} is used with a key, but elsewhere without one`
    : `${state.name} is used without a key, but elsewhere with one`;
  body.diagnostics.error('map-key-mismatch', span, message, {
    notes: [{ span: state.key.span, message: `${state.name} is first used here` }],
  });
  return false;
}

/** Adds a key's type to what the map holds; the key converted to the map's type. */
export function learnKey(
  body: Body,
  state: MapState,
  key: TypedExpression,
  span: Span,
): TypedExpression | undefined {
  if (isError(key)) return undefined;
  const type = storable(key.type);
  if (type === undefined || holdsContext(type)) {
    const message = `${typeText(key.type)} cannot be a map key`;
    body.diagnostics.error('map-key-type', key.span, message);
    return undefined;
  }
  const before = state.key.type;
  if (!body.inference.widen(state.key, type, span)) {
    const message = `${state.name} has keys of type ${typeText(before!)}, not ${typeText(key.type)}`;
    body.diagnostics.error('map-key-mismatch', key.span, message, {
      notes: [
        { span: state.key.span, message: `${state.name} is first used here, with ${typeText(before!)}` },
      ],
    });
    return undefined;
  }
  return convert(key, state.key.type!);
}

/** The context is gone when a map is read. */
function holdsContext(type: Type): boolean {
  if (type.kind === 'tuple') return type.elements.some(holdsContext);
  if (type.kind === 'record') return type.fields.some(field => holdsContext(field.type));
  return type.kind === 'pointer' && type.space === 'ctx';
}

/** The type as it lies in a map: a pointer loses the verifier's trust. Undefined: cannot lie there. */
export function storable(type: Type): Type | undefined {
  switch (type.kind) {
    case 'pointer':
      return type.btf === true ? { kind: 'pointer', to: type.to, space: type.space } : type;
    case 'tuple': {
      const elements = type.elements.map(storable);
      return elements.every(e => e !== undefined) ? { kind: 'tuple', elements } : undefined;
    }
    case 'record': {
      const fields = type.fields.map(f => ({ name: f.name, type: storable(f.type) }));
      return fields.every((f): f is { name: string; type: Type } => f.type !== undefined)
        ? { kind: 'record', fields }
        : undefined;
    }
    case 'struct':
      return type.size === 0 ? undefined : type;
    case 'void':
      return undefined;
    default:
      return isAggregation(type) ? undefined : type;
  }
}

/** Value at a key. `whole`: of stats() too, for print(). */
export function readMap(body: Body, node: MapAccess, whole = false): TypedExpression {
  const place = accessMap(body, node);
  if (place === undefined) return poison(node.span);
  const { state, key } = place;
  const map = body.inference.mapInfo(state);
  if (state.type === undefined) return poison(node.span, PENDING);
  if (!state.assigned) warnUnassigned(body, state, node.span);
  const type = readType(body, state.type, node, whole);
  return type === undefined ? poison(node.span) : { kind: 'map-read', map, key, type, span: node.span };
}

/** An aggregation reads as an integer where it can. */
function readType(body: Body, type: Type, node: MapAccess, whole: boolean): Type | undefined {
  if (!isAggregation(type)) return type;
  const entry = findFunction(type.kind);
  if (entry?.role !== 'aggregation') return type;
  const reads = whole && type.kind === 'stats' ? type : entry.readsAs(type);
  if (reads.kind === 'void') {
    const message = `${node.name} holds ${type.kind}(), which has no single value to read`;
    body.diagnostics.error('map-not-readable', node.span, message, { hint: `print(${node.name}) shows it` });
    return undefined;
  }
  if (entry.readRequires !== undefined) {
    checkRequirement(body, `reading ${type.kind}() in an expression`, entry.readRequires, node.span);
  }
  return reads;
}

/** `@x` as an argument that means the map itself. */
export function mapReference(body: Body, node: MapAccess): { state: MapState; expression: TypedExpression } {
  const state = body.inference.map(node.name, node.span);
  if (refuseSet(body, node)) return { state, expression: poison(node.span) };
  if (!state.assigned && state.type === undefined) {
    const others = [...body.inference.maps.values()].filter(m => m.assigned).map(m => m.name);
    body.diagnostics.error('unknown-map', node.span, `nothing is ever stored in ${node.name}`, {
      hint: didYouMean(node.name, others) ?? `assign it in some probe, e.g. ${node.name} = count();`,
    });
    return { state, expression: poison(node.span) };
  }
  const map = body.inference.mapInfo(state);
  return { state, expression: { kind: 'map', map, type: { kind: 'void' }, span: node.span } };
}

function warnUnassigned(body: Body, state: MapState, span: Span): void {
  const others = [...body.inference.maps.values()].filter(m => m.assigned).map(m => m.name);
  const hint = didYouMean(state.name, others);
  body.diagnostics.warn(
    'map-never-assigned',
    span,
    `${state.name} is read, but nothing is ever stored in it`,
    {
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

/** Maps that are read and of which nothing tells the type hold zeros. True when there were any. */
export function defaultMaps(maps: Iterable<MapState>, assigned: boolean): boolean {
  let any = false;
  for (const state of maps) {
    if (state.type !== undefined || state.assigned !== assigned) continue;
    if (state.poisoned || state.keyed === undefined) continue;
    state.type = INT64;
    any = true;
  }
  return any;
}
