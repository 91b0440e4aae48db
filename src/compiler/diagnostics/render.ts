// Diagnostics -> text: `stdin:1:64-71: ERROR: message`, the source line, carets under the span, HINT and notes.
// The first line has bpftrace's form: 1-based line and columns, columns counted in bytes of UTF-8, the end exclusive;
// a span over several lines is `stdin:2-3: ERROR: ...`, with its lines and no carets.
import { type Diagnostic, partAt, type SourceFile, type Span } from './diagnostic.js';
import { codePointWidth, displayWidth, escapeText } from './display-width.js';

/** What a piece of the text is, for colouring. */
export type PaintRole = 'location' | 'error' | 'warning' | 'note' | 'hint' | 'caret';

/** Returns `text` with colour around it; must not change its characters. */
export type Paint = (role: PaintRole, text: string) => string;

export interface RenderOptions {
  readonly paint?: Paint | undefined;
  /** Columns that source lines are cut down to, around the span. */
  readonly width?: number;
}

const TAB = 8;
const MAX_LINES = 6;

/** Renders all, in the given order; every line ends with a newline, no diagnostics give ''. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  source: SourceFile,
  paint?: Paint,
  width = 200,
): string {
  return diagnostics.map(d => renderDiagnostic(d, source, { paint, width })).join('');
}

export function renderDiagnostic(
  diagnostic: Diagnostic,
  source: SourceFile,
  options: RenderOptions = {},
): string {
  const paint: Paint = options.paint ?? ((_, text) => text);
  const width = options.width ?? 200;
  const lines = new SourceLines(source.text);
  const part = (role: 'error' | 'warning' | 'note', span: Span, message: string): string[] => {
    const file = partAt(source, span.start);
    const place = `${escapeText(file.name)}:${lines.place(span, file.start)}:`;
    const label = paint(role, `${role.toUpperCase()}:`);
    return [
      `${paint('location', place)} ${label} ${escapeMessage(message)}`,
      ...excerpt(lines, span, width, paint),
    ];
  };
  const out = part(diagnostic.severity, diagnostic.span, diagnostic.message);
  if (diagnostic.hint !== undefined) out.push(`${paint('hint', 'HINT:')} ${escapeMessage(diagnostic.hint)}`);
  for (const note of diagnostic.notes) out.push(...part('note', note.span, note.message));
  return `${out.join('\n')}\n`;
}

/** The span's line and a line of carets, or the first few of its several lines. */
function excerpt(lines: SourceLines, span: Span, width: number, paint: Paint): string[] {
  const first = lines.lineOf(span.start);
  const last = lines.lineOf(lines.innerEnd(span));
  if (first !== last) {
    const shown: string[] = [];
    for (let line = first; line <= last && shown.length < MAX_LINES; line++) {
      shown.push(cut(cellsOf(lines.text(line)), 0, width).text);
    }
    if (last - first >= MAX_LINES) shown.push('...');
    return shown;
  }
  const text = lines.text(first);
  if (text.trim() === '' && span.start === span.end) return [];
  const at = span.start - lines.start(first);
  const cells = cellsOf(text);
  const from = cells.findIndex(cell => cell.offset >= at);
  const to = cells.findIndex(cell => cell.offset >= at + span.end - span.start);
  const start = from < 0 ? cells.length : from;
  const end = Math.max(to < 0 ? cells.length : to, start);
  const view = cut(cells, start, width);
  const before = displayWidth(view.lead) + widthOf(cells.slice(view.from, start));
  const under = Math.max(1, widthOf(cells.slice(start, Math.min(end, view.to))));
  return [view.text, `${' '.repeat(before)}${paint('caret', '^'.repeat(under))}`];
}

/** One character as it is shown: tabs as spaces, control characters escaped. */
interface Cell {
  readonly offset: number; // UTF-16 offset in the line
  readonly text: string;
  readonly width: number; // columns
}

function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = 0;
  for (const c of line) {
    const text = c === '\t' ? ' '.repeat(TAB - (column % TAB)) : escapeText(c);
    const width = text === c ? codePointWidth(c.codePointAt(0)!) : text.length;
    cells.push({ offset, text, width });
    column += width;
    offset += c.length;
  }
  return cells;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

/** The part of a line that fits `width` columns with the cell at `focus` in view, a third of the room before it. */
function cut(
  cells: readonly Cell[],
  focus: number,
  width: number,
): { text: string; lead: string; from: number; to: number } {
  const join = (from: number, to: number) => cells.slice(from, to).map(cell => cell.text);
  if (widthOf(cells) <= width) {
    return { text: join(0, cells.length).join(''), lead: '', from: 0, to: cells.length };
  }
  const room = Math.max(8, width - 6); // two times "..."
  let from = Math.min(focus, cells.length);
  for (let used = 0; from > 0; from--) {
    used += cells[from - 1]!.width;
    if (used > room / 3) break;
  }
  let to = from;
  for (let used = 0; to < cells.length; to++) {
    used += cells[to]!.width;
    if (used > room) break;
  }
  const lead = from > 0 ? '...' : '';
  const tail = to < cells.length ? '...' : '';
  return { text: `${lead}${join(from, to).join('')}${tail}`, lead, from, to };
}

/** Messages may quote source text; line breaks in them are kept. */
function escapeMessage(message: string): string {
  return message.split('\n').map(escapeText).join('\n');
}

/** Offsets <-> lines of one text. Lines count from 0 here. */
class SourceLines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  start(line: number): number {
    return this.#starts[line]!;
  }

  /** Without its line break. */
  text(line: number): string {
    const end = this.#starts[line + 1];
    const text = this.#text.slice(this.#starts[line], end === undefined ? undefined : end - 1);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  /** The last offset inside the span, so that a span ending behind a line break stays on its line. */
  innerEnd(span: Span): number {
    return span.end > span.start ? span.end - 1 : span.start;
  }

  /** `1:64-71`, or `2-3` for several lines, counted from the line at an offset. */
  place(span: Span, from: number): string {
    const first = this.lineOf(span.start);
    const last = this.lineOf(this.innerEnd(span));
    const before = this.lineOf(from) - 1;
    if (first !== last) return `${first - before}-${last - before}`;
    return `${first - before}:${this.#column(first, span.start)}-${this.#column(first, span.end)}`;
  }

  #column(line: number, offset: number): number {
    return new TextEncoder().encode(this.#text.slice(this.#starts[line], offset)).length + 1;
  }
}
