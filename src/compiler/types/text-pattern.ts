// Patterns of text, for =~: `*` any run of bytes, `?` one, `[abc]` `[a-z]` one of a set, `[!abc]` one of no set, `\\` before a
// character takes its meaning away. A pattern is an automaton whose states are bits of one word: bit i is set when the text so far
// can be what i matchers and the stars between them take. Each byte takes all of them a step further at once:
//
//   states = (states & accepts[byte]) << 1 | states & stars

/** Matchers a pattern may have: the states are one more, and bits of a u64. */
export const MOST_MATCHERS = 63;

export interface TextPattern {
  /** For each byte, the states whose next matcher takes it; u64. */
  readonly accepts: readonly bigint[];
  /** States that stay what they are, whatever comes; u64. */
  readonly stars: bigint;
  /** How many matchers there are, which is the number of the state in which the whole text is taken. */
  readonly matchers: number;
}

/** What is wrong with it, as the end of a sentence about the pattern, when it is none. */
export function parseTextPattern(pattern: Uint8Array): TextPattern | string {
  const accepts = Array.from({ length: 256 }, () => 0n);
  let stars = 0n;
  let matchers = 0;
  const add = (takes: (byte: number) => boolean) => {
    for (let byte = 1; byte < 256; byte++) if (takes(byte)) accepts[byte]! |= 1n << BigInt(matchers);
    matchers++;
  };
  for (let i = 0; i < pattern.length; i++) {
    const byte = pattern[i]!;
    if (byte === STAR) stars |= 1n << BigInt(matchers);
    else if (byte === QUESTION) add(() => true);
    else if (byte === OPEN) {
      const set = parseSet(pattern, i);
      if (set === undefined) return 'has a [ without its ]';
      add(other => set.bytes.has(other) !== set.negated);
      i = set.close;
    } else {
      const own = byte === BACKSLASH ? pattern[++i] : byte;
      if (own === undefined) return 'ends in a backslash';
      add(other => other === own);
    }
    if (matchers > MOST_MATCHERS) return `is longer than ${MOST_MATCHERS} characters, stars apart`;
  }
  return { accepts, stars, matchers };
}

/** Does it take all of the text? */
export function matchesText({ accepts, stars, matchers }: TextPattern, text: Uint8Array): boolean {
  let states = 1n;
  for (const byte of text) states = ((states & accepts[byte]!) << 1n) | (states & stars);
  return (states >> BigInt(matchers)) % 2n === 1n;
}

const [STAR, QUESTION, OPEN, CLOSE, BACKSLASH, DASH] = [...'*?[]\\-'].map(c => c.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
];
const NEGATIONS: readonly (number | undefined)[] = [...'!^'].map(c => c.charCodeAt(0));

/** A `]` that comes first is one of the set. */
function parseSet(
  pattern: Uint8Array,
  open: number,
): { bytes: ReadonlySet<number>; negated: boolean; close: number } | undefined {
  const negated = NEGATIONS.includes(pattern[open + 1]);
  const start = open + (negated ? 2 : 1);
  const bytes = new Set<number>();
  for (let i = start; i < pattern.length; i++) {
    const byte = pattern[i]!;
    if (byte === CLOSE && i > start) return { bytes, negated, close: i };
    const last = pattern[i + 2];
    if (pattern[i + 1] === DASH && last !== undefined && last !== CLOSE) {
      for (let each = byte; each <= last; each++) bytes.add(each);
      i += 2;
    } else bytes.add(byte);
  }
  return undefined;
}
