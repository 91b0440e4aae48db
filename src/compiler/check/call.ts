// Calls: the entry's signatures give arity and kinds of arguments, its role where it may stand, its check hook the rest.
import { didYouMean } from '../diagnostics/suggest.js';
import type { FunctionEntry, Parameter, Requirement, Signature } from '../language/entry.js';
import { outOfScope } from '../language/names/out-of-scope.js';
import { BUILTIN_NAMES, FUNCTION_NAMES, findBuiltin, findFunction } from '../language/registry.js';
import type { Expression, MapAccess } from '../syntax/ast.js';
import { isAggregation, type Type } from '../types/type.js';
import { checkArgument } from './argument.js';
import { type Body, isError, poison } from './body.js';
import { bytesOf, fittingText, text } from './constant.js';
import { checkContainerOf } from './container-of.js';
import { checkFound } from './find.js';
import { checkFormat, checkQuotient, quotientsOf } from './format.js';
import { agreeOnKeys, learnKey, mapReference } from './map.js';
import { checkBuiltin } from './name.js';
import { checkOption, parameterText } from './parameter.js';
import { checkRequirement, checkUsable } from './requirement.js';
import type { TypedCall, TypedExpression } from './typed.js';

export type CallNode = Extract<Expression, { readonly kind: 'call' }>;

/** A call as an expression, or (`statement`) on its own. Aggregations are met by assignments; here they are misplaced. */
export function checkCall(body: Body, node: CallNode, statement = false): TypedExpression {
  const { name, span } = node;
  if (name === 'getopt') return checkOption(body, node);
  if (name === 'container_of' && node.args.length === 3) return checkContainerOf(body, node);
  const entry = findFunction(name);
  if (entry === undefined) return callOfOther(body, node);
  checkUsable(body, entry, `${name}()`, node.nameSpan);
  if (entry.role === 'aggregation') {
    body.diagnostics.error('aggregation-place', span, `${name}() must be assigned directly to a map`, {
      hint: `e.g. @ = ${name}(${entry.signatures[0]?.params.map(p => p.name).join(', ') ?? ''});`,
    });
    return poison(span);
  }
  if (entry.role === 'async' && !statement) {
    const message = `${name}() gives no value: it is a statement of its own`;
    body.diagnostics.error('no-value', span, message);
    return poison(span);
  }
  if (entry.role === 'async' && body.target.mode === 'pin' && entry.name !== 'printf') {
    const message = `${name}() of a pinned iterator would reach nobody`;
    body.diagnostics.error('pinned-iterator', span, message, {
      hint: 'printf() writes into the file that is read; without a name to pin it by, everything is printed',
    });
    return poison(span);
  }
  if (entry.name === 'str') {
    const folded = literalText(body, node);
    if (folded?.kind === 'string') return fittingText(body, folded.bytes, span);
  }
  return checkEntryCall(body, entry, node, statement);
}

/** str($1) is the parameter's text, str("x") the literal, str(5) the number's digits; with a length so many bytes of it. */
function literalText(body: Body, node: CallNode): TypedExpression | undefined {
  const [first, length, ...more] = node.args;
  if (first === undefined || more.length > 0) return undefined;
  if (length !== undefined && length.kind !== 'integer-literal') return undefined;
  const most = length === undefined ? undefined : Number(length.value);
  const cut = (bytes: Uint8Array) => text(bytes.subarray(0, most), node.span);
  if (first.kind === 'parameter') return cut(parameterText(body, first));
  if (first.kind === 'integer-literal') return cut(bytesOf(String(first.value)));
  if (first.kind === 'string-literal') return cut(first.bytes);
  const inner = first.kind === 'call' && first.name === 'str' ? literalText(body, first) : undefined;
  return inner?.kind === 'string' ? cut(inner.bytes) : undefined;
}

