// for over a range or a map: the loop's variable, and what each kind asks of the kernel.
import type { Span } from '../diagnostics/diagnostic.js';
import { findFunction } from '../language/registry.js';
import type { Block, Statement, Variable } from '../syntax/ast.js';
import { INT64, type IntegerType, isAggregation, type Type, UINT64 } from '../types/type.js';
import { type Body, isError } from './body.js';
import { asInteger, convert, integerOf } from './convert.js';
import { literalRange } from './integer.js';
import { agreeOnKeys } from './map.js';
import { checkRequirement } from './requirement.js';
import { refuseSet } from './set.js';
import { typeText } from './type-text.js';
import type { TypedExpression, TypedStatement, VariableInfo } from './typed.js';

type Node<Kind extends Statement['kind']> = Extract<Statement, { readonly kind: Kind }>;
type CheckBlock = (body: Body, block: Block) => TypedStatement[];

/** Turns of a for without bpf_loop: the verifier walks each. */
const MOST_WALKED = 256n;

export function checkForRange(body: Body, node: Node<'for-range'>, checkBlock: CheckBlock): TypedStatement[] {
  const { span } = node;
  const from = checkBound(body, body.expression(node.from), 'start');
  const to = checkBound(body, body.expression(node.to), 'end');
  const type = from === undefined || to === undefined ? INT64 : rangeType(from, to);
  const bounds = [from, to].map(bound => bound && convert(bound, type));
  const [first, last] = bounds;
  if (first !== undefined && last !== undefined) checkWalkable(body, first, last, span);
  const { variable, statements } = inLoop(body, node, type, checkBlock);
  if (variable === undefined || first === undefined || last === undefined) return [];
  return [{ kind: 'for-range', variable, from: first, to: last, body: statements, span }];
}

/** A bound as an integer; undefined when it is wrong (reported) or not known yet. */
function checkBound(body: Body, bound: TypedExpression, which: string): TypedExpression | undefined {
  if (isError(bound)) return undefined;
  if (bound.type.kind !== 'pointer' && integerOf(bound.type) !== undefined) return asInteger(bound);
  const message = `the ${which} of a range is an integer, not ${typeText(bound.type)}`;
  body.diagnostics.error('range-bound', bound.span, message);
  return undefined;
}

/** Signed, unless a bound that is no literal is unsigned and 64 bits wide. */
function rangeType(from: TypedExpression, to: TypedExpression): IntegerType {
  const isLong = ({ type }: TypedExpression) =>
    type.kind === 'integer' && !type.signed && type.size === 8 && literalRange(type) === undefined;
  return isLong(from) || isLong(to) ? UINT64 : INT64;
}

/** Without bpf_loop the bounds must be known, and near each other. */
function checkWalkable(body: Body, from: TypedExpression, to: TypedExpression, span: Span): void {
  const known = from.kind === 'integer' && to.kind === 'integer';
  if (known && to.value - from.value <= MOST_WALKED) return;
  checkRequirement(
    body,
    known ? `a loop of ${to.value - from.value} turns` : 'a range that is not constant',
    {
      features: ['loop'],
      alternative: `constant bounds, at most ${MOST_WALKED} apart, work on every kernel`,
    },
    span,
  );
}

export function checkForMap(body: Body, node: Node<'for-map'>, checkBlock: CheckBlock): TypedStatement[] {
  const { map: access, span } = node;
  checkRequirement(body, 'for over a map', { features: ['for_each_map_elem'] }, span);
  if (access.keys !== undefined) {
    body.diagnostics.error('for-over', access.span, `for goes over a whole map: write ${access.name}`);
  }
  if (refuseSet(body, access)) return [];
  const state = body.inference.map(access.name, access.span);
  if (state.keyed === false) {
    const message = `${access.name} has no keys: there is nothing to go over`;
    body.diagnostics.error('for-over', access.span, message, {
      notes: [{ span: state.key.span, message: 'it is used without a key here' }],
      hint: `${access.name} by itself is its value: print(${access.name});`,
    });
  } else agreeOnKeys(body, state, true, access.span);
  const value = state.type && elementType(body, state.type, access);
  const type: Type | undefined =
    state.key.type === undefined || value === undefined
      ? undefined
      : { kind: 'tuple', elements: [state.key.type, value] };
  const { variable, statements } = inLoop(body, node, type ?? { kind: 'error' }, checkBlock);
  if (type === undefined || variable === undefined || access.keys !== undefined) return [];
  return [{ kind: 'for-map', variable, map: body.inference.mapInfo(state), body: statements, span }];
}

/** What the value of an entry is in the loop. */
function elementType(body: Body, type: Type, access: Node<'for-map'>['map']): Type | undefined {
  if (!isAggregation(type)) return type;
  const entry = findFunction(type.kind);
  const reads = entry?.role === 'aggregation' ? entry.readsAs(type) : undefined;
  if (
    entry?.role !== 'aggregation' ||
    reads === undefined ||
    reads.kind === 'void' ||
    type.kind === 'stats'
  ) {
    const message = `${access.name} holds ${type.kind}(), whose entries have no single value`;
    body.diagnostics.error('for-over', access.span, message, { hint: `print(${access.name}) shows it` });
    return undefined;
  }
  if (entry.readRequires !== undefined) {
    checkRequirement(body, `going over a map of ${type.kind}()`, entry.readRequires, access.span);
  }
  return reads;
}

/** Checks the block in a scope that has the loop's variable. */
function inLoop(
  body: Body,
  node: { readonly variable: Variable; readonly body: Block },
  type: Type,
  checkBlock: CheckBlock,
): { variable: VariableInfo | undefined; statements: TypedStatement[] } {
  const { name, span } = node.variable;
  const outer = body.scope;
  const earlier = outer.find(name);
  if (earlier !== undefined) {
    const message = `${name} exists already, and the variable of a loop cannot hide another`;
    body.diagnostics.error('variable-redeclared', span, message, {
      notes: [{ span: earlier.declaration, message: 'it begins here' }],
    });
  }
  body.scope = outer.inner();
  let variable: VariableInfo | undefined;
  if (earlier === undefined) {
    const state = body.scope.declare(node, name, span, true);
    state.type = type.kind === 'error' ? undefined : type;
    state.assigned = true;
    if (type.kind !== 'error') {
      variable = body.inference.variableInfo(state);
      body.variables.push(variable);
    }
  }
  body.loops++;
  body.forLoops++;
  const statements = checkBlock(body, node.body);
  body.forLoops--;
  body.loops--;
  body.scope.end();
  body.scope = outer;
  return { variable, statements };
}
