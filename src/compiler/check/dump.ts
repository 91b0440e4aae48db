// Text of a typed program, for `-d types`: the source's shape with the type of every expression behind a colon, and conversions
// that the source does not show.
import { assertNever } from '../diagnostics/diagnostic.js';
import { textOf } from './constant.js';
import { typeText } from './type-text.js';
import type {
  HeaderChoice,
  MapInfo,
  PacketRead,
  Place,
  TypedExpression,
  TypedProgram,
  TypedStatement,
} from './typed.js';

const INDENT = '  ';

export function dumpTypes(program: TypedProgram): string {
  const lines = program.maps.map(dumpMap);
  for (const probe of program.probes) {
    for (const variant of probe.variants) {
      const names = variant.targets.map(target => target.name);
      const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
      lines.push(`${names.slice(0, 3).join(', ')}${more}`);
      for (const { name, type } of variant.variables) lines.push(`${INDENT}let ${name}: ${typeText(type)}`);
      if (variant.predicate !== undefined) lines.push(`${INDENT}/${dumpExpression(variant.predicate)}/`);
      lines.push(...dumpBody(variant.body, INDENT));
    }
  }
  return `${lines.join('\n')}\n`;
}

function dumpMap({ name, key, value, maxEntries, mapType }: MapInfo): string {
  const keyed = key === undefined ? '' : `[${typeText(key)}]`;
  const kind = mapType === undefined ? '' : ` ${mapType}`;
  return `${name}${keyed}: ${typeText(value)}${kind}${key === undefined ? '' : ` (${maxEntries})`}`;
}

function dumpBody(body: readonly TypedStatement[], indent: string): string[] {
  return body.flatMap(statement => dumpStatement(statement, indent));
}

function dumpStatement(statement: TypedStatement, indent: string): string[] {
  const inner = indent + INDENT;
  switch (statement.kind) {
    case 'expression':
      return [indent + dumpExpression(statement.expression)];
    case 'assign':
      return [`${indent}${dumpPlace(statement.target)} = ${dumpExpression(statement.value)}`];
    case 'clear':
      return [`${indent}clear ${statement.variable.name}: ${typeText(statement.variable.type)}`];
    case 'compound':
      return [
        `${indent}${dumpPlace(statement.target)} ${statement.operator}= ${dumpExpression(statement.value)}`,
      ];
    case 'aggregate': {
      const place = dumpPlace({ kind: 'map', map: statement.map, key: statement.key });
      const args = statement.call.args.map(dumpExpression).join(', ');
      return [`${indent}${place} = ${statement.entry.name}(${args}): ${typeText(statement.aggregation)}`];
    }
    case 'if': {
      const lines = [
        `${indent}if ${dumpExpression(statement.condition)}`,
        ...dumpBody(statement.then, inner),
      ];
      if (statement.else.length > 0) lines.push(`${indent}else`, ...dumpBody(statement.else, inner));
      return lines;
    }
    case 'unroll':
      return [`${indent}unroll ${statement.count}`, ...dumpBody(statement.body, inner)];
    case 'while':
      return [`${indent}while ${dumpExpression(statement.condition)}`, ...dumpBody(statement.body, inner)];
    case 'for-range': {
      const { variable, from, to } = statement;
      const range = `${dumpExpression(from)} .. ${dumpExpression(to)}`;
      return [
        `${indent}for ${variable.name}: ${typeText(variable.type)} in ${range}`,
        ...dumpBody(statement.body, inner),
      ];
    }
    case 'for-map': {
      const { variable, map } = statement;
      return [
        `${indent}for ${variable.name}: ${typeText(variable.type)} in ${map.name}`,
        ...dumpBody(statement.body, inner),
      ];
    }
    case 'block':
      return [`${indent}block`, ...dumpBody(statement.body, inner)];
    case 'packet-store':
      return [`${indent}${choicesText(statement.choices)} = ${dumpExpression(statement.value)}`];
    case 'return':
      return [`${indent}return${statement.value === undefined ? '' : ` ${dumpExpression(statement.value)}`}`];
    case 'break':
    case 'continue':
      return [indent + statement.kind];
    default:
      return assertNever(statement);
  }
}

