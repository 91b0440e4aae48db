// Types as written in casts, declarations and sizeof -> types.
import { didYouMean } from '../diagnostics/suggest.js';
import type { TypeName } from '../syntax/ast.js';
import { BOOL, integer, type Type, VOID } from '../types/type.js';
import type { Body } from './body.js';
import { DECLARE } from './declared-types.js';
import { fixedWidth } from './fixed-width.js';
import { refuseSet } from './set.js';

const NAMED: Readonly<Record<string, Type>> = {
  bool: BOOL,
  void: VOID,
  int8: integer(1, true),
  int16: integer(2, true),
  int32: integer(4, true),
  int64: integer(8, true),
  uint8: integer(1, false),
  uint16: integer(2, false),
  uint32: integer(4, false),
  uint64: integer(8, false),
  inet: { kind: 'inet' },
};

/** Undefined when there is no such type, which it has then reported. `string` without a size is as long as it needs: size 0. */
export function resolveTypeName(body: Body, node: TypeName): Type | undefined {
  const base = node.of === undefined ? baseOf(body, node) : typeOf(body, node.of);
  if (base === undefined) {
    if (node.of === undefined) report(body, node);
    return undefined;
  }
  let type = base;
  for (let i = 0; i < node.pointers; i++) type = { kind: 'pointer', to: type, space: 'kernel' };
  if (node.of === undefined && (type.kind === 'string' || type.kind === 'buffer')) {
    return { ...type, size: node.dimensions[0] ?? 0 };
  }
  for (const count of [...node.dimensions].reverse()) type = { kind: 'array', of: type, count: count ?? 0 };
  if (type.kind === 'void' && node.pointers === 0) {
    body.diagnostics.error('unknown-type', node.span, 'void is the type of no value');
    return undefined;
  }
  return type;
}

/** `typeof(x)`: of a value the type that it has so far; of a map that of what it holds. Undefined: none (reported), or not known yet. */
export function typeOf(body: Body, of: NonNullable<TypeName['of']>): Type | undefined {
  if (of.kind === 'type-name') return resolveTypeName(body, of);
  if (of.kind === 'map-access' && refuseSet(body, of)) return undefined;
  if (of.kind === 'map-access' && of.keys === undefined) return body.inference.map(of.name, of.span).type;
  const { type } = body.expression(of);
  return type.kind === 'error' ? undefined : type;
}

function baseOf(body: Body, node: TypeName): Type | undefined {
  const { name, tag } = node;
  if (tag === undefined) {
    if (name === 'string' || name === 'buffer') return { kind: name, size: 0 };
    const known = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    if (known !== undefined) return known;
  }
  const own = body.types.find(tag, name) ?? (tag === undefined ? fixedWidth(name) : undefined);
  if (own !== undefined) return own;
  const full = tag === undefined ? name : `${tag} ${name}`;
  const ofTarget = body.probeType.typeNamed?.(body.target, full, body.env);
  if (ofTarget !== undefined) return ofTarget;
  const btf = body.env.btf();
  const found = tag === 'struct' || tag === 'union' ? btf?.struct(name, tag) : btf?.typeByName(full);
  return found ?? body.types.findInHeaders(tag, name);
}

function report(body: Body, node: TypeName): void {
  const btf = body.env.btf();
  const full = node.tag === undefined ? node.name : `${node.tag} ${node.name}`;
  let hint: string | undefined;
  if (btf === undefined) hint = 'this kernel gives no type information (BTF), which struct names come from';
  else if (node.tag === 'struct' || node.tag === 'union') hint = didYouMean(node.name, btf.names('struct'));
  else if (node.tag === undefined && btf.struct(node.name) !== undefined) {
    hint = `did you mean "struct ${node.name}"?`;
  } else hint = didYouMean(node.name, [...Object.keys(NAMED), 'string', 'buffer']);
  body.diagnostics.error('unknown-type', node.span, `there is no type ${full}`, { hint: hint ?? DECLARE });
}
