// Makes a failing script smaller: drops lines (whole blocks by their braces), then simplifies within lines, as long as it still
// fails in the same way.

const MAX_ATTEMPTS = 400;

/** `fails`: whether a candidate still shows the failure (false for whatever is no program). */
export function shrink(script: string, fails: (candidate: string) => boolean): string {
  let attempts = 0;
  let best = script;
  const accept = (candidate: string): boolean => {
    if (candidate === best || attempts++ >= MAX_ATTEMPTS || !fails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let before = ''; before !== best; ) {
    before = best;
    dropLines(best, accept);
    for (const [pattern, replacement] of SIMPLER) replaceEach(() => best, pattern, replacement, accept);
  }
  return best;
}

function dropLines(script: string, accept: (candidate: string) => boolean): void {
  let lines = script.split('\n');
  for (let i = lines.length - 1; i >= 0; i--) {
    const end = blockEnd(lines, i);
    const without = lines.toSpliced(i, end - i + 1);
    if (accept(without.join('\n'))) lines = without;
    else if (end > i) {
      const unwrapped = lines.toSpliced(end, 1).toSpliced(i, 1);
      if (!unwrapped.some(line => line.includes('} else {')) && accept(unwrapped.join('\n')))
        lines = unwrapped;
    }
  }
}

/** Line that closes the block opened at `start`; itself when it opens none. */
function blockEnd(lines: readonly string[], start: number): number {
  const indent = indentOf(lines[start]!);
  if (!lines[start]!.endsWith('{')) return start;
  for (let i = start + 1; i < lines.length; i++) {
    if (indentOf(lines[i]!) === indent && lines[i]!.trim() === '}') return i;
  }
  return start;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

const CALL_FREE = '[^()]*';
const SIMPLER: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`\\((${CALL_FREE}) \\? (${CALL_FREE}) : (${CALL_FREE})\\)`, 'g'), '$2'],
  [new RegExp(`\\((${CALL_FREE}) \\? (${CALL_FREE}) : (${CALL_FREE})\\)`, 'g'), '$3'],
  [new RegExp(`\\((${CALL_FREE}) [-+*/%&|^<>=!]+ (${CALL_FREE})\\)`, 'g'), '$1'],
  [new RegExp(`\\((${CALL_FREE}) [-+*/%&|^<>=!]+ (${CALL_FREE})\\)`, 'g'), '$2'],
  [/\(\((\([^()]*\)|[^()]*)\)\)/g, '($1)'],
  [/[-~]\(([^()]*)\)/g, '$1'],
  [/\(u?int\d+\)(\([^()]*\)|[\w@$]+)/g, '$1'],
  [/\b\d{3,}\b/g, '7'],
  [/, [^,()]*(?=\);)/g, ''],
];

function replaceEach(
  current: () => string,
  pattern: RegExp,
  replacement: string,
  accept: (candidate: string) => boolean,
): void {
  for (let skip = 0; skip < 60; skip++) {
    let index = 0;
    const candidate = current().replace(pattern, (...args) => {
      const [match, ...groups] = args as [string, ...string[]];
      if (index++ !== skip) return match;
      return replacement.replace(/\$(\d)/g, (_, digit: string) => groups[Number(digit) - 1] ?? '');
    });
    if (index <= skip) return;
    if (accept(candidate)) skip--;
  }
}
