// tsbpf edit TOOL: a copy of a tool to change. As a tool of the user's own it goes before the original; nothing is overwritten.
import { spawnSync } from 'node:child_process';
import { constants, copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { didYouMean } from '../../compiler/diagnostics/suggest.js';
import { isTerminal } from '../../output/terminal.js';
import { UsageError } from '../config.js';
import { say } from '../standard-error.js';
import { findTool, ownFolder, toolNames } from '../tool-folders.js';
import { splitCommand } from '../words.js';

/** Throws a UsageError: there is no such tool, or the file is there already. */
export function editTool(
  opts: Readonly<Record<string, unknown>>,
  [name = '', path]: readonly string[],
  invokedAs: string,
): number {
  const tool = findTool(name);
  if (tool === undefined) {
    const hint = didYouMean(name, toolNames()) ?? `'${invokedAs} tools' lists the tools`;
    throw new UsageError(`edit: no tool '${name}'; ${hint}`);
  }
  const target = targetOf(name, path);
  const editor = opts.editor === false || !isTerminal(0) || !isTerminal(1) ? undefined : editorOf();
  if (!existsSync(target)) {
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(tool.path, target, constants.COPYFILE_EXCL);
    say(`${target} is a copy of ${tool.path}\nRun it as: ${invokedAs} ${runAs(name, path, target)}\n`);
  } else if (path !== undefined || editor === undefined) {
    throw new UsageError(
      `edit: ${target} is there already, and is not overwritten: change it, or name another path`,
    );
  }
  return editor === undefined ? 0 : open(editor, target);
}

/** Without a path one's own folder; a folder as path keeps the name. */
function targetOf(name: string, path: string | undefined): string {
  if (path === undefined) {
    const own = ownFolder();
    if (own === undefined) throw new UsageError('edit: neither XDG_CONFIG_HOME nor HOME is set: name a path');
    return join(own, `${name}.bt`);
  }
  const isFolder = path.endsWith('/') || (existsSync(path) && statSync(path).isDirectory());
  return isFolder ? join(path, `${name}.bt`) : path;
}

/** sudo has a HOME of its own, so the file's name is safer there. */
function runAs(name: string, path: string | undefined, target: string): string {
  const file = target.includes('/') || target.endsWith('.bt') ? target : `./${target}`;
  if (path !== undefined) return file;
  return process.getuid?.() === 0 ? name : `${name} (with sudo: ${file})`;
}

/** As a shell would split it: 'code --wait'. */
function editorOf(): readonly string[] | undefined {
  const words = splitCommand(process.env.VISUAL || process.env.EDITOR || '');
  return words.length === 0 ? undefined : words;
}

function open([program = '', ...args]: readonly string[], file: string): number {
  const { error, status } = spawnSync(program, [...args, file], { stdio: 'inherit' });
  if (error !== undefined)
    throw new UsageError(`edit: the editor '${program}' cannot be run; the file is ${file}`);
  return status ?? 1;
}
