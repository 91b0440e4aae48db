// What --info found, as data: sections of rows, written as text for people or as JSON for programs.

export interface Row {
  readonly key: string; // in JSON
  readonly label: string;
  readonly value: string | number | boolean;
  /** What to do about it, or what it means: only where something is missing. */
  readonly advice?: string;
}

export interface Section {
  readonly key: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Columns. */
const LABEL_WIDTH = 30;
const WIDTH = 80;

export function textOf(sections: readonly Section[]): string {
  return sections
    .map(({ title, rows }) => `${title}\n${rows.map(row => `${rowText(row)}\n`).join('')}`)
    .join('\n');
}

/** The value behind its label, words on as many lines as they take. */
function rowText({ label, value, advice }: Row): string {
  const said = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  const words = `${said}${advice === undefined ? '' : `: ${advice}`}`.split(' ');
  const lines: string[] = [`  ${label.padEnd(LABEL_WIDTH - 1)}`];
  for (const word of words) {
    const line = lines.at(-1)!;
    if (line.length + 1 + word.length <= WIDTH || line.trim() === '')
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${' '.repeat(LABEL_WIDTH + 2)}${word}`);
  }
  return lines.join('\n');
}

/** An object of objects; `advice` lists what there is to do. */
export function jsonOf(sections: readonly Section[]): string {
  const found = Object.fromEntries(
    sections.map(({ key, rows }) => [key, Object.fromEntries(rows.map(row => [row.key, row.value]))]),
  );
  const advice = sections.flatMap(({ key, rows }) =>
    rows.flatMap(row => (row.advice === undefined ? [] : [[`${key}.${row.key}`, row.advice]])),
  );
  return `${JSON.stringify({ ...found, advice: Object.fromEntries(advice) })}\n`;
}
