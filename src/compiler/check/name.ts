// Bare words: builtins, and enumerators of the kernel.
import { didYouMean } from '../diagnostics/suggest.js';
import type { BuiltinEntry } from '../language/entry.js';
import { headerConstant, macroConstant } from '../language/names/header-constant.js';
import { outOfScope } from '../language/names/out-of-scope.js';
import {
  BUILTIN_NAMES,
  FUNCTION_NAMES,
  findBuiltin,
  findFunction,
  PACKET_USAGES,
} from '../language/registry.js';
import type { Expression } from '../syntax/ast.js';
import { type Body, poison } from './body.js';
import { constantOf, literal, text } from './constant.js';
import { noArgs } from './member.js';
import { isPacketWord, packetWord } from './packet-word.js';
import { checkUsable } from './requirement.js';
import type { TypedExpression } from './typed.js';
import { findVerdict } from './verdict.js';

type Identifier = Extract<Expression, { readonly kind: 'identifier' }>;

export function checkIdentifier(body: Body, node: Identifier): TypedExpression {
  const { name, span } = node;
  const word = packetWord(body, node);
  if (word !== undefined) return word;
  const builtin = findBuiltin(name);
  if (builtin !== undefined) return checkBuiltin(body, builtin, span);
  const verdict = findVerdict(body, node);
  if (verdict !== undefined) return verdict;
  const declared = body.types.enumerator(name);
  const macro = declared === undefined ? macroConstant(name) : undefined;
  if (macro !== undefined) return literal(macro, span);
  const enumerator = declared ?? kernelEnumerator(body, name);
  if (enumerator !== undefined)
    return { kind: 'integer', value: enumerator.value, type: enumerator.type, span };
  const constant = headerConstant(name);
  if (constant !== undefined) return literal(constant, span);
  const inHeader = body.types.headerValue(name);
  const own = inHeader === undefined ? undefined : body.types.enumerator(name);
  if (own !== undefined) return { kind: 'integer', value: own.value, type: own.type, span };
  if (inHeader !== undefined)
    return typeof inHeader === 'bigint' ? literal(inHeader, span) : text(inHeader, span);
  const left = outOfScope(name);
  if (left !== undefined) {
    body.diagnostics.error('out-of-scope', span, left.message, { hint: left.hint });
    return poison(span);
  }
  body.diagnostics.error('unknown-name', span, `there is no builtin or constant "${name}"`, {
    hint: hint(body, name),
  });
  return poison(span);
}

/** A function that may stand without its parentheses: it takes nothing, and gives a value. */
export function isCallable(name: string): boolean {
  const entry = findBuiltin(name) === undefined ? findFunction(name) : undefined;
  return entry?.role === 'value' && entry.signatures.some(({ params }) => params.length === 0);
}

function kernelEnumerator(body: Body, name: string) {
  const { enumerators } = body.inference;
  if (!enumerators.has(name)) enumerators.set(name, body.env.btf()?.enumerator(name));
  return enumerators.get(name);
}

function hint(body: Body, name: string): string {
  if (isPacketWord(name)) return `it is a part of a packet, which packet probes have: ${PACKET_USAGES}`;
  if (FUNCTION_NAMES.includes(name)) return `it is a function: ${name}()`;
  if (/^[A-Z][A-Z0-9_]*$/.test(name) && body.env.btf() === undefined)
    return 'this kernel gives no type information (BTF), which its constants come from';
  const guess = didYouMean(name, BUILTIN_NAMES);
  return guess ?? `variables are written $${name}, maps @${name}, text "${name}"`;
}

export function checkBuiltin(body: Body, entry: BuiltinEntry, span: Identifier['span']): TypedExpression {
  checkUsable(body, entry, entry.name, span);
  if (entry.constant !== undefined) return constantOf(entry.constant(body), span);
  const type = entry.type(body, span);
  if (type === undefined && entry.name === 'args') noArgs(body, span);
  return type === undefined ? poison(span) : { kind: 'builtin', entry, type, span };
}
