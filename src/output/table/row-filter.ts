// The text of `/` and of --where: a part of any cell, or `column>value` (= != < <= > >=), several joined by &&. Letters match either case.
// A value may carry a unit that its column knows: age>5ms.
import type { Value } from '../../compiler/types/value.js';
import { columnIndex } from '../selection.js';
import type { Column } from './column.js';

/** The texts of cells are asked for only where they are compared. */
export type RowTest = (values: readonly Value[], cells: () => readonly string[]) => boolean;

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** undefined: everything matches. */
export function compileFilter(filter: string, columns: readonly Column[]): RowTest | undefined {
  const tests = filter
    .split('&&')
    .map(term => compileTerm(term.trim(), columns))
    .filter(test => test !== undefined);
  const [only] = tests;
  if (tests.length <= 1) return only;
  return (values, cells) => tests.every(test => test(values, cells));
}

/** Names before operators: of columns, if they are any. */
export function comparedColumns(filter: string): string[] {
  return filter.split('&&').flatMap(term => COMPARISON.exec(term.trim())?.[1] ?? []);
}

/** The first part that lacks one side of a comparison: 'pid>', '>5'. */
export function incompleteTerm(filter: string): string | undefined {
  const terms = filter.split('&&').map(term => term.trim());
  return terms.find(term => COMPARISON.exec(term)?.[3] === '' || VALUE_ALONE.test(term));
}

const VALUE_ALONE = /^[<>=!]=?\s*\d/;
const COMPARISON = /^([@\w]+)\s*(==?|!=|<=?|>=?)\s*(.*)$/;

function compileTerm(term: string, columns: readonly Column[]): RowTest | undefined {
  if (term === '') return undefined;
  const [, name = '', operator = '', text = ''] = COMPARISON.exec(term) ?? [];
  const index = columnIndex(columns, name);
  const column = columns[index];
  if (column === undefined) return contains(term);
  if (text === '') return undefined; // being typed
  return compares(column, index, (operator === '==' ? '=' : operator) as Operator, text);
}

function contains(text: string): RowTest {
  const wanted = text.toLowerCase();
  return (_, cells) => cells().some(cell => cell.toLowerCase().includes(wanted));
}

function compares(column: Column, index: number, operator: Operator, text: string): RowTest {
  const number = column.right ? numberOf(text, column) : undefined;
  if (number !== undefined) {
    return values => holds(operator, compareNumbers(values[index], number));
  }
  const wanted = text.toLowerCase();
  return (_, cells) => {
    const cell = (cells()[index] ?? '').toLowerCase();
    return holds(operator, cell < wanted ? -1 : cell > wanted ? 1 : 0);
  };
}

/** In the column's own unit. */
function numberOf(text: string, column: Column): number | undefined {
  const [, digits = '', unit = ''] = /^(-?(?:0x[\da-f]+|\d+(?:\.\d+)?))\s*([a-z%]*)$/i.exec(text) ?? [];
  if (digits === '') return undefined;
  const number = Number(digits);
  if (unit === '') return number;
  let factor = 1;
  for (const [name, next] of column.unit?.steps ?? []) {
    if (name.toLowerCase() === unit.toLowerCase()) return number * factor;
    factor *= next;
  }
  return undefined;
}

function compareNumbers(value: Value, number: number): number | undefined {
  if (typeof value !== 'bigint') return undefined;
  return value < number ? -1 : value > number ? 1 : 0; // mixed comparison is exact
}

function holds(operator: Operator, order: number | undefined): boolean {
  if (order === undefined) return false;
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}
