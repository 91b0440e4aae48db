// The text of `/`: a part of any cell, or `column>value` (= != < <= > >=), several joined by &&. Letters match either case.
// A value may carry a unit that its column knows: age>5ms.
import type { Value } from '../../compiler/types/value.js';
import type { Column } from '../table/column.js';
import type { Row } from './row-buffer.js';

export type RowTest = (row: Row, cells: readonly string[]) => boolean;

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** undefined: everything matches. */
export function compileFilter(filter: string, columns: readonly Column[]): RowTest | undefined {
  const tests = filter
    .split('&&')
    .map(term => compileTerm(term.trim(), columns))
    .filter(test => test !== undefined);
  const [only] = tests;
  if (tests.length <= 1) return only;
  return (row, cells) => tests.every(test => test(row, cells));
}

function compileTerm(term: string, columns: readonly Column[]): RowTest | undefined {
  if (term === '') return undefined;
  const [, name = '', operator = '', text = ''] = /^([@\w]+)\s*(==?|!=|<=?|>=?)\s*(.*)$/.exec(term) ?? [];
  const index = columns.findIndex(
    column => name !== '' && [column.name, column.head].some(n => n.toLowerCase() === name.toLowerCase()),
  );
  const column = columns[index];
  if (column === undefined) return contains(term);
  if (text === '') return undefined; // being typed
  return compares(column, index, (operator === '==' ? '=' : operator) as Operator, text);
}

function contains(text: string): RowTest {
  const wanted = text.toLowerCase();
  return (_row, cells) => cells.some(cell => cell.toLowerCase().includes(wanted));
}

function compares(column: Column, index: number, operator: Operator, text: string): RowTest {
  const number = column.right ? numberOf(text, column) : undefined;
  if (number !== undefined) {
    return row => holds(operator, compareNumbers(row.values[index], number));
  }
  const wanted = text.toLowerCase();
  return (_row, cells) => {
    const cell = (cells[index] ?? '').toLowerCase();
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
