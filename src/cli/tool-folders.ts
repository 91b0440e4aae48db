// Where tools lie: the folders of TSBPF_PATH, then the user's own ($XDG_CONFIG_HOME/tsbpf, by default ~/.config/tsbpf), then the
// library. The first that has NAME.bt gives the tool, so a changed copy goes before what it is a copy of.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type ToolOrigin = 'path' | 'own' | 'library';

export interface ToolFolder {
  readonly origin: ToolOrigin;
  readonly path: string;
}

export interface ToolFile {
  readonly name: string; // without .bt
  readonly path: string;
  readonly folder: ToolFolder;
}

const TOOL_NAME = /^[\w.-]+$/;

/** In the order in which a tool is looked for; they need not exist. */
export function* toolFolders(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Generator<ToolFolder> {
  for (const path of (variables.TSBPF_PATH ?? '').split(':')) if (path !== '') yield { origin: 'path', path };
  const own = ownFolder(variables);
  if (own !== undefined) yield { origin: 'own', path: own };
  const library = packageFolder('scripts-library');
  if (library !== undefined) yield { origin: 'library', path: library };
}

/** Undefined where nothing says whose it would be. */
export function ownFolder(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const { XDG_CONFIG_HOME: config, HOME: home } = variables;
  if (config?.startsWith('/')) return join(config, 'tsbpf'); // others are to be ignored, says the specification
  return home === undefined || home === '' ? undefined : join(home, '.config', 'tsbpf');
}

export function findTool(name: string): ToolFile | undefined {
  if (!TOOL_NAME.test(name)) return undefined;
  for (const folder of toolFolders()) {
    const path = join(folder.path, `${name}.bt`);
    if (existsSync(path)) return { name, path, folder };
  }
  return undefined;
}

/** Of all folders, in their order, then by name: those come again that others hide. */
export function allTools(): ToolFile[] {
  return [...toolFolders()].flatMap(folder =>
    namesIn(folder.path).map(name => ({ name, path: join(folder.path, `${name}.bt`), folder })),
  );
}

/** Sorted, each once. */
export function toolNames(): string[] {
  return [...new Set(allTools().map(({ name }) => name))].sort();
}

function namesIn(folder: string): string[] {
  let found: string[];
  try {
    found = readdirSync(folder);
  } catch {
    return [];
  }
  return found
    .filter(name => name.endsWith('.bt') && TOOL_NAME.test(name))
    .map(name => name.slice(0, -3))
    .sort();
}

/** A folder of the package, beside the bundle or above the compiled tree. */
export function packageFolder(name: 'scripts-library' | 'man'): string | undefined {
  let folder = dirname(import.meta.filename);
  for (;;) {
    if (existsSync(join(folder, 'scripts-library'))) return join(folder, name);
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
