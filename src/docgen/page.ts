// A page of the manual as plain data, before it is any format: sections of paragraphs, lists of terms, and code. In texts,
// `backquotes` set something to be typed as it stands, <angle> brackets something to be replaced.

export interface Page {
  readonly name: string; // 'tsbpf-language'
  readonly section: 7 | 8; // of the manual
  /** What follows the name in NAME; no full stop. */
  readonly summary: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string; // in capitals
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string };

export interface Term {
  readonly term: string; // marked up as texts are
  readonly blocks: readonly Block[]; // text and code only
}

/** What is printed at the foot of every page. */
export interface Edition {
  readonly version: string; // 'tsbpf 0.1.0'
  readonly date: string; // of the release, YYYY-MM-DD
}

export function text(...paragraphs: readonly string[]): Block[] {
  return paragraphs.map(paragraph => ({ kind: 'text', text: paragraph }));
}

export function code(...lines: readonly string[]): Block {
  return { kind: 'code', text: lines.join('\n') };
}

export function heading(title: string): Block {
  return { kind: 'heading', text: title };
}

/** `[term, meaning]` pairs. */
export function terms(rows: readonly (readonly [term: string, meaning: string])[]): Block {
  return { kind: 'terms', terms: rows.map(([term, meaning]) => ({ term, blocks: text(meaning) })) };
}

/** Every sentence ends in a full stop. */
export function sentence(words: string): string {
  return /[.!?:]$/.test(words) ? words : `${words}.`;
}

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
