// Completion within a program (-e): names of probes where one stands, else words of the language, the program's own maps and
// variables, and fields of args.
import { findHeader } from '../../compiler/language/packet/headers.js';
import { BUILTINS, FUNCTIONS } from '../../compiler/language/registry.js';
import { KEYWORDS } from '../../compiler/syntax/token.js';
import { type Candidate, type Completion, NOTHING, offered } from './candidates.js';
import { fieldsOfArgs, probeNames } from './probes.js';

type Place =
  | { readonly at: 'probe'; readonly start: number }
  /** In a predicate or a block of the probe whose attach points are these. */
  | { readonly at: 'code'; readonly points: string }
  | { readonly at: 'text' };

/** `text`: the program up to the cursor. */
export function completeProgram(text: string): Completion {
  const place = placeOf(text);
  if (place.at === 'text') return NOTHING;
  if (place.at === 'probe') {
    const start = place.start + text.slice(place.start).search(/[^\s,|]*$/);
    return offered(text, start, probeNames(text.slice(start)), true);
  }
  const [, holder, member = ''] = /(\w+)(?:\.|->)(\w*)$/.exec(text) ?? [];
  if (holder !== undefined)
    return offered(text, text.length - member.length, members(holder, place.points), true);
  const [word = ''] = /[@$]?\w*$/.exec(text) ?? [];
  return offered(text, text.length - word.length, words(text, word), true);
}

function placeOf(text: string): Place {
  let depth = 0;
  let inPredicate = false;
  let start = 0; // of the attach points
  let points = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') {
      const end = endOfString(text, i);
      if (end === -1) return { at: 'text' };
      i = end;
    } else if (c === '/' && depth === 0 && (inPredicate || /\s/.test(text[i - 1] ?? ''))) {
      if (!inPredicate) points = text.slice(start, i);
      inPredicate = !inPredicate;
    } else if (c === '{') {
      if (depth === 0 && points === '') points = text.slice(start, i);
      depth++;
    } else if (c === '}') {
      depth = Math.max(0, depth - 1);
      if (depth > 0) continue;
      start = i + 1;
      points = '';
    }
  }
  return depth > 0 || inPredicate
    ? { at: 'code', points }
    : points === ''
      ? { at: 'probe', start }
      : { at: 'text' };
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

function members(holder: string, points: string): Candidate[] {
  if (holder === 'args') return fieldsOfArgs(points.split(/,|\|\|/)[0]!.trim());
  return findHeader(holder)?.fields.map(({ name }) => ({ text: name })) ?? [];
}

function words(text: string, typed: string): Candidate[] {
  if (/^[@$]/.test(typed)) {
    const own = new Set(text.slice(0, text.length - typed.length).match(/[@$]\w+/g) ?? []);
    return [...own].map(word => ({ text: word }));
  }
  const functions = FUNCTIONS.map(({ name, doc }) => ({ text: `${name}(`, about: doc.summary }));
  const names = new Set(functions.map(({ text: name }) => name.slice(0, -1)));
  const builtins = BUILTINS.map(({ name, doc }) => ({ text: name, about: doc.summary }));
  const keywords = [...KEYWORDS].filter(word => !names.has(word)).map(word => ({ text: word }));
  return [...builtins, ...functions, ...keywords, { text: 'args', about: 'Arguments of the probe' }];
}