function callOfOther(body: Body, node: CallNode): TypedExpression {
  const builtin = findBuiltin(node.name);
  if (builtin !== undefined && node.args.length === 0) return checkBuiltin(body, builtin, node.span);
  for (const arg of node.args) if (arg.kind !== 'map-access') body.expression(arg);
  if (builtin !== undefined) {
    body.diagnostics.error('argument-count', node.span, `${node.name} takes no arguments`);
    return poison(node.span);
  }
  const left = outOfScope(node.name);
  if (left !== undefined) {
    body.diagnostics.error('out-of-scope', node.nameSpan, left.message, { hint: left.hint });
    return poison(node.span);
  }
  const hint =
    didYouMean(node.name, [...FUNCTION_NAMES, ...BUILTIN_NAMES]) ??
    `man tsbpf-language has them all; one of your own is a macro: macro ${node.name}(x) { ... }`;
  body.diagnostics.error('unknown-function', node.nameSpan, `there is no function "${node.name}"`, { hint });
  return poison(node.span);
}

/** Arguments against the signatures; the typed call, or undefined when something is wrong (reported). */
export function checkArguments(
  body: Body,
  entry: FunctionEntry,
  node: CallNode,
): { args: readonly TypedExpression[]; signature: Signature } | undefined {
  const signature = chooseSignature(entry, node);
  if (signature === undefined) {
    for (const arg of node.args) if (arg.kind !== 'map-access') body.expression(arg);
    reportCount(body, entry, node);
    return undefined;
  }
  if (signature.requires !== undefined) {
    checkRequirement(
      body,
      `${node.name}() of a ${signature.params[0]?.name}`,
      signature.requires,
      node.nameSpan,
    );
  }
  const args = takesKey(signature)
    ? mapArguments(body, node, signature)
    : plainArguments(body, node, signature);
  return args === undefined || args.some(isError) ? undefined : { args, signature };
}

function plainArguments(
  body: Body,
  node: CallNode,
  signature: Signature,
): (TypedExpression | undefined)[] & TypedExpression[] {
  const isFormat = signature.params[0]?.kind === 'format';
  const quotients = isFormat ? quotientsOf(node) : undefined;
  const args = node.args.map((arg, i) =>
    quotients?.has(i) === true
      ? checkQuotient(body, arg)
      : checkArgument(body, node.name, parameterAt(signature, i)!, arg),
  );
  if (isFormat) checkFormat(body, node, args);
  return args;
}

/** Each CPU has a value of its own. */
const ALL_CPUS: Requirement = {
  features: ['lookup_percpu_elem'],
  alternative: 'clear() empties a map on any kernel',
};

/** f(@m, key), and delete(@m[key]), which means the same; f(@m) when the key is optional and the map scalar. */
function mapArguments(body: Body, node: CallNode, signature: Signature): TypedExpression[] | undefined {
  const [first, second] = node.args;
  if (first?.kind !== 'map-access') {
    return node.args.map((arg, i) => checkArgument(body, node.name, parameterAt(signature, i)!, arg));
  }
  const { state, expression } = mapReference(body, first);
  const bracketed = first.keys !== undefined;
  const key = bracketed ? keyOf(body, first) : second && body.expression(second);
  if (isError(expression)) return undefined;
  if (bracketed && second !== undefined) {
    const message = `${node.name}() takes the key in brackets or as an argument, not both`;
    body.diagnostics.error('argument-count', second.span, message);
    return undefined;
  }
  if (!agreeOnKeys(body, state, key !== undefined, first.span)) return undefined;
  if (key === undefined) {
    if (state.type !== undefined && isAggregation(state.type)) {
      checkRequirement(body, `${node.name}() of an aggregation`, ALL_CPUS, node.nameSpan);
    }
    return [expression];
  }
  const typed = learnKey(body, state, key, key.span);
  if (typed === undefined) return undefined;
  const third = node.args[2];
  const sets = signature.params[2]?.kind === 'variable' && third !== undefined;
  return sets ? [expression, typed, checkFound(body, state, third, typed)] : [expression, typed];
}

