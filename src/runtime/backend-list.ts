// A file of backends: one a line, its address and what else is said of it; `#` begins a comment.
//
//   10.0.0.2 weight=3 mac=02:00:00:00:00:02
import type { Diagnostic, SourceFile } from '../compiler/diagnostics/diagnostic.js';
import { parseSingle } from '../compiler/language/names/address-range.js';
import type { SetSpec } from '../compiler/object-spec.js';
import { ipv4Text, ipv6Text } from '../output/text/address.js';
import { SetFileError } from './set-file-error.js';

export interface Backend {
  /** As addresses are printed. */
  readonly name: string;
  /** 4 or 16 bytes, network order. */
  readonly address: Uint8Array;
  /** 0: no new flows. */
  readonly weight: number;
  /** 6 bytes, zeros when there is none. */
  readonly mac: Uint8Array;
}

export const MOST_WEIGHT = 65_535;
/** More are counted, not told. */
const MOST_TOLD = 5;
const FORM =
  'a line is an address, and what else is said of it: 10.0.0.2 weight=3 mac=02:00:00:00:00:02; # begins a comment';

/** In order of lines. Throws a SetFileError for anything else, and for a file that is not whole. */
export function parseBackends(text: string, path: string): Backend[] {
  const problems: Diagnostic[] = [];
  const backends = new Map<string, Backend>();
  let at = 0;
  for (const line of text.split('\n')) {
    const words = wordsOf(line, at);
    const complain = (problem: Problem) => problems.push(failure(problem));
    const backend = words.length === 0 ? undefined : parseLine(words, complain);
    if (backend !== undefined && backends.has(backend.name))
      complain({ word: words[0]!, message: `${backend.name} is here twice` });
    else if (backend !== undefined) backends.set(backend.name, backend);
    at += line.length + 1;
  }
  const whole = { start: text.length, end: text.length, text: '' };
  if (problems.length === 0 && backends.size === 0)
    problems.push(
      failure({ word: whole, message: 'no backend is in the file', hint: 'weight=0 gives one no new flows' }),
    );
  else if (problems.length === 0 && !text.endsWith('\n'))
    problems.push(
      failure({
        word: whole,
        message: 'the last line has no end: is the file whole?',
        hint: 'end it with a newline',
      }),
    );
  if (problems.length > 0) throw new SetFileError(firstOf(problems), { name: path, text });
  return [...backends.values()];
}

interface Word {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Problem {
  readonly word: Word;
  readonly message: string;
  readonly hint?: string;
}

function wordsOf(line: string, at: number): Word[] {
  const [before = ''] = line.split('#', 1);
  return [...before.matchAll(/[^ \t\r]+/g)].map(({ 0: text, index }) => ({
    start: at + index,
    end: at + index + text.length,
    text,
  }));
}

/** Undefined: it was complained about. */
function parseLine(
  [first, ...rest]: readonly Word[],
  complain: (problem: Problem) => void,
): Backend | undefined {
  const single = parseSingle(first!.text);
  if (single === undefined || single.family === 'mac') {
    complain({ word: first!, message: `"${first!.text}" is no address`, hint: FORM });
    return undefined;
  }
  let weight = 1;
  let mac: Uint8Array = new Uint8Array(6);
  const said = new Set<string>();
  for (const word of rest) {
    const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(word.text) ?? [];
    if (said.has(key)) complain({ word, message: `${key} is said twice` });
    said.add(key);
    if (key === 'weight') {
      weight = /^\d{1,5}$/.test(value) ? Number(value) : MOST_WEIGHT + 1;
      if (weight > MOST_WEIGHT)
        complain({
          word,
          message: `"${value}" is no weight`,
          hint: `a whole number from 0 to ${MOST_WEIGHT}`,
        });
    } else if (key === 'mac') {
      const given = parseSingle(value);
      if (given?.family === 'mac') mac = given.bytes;
      else complain({ word, message: `"${value}" is no hardware address`, hint: 'mac=02:00:00:00:00:02' });
    } else complain({ word, message: `"${word.text}" is nothing that is said of a backend`, hint: FORM });
  }
  const { family, bytes } = single;
  const name = family === 4 ? ipv4Text(bytes, 0) : ipv6Text(bytes, 0);
  return { name, address: bytes, weight, mac };
}

function failure({ word: { start, end }, message, hint }: Problem): Diagnostic {
  const more = hint === undefined ? {} : { hint };
  return { severity: 'error', code: 'backend-file', span: { start, end }, message, notes: [], ...more };
}

/** The declaration of a set, and how to give it more room. */
export function tooManyBackends(
  { name, span, maxEntries }: Pick<SetSpec, 'name' | 'span' | 'maxEntries'>,
  count: number,
  path: string,
  source: SourceFile,
): SetFileError {
  const [start, end] = span;
  const word = { start, end, text: '' };
  const message = `${name} has room for ${maxEntries} backends, and ${path} has ${count}`;
  return new SetFileError([failure({ word, message, hint: `let ${name} = backends(${count});` })], source);
}

function firstOf(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = problems.slice(0, MOST_TOLD);
  const last = told.at(-1)!;
  const more = problems.length - told.length;
  if (more === 0) return told;
  const notes = [{ span: last.span, message: `${more} more mistakes are behind this one` }];
  return [...told.slice(0, -1), { ...last, notes }];
}
