// Headers that one way through a statement asks for, and that everything after it asks for too, are found before it: else the
// ways that meet behind it would have to find them again.
import type { TypedExpression, TypedStatement, TypedVariant } from '../../check/typed.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import type { PacketProgram } from '../../language/probe-type.js';
import type { ProgramLowering } from '../program-lowering.js';
import { changesForm, headersIn } from './mention.js';

type Headers = ReadonlySet<HeaderEntry>;

const NONE: Headers = new Set();

/** For each statement: what those behind it ask for, and what follows the whole list. */
export function headersBehind(lowering: ProgramLowering, body: readonly TypedStatement[]): Headers[] {
  const behind: Headers[] = [];
  let later = lowering.later;
  for (let i = body.length - 1; i >= 0; i--) {
    behind[i] = later;
    later = new Set([...later, ...headersIn(body[i])]);
  }
  return behind;
}

/** Finds what is asked for on some ways through the part, and later on all. */
export function findEarly(lowering: ProgramLowering, part: object): void {
  const { later, packet } = lowering;
  if (later.size === 0) return;
  const all = headersIn(part);
  if (![...all].some(header => later.has(header))) return;
  const always = isVariant(part)
    ? part.predicate === undefined
      ? alwaysInList(part.body)
      : alwaysIn(part.predicate)
    : alwaysInStatement(part as TypedStatement);
  for (const header of all) {
    if (later.has(header) && !always.has(header) && !packet.isKnown(header)) packet.find(header);
  }
}

/**
 * Before a loop of jumps: what its turns ask for is found once; nothing is known at the start of a turn when one before it may
 * have changed that.
 */
export function findBeforeLoop({ probeType, packet, object }: ProgramLowering, loop: TypedStatement): void {
  if (probeType.packet === undefined) return;
  if (object.simple || reshapes(probeType.packet, loop)) packet.forget();
  else for (const header of headersIn(loop)) packet.find(header);
}

/** Behind a loop whose turns are a function of their own. */
export function forgetBehindLoop({ probeType, packet }: ProgramLowering, loop: TypedStatement): void {
  if (probeType.packet !== undefined && reshapes(probeType.packet, loop)) packet.forget();
}

function reshapes({ buffered }: PacketProgram, part: TypedStatement): boolean {
  return changesForm(part, buffered === true);
}

function isVariant(part: object): part is TypedVariant {
  return 'probeType' in part;
}

function alwaysInList(body: readonly TypedStatement[]): Headers {
  return body[0] === undefined ? NONE : alwaysInStatement(body[0]);
}

/** What every way through the statement asks for. */
function alwaysInStatement(statement: TypedStatement): Headers {
  switch (statement.kind) {
    case 'if':
      return alwaysIn(statement.condition);
    case 'while':
    case 'for-range':
    case 'for-map':
    case 'unroll':
      return NONE;
    case 'block':
      return alwaysInList(statement.body);
    case 'expression':
      return alwaysIn(statement.expression);
    default:
      return headersIn(statement);
  }
}

function alwaysIn(expression: TypedExpression): Headers {
  switch (expression.kind) {
    case 'logical':
      return alwaysIn(expression.left);
    case 'ternary':
      return alwaysIn(expression.condition);
    case 'unary':
    case 'convert':
    case 'address-in':
    case 'set-in':
      return alwaysIn(expression.operand);
    case 'binary': {
      // Of a comparison the right side is read only where the left one can be.
      const left = alwaysIn(expression.left);
      return left.size > 0 ? left : alwaysIn(expression.right);
    }
    default:
      return headersIn(expression);
  }
}