function keyOf(body: Body, node: MapAccess): TypedExpression {
  const keys = (node.keys ?? []).map(key => body.expression(key));
  const wrong = keys.find(isError);
  if (wrong !== undefined) return wrong;
  const [first] = keys;
  if (first !== undefined && keys.length === 1) return first;
  const span = { start: first?.span.start ?? node.span.start, end: keys.at(-1)?.span.end ?? node.span.end };
  return { kind: 'tuple', elements: keys, type: { kind: 'tuple', elements: keys.map(k => k.type) }, span };
}

function takesKey(signature: Signature): boolean {
  const [first, second] = signature.params;
  return first?.kind === 'map' && second?.name === 'key';
}

function parameterAt(signature: Signature, index: number): Parameter | undefined {
  const { params } = signature;
  return params[index] ?? (params.at(-1)?.variadic ? params.at(-1) : undefined);
}

/** The first signature of the right arity whose map parameters are given maps; else the last of the right arity. */
function chooseSignature(entry: FunctionEntry, node: CallNode): Signature | undefined {
  const fitting = entry.signatures.filter(signature => acceptsCount(signature, node.args.length));
  const matching = fitting.find(signature =>
    signature.params.every((param, i) => {
      const arg = node.args[i];
      if (param.kind === 'word') return arg?.kind === 'identifier';
      if (param.kind !== 'map' || arg === undefined) return true;
      return arg.kind === 'map-access' && (arg.keys === undefined || takesKey(signature));
    }),
  );
  return matching ?? fitting.at(-1);
}

function acceptsCount({ params }: Signature, count: number): boolean {
  const least = params.filter(p => p.optional !== true && p.variadic !== true).length;
  return count >= least && (count <= params.length || params.at(-1)?.variadic === true);
}

function reportCount(body: Body, entry: FunctionEntry, node: CallNode): void {
  const given = node.args.length;
  const most = Math.max(
    ...entry.signatures.map(s => (s.params.at(-1)?.variadic ? Infinity : s.params.length)),
  );
  const least = Math.min(
    ...entry.signatures.map(s => s.params.filter(p => p.optional !== true && p.variadic !== true).length),
  );
  const wanted =
    least === most
      ? count(least)
      : most === Infinity
        ? `at least ${count(least)}`
        : `${least} to ${count(most)}`;
  const problem = given > most ? 'too many arguments' : 'not enough arguments';
  const usage = entry.signatures
    .map(s => `${entry.name}(${s.params.map(parameterText_).join('')})`)
    .join(' or ');
  body.diagnostics.error(
    'argument-count',
    node.span,
    `${problem}: ${node.name}() takes ${wanted}, ${given === 0 ? 'none' : given} given`,
    { hint: `it is called ${usage}` },
  );
}

function count(n: number): string {
  if (n === 0) return 'none';
  return n === 1 ? '1 argument' : `${n} arguments`;
}

/** `format, args...` or `[, length]`. */
function parameterText_(param: Parameter, index: number): string {
  const comma = index === 0 ? '' : ', ';
  if (param.variadic) return `${comma}${param.name}...`;
  return param.optional ? `[${comma}${param.name}]` : `${comma}${param.name}`;
}

function checkEntryCall(
  body: Body,
  entry: FunctionEntry,
  node: CallNode,
  statement: boolean,
): TypedExpression {
  const { span } = node;
  const checked = checkArguments(body, entry, node);
  if (checked === undefined) return poison(span);
  const { args, signature } = checked;
  const type: Type =
    typeof signature.returns === 'function' ? signature.returns(args, body) : signature.returns;
  const call: TypedCall = { span, args, type, statement };
  entry.check?.(call, body);
  const folded = entry.fold?.(call, body);
  if (folded !== undefined) return folded;
  return { kind: 'call', entry, call, type, span };
}
