// Statements, in order; what follows one that leaves is not lowered.
import type { TypedExpression, TypedStatement } from '../check/typed.js';
import { assertNever, InternalError } from '../diagnostics/diagnostic.js';
import type { BlockId } from '../ir/ir.js';
import type { Type } from '../types/type.js';
import { branchOn } from './condition.js';
import { lowerArithmetic, lowerUpdate, narrow } from './expression.js';
import { lowerForMap, lowerForRange, lowerWhile } from './loop.js';
import { lowerAssign, lowerMapAdd } from './map.js';
import { isWord, loadStored, memory } from './memory.js';
import { headersBehind } from './packet/foresight.js';
import { lowerPacketStore } from './packet/store.js';
import type { ProgramLowering } from './program-lowering.js';
import { lowerVerdict } from './verdict.js';

type Form<Kind extends TypedStatement['kind']> = Extract<TypedStatement, { kind: Kind }>;

/** Where break and continue of the innermost loop go. */
export interface LoopTargets {
  readonly next: BlockId;
  readonly done: BlockId;
}

export function lowerStatements(lowering: ProgramLowering, body: readonly TypedStatement[]): void {
  const followed = lowering.probeType.packet === undefined ? undefined : headersBehind(lowering, body);
  body.forEach((statement, i) => {
    if (lowering.builder.ended) return;
    lowering.during(statement.span, () => {
      if (followed === undefined) lowerStatement(lowering, statement);
      else lowering.before(followed[i]!, statement, () => lowerStatement(lowering, statement));
    });
  });
}

function lowerStatement(lowering: ProgramLowering, statement: TypedStatement): void {
  switch (statement.kind) {
    case 'expression':
      lowerDiscarded(lowering, statement.expression);
      return;
    case 'assign':
      lowerAssignment(lowering, statement);
      return;
    case 'clear':
      lowering.variables.clear(statement.variable);
      return;
    case 'compound':
      lowerCompound(lowering, statement);
      return;
    case 'aggregate': {
      const { entry, call, map, key } = statement;
      if (entry.role !== 'aggregation') throw new InternalError(`${entry.name}() does not aggregate`);
      entry.lower(lowering, call, map, key);
      return;
    }
    case 'if':
      lowerIf(lowering, statement);
      return;
    case 'unroll':
      lowerUnroll(lowering, statement);
      return;
    case 'while':
      lowerWhile(lowering, statement);
      return;
    case 'for-range':
      lowerForRange(lowering, statement);
      return;
    case 'for-map':
      lowerForMap(lowering, statement);
      return;
    case 'break':
      lowering.builder.jump(lowering.loop().done);
      return;
    case 'continue':
      lowering.builder.jump(lowering.loop().next);
      return;
    case 'packet-store':
      lowerPacketStore(lowering, statement);
      return;
    case 'return':
      if (statement.value !== undefined && lowering.probeType.packet !== undefined) {
        lowerVerdict(lowering, statement.value);
      } else lowering.leave(statement.value === undefined ? undefined : lowering.word(statement.value));
      return;
    case 'block':
      lowerStatements(lowering, statement.body);
      return;
    default:
      assertNever(statement);
      return;
  }
}

function lowerDiscarded(lowering: ProgramLowering, expression: TypedExpression): void {
  if (expression.kind === 'update') lowerUpdate(lowering, expression, true);
  else lowering.operand(expression);
}

function lowerAssignment(lowering: ProgramLowering, { target, value }: Form<'assign'>): void {
  if (target.kind === 'map') {
    lowerAssign(lowering, target.map, target.key, value);
    return;
  }
  const { variable } = target;
  if (isWord(variable.type)) {
    lowering.variables.setWord(variable, lowering.word(value));
    return;
  }
  const to = lowering.variables.addressOf(variable);
  if (lowering.mentions(value, variable)) {
    // $x = (1, $x.0): the old value is read while the new one is built.
    lowering.copyStored(lowering.loadable(value), value.type, variable.type, to, 0);
  } else lowering.storeAs(value, variable.type, to, 0);
}

function lowerCompound(lowering: ProgramLowering, statement: Form<'compound'>): void {
  const { builder } = lowering;
  const { operator, target, value, signed } = statement;
  const calculated = (type: Type): Type => (type.kind === 'integer' ? { ...type, signed } : type);
  const literal = value.kind === 'integer' ? value.value : undefined;
  if (target.kind === 'variable') {
    const { variable } = target;
    const old = lowering.variables.word(variable);
    const right = () => lowering.word(value);
    const next = lowerArithmetic(lowering, operator, old, right, calculated(variable.type), literal);
    lowering.variables.setWord(variable, narrow(lowering, next, variable.type));
    return;
  }
  const { map, key } = target;
  const by = lowering.word(value);
  if (operator === '+' || operator === '-') {
    const signedBy = operator === '+' ? by : builder.binary('sub', builder.const(0), by);
    lowerMapAdd(lowering, map, key, signedBy, undefined);
    return;
  }
  lowering.upsert(map, key, address => {
    const old = loadStored(lowering, memory(address), map.value);
    const next = lowerArithmetic(lowering, operator, old, () => by, calculated(map.value), literal);
    builder.store(8, address, 0, narrow(lowering, next, map.value));
  });
}

function lowerIf(lowering: ProgramLowering, { condition, then, else: otherwise }: Form<'if'>): void {
  const { builder } = lowering;
  const yes = builder.newBlock();
  const no = builder.newBlock();
  const join = builder.newBlock();
  branchOn(lowering, condition, yes, otherwise.length === 0 ? join : no);
  for (const [block, body] of [
    [yes, then],
    [no, otherwise],
  ] as const) {
    if (block === no && otherwise.length === 0) continue;
    builder.enter(block);
    lowerStatements(lowering, body);
    if (!builder.ended) builder.jump(join);
  }
  builder.enter(join);
}

/** break and continue in it are those of the loop around it. */
function lowerUnroll(lowering: ProgramLowering, { count, body }: Form<'unroll'>): void {
  for (let i = 0; i < count && !lowering.builder.ended; i++) lowerStatements(lowering, body);
}
