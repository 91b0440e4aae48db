// Statements: assignments and their kinds, control flow, calls on their own.
import { assertNever, type Span } from '../diagnostics/diagnostic.js';
import { findFunction } from '../language/registry.js';
import type { Block, Expression, MapAccess, Statement } from '../syntax/ast.js';
import { type IntegerType, integer, type Type } from '../types/type.js';
import { inSpace, spaceOf } from './address-space.js';
import { type Body, isError } from './body.js';
import { type CallNode, checkArguments, checkCall } from './call.js';
import { decideBranch } from './comptime.js';
import { asInteger, convert, integerOf } from './convert.js';
import { promote } from './integer.js';
import { checkForMap, checkForRange } from './loop.js';
import { accessMap } from './map.js';
import { checkCondition, checkPointerStep } from './operator.js';
import { checkPacketStore } from './packet-store.js';
import { assignMap, assignVariable, learnMapValue, storeVariable, updatePlace } from './place.js';
import { checkUsable } from './requirement.js';
import { resolveTypeName } from './type-name.js';
import { typeText } from './type-text.js';
import type { TypedExpression, TypedStatement } from './typed.js';
import { checkVerdict } from './verdict.js';

type Node<Kind extends Statement['kind']> = Extract<Statement, { readonly kind: Kind }>;

const MAX_UNROLL = 100n;

/** The statements of a block, in a scope of its own. */
export function checkBlock(body: Body, block: Block): TypedStatement[] {
  const outer = body.scope;
  body.scope = outer.inner();
  const statements = checkStatements(body, block.statements);
  body.scope.end();
  body.scope = outer;
  return statements;
}

/** A block and its value, which sees the block's variables. */
export function checkBlockValue(
  body: Body,
  { statements, value, span }: Extract<Expression, { kind: 'block-expression' }>,
): TypedExpression {
  const outer = body.scope;
  body.scope = outer.inner();
  const typed = checkStatements(body, statements);
  const result = body.expression(value);
  body.scope.end();
  body.scope = outer;
  if (isError(result) || typed.length === 0) return result;
  return { kind: 'block', body: typed, value: result, type: result.type, span };
}

function checkStatements(body: Body, nodes: readonly Statement[]): TypedStatement[] {
  const statements: TypedStatement[] = [];
  const last = nodes.findIndex(leaves);
  for (const [i, node] of nodes.entries()) {
    if (last >= 0 && i === last + 1) body.diagnostics.warn('unreachable', node.span, 'this is never reached');
    statements.push(...checkStatement(body, node));
  }
  return statements;
}

function leaves(node: Statement): boolean {
  if (node.kind === 'return' || node.kind === 'break' || node.kind === 'continue') return true;
  return (
    node.kind === 'expression-statement' && node.expression.kind === 'call' && node.expression.name === 'exit'
  );
}

/** One statement may become none (an error) or several. */
function checkStatement(body: Body, node: Statement): TypedStatement[] {
  const { span } = node;
  switch (node.kind) {
    case 'block':
      return [{ kind: 'block', body: checkBlock(body, node), span }];
    case 'expression-statement':
      return checkBare(body, node.expression, span);
    case 'discard': {
      const expression = body.expression(node.expression);
      return isError(expression) ? [] : [{ kind: 'expression', expression, span }];
    }
    case 'assignment':
      return checkAssignment(body, node);
    case 'member-assignment':
      return checkPacketStore(body, node);
    case 'declaration':
      return checkDeclaration(body, node);
    case 'if':
      return checkIf(body, node);
    case 'unroll':
      return checkUnroll(body, node);
    case 'while': {
      const condition = body.expression(node.condition);
      checkCondition(body, condition, 'the condition of while');
      body.loops++;
      const inner = checkBlock(body, node.body);
      body.loops--;
      return [{ kind: 'while', condition, body: inner, span }];
    }
    case 'for-range':
      return checkForRange(body, node, checkBlock);
    case 'for-map':
      return checkForMap(body, node, checkBlock);
    case 'break':
    case 'continue':
      if (body.loops > 0) return [{ kind: node.kind, span }];
      body.diagnostics.error('no-loop', span, `${node.kind} is used outside a loop`);
      return [];
    case 'return': {
      if (body.probeType.packet !== undefined) return checkVerdict(body, node);
      const value = node.value === undefined ? undefined : body.expression(node.value);
      if (value === undefined || isError(value)) return [{ kind: 'return', span, value: undefined }];
      if (value.type.kind === 'integer') return [{ kind: 'return', span, value }];
      const message = `a probe returns an integer, not ${typeText(value.type)}`;
      body.diagnostics.error('return-value', value.span, message);
      return [];
    }
    default:
      return assertNever(node);
  }
}

