// The tools with what their headers tell, as lists and completion want it.
import { readFileSync } from 'node:fs';
import { parseScriptHeader, type ScriptHeader } from '../../compiler/syntax/script-header.js';
import { isSubcommand } from '../subcommand-words.js';
import { allTools, type ToolFile } from '../tool-folders.js';

export interface CatalogEntry extends ToolFile {
  readonly header: ScriptHeader | undefined;
  /** What its name means instead; undefined: the tool. */
  readonly hiddenBy: string | undefined;
}

/** In the order of the folders, then by name. Files that cannot be read are left out. */
export function catalog(tools: readonly ToolFile[] = allTools()): CatalogEntry[] {
  const first = new Map<string, ToolFile>();
  for (const tool of tools) if (!first.has(tool.name)) first.set(tool.name, tool);
  return tools.flatMap(tool => {
    let text: string;
    try {
      text = readFileSync(tool.path, 'utf8');
    } catch {
      return [];
    }
    const { header } = parseScriptHeader({ name: tool.path, text });
    const meant = first.get(tool.name);
    const hiddenBy = isSubcommand(tool.name)
      ? 'the subcommand'
      : meant === tool
        ? undefined
        : meant?.folder.path;
    return [{ ...tool, header, hiddenBy }];
  });
}

/** Has it all these words, in name, summary, topic or description? */
export function isAbout({ name, header }: CatalogEntry, words: readonly string[]): boolean {
  const { summary = '', topic = '', description = [] } = header ?? {};
  const text = [name, summary, topic, ...description].join('\n').toLowerCase();
  return words.every(word => text.includes(word.toLowerCase()));
}
