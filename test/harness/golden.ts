// Golden tests: files of cases in the manner of lezer, each `# Title`, source, `==>`, expected text. A title may end in
// options as JSON: `# Title {"params": ["4"]}`. UPDATE_GOLDEN=1 rewrites the expected parts; review them as a diff.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

export interface GoldenCase {
  readonly title: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly source: string; // without the last line break
  readonly expected: string; // ends with one line break, or is ''
}

/** What a case gives; trailing white space at its end does not count. */
export type Produce = (source: string, options: Readonly<Record<string, unknown>>) => string;

const GOLDEN = fileURLToPath(new URL('../../../test/golden/', import.meta.url));

/** Declares one AVA test for each case of `test/golden/<folder>/<files matching pattern>.txt`. */
export function goldenTests(folder: string, produce: Produce, pattern = /./): void {
  const files = readdirSync(GOLDEN + folder).filter(f => f.endsWith('.txt') && pattern.test(f));
  for (const file of files.sort()) {
    const path = `${GOLDEN}${folder}/${file}`;
    const cases = readCases(readFileSync(path, 'utf8'));
    if (process.env.UPDATE_GOLDEN === '1') {
      const fresh = cases.map(c => ({ ...c, expected: tidy(produce(c.source, c.options)) }));
      writeFileSync(path, writeCases(fresh));
    }
    for (const c of cases) {
      test(`${folder}/${file}: ${c.title}`, t => {
        const actual = tidy(produce(c.source, c.options));
        t.is(actual, process.env.UPDATE_GOLDEN === '1' ? actual : c.expected);
      });
    }
  }
}

export function readCases(text: string): GoldenCase[] {
  const cases: GoldenCase[] = [];
  let title: string | undefined;
  let source: string[] = [];
  let expected: string[] | undefined;
  const close = () => {
    if (title === undefined) return;
    const options = /^(.*?)\s*(\{.*\})$/.exec(title);
    cases.push({
      title: options?.[1] ?? title,
      options: options ? JSON.parse(options[2]!) : {},
      source: trimLines(source).join('\n'),
      expected: tidy((expected ?? []).join('\n')),
    });
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('# ') && (title === undefined || expected !== undefined)) {
      close();
      title = line.slice(2);
      source = [];
      expected = undefined;
    } else if (line === '==>' && expected === undefined) expected = [];
    else if (expected !== undefined) expected.push(line);
    else source.push(line);
  }
  close();
  return cases;
}

export function writeCases(cases: readonly GoldenCase[]): string {
  return cases
    .map(({ title, options, source, expected }) => {
      const suffix = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : '';
      return `# ${title}${suffix}\n\n${source}\n\n==>\n\n${expected}`;
    })
    .join('\n');
}

function tidy(text: string): string {
  const trimmed = trimLines(text.split('\n')).join('\n').trimEnd();
  return trimmed === '' ? '' : `${trimmed}\n`;
}

/** Without the empty lines at both ends. */
function trimLines(lines: readonly string[]): string[] {
  const first = lines.findIndex(l => l.trim() !== '');
  const last = lines.findLastIndex(l => l.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}
