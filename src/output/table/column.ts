// A record's fields as columns: head, alignment, and cells. The suffix of a name is its unit: it is humanised here and stays
// raw in JSON and CSV. Cells are text in which control characters are shown: a row stays a line.
import type { Type } from '../../compiler/types/type.js';
import type { Value } from '../../compiler/types/value.js';
import { escapeText } from '../text/escape.js';
import { type TextContext, valueText } from '../text/value-text.js';
import { humanized, type Unit, unitOf } from './unit.js';

export interface Column {
  readonly name: string; // as in the script
  readonly head: string; // in capitals, without the unit
  readonly type: Type;
  readonly unit: Unit | undefined;
  readonly right: boolean;
  /** Characters that values of this type usually take. */
  readonly typical: number;
  /** Characters that do for most of them, where there is no room for more. */
  readonly least: number;
}

/** What a printed value consists of, column by column. */
export interface RowShape {
  readonly columns: readonly Column[];
  readonly cells: (value: Value) => readonly Value[];
}

/** Rows of several print() belong to one table when names and kinds agree; sizes of strings and integers do not matter. */
export function sameTable(a: readonly Column[], b: readonly Column[]): boolean {
  return a === b || (a.length === b.length && tableId(a) === tableId(b));
}

const ids = new WeakMap<readonly Column[], string>();

/** Equal for columns of one table. */
export function tableId(columns: readonly Column[]): string {
  const known = ids.get(columns);
  if (known !== undefined) return known;
  const plain = (_: string, value: unknown) => {
    const type = value as Partial<Type> | undefined;
    return type?.kind === 'string' || (type?.kind === 'integer' && type.enum === undefined)
      ? type.kind
      : value;
  };
  const id = JSON.stringify(
    columns.map(({ name, type }) => [name, type]),
    plain,
  );
  ids.set(columns, id);
  return id;
}

const shapes = new WeakMap<Type, RowShape>();

/** Records have a column per field, tuples one per member, anything else is a single column. */
export function rowShape(type: Type): RowShape {
  let shape = shapes.get(type);
  if (shape === undefined) {
    shape = makeShape(type);
    shapes.set(type, shape);
  }
  return shape;
}

export function columnOf(name: string, type: Type): Column {
  const unit = isNumber(type) ? unitOf(name) : undefined;
  const bare = unit === undefined ? name : name.slice(0, -unit.suffix.length);
  const typical = unit === undefined ? typicalWidth(type) : unit.width;
  return {
    name,
    head: (bare === '' ? name : bare).toUpperCase(),
    type,
    unit,
    right: isNumber(type) || unit !== undefined,
    typical,
    least: Math.min(typical, unit === undefined ? leastWidth(type) : unit.width),
  };
}

/** For people: units are humanised. */
export function cellText(column: Column, value: Value, context: TextContext): string {
  if (column.unit !== undefined && typeof value === 'bigint') return humanized(value, column.unit);
  return plainText(column.type, value, context);
}

/** For programs: numbers as they are; a stack on one line, the innermost frame first. Bytes that are no UTF-8, and control characters, are shown as \xNN. */
export function plainText(type: Type, value: Value, context: TextContext): string {
  if (value === undefined && type.kind !== 'void') return '';
  const text = Buffer.from(valueText(type, value, { ...context, escape: true }), 'latin1').toString('utf8');
  return escapeText(type.kind === 'stack' ? text.trim().replace(/\s*\n\s*/g, ';') : text);
}

/** Characters on the screen, near enough: combining marks and wide characters count as one. */
export function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}

function makeShape(type: Type): RowShape {
  if (type.kind === 'record') {
    const columns = type.fields.map(field => columnOf(field.name, field.type));
    return { columns, cells: value => value as readonly Value[] };
  }
  if (type.kind === 'tuple') {
    const columns = type.elements.map((element, i) => columnOf(`v${i + 1}`, element));
    return { columns, cells: value => value as readonly Value[] };
  }
  return { columns: [columnOf('value', type)], cells: value => [value] };
}

function isNumber(type: Type): boolean {
  return (
    (type.kind === 'integer' && type.enum === undefined) ||
    ['count', 'sum', 'min', 'max', 'avg'].includes(type.kind)
  );
}

function typicalWidth(type: Type): number {
  switch (type.kind) {
    case 'integer':
      if (type.enum !== undefined) return Math.max(...type.enum.values.map(([name]) => name.length), 1);
      return type.size === 1 ? 3 : type.size === 2 ? 5 : type.size === 4 ? 7 : 10;
    case 'string':
      return Math.min(type.size - 1, 15);
    case 'inet':
      return 15;
    case 'mac':
      return 17;
    case 'bool':
      return 5;
    case 'pointer':
      return 18;
    case 'timestamp':
      return type.format.replaceAll(/%(.)/g, (_, part) =>
        part === 'Y' ? '2026' : part === 'f' ? '123456' : '12',
      ).length;
    default:
      return 1;
  }
}

/** Most names of processes and files are shorter than the longest, and numbers far from the largest. */
function leastWidth(type: Type): number {
  switch (type.kind) {
    case 'integer':
      return type.enum !== undefined ? 11 : type.size === 8 ? 7 : type.size === 4 ? 5 : typicalWidth(type);
    case 'string':
      return 8;
    default:
      return typicalWidth(type);
  }
}
