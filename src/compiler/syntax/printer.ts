// Syntax tree -> canonical source text: one statement a line, nested operators in parentheses. Parsing the text gives
// the same tree again (spans and comments aside; comments are not printed).
import { assertNever } from '../diagnostics/diagnostic.js';
import type { AttachPoint, Block, Expression, Program, RecordField, Statement, TypeName } from './ast.js';
import { definitionText } from './definition-text.js';

export function printProgram(program: Program): string {
  const out: string[] = [];
  if (program.config.length > 0) {
    const lines = program.config.map(({ key, value }) => {
      const text = typeof value === 'string' ? printText(value) : value.toString();
      return `  ${key} = ${text};\n`;
    });
    out.push(`config = {\n${lines.join('')}}\n`);
  }
  for (const definition of program.definitions) out.push(`${definitionText(definition)};\n`);
  for (const { name, mapType, maxEntries } of program.mapDeclarations) {
    out.push(`let ${name} = ${mapType}(${maxEntries});\n`);
  }
  for (const { name, params, body } of program.macros) {
    out.push(`macro ${name}(${params.map(param => param.name).join(', ')}) ${printBlock(body, '')}\n`);
  }
  for (const { attachPoints, predicate, bare, body } of program.probes) {
    const filter = predicate ? `\n/${printPredicate(predicate)}/` : '';
    const block = bare === true ? '' : `\n${printBlock(body, '')}`;
    out.push(`${attachPoints.map(printAttachPoint).join(',\n')}${filter}${block}\n`);
  }
  return out.join('\n');
}

/** A dereference at its start would open a comment. */
function printPredicate(predicate: Expression): string {
  const text = printExpression(predicate);
  return text.startsWith('*') ? `(${text})` : text;
}

export function printAttachPoint({ parts, otherwise }: AttachPoint): string {
  const point = parts
    .map(({ text }) =>
      /[\s,{"$:=|]/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text,
    )
    .join(':');
  return [point, ...otherwise.map(printAttachPoint)].join(' || ');
}

function printBlock(block: Block, indent: string): string {
  if (block.statements.length === 0) return '{}';
  const inner = `${indent}  `;
  const lines = block.statements.map(s => `${inner}${printStatement(s, inner)}\n`);
  return `{\n${lines.join('')}${indent}}`;
}

/** Without its indentation on the first line; `;` included. */
export function printStatement(node: Statement, indent = ''): string {
  switch (node.kind) {
    case 'block':
      return printBlock(node, indent);
    case 'expression-statement':
      return `${printExpression(node.expression)};`;
    case 'assignment':
    case 'member-assignment':
      return `${printExpression(node.target)} ${node.operator ?? ''}= ${printExpression(node.value)};`;
    case 'declaration': {
      const type = node.type ? `: ${printType(node.type)}` : '';
      const value = node.value ? ` = ${printExpression(node.value)}` : '';
      return `let ${node.variable.name}${type}${value};`;
    }
    case 'discard':
      return `_ = ${printExpression(node.expression)};`;
    case 'if': {
      const head = `if (${printExpression(node.condition)}) ${printBlock(node.then, indent)}`;
      return node.else ? `${head} else ${printStatement(node.else, indent)}` : head;
    }
    case 'unroll':
      return `unroll (${printExpression(node.count)}) ${printBlock(node.body, indent)}`;
    case 'while':
      return `while (${printExpression(node.condition)}) ${printBlock(node.body, indent)}`;
    case 'for-range': {
      const range = `${printOperand(node.from)}..${printOperand(node.to)}`;
      return `for (${node.variable.name} : ${range}) ${printBlock(node.body, indent)}`;
    }
    case 'for-map':
      return `for (${node.variable.name} : ${printExpression(node.map)}) ${printBlock(node.body, indent)}`;
    case 'break':
    case 'continue':
      return `${node.kind};`;
    case 'return':
      return node.value ? `return ${printExpression(node.value)};` : 'return;';
    default:
      return assertNever(node);
  }
}

export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'variable':
    case 'identifier':
      return node.name;
    case 'map-access':
      return node.keys ? `${node.name}[${printList(node.keys)}]` : node.name;
    case 'integer-literal':
      return node.text;
    case 'string-literal':
      return printString(node.bytes);
    case 'boolean-literal':
      return String(node.value);
    case 'parameter':
      return node.index === 'count' ? '$#' : `$${node.index}`;
    case 'call':
      return `${node.name}(${printList(node.args)})`;
    case 'unary':
      return `${node.operator}${printOperand(node.operand)}`;
    case 'update':
      return node.prefix
        ? `${node.operator}${printExpression(node.target)}`
        : `${printExpression(node.target)}${node.operator}`;
    case 'binary':
      return `${printOperand(node.left)} ${node.operator} ${printOperand(node.right)}`;
    case 'ternary': {
      const then = node.then ? ` ${printOperand(node.then)} ` : '';
      return `${printOperand(node.condition)} ?${then}: ${printOperand(node.else)}`;
    }
    case 'cast':
      return `(${printType(node.type)})${printOperand(node.operand)}`;
    case 'member':
      return `${printOperand(node.object)}${node.arrow ? '->' : '.'}${node.name}`;
    case 'index':
      return `${printIndexed(node.object)}[${printExpression(node.index)}]`;
    case 'tuple':
      return node.elements.length === 1 ? `(${printList(node.elements)},)` : `(${printList(node.elements)})`;
    case 'record':
      return `(${node.fields.map(printField).join(', ')})`;
    case 'block-expression': {
      const inner = node.statements.map(statement => `${printStatement(statement)} `).join('');
      return `{ ${inner}${printExpression(node.value)} }`;
    }
    case 'if-expression': {
      const head = `if (${printExpression(node.condition)}) ${printExpression(node.then)}`;
      return `${head} else ${printExpression(node.else)}`;
    }
    case 'comptime':
      return `comptime ${printOperand(node.operand)}`;
    case 'type-value':
      return printType(node.type);
    case 'typeinfo':
      return `typeinfo(${printTypeOr(node.of)})`;
    case 'sizeof':
      return `sizeof(${printTypeOr(node.of)})`;
    case 'offsetof':
      return `offsetof(${printTypeOr(node.of)}, ${node.path.join('.')})`;
    default:
      return assertNever(node);
  }
}

