// Types of calls.
import type { Expression } from '../../../src/compiler/syntax/ast.js';
import { operandType } from './operand.js';
import { BOOL, INT64, integerOf, plainInteger, Refused, type SourceType, UINT64, UNKNOWN } from './type.js';
import { type Node, readType, type Typed, type Typing } from './typing.js';

type Call = Node<'call'>;
type Rule = (typing: Typing, node: Call) => Typed;

const VOID: SourceType = { kind: 'void' };

const RULES: Readonly<Record<string, Rule>> = {
  has_key: ofKey,
  delete: ofKey,
  find: (typing, node) => {
    const [map, key, variable] = node.args;
    if (map?.kind !== 'map-access' || variable?.kind !== 'variable') throw new Refused('find()');
    const { value } = typing.access({ ...map, keys: [key!] });
    if (value.kind === 'aggregate') throw new Refused('find() of an aggregation');
    if (value.kind !== 'unknown') typing.learnVariable(variable, value);
    typing.expression(variable);
    return { type: BOOL };
  },
  len: (typing, node) => {
    const [first] = node.args;
    if (first?.kind === 'map-access' && first.keys === undefined) {
      if (typing.map(first.name).keyed === false) throw new Refused('len() of a map without keys');
      typing.map(first.name).keyed = true;
      return { type: INT64 };
    }
    const { kind } = typing.expression(first!).type;
    if (!['unknown', 'string', 'array', 'tuple'].includes(kind)) throw new Refused(`len() of ${kind}`);
    return { type: INT64 };
  },
  printf: (typing, node) => {
    for (const arg of node.args.slice(1)) printable(typing, arg);
    return { type: VOID };
  },
  print: (typing, node) => {
    const [first] = node.args;
    if (first?.kind === 'map-access' && first.keys === undefined) throw new Refused('print() of a map');
    printable(typing, first!);
    return { type: VOID };
  },
  uptr: (typing, node) => {
    const { type } = typing.expression(node.args[0]!);
    if (type.kind === 'pointer') return { type: { ...type, space: 'user' } };
    if (type.kind === 'integer') return { type: { ...plainInteger(type), space: 'user' } };
    if (type.kind === 'unknown') return { type };
    throw new Refused(`uptr() of ${type.kind}`);
  },
  str: (typing, node) => {
    const { type } = typing.expression(node.args[0]!);
    const limit = node.args[1] && typing.expression(node.args[1]);
    if (type.kind === 'unknown') return { type };
    if (type.kind === 'string') {
      const length = limit?.constant;
      return {
        type: {
          kind: 'string',
          size: length === undefined ? type.size : Math.min(type.size, Number(length) + 1),
        },
      };
    }
    if (type.kind !== 'pointer' && (type.kind !== 'integer' || type.space === undefined))
      throw new Refused('str()');
    const most = limit?.constant === undefined ? typing.maxStrlen : Number(limit.constant) + 1;
    return { type: { kind: 'string', size: Math.min(most, typing.maxStrlen) } };
  },
  strlen: (typing, node) => texts(typing, node, 1, UINT64),
  strcap: (typing, node) => texts(typing, node, 1, INT64),
  strncmp: (typing, node) => {
    const count = typing.expression(node.args[2]!).constant;
    if (count === undefined || count < 0n) throw new Refused('strncmp() of no constant');
    return texts(typing, node, 2, UINT64);
  },
  strstr: (typing, node) => texts(typing, node, 2, INT64),
  strcontains: (typing, node) => texts(typing, node, 2, BOOL),
  str_concat: (typing, node) => {
    const [a, b] = node.args.map(arg => typing.expression(arg).type);
    if (a?.kind !== 'string' || b?.kind !== 'string') return texts(typing, node, 2, UNKNOWN);
    return { type: { kind: 'string', size: Math.min(typing.maxStrlen, a.size + b.size - 1) } };
  },
  memcmp: (typing, node) => {
    for (const arg of node.args) typing.expression(arg);
    return { type: INT64 };
  },
  bswap: (typing, node) => {
    const { type } = typing.expression(node.args[0]!);
    if (type.kind === 'unknown') return { type };
    return { type: integerOf(operandType(type).bits, false) };
  },
  ntohs: (typing, node) => networkOrder(typing, node, 16),
  htons: (typing, node) => networkOrder(typing, node, 16),
  ntohl: (typing, node) => networkOrder(typing, node, 32),
  htonl: (typing, node) => networkOrder(typing, node, 32),
};

export function typeOfCall(typing: Typing, node: Call): Typed {
  const rule = Object.hasOwn(RULES, node.name) ? RULES[node.name] : undefined;
  if (rule === undefined) throw new Refused(`${node.name}() is not evaluated`);
  return rule(typing, node);
}

function ofKey(typing: Typing, node: Call): Typed {
  const [first, ...rest] = node.args;
  if (first?.kind !== 'map-access') throw new Refused('no map');
  typing.access(rest.length === 0 ? first : { ...first, keys: rest });
  return { type: BOOL };
}

function printable(typing: Typing, node: Expression): void {
  const { type } = typing.expression(node);
  if (type.kind === 'void') throw new Refused('nothing to print');
  readType(type);
}

/** The first `count` arguments are strings. */
function texts(typing: Typing, node: Call, count: number, type: SourceType): Typed {
  for (const arg of node.args.slice(0, count)) {
    const { kind } = typing.expression(arg).type;
    if (kind === 'unknown') return { type: UNKNOWN };
    if (kind !== 'string') throw new Refused(`${node.name}() of ${kind}`);
  }
  return { type };
}

function networkOrder(typing: Typing, node: Call, bits: 16 | 32): Typed {
  const { type } = typing.expression(node.args[0]!);
  if (type.kind !== 'unknown') operandType(type);
  return { type: integerOf(bits, false) };
}