/** An expression on its own: a call, x++, or `c ? f() : g()`, which is an if. */
function checkBare(body: Body, node: Expression, span: Span): TypedStatement[] {
  if (node.kind === 'ternary' && node.then !== undefined && (isCall(node.then) || isCall(node.else))) {
    const condition = body.expression(node.condition);
    const fine = checkCondition(body, condition, 'the condition of ?:');
    const then = checkBare(body, node.then, node.then.span);
    const otherwise = checkBare(body, node.else, node.else.span);
    return fine && !isError(condition) ? [{ kind: 'if', condition, then, else: otherwise, span }] : [];
  }
  if (node.kind === 'block-expression' && isCall(node.value)) {
    const statements = [
      ...node.statements,
      { kind: 'expression-statement', span: node.value.span, expression: node.value } as const,
    ];
    return [{ kind: 'block', body: checkBlock(body, { kind: 'block', span, statements }), span }];
  }
  if (node.kind === 'call' && node.name === 'exit' && body.forLoops > 0) {
    body.diagnostics.error('exit-in-loop', node.span, 'exit() cannot be called in a for loop', {
      hint: 'leave the loop with break, and call exit() behind it',
    });
  }
  const expression = node.kind === 'call' ? checkCall(body, node, true) : body.expression(node);
  if (isError(expression)) return [];
  const idle = expression.kind === 'call' ? isPure(expression) : expression.kind !== 'update';
  if (idle)
    body.diagnostics.warn('unused-value', node.span, 'this value is not used', { hint: '_ = ...; says so' });
  return [{ kind: 'expression', expression, span }];
}

function isCall(node: Expression): node is CallNode {
  return node.kind === 'call';
}

function isPure(expression: TypedExpression): boolean {
  return expression.kind === 'call' && expression.entry.role === 'value' && expression.entry.pure;
}

function checkAssignment(body: Body, node: Node<'assignment'>): TypedStatement[] {
  const { target, value, operator, span } = node;
  if (operator !== undefined) return checkCompound(body, node);
  if (target.kind === 'map-access') {
    if (value.kind === 'call' && findFunction(value.name)?.role === 'aggregation') {
      return checkAggregation(body, target, value, span);
    }
    const stored = assignMap(body, target, body.expression(value), span);
    return stored === undefined ? [] : [{ kind: 'assign', ...stored, span }];
  }
  const stored = assignVariable(body, target, body.expression(value), span);
  return stored === undefined ? [] : [{ kind: 'assign', ...stored, span }];
}

/** `@m[k] = count();` */
function checkAggregation(body: Body, target: MapAccess, node: CallNode, span: Span): TypedStatement[] {
  const entry = findFunction(node.name);
  if (entry?.role !== 'aggregation') return [];
  checkUsable(body, entry, `${node.name}()`, node.nameSpan);
  const place = accessMap(body, target);
  const state = body.inference.map(target.name, target.span);
  state.assigned = true;
  const checked = checkArguments(body, entry, node);
  const aggregation = checked && entry.aggregation(checked.args, body);
  if (checked === undefined || aggregation === undefined) {
    state.poisoned = true;
    return [];
  }
  if (!learnMapValue(body, target, aggregation, span) || place === undefined) return [];
  const call = { span: node.span, args: checked.args, type: aggregation, statement: false };
  entry.check?.(call, body);
  const { key } = place;
  const map = body.inference.mapInfo(state);
  return [{ kind: 'aggregate', map, key, entry, call, aggregation, span }];
}

