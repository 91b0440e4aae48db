// test/coverage/*.txt: each feature names the test cases that show it, and those cases exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { readComparison } from '../harness/comparison.js';
import { inProject } from '../harness/project.js';

interface Feature {
  readonly words: string;
  readonly cases: readonly string[];
}

function features(text: string): Feature[] {
  return text
    .split('\n')
    .filter(line => line.includes(' :: ') && !line.startsWith('A line:'))
    .map(line => {
      const [words = '', cases = ''] = line.split(' :: ');
      return { words, cases: cases.startsWith('not yet: ') ? [] : cases.split(' | ') };
    });
}

/** Titles of a topic's cases, by topic. */
const titles = new Map<string, ReadonlySet<string>>();
for (const folder of ['bpftrace-comparison', 'probe-comparison']) {
  for (const file of readdirSync(inProject('test/kernel', folder))) {
    const { cases } = readComparison(readFileSync(inProject('test/kernel', folder, file), 'utf8'));
    titles.set(file.replace('.txt', ''), new Set(cases.map(c => c.title)));
  }
}

/** What is wrong with a reference. */
function problem(reference: string): string | undefined {
  const [, place = '', title = ''] = /^(\S+): (.*)$/.exec(reference) ?? [];
  const topic = titles.get(place);
  if (topic !== undefined) return topic.has(title) ? undefined : `${place}.txt has no case "${title}"`;
  const path = inProject('test', `${place}.ts`);
  if (!existsSync(path)) return `there is no test/${place}.ts`;
  const source = readFileSync(path, 'utf8');
  return ["'", '"', '`'].some(quote => source.includes(`${quote}${title}`))
    ? undefined
    : `test/${place}.ts has no test "${title}"`;
}

for (const file of readdirSync(inProject('test/coverage'))) {
  const list = features(readFileSync(inProject('test/coverage', file), 'utf8'));
  test(`${file}: the cases of ${list.length} features exist`, t => {
    const seen = new Set<string>();
    for (const { words } of list) {
      t.false(seen.has(words), `twice: ${words}`);
      seen.add(words);
    }
    const problems = list.flatMap(({ words, cases }) =>
      cases.map(problem).flatMap(each => (each === undefined ? [] : [`${words}: ${each}`])),
    );
    t.deepEqual(problems, []);
    t.true(list.length > 100);
  });
}
