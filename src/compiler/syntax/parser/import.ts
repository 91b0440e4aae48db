// More files of a program: `import "file.bt"`, a folder of scripts, and local headers. Each is appended to the program's text and
// read there; a file that is imported again counts once.
import type { Span } from '../../diagnostics/diagnostic.js';
import type { HeaderFile, ImportedFiles } from '../../env.js';
import { parseExternal } from './definition.js';
import type { DirectiveFile } from './directive.js';
import { inC, type Reading } from './reading.js';
import { ParseFailure, TokenStream } from './token-stream.js';

/** What bpftrace imports by itself, and lets a script import too. */
const STANDARD_LIBRARY = 'stdlib';

/** `import "name";` in the file at `path`; `late`: a probe stands before it. */
export function parseImport(s: TokenStream, reading: Reading, path: string, late: boolean): void {
  const { start } = s.take().span;
  const token = s.take();
  if (token.kind !== 'string') throw s.unexpected('expected the name of a file in quotes');
  s.expect(';', { where: 'after this import' });
  const span = { start, end: token.span.end };
  const { diagnostics, files } = reading;
  const name = new TextDecoder().decode(token.bytes);
  if (name === STANDARD_LIBRARY) return; // it is always there
  if (files === undefined) return;
  if (late) {
    diagnostics.error('late-import', span, 'imports come before probes', { hint: 'move it to the top.' });
  } else if (name.endsWith('.c')) refuse(s, span, name, { problem: 'compiled', checked: [name] });
  else if (name.endsWith('.h')) {
    const header = files.header(name, true, path);
    if (header !== undefined) readHeader(reading, header, span);
    else refuse(s, span, name, { problem: 'missing', checked: [name] });
  } else {
    const found = files.imported(name, path);
    if ('problem' in found) refuse(s, span, name, found);
    else for (const file of found.files) readScript(reading, file);
  }
}

type Refused = Extract<ImportedFiles, { readonly problem: string }>;

function refuse(s: TokenStream, span: Span, name: string, { problem, checked }: Refused): void {
  const { diagnostics } = s;
  const where = checked.join(', ');
  switch (problem) {
    case 'missing':
      diagnostics.error('import-missing', span, `there is no file "${name}" to import`, {
        hint: `looked for: ${where}`,
      });
      return;
    case 'writable':
      diagnostics.error('import-writable', span, `everybody may write to ${where}, so it is not imported`, {
        hint: 'take the permission away: chmod o-w',
      });
      return;
    case 'unreadable':
      diagnostics.error('import-missing', span, `${where} cannot be read`);
      return;
    case 'compiled':
      diagnostics.error('not-supported', span, `${where} is C to be compiled, which tsbpf cannot import`, {
        hint: 'scripts (.bt), folders of them and headers (.h) with types and constants can be imported.',
      });
      return;
    case 'kind':
      diagnostics.error('import-kind', span, `"${name}" is of no kind that can be imported`, {
        hint: 'scripts (.bt), folders of them, and headers (.h) can.',
      });
  }
}

function readScript(
  reading: Reading,
  { path, name, text }: { readonly path: string; readonly name: string; readonly text: string },
): void {
  if (reading.imported.has(path)) return;
  reading.imported.add(path);
  const start = reading.sources.add(name, text);
  reading.script(new TokenStream(reading.sources.text, reading.diagnostics, start), path);
}

/** A local header: its types count, and its macros; variables and functions are passed over. */
export function readHeader(reading: Reading, header: HeaderFile, span: Span): void {
  const { sources, diagnostics, preprocessor, out } = reading;
  if (reading.headerDepth.count >= MOST_DEPTH) {
    diagnostics.error('include-depth', span, `headers include each other more than ${MOST_DEPTH} deep`);
    return;
  }
  const start = sources.add(header.path, header.text);
  const s = new TokenStream(sources.text, diagnostics, start);
  const file: DirectiveFile = { path: header.path, open: [] };
  reading.headerDepth.count++;
  inC(s, reading, file, () => {
    while (s.peek().kind !== 'end') readDeclaration(s, out.definitions);
  });
  reading.headerDepth.count--;
  preprocessor.reportOpen(file);
}

/** Files within files: more than that is a circle. */
const MOST_DEPTH = 40;

function readDeclaration(s: TokenStream, into: Reading['out']['definitions']): void {
  const first = s.peek();
  try {
    s.lastEnd = first.span.start;
    s.startStatement();
    into.push(...parseExternal(s, () => skipBraces(s)));
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    if (s.peek() === first) s.take();
    while (s.peek().kind !== 'end' && !s.at(';')) {
      if (s.at('{')) skipBraces(s);
      else s.take();
    }
    s.accept(';');
  }
}

/** A body, as raw text: what is in it need not be understood. */
function skipBraces(s: TokenStream): void {
  const { text } = s;
  let at = s.position;
  const piece = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[\s\S]*?\*\/|\/\/.*|[{}]/g;
  piece.lastIndex = at;
  for (let depth = 0, found = piece.exec(text); found !== null; found = piece.exec(text)) {
    if (found[0] === '{') depth++;
    else if (found[0] === '}') depth--;
    else continue;
    at = piece.lastIndex;
    if (depth === 0) break;
  }
  s.position = Math.max(at, s.position + 1);
}
