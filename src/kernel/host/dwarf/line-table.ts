// Line tables: a source line -> the address of its first instruction. A table is a program for a small machine whose states
// are the rows (DWARF 5, section 6.2).
import { Attribute } from './constants.js';
import { Cursor, DwarfError } from './cursor.js';
import { type DebugInfo, number } from './debug-info.js';
import { type Encoding, readForm, type Value } from './form.js';
import { initialLength, type Unit } from './unit.js';

const Standard = {
  copy: 1,
  advance_pc: 2,
  advance_line: 3,
  set_file: 4,
  set_column: 5,
  negate_stmt: 6,
  const_add_pc: 8,
  fixed_advance_pc: 9,
} as const;
const Extended = { end_sequence: 1, set_address: 2 } as const;
const Content = { path: 1, directory_index: 2 } as const;
const MOST_FILES = 1 << 16;

/** Where a line's code begins; 'file': no unit is of such a file, 'line': none of those has code for it. */
export function addressOfLine(
  info: DebugInfo,
  file: string,
  line: number,
  column: number | undefined,
): number | 'file' | 'line' {
  let known = false;
  let lowest: number | undefined;
  for (const unit of info.units()) {
    const at = number(unit.root.values.get(Attribute.stmt_list));
    if (at === undefined) continue;
    const directory = info.text(unit.root, Attribute.comp_dir) ?? '';
    const name = join(directory, info.text(unit.root, Attribute.name) ?? '');
    // A header's lines are in the units that include it: their tables name it.
    if (!isSuffix(name, file) && !/\.(h|hh|hpp|hxx|inc|ipp|tcc)$/.test(file)) continue;
    const table = readTable(info, unit, at);
    const files = new Set(table.files.flatMap((path, i) => (isSuffix(path, file) ? [i] : [])));
    if (files.size === 0) continue;
    known = true;
    for (const row of table.rows) {
      if (row.line !== line || !row.statement || !files.has(row.file)) continue;
      if (column !== undefined && row.column !== column) continue;
      if (lowest === undefined || row.address < lowest) lowest = row.address;
    }
  }
  return lowest ?? (known ? 'line' : 'file');
}

/** 'src/a.c' is '/home/me/src/a.c'. */
function isSuffix(path: string, wanted: string): boolean {
  const given = wanted.replace(/^(\.\/)+/, '');
  return path === given || path.endsWith(given.startsWith('/') ? given : `/${given}`);
}

interface Row {
  readonly address: number;
  readonly file: number;
  readonly line: number;
  readonly column: number;
  readonly statement: boolean;
}

interface Table {
  readonly files: readonly string[];
  readonly rows: Iterable<Row>;
}

function readTable(info: DebugInfo, unit: Unit, offset: number): Table {
  const bytes = info.bytes('.debug_line');
  const cursor = new Cursor(bytes, offset);
  const { length, offsetSize } = initialLength(cursor);
  const end = cursor.at + length;
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new DwarfError(`line tables of version ${version}`);
  if (version >= 5) cursor.skip(2);
  const headerLength = cursor.unsigned(offsetSize);
  const program = cursor.at + headerLength;
  const unitOfCode = cursor.u8();
  if (version >= 4) cursor.skip(1);
  const statement = cursor.u8() !== 0;
  const lineBase = (cursor.u8() << 24) >> 24;
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  const operands = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => cursor.u8());
  const encoding: Encoding = { ...unit.header, version, offsetSize };
  const directory = info.text(unit.root, Attribute.comp_dir) ?? '';
  const files = version >= 5 ? newFiles(info, unit, cursor, encoding) : oldFiles(cursor, directory);
  if (lineRange === 0) throw new DwarfError('a line table without a range');
  const machine = { unitOfCode, statement, lineBase, lineRange, opcodeBase, operands };
  return { files, rows: run(new Cursor(bytes.subarray(0, end), program), machine, unit.header.addressSize) };
}

interface Machine {
  readonly unitOfCode: number;
  readonly statement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operands: readonly number[];
}

function* run(cursor: Cursor, machine: Machine, addressSize: number): Iterable<Row> {
  const start = () => ({ address: 0, file: 1, line: 1, column: 0, statement: machine.statement });
  const { unitOfCode, lineBase, lineRange, opcodeBase } = machine;
  let state = start();
  while (!cursor.ended) {
    const opcode = cursor.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      state.address += Math.floor(adjusted / lineRange) * unitOfCode;
      state.line += lineBase + (adjusted % lineRange);
      yield { ...state };
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = cursor.uleb();
        const next = cursor.at + length;
        const extended = length === 0 ? 0 : cursor.u8();
        if (extended === Extended.set_address) state.address = cursor.unsigned(addressSize);
        else if (extended === Extended.end_sequence) state = start();
        cursor.at = next;
        break;
      }
      case Standard.copy:
        yield { ...state };
        break;
      case Standard.advance_pc:
        state.address += cursor.uleb() * unitOfCode;
        break;
      case Standard.advance_line:
        state.line += Number(cursor.sleb());
        break;
      case Standard.set_file:
        state.file = cursor.uleb();
        break;
      case Standard.set_column:
        state.column = cursor.uleb();
        break;
      case Standard.negate_stmt:
        state.statement = !state.statement;
        break;
      case Standard.const_add_pc:
        state.address += Math.floor((255 - opcodeBase) / lineRange) * unitOfCode;
        break;
      case Standard.fixed_advance_pc:
        state.address += cursor.u16();
        break;
      default:
        for (let i = machine.operands[opcode - 1] ?? 0; i > 0; i--) cursor.uleb();
    }
  }
}

/** Up to version 4: directories, then files, each list closed by an empty name. Files count from 1. */
function oldFiles(cursor: Cursor, unitDirectory: string): readonly string[] {
  const directories = [unitDirectory];
  for (let name = cursor.text(); name !== ''; name = cursor.text()) directories.push(name);
  const files = [''];
  for (let name = cursor.text(); name !== '' && files.length < MOST_FILES; name = cursor.text()) {
    files.push(join(directories[cursor.uleb()] ?? '', name));
    cursor.uleb();
    cursor.uleb();
  }
  return files;
}

function newFiles(info: DebugInfo, unit: Unit, cursor: Cursor, encoding: Encoding): readonly string[] {
  const directories = list(info, unit, cursor, encoding).map(({ path }) => path);
  return list(info, unit, cursor, encoding).map(({ path, directory }) =>
    join(directories[directory] ?? '', path),
  );
}

/** Version 5: a format (pairs of content and form), then entries of it. */
function list(
  info: DebugInfo,
  unit: Unit,
  cursor: Cursor,
  encoding: Encoding,
): readonly { readonly path: string; readonly directory: number }[] {
  const formats = Array.from({ length: cursor.u8() }, () => ({
    content: cursor.uleb(),
    form: cursor.uleb(),
  }));
  const count = cursor.uleb();
  if (count > MOST_FILES) throw new DwarfError('too many files');
  return Array.from({ length: count }, () => {
    let path = '';
    let directory = 0;
    for (const { content, form } of formats) {
      const value: Value = readForm(cursor, form, undefined, encoding);
      if (content === Content.path) path = info.textOf(unit, value) ?? '';
      else if (content === Content.directory_index) directory = number(value) ?? 0;
    }
    return { path, directory };
  });
}

function join(directory: string, name: string): string {
  return name.startsWith('/') || directory === '' ? name : `${directory}/${name}`;
}
