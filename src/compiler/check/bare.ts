// A probe without a block prints its event: time, probe, process, and each argument decoded as far as its declaration tells
// what it is. The block that such a probe stands for is made here, as typed statements.
import { Diagnostics } from '../diagnostics/diagnostic.js';
import { findFunction } from '../language/registry.js';
import type { Expression, Probe } from '../syntax/ast.js';
import { fieldType } from '../types/field-type.js';
import { type Field, INT64, type Type, UINT32, VOID } from '../types/type.js';
import type { Body } from './body.js';
import { convert } from './convert.js';
import { fieldsOfArgs } from './member.js';
import type { TypedExpression, TypedStatement } from './typed.js';

/** Words of the context that such a block has, whether the probe type gives them or not. */
export const BARE_WORDS: readonly string[] = ['args', 'retval', 'probe'];

/** Most bytes that are shown of one that is no text. */
const MOST_BYTES = 64;
/** Bytes of a struct that is shown. */
const LARGEST_STRUCT = 512;
const TIME = '%H:%M:%S.%f';

export function bareBody(body: Body, { span, attachPoints }: Probe): readonly TypedStatement[] {
  const place = { start: span.start, end: attachPoints.at(-1)?.span.end ?? span.end };
  const word = (name: string): Expression => ({ kind: 'identifier', name, span: place });
  const time: Expression = {
    kind: 'call',
    name: 'strftime',
    nameSpan: place,
    args: [{ kind: 'string-literal', bytes: new TextEncoder().encode(TIME), span: place }, word('nsecs')],
    span: place,
  };
  const fields = [
    ['time', body.expression(time)],
    ['probe', body.expression(word('probe'))],
    ['comm', body.expression(word('comm'))],
    ['pid', body.expression(word('pid'))],
    ...(fieldsOfArgs(body) ?? []).flatMap(field => argument(body, field, place)),
    ...(body.probeType.numbered?.(body.target, body.env) ?? []).map(
      i => [`arg${i}`, body.expression(word(`arg${i}`))] as const,
    ),
    ...(returnsValue(body, place) ? [['retval', body.expression(word('retval'))] as const] : []),
  ] as const;
  const entry = findFunction('event')!;
  const record: TypedExpression = {
    kind: 'record',
    fields: fields.map(([, value]) => value),
    type: { kind: 'record', fields: fields.map(([name, value]) => ({ name, type: value.type })) },
    span: place,
  };
  const call = { span: place, args: [record], type: VOID, statement: true };
  return [
    { kind: 'expression', expression: { kind: 'call', entry, call, type: VOID, span: place }, span: place },
  ];
}

type Span = TypedExpression['span'];

/** Is there a retval? A function may return nothing. */
function returnsValue(body: Body, span: Span): boolean {
  const { env, config, probeType, attributes, targets, target, unsafe } = body;
  const diagnostics = new Diagnostics(); // nobody has asked for it
  const context = { env, config, diagnostics, probeType, attributes, targets, target, unsafe };
  return probeType.retval?.type(context, undefined, span) !== undefined;
}

/** None of a field that cannot be read, nor of the number of a system call, which the probe names. */
function argument(body: Body, field: Field, span: Span): (readonly [string, TypedExpression])[] {
  if (field.unreadable !== undefined || field.name === '__syscall_nr') return [];
  const plain: TypedExpression = { kind: 'args-field', field, type: fieldType(field.type), span };
  if (plain.type.kind === 'struct' && plain.type.size > LARGEST_STRUCT) return [];
  return [[field.name, shown(body, field, plain)]];
}

function shown(body: Body, field: Field, plain: TypedExpression): TypedExpression {
  const { type } = plain;
  const { declared } = field;
  if (declared === 'text' || (declared === undefined && isText(field))) return call(body, 'str', [plain]);
  if (declared === 'bytes') return bytes(body, field, plain);
  if (declared !== undefined && type.kind === 'integer') return convert(plain, declared) ?? plain;
  if (type.kind === 'array' && !isListed(type.of)) return call(body, 'buf', [plain]);
  return plain;
}

/** What `__data_loc` says of data that is no text: u16 offset, u16 length. */
function bytes(body: Body, field: Field, plain: TypedExpression): TypedExpression {
  const { span } = plain;
  const where: Field = { name: field.name, offset: field.offset, type: UINT32 };
  const word: TypedExpression = { kind: 'args-field', field: where, type: UINT32, span };
  const length: TypedExpression = {
    kind: 'binary',
    operator: '>>',
    left: word,
    right: { ...integer(16n, span), type: UINT32 },
    type: UINT32,
    span,
  };
  return call(body, 'buf', [plain, length], { kind: 'buffer', size: MOST_BYTES });
}

function call(body: Body, name: string, args: TypedExpression[], type?: Type): TypedExpression {
  const entry = findFunction(name)!;
  const { returns } = entry.signatures[0]!;
  const own = type ?? (typeof returns === 'function' ? returns(args, body) : returns);
  const { span } = args[0]!;
  return { kind: 'call', entry, call: { span, args, type: own, statement: false }, type: own, span };
}

function integer(value: bigint, span: Span): TypedExpression {
  return { kind: 'integer', value, type: INT64, span };
}

function isListed(type: Type): boolean {
  return ['integer', 'bool', 'pointer'].includes(type.kind);
}

/** A pointer to characters whose name says that it is text: that of others may be of anything. */
function isText({ name, type }: Field): boolean {
  return (
    type.kind === 'pointer' &&
    type.to.kind === 'integer' &&
    type.to.size === 1 &&
    /name|path|comm|file|text|string|message|^(str|s|fmt|key|msg|dir|desc(ription)?)$/.test(name)
  );
}