function dumpPlace(place: Place): string {
  if (place.kind === 'variable') return `${place.variable.name}: ${typeText(place.variable.type)}`;
  const key = place.key === undefined ? '' : `[${dumpExpression(place.key)}]`;
  return `${place.map.name}${key}: ${typeText(place.map.value)}`;
}

/** `form: type`, parts in parentheses. */
export function dumpExpression(expression: TypedExpression): string {
  const type = expression.kind === 'map' ? 'map' : typeText(expression.type);
  return `${form(expression)}: ${type}`;
}

function form(e: TypedExpression): string {
  const sub = (part: TypedExpression) => `(${dumpExpression(part)})`;
  switch (e.kind) {
    case 'integer':
      return e.type.kind === 'bool' ? String(e.value !== 0n) : String(e.value);
    case 'string':
      return JSON.stringify(textOf(e.bytes));
    case 'variable':
      return e.variable.name;
    case 'map-read':
      return `${e.map.name}${e.key === undefined ? '' : `[${dumpExpression(e.key)}]`}`;
    case 'map':
      return e.map.name;
    case 'builtin':
      return e.entry.name;
    case 'call':
      return `${e.entry.name}(${e.call.args.map(dumpExpression).join(', ')})`;
    case 'unary':
      return `${e.operator}${sub(e.operand)}`;
    case 'binary':
    case 'logical':
      return `${sub(e.left)} ${e.operator} ${sub(e.right)}`;
    case 'ternary':
      return `${sub(e.condition)} ? ${sub(e.then)} : ${sub(e.else)}`;
    case 'block':
      return `{ ${e.body.flatMap(s => dumpBody([s], '')).join('; ')}; ${dumpExpression(e.value)} }`;
    case 'convert':
      return `convert ${sub(e.operand)}`;
    case 'packet':
      return packetText(e.read, e.index);
    case 'inet-constant':
      return `address ${Array.from(e.bytes).join('.')}`;
    case 'address-in':
      return `${sub(e.operand)} in ${e.ranges.length} ranges`;
    case 'set-in':
      return `${sub(e.operand)} in ${e.set}`;
    case 'args-field':
      return `args.${e.field.name}`;
    case 'field':
      return `${sub(e.object)}.${e.field.name}`;
    case 'address':
      return `&${sub(e.of)}`;
    case 'deref':
      return `*${sub(e.pointer)}`;
    case 'member':
      return `${sub(e.object)}.${e.index}`;
    case 'index':
      return `${sub(e.object)}[${dumpExpression(e.index)}]`;
    case 'update': {
      const place = dumpPlace(e.target);
      return e.prefix ? `${e.operator}(${place})` : `(${place})${e.operator}`;
    }
    case 'tuple':
      return `(${e.elements.map(dumpExpression).join(', ')})`;
    case 'record': {
      const names = e.type.kind === 'record' ? e.type.fields.map(f => f.name) : [];
      return `(${e.fields.map((field, i) => `${names[i] ?? i}=${dumpExpression(field)}`).join(', ')})`;
    }
    default:
      return assertNever(e);
  }
}

function choicesText(choices: readonly HeaderChoice[]): string {
  return choices.map(({ header, field }) => `${header.name}.${field.name}`).join('|');
}

function packetText(read: PacketRead, index: TypedExpression | undefined): string {
  switch (read.kind) {
    case 'header':
      return read.header.name;
    case 'payload':
      return 'payload';
    case 'byte':
      return `payload[${index === undefined ? '' : dumpExpression(index)}]`;
    case 'field':
      return choicesText(read.choices);
    case 'fact':
      return read.name.includes('.') || read.name === 'proto' ? read.name : `pkt.${read.name}`;
  }
}
