// The header comment of a library script -> plain data, from which `tsbpf --help`, the list of tools, its short flags
// and its man page are made. The header is the first comment of the file (a #! line may precede it): one /* */ block,
// or // lines without a gap. Its form:
//
//   tcpstates - trace TCP state changes with durations      name, " - ", summary
//
//   Text of the description; an empty line starts a new paragraph, lines indented by two are kept as they are.
//
//   Topic: networking                                        one of topics.ts
//   Parameter: IFACE the interface that is watched          what $1, $2, ... are, in order, repeated
//   Short: t=timestamp p=pid                                 a letter and the getopt() name that it stands for
//   Preset: type=ext4                                        an option of a tool that it imports, and the value that it has here
//   Requires: tracepoint sock:inet_sock_set_state            one thing a line, the line repeated for more
//   Overhead: one event per change of state.                 text, as the description
//   Column: MS time spent in the old state                   a column's head and its meaning, repeated
//   Example: tsbpf tcpstates --lport 443                     a command; indented lines below say what it shows
//     Only connections whose local port is 443.
//   See also: tcpconnect(8), ss(8)
//
// Keys are matched regardless of case; what follows a key on indented lines belongs to it.
import { Diagnostics, type SourceFile, type Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { Lexer } from './lexer.js';
import { TOPICS, type Topic, topicNamed } from './topics.js';

export interface ScriptHeader {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs; a paragraph with line breaks is to be shown as it is. */
  readonly description: readonly string[];
  readonly topic: Topic | undefined;
  /** Short flag letter -> long name. */
  readonly short: ReadonlyMap<string, string>;
  /** Long name of an option -> what it is here. */
  readonly preset: ReadonlyMap<string, string>;
  readonly requires: readonly string[];
  readonly overhead: string | undefined;
  readonly columns: readonly { readonly name: string; readonly meaning: string }[];
  /** What $1, $2, ... are. */
  readonly parameters: readonly { readonly name: string; readonly meaning: string }[];
  readonly examples: readonly { readonly command: string; readonly explanation: string }[];
  readonly seeAlso: readonly string[];
}

const KEYS = [
  'topic',
  'parameter',
  'short',
  'preset',
  'requires',
  'overhead',
  'column',
  'example',
  'see also',
] as const;
type Key = (typeof KEYS)[number];

interface Line {
  readonly text: string; // decoration and trailing space removed, indentation kept
  readonly span: Span;
}

interface Entry {
  readonly key: Key;
  readonly value: string;
  readonly span: Span;
  readonly below: string[]; // its indented lines
}

/** `header` is undefined when the script has none (any script may lack one). Diagnostics are warnings. */
export function parseScriptHeader(source: SourceFile): {
  readonly header: ScriptHeader | undefined;
  readonly diagnostics: Diagnostics;
} {
  const diagnostics = new Diagnostics();
  const lines = headerLines(source.text);
  const title = /^(\S+) +- +(\S.*)$/.exec(lines[0]?.text ?? '');
  if (!title) return { header: undefined, diagnostics };
  const { text, entries } = split(lines.slice(1), diagnostics);
  const short = new Map<string, string>();
  for (const entry of entries.filter(e => e.key === 'short')) readShort(entry, short, diagnostics);
  const values = (key: Key) => entries.filter(e => e.key === key).map(e => [e.value, ...e.below].join(' '));
  const header: ScriptHeader = {
    name: title[1]!,
    summary: title[2]!,
    description: paragraphs(text),
    topic: readTopic(
      entries.find(e => e.key === 'topic'),
      diagnostics,
    ),
    short,
    preset: new Map(values('preset').map(value => apart(value))),
    requires: values('requires'),
    overhead: values('overhead')[0],
    columns: values('column').map(named),
    parameters: values('parameter').map(named),
    examples: entries
      .filter(e => e.key === 'example')
      .map(e => ({ command: e.value, explanation: e.below.join(' ') })),
    seeAlso: values('see also').flatMap(value => value.split(/,\s*/).filter(Boolean)),
  };
  return { header, diagnostics };
}

/** 'type=ext4' */
function apart(value: string): readonly [string, string] {
  const [name = '', ...rest] = value.split('=');
  return [name.trim(), rest.join('=').trim()];
}

/** 'NAME its meaning' */
function named(value: string): { name: string; meaning: string } {
  const [name = '', ...meaning] = value.split(/\s+/);
  return { name, meaning: meaning.join(' ') };
}

/** The lines of the first comment, without the marks of comments. */
function headerLines(text: string): Line[] {
  const lexer = new Lexer(text, new Diagnostics());
  lexer.skipTrivia();
  const [first, ...rest] = lexer.comments;
  if (!first) return [];
  const lines: Line[] = [];
  const add = (start: number, written: string) => {
    for (const raw of written.split('\n')) {
      const line = raw.trimEnd().replace(/^\s*\*?\s?/, m => (m.includes('*') ? '' : m));
      lines.push({ text: line, span: { start, end: start + raw.length } });
      start += raw.length + 1;
    }
  };
  add(first.span.start + 2, first.text);
  let end = first.span.end;
  if (text.startsWith('//', first.span.start)) {
    for (const comment of rest) {
      if (!/^\r?\n[ \t]*$/.test(text.slice(end, comment.span.start))) break;
      add(comment.span.start + 2, comment.text);
      end = comment.span.end;
    }
  }
  const later = lines.slice(1).filter(l => l.text.trim() !== '');
  const indent = Math.min(...later.map(l => l.text.search(/\S/)), 80);
  const flush = lines.map((l, i) => ({ ...l, text: i === 0 ? l.text.trimStart() : l.text.slice(indent) }));
  while (flush[0]?.text === '') flush.shift();
  return flush;
}

function split(lines: readonly Line[], diagnostics: Diagnostics): { text: string[]; entries: Entry[] } {
  const text: string[] = [];
  const entries: Entry[] = [];
  for (const line of lines) {
    const found = /^([A-Za-z][A-Za-z ]{0,15}): *(.*)$/.exec(line.text);
    const key = KEYS.find(k => k === found?.[1]?.toLowerCase());
    const last = entries.at(-1);
    if (found && key) entries.push({ key, value: found[2]!, span: line.span, below: [] });
    else if (last && line.text.trim() === '') continue;
    else if (last && /^\s/.test(line.text)) last.below.push(line.text.trim());
    else if (last) {
      const hint = didYouMean(found?.[1]?.toLowerCase() ?? '', KEYS);
      diagnostics.warn('header-line', line.span, 'this line of the header belongs to no key', {
        hint: `${hint === undefined ? '' : `${hint} `}keys are ${KEYS.join(', ')}; lines that go on are indented.`,
      });
    } else text.push(line.text);
  }
  return { text, entries };
}

function paragraphs(lines: readonly string[]): string[] {
  const out: string[] = [];
  let current: string[] = [];
  const close = () => {
    if (current.length === 0) return;
    const asWritten = current.some(line => line.startsWith('  '));
    out.push(current.join(asWritten ? '\n' : ' '));
    current = [];
  };
  for (const line of lines) {
    if (line === '') close();
    else current.push(line);
  }
  close();
  return out;
}

function readTopic(entry: Entry | undefined, diagnostics: Diagnostics): Topic | undefined {
  const topic = topicNamed(entry?.value ?? '');
  if (entry !== undefined && topic === undefined) {
    diagnostics.warn('header-topic', entry.span, `"${entry.value}" is no topic`, {
      hint: `${didYouMean(entry.value, TOPICS) ?? ''} topics are ${TOPICS.join(', ')}.`.trimStart(),
    });
  }
  return topic;
}

function readShort(entry: Entry, into: Map<string, string>, diagnostics: Diagnostics): void {
  for (const word of [entry.value, ...entry.below].join(' ').split(/\s+/).filter(Boolean)) {
    const [, letter, name] = /^([A-Za-z0-9])=([A-Za-z][\w-]*)$/.exec(word) ?? [];
    if (letter === undefined || name === undefined) {
      diagnostics.warn('header-short', entry.span, `"${word}" is no short flag`, {
        hint: 'write a letter and a getopt() name: Short: t=timestamp p=pid',
      });
    } else if (into.has(letter)) {
      diagnostics.warn('header-short', entry.span, `the short flag "${letter}" is given twice`, {
        hint: 'a letter stands for one name',
      });
    } else into.set(letter, name);
  }
}
