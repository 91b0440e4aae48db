// tsbpf tools: the tools by topic, a line each; what is not of the library with the folder that it is from.
import { homedir } from 'node:os';
import { didYouMean } from '../../compiler/diagnostics/suggest.js';
import { TOPICS, topicTitle } from '../../compiler/syntax/topics.js';
import { openByteOutput } from '../../output/byte-output.js';
import type { RowField } from '../../output/row-fields.js';
import type { Format } from '../config.js';
import { say } from '../standard-error.js';
import { type CatalogEntry, catalog, isAbout } from './catalog.js';

const OTHER = 'Other';

const FIELDS: readonly RowField<CatalogEntry>[] = [
  { name: 'name', of: tool => tool.name },
  { name: 'topic', of: tool => tool.header?.topic },
  { name: 'summary', of: tool => tool.header?.summary },
  { name: 'path', of: tool => tool.path },
];

/** 1 when there is none. */
export async function listTools(
  opts: Readonly<Record<string, unknown>>,
  words: readonly string[],
): Promise<number> {
  const all = catalog();
  const found = all.filter(tool => isAbout(tool, words));
  if (found.length === 0) {
    const hint = didYouMean(words[0] ?? '', [...all.map(({ name }) => name), ...TOPICS]);
    say(`No tool is about "${words.join(' ')}"${hint === undefined ? '' : `; ${hint}`}\n`);
    return 1;
  }
  const format = opts.format as Format | undefined;
  const output = opts.output as string | undefined;
  if (format === undefined || format === 'text') {
    const to = openByteOutput({ path: output, buffering: 'full' });
    to.write(Buffer.from(toolList(found), 'utf8'));
    to.close();
    return 0;
  }
  const { openRows } = await import('../inspect/print-rows.js');
  const printer = await openRows({ format, output });
  printer.print(
    FIELDS,
    found.filter(({ hiddenBy }) => hiddenBy === undefined),
  );
  await printer.close();
  return 0;
}

/** Groups by topic, with an empty line between. */
export function toolList(tools: readonly CatalogEntry[]): string {
  const width = Math.max(...tools.map(({ name }) => name.length)) + 2;
  const groups = [...TOPICS, undefined].flatMap(topic => {
    const of = tools.filter(({ header }) => header?.topic === topic);
    if (of.length === 0) return [];
    const lines = of.map(tool => `  ${tool.name.padEnd(width)}${wordsOf(tool)}`.trimEnd());
    return [[topic === undefined ? OTHER : topicTitle(topic), ...lines].join('\n')];
  });
  return `${groups.join('\n\n')}\n`;
}

function wordsOf({ header, folder, hiddenBy }: CatalogEntry): string {
  const notes = [
    ...(folder.origin === 'library' ? [] : [shortened(folder.path)]),
    ...(hiddenBy === undefined ? [] : [`hidden by ${shortened(hiddenBy)}`]),
  ];
  const note = notes.length === 0 ? '' : `(${notes.join(', ')})`;
  return [header?.summary ?? '', note].filter(Boolean).join('  ');
}

function shortened(path: string): string {
  const home = homedir();
  return home.length > 1 && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
