// Text that may be laid out in several ways -> lines of at most so many columns, as in Wadler's "A prettier printer": a
// group is printed flat when it fits, else its lines break. Comments to the end of the line are part of the text: whatever
// follows one begins a new line.

export type Doc =
  | string
  | readonly Doc[]
  | Line
  /** By so many columns more than the line where it stands. */
  | { readonly kind: 'indent'; readonly by: number; readonly doc: Doc }
  | { readonly kind: 'align'; readonly doc: Doc } // at the column where it begins
  | { readonly kind: 'group'; readonly doc: Doc }
  | Fill
  /** `// text`: the rest of the line. */
  | { readonly kind: 'line-comment'; readonly text: string }
  /** Lines that keep their shape; the first of them stood at `column`. */
  | { readonly kind: 'block-comment'; readonly text: string; readonly column: number }
  /** A line of its own, at its beginning. */
  | { readonly kind: 'directive'; readonly text: string }
  /** A new line, unless nothing stands on this one. */
  | { readonly kind: 'fresh-line' };

interface Line {
  readonly kind: 'line';
  /** What it is when it is flat: a space; undefined: it always breaks. */
  readonly flat: string | undefined;
  /** Where a group does not fit, break here although it may not be needed: the author did. */
  readonly wanted: boolean;
}

/** Items with as many on a line as fit; item i is followed by separators[i]. */
interface Fill {
  readonly kind: 'fill';
  readonly items: readonly Doc[];
  readonly separators: readonly Line[];
}

/** Columns of a block, and of what continues a statement. */
const BLOCK = 2;
const CONTINUED = 4;

export const hardLine: Line = { kind: 'line', flat: undefined, wanted: true };
export const line = (wanted = false): Line => ({ kind: 'line', flat: ' ', wanted });
export const freshLine: Doc = { kind: 'fresh-line' };
export const nest = (doc: Doc): Doc => ({ kind: 'indent', by: BLOCK, doc });
export const indent = (doc: Doc): Doc => ({ kind: 'indent', by: CONTINUED, doc });
export const align = (doc: Doc): Doc => ({ kind: 'align', doc });
export const group = (doc: Doc): Doc => ({ kind: 'group', doc });
export const fill = (items: readonly Doc[], separators: readonly Line[]): Doc => ({
  kind: 'fill',
  items,
  separators,
});

/** `separator` between the documents. */
export function join(docs: readonly Doc[], separator: Doc): Doc[] {
  return docs.flatMap((doc, i) => (i === 0 ? [doc] : [separator, doc]));
}

interface Command {
  readonly indent: number;
  readonly flat: boolean;
  readonly doc: Doc;
}