/** `= ~"text"` is an assignment of what `~` gives; `=~ "text"` would be a match. */
function apart(value: string): string {
  return value.startsWith('~') ? ` ${value}` : value;
}

export function printType(type: TypeName): string {
  const base = type.of === undefined ? undefined : `typeof(${printTypeOr(type.of)})`;
  const tag = type.tag ? `${type.tag} ` : '';
  const stars = type.pointers > 0 ? ` ${'*'.repeat(type.pointers)}` : '';
  return `${base ?? tag + type.name}${stars}${type.dimensions.map(d => `[${d ?? ''}]`).join('')}`;
}

function printTypeOr(of: TypeName | Expression): string {
  return of.kind === 'type-name' ? printType(of) : printExpression(of);
}

function printList(list: readonly Expression[]): string {
  return list.map(printExpression).join(', ');
}

/** In parentheses, unless nothing around could break it apart. */
function printOperand(node: Expression): string {
  const text = printExpression(node);
  switch (node.kind) {
    case 'unary':
    case 'update':
    case 'binary':
    case 'ternary':
    case 'if-expression':
    case 'cast':
      return `(${text})`;
    default:
      return text;
  }
}

/** `@m` without keys must not take the index for its key. */
function printIndexed(node: Expression): string {
  return node.kind === 'map-access' && !node.keys ? `(${node.name})` : printOperand(node);
}

/** Bytes as a string literal: printable ASCII as it is, the rest as escapes. */
export function printString(bytes: Uint8Array): string {
  let out = '"';
  for (const byte of bytes) {
    const short = SHORT_ESCAPES.get(byte);
    if (short !== undefined) out += short;
    else if (byte >= 32 && byte < 127) out += String.fromCharCode(byte);
    else out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [10, '\\n'],
  [9, '\\t'],
  [13, '\\r'],
  [34, '\\"'],
  [92, '\\\\'],
]);

/** A setting's value: words stay words. */
function printText(value: string): string {
  return /^[A-Za-z_]\w*$/.test(value) && value !== 'true' && value !== 'false'
    ? value
    : printString(new TextEncoder().encode(value));
}

function printField({ name, value, when }: RecordField): string {
  const condition = when === undefined ? '' : ` if ${printExpression(when)}`;
  return `${name}=${apart(printExpression(value))}${condition}`;
}