function checkCompound(body: Body, node: Node<'assignment'>): TypedStatement[] {
  const { target, span } = node;
  const operator = node.operator!;
  const value = body.expression(node.value);
  const by = integerOf(value.type);
  if (operator === '&&' || operator === '||') return [];
  if (!isError(value) && (by === undefined || value.type.kind === 'pointer')) {
    const message = `the operator ${operator}= does not work with ${typeText(value.type)}`;
    body.diagnostics.error('operator-type', node.value.span, message);
  }
  const resultOf = (current: IntegerType): Type =>
    by === undefined ? value.type : promote(operator, current, by);
  const place = updatePlace(body, target, resultOf, span);
  if (place === undefined || by === undefined) return [];
  if (place.type.kind === 'pointer') {
    const bytes = isError(value) ? undefined : checkPointerStep(body, operator, place.type, value, span);
    return bytes === undefined
      ? []
      : [{ kind: 'compound', operator, target: place.target, value: bytes, signed: false, span }];
  }
  // Calculated in 64 bits, with the sign that `target operator value` has; the store narrows.
  const result = resultOf(place.type);
  const signed = result.kind === 'integer' ? result.signed : place.type.signed;
  const typed = convert(asInteger(value), integer(8, signed));
  return [{ kind: 'compound', operator, target: place.target, value: typed, signed, span }];
}

function checkDeclaration(body: Body, node: Node<'declaration'>): TypedStatement[] {
  const { variable, span } = node;
  const value = node.value === undefined ? undefined : body.expression(node.value);
  const earlier = body.scope.find(variable.name);
  if (earlier !== undefined) {
    const message = `${variable.name} exists already, and a variable cannot hide another`;
    body.diagnostics.error('variable-redeclared', variable.span, message, {
      notes: [{ span: earlier.declaration, message: 'it begins here' }],
    });
    return [];
  }
  const named = node.type === undefined ? undefined : resolveTypeName(body, node.type);
  const sized = named?.kind === 'string' && named.size === 0 ? undefined : named; // `string`: as long as it needs
  const state = body.scope.declare(node, variable.name, variable.span, sized !== undefined);
  // A pointer points where the value does, which the name of its type does not tell.
  if (sized !== undefined) state.type = inSpace(sized, spaceOf(body, value?.type ?? sized));
  if (node.type !== undefined && named === undefined) state.assigned = true; // reported: be silent about it
  if (value !== undefined) {
    const stored = storeVariable(body, state, value, span);
    return stored === undefined ? [] : [{ kind: 'assign', ...stored, span }];
  }
  if (state.type === undefined) return [];
  const info = body.inference.variableInfo(state);
  if (!body.variables.includes(info)) body.variables.push(info);
  return [{ kind: 'clear', variable: info, span }];
}

function checkIf(body: Body, node: Node<'if'>): TypedStatement[] {
  const { span } = node;
  const decided = decideBranch(body, node.condition);
  if (decided !== undefined) {
    const chosen = decided === 'unknown' ? undefined : decided ? node.then : node.else;
    return chosen === undefined ? [] : checkStatement(body, chosen);
  }
  const condition = body.expression(node.condition);
  checkCondition(body, condition, 'the condition of if');
  const then = checkBlock(body, node.then);
  const otherwise =
    node.else === undefined
      ? []
      : node.else.kind === 'block'
        ? checkBlock(body, node.else)
        : checkStatement(body, node.else);
  return [{ kind: 'if', condition, then, else: otherwise, span }];
}

function checkUnroll(body: Body, node: Node<'unroll'>): TypedStatement[] {
  const count = body.expression(node.count);
  const inner = checkBlock(body, node.body);
  if (isError(count)) return [];
  if (count.kind !== 'integer' || count.type.kind !== 'integer') {
    body.diagnostics.error(
      'unroll-count',
      node.count.span,
      'unroll takes a constant: a number, $1, or getopt()',
    );
    return [];
  }
  if (count.value < 1n || count.value > MAX_UNROLL) {
    const message = `unroll repeats 1 to ${MAX_UNROLL} times, not ${count.value}`;
    body.diagnostics.error('unroll-count', node.count.span, message);
    return [];
  }
  return [{ kind: 'unroll', count: Number(count.value), body: inner, span: node.span }];
}