/** The document on lines that begin at `column`, without a line break behind the last. */
export function render(document: Doc, column: number, width: number): string {
  let out = '';
  let at = column;
  let pending = false; // behind a comment to the end of the line
  const stack: Command[] = [{ indent: column, flat: false, doc: document }];
  const breakLine = (to: number) => {
    out = `${out.replace(/ +$/, '')}\n${' '.repeat(to)}`;
    at = to;
    pending = false;
  };
  const push = (docs: readonly Doc[], like: Command) => {
    for (let i = docs.length - 1; i >= 0; i--) stack.push({ ...like, doc: docs[i]! });
  };
  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { doc, flat } = command;
    if (typeof doc === 'string') {
      if (pending && doc.trim() === '') continue;
      if (pending) breakLine(command.indent);
      out += doc;
      at += doc.length;
      continue;
    }
    if (isList(doc)) {
      push(doc, command);
      continue;
    }
    switch (doc.kind) {
      case 'line-comment':
        if (pending) breakLine(command.indent);
        out += doc.text;
        pending = true;
        break;
      case 'block-comment': {
        if (pending) breakLine(command.indent);
        const text = shifted(doc.text, at - doc.column, at);
        out += text;
        at = text.includes('\n') ? text.length - text.lastIndexOf('\n') - 1 : at + text.length;
        break;
      }
      case 'directive':
        if (!isEmptyLine(out)) breakLine(0);
        out = `${out.replace(/ +$/, '')}${doc.text}`;
        pending = true;
        break;
      case 'fresh-line':
        if (pending || !isEmptyLine(out)) breakLine(command.indent);
        break;
      case 'line':
        if (doc.flat === undefined || !flat || pending) breakLine(command.indent);
        else {
          out += doc.flat;
          at += doc.flat.length;
        }
        break;
      case 'indent':
        stack.push({ ...command, indent: command.indent + doc.by, doc: doc.doc });
        break;
      case 'align':
        stack.push({ ...command, indent: pending ? command.indent : at, doc: doc.doc });
        break;
      case 'group':
        stack.push({
          ...command,
          flat: flat || fits({ ...command, flat: true, doc: doc.doc }, stack, width - at),
          doc: doc.doc,
        });
        break;
      case 'fill': {
        const [item, ...items] = doc.items;
        const [separator, ...separators] = doc.separators;
        if (item === undefined) break;
        const alone = {
          ...command,
          flat: flat || fits({ ...command, flat: true, doc: item }, [], width - at),
          doc: item,
        };
        if (separator === undefined) {
          stack.push(alone);
          break;
        }
        const next = items[0] ?? '';
        const rest = { ...command, doc: fill(items, separators) };
        // Together on the line, with what follows when the next one is the last.
        const both = [item, { ...separator, wanted: false }, next];
        const tail = items.length <= 1 ? stack : [];
        const keeps =
          flat || (!separator.wanted && fits({ ...command, flat: true, doc: both }, tail, width - at));
        stack.push(rest, { ...command, flat: keeps, doc: separator }, alone);
        break;
      }
    }
  }
  return out;
}

/** Does `next`, and what of `rest` stands on the same line, fit into `room` columns? */
function fits(next: Command, rest: readonly Command[], room: number): boolean {
  const stack: Command[] = [next];
  let left = room;
  let below = rest.length;
  let pending = false;
  let own = true;
  for (;;) {
    let command = stack.pop();
    if (command === undefined) {
      if (below === 0) return true;
      command = rest[--below]!;
      own = false;
    }
    const { doc } = command;
    if (typeof doc === 'string') {
      if (doc === '' || (pending && doc === ' ')) continue;
      if (pending) return false;
      left -= doc.length;
      if (left < 0) return false;
      continue;
    }
    if (isList(doc)) {
      for (let i = doc.length - 1; i >= 0; i--) stack.push({ ...command, doc: doc[i]! });
      continue;
    }
    switch (doc.kind) {
      case 'line-comment':
        pending = true;
        break;
      case 'block-comment':
        if (pending || (own && doc.text.includes('\n'))) return false;
        left -= doc.text.length;
        if (left < 0) return false;
        break;
      case 'directive':
      case 'fresh-line':
        return !own;
      case 'line':
        if (!command.flat) return true;
        if (doc.flat === undefined || pending) return !own;
        left -= doc.flat.length;
        if (left < 0) return false;
        break;
      case 'indent':
      case 'align':
      case 'group':
        stack.push({ ...command, doc: doc.doc });
        break;
      case 'fill': {
        const parts = doc.items.flatMap((item, i) => [item, ...doc.separators.slice(i, i + 1)]);
        for (let i = parts.length - 1; i >= 0; i--) stack.push({ ...command, doc: parts[i]! });
        break;
      }
    }
  }
}

function isEmptyLine(out: string): boolean {
  return /(^|\n) *$/.test(out.slice(out.lastIndexOf('\n')));
}

/** A comment whose further lines are moved by so many columns; lines that begin with * are aligned below the first. */
function shifted(text: string, by: number, column: number): string {
  const [first = '', ...rest] = text.split('\n').map(line => line.trimEnd());
  const starred = rest.every(line => line.trimStart().startsWith('*'));
  const lines = rest.map(line => {
    if (starred) return `${' '.repeat(column + 1)}${line.trimStart()}`;
    if (line === '') return line;
    if (by >= 0) return ' '.repeat(by) + line;
    return line.replace(new RegExp(`^[ \\t]{0,${-by}}`), '');
  });
  return [first, ...lines].join('\n');
}

function isList(doc: Exclude<Doc, string>): doc is readonly Doc[] {
  return Array.isArray(doc);
}
