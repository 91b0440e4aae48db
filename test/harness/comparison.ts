// Comparison with bpftrace as data: one-liners in text files, each with what bpftrace printed for it as text and as JSON when
// the file was recorded. A case is
//
//   # title
//   $ -c true -e PROG         the command line; PROG, FILE and OUT stand for the program and two files. `env A=b` first sets
//   WORK opens 20 /x          a workload (test/workload) that is run as the command of -c; its output is dropped
//   ~ /regex/replacement/     applied to what is compared: a pid, a time
//   UNORDERED                 lines (in JSON, keys) come in any order: bpftrace does not sort maps of plain integers
//   DIFFERS reason            a deliberate difference: what tsbpf gives is recorded below bpftrace's
//   program
//   ==> text 0                exit code, then stdout; then `==> stderr`: places of errors, run-time warnings

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitCommand } from '../../src/cli/words.js';
import { type WorkloadName, workload } from '../workload/workload.js';
import { IN_GUEST } from './guest.js';

export interface ComparisonCase {
  readonly title: string;
  readonly command: string | undefined;
  readonly work: string | undefined;
  readonly varies: readonly string[];
  readonly differs: string | undefined;
  readonly unordered: boolean;
  readonly program: string;
  /** Sections by head: `text 0`, `stderr`, `json 0`, `tsbpf text 0`, ... */
  readonly recorded: readonly Section[];
}

export interface Section {
  readonly head: string;
  readonly body: string;
}

export function readComparison(text: string): { preface: string; cases: ComparisonCase[] } {
  const parts = text.split(/^(?=# )/m);
  const preface = parts[0]!.startsWith('# ') ? '' : parts.shift()!;
  // All but the last end with the empty line between cases; other empty lines are output.
  const last = parts.length - 1;
  return { preface, cases: parts.map((part, i) => readCase(i === last ? part : part.replace(/\n$/, ''))) };
}

function readCase(text: string): ComparisonCase {
  const [source, ...sections] = text.split(/^==> /m);
  const lines = source!.split('\n');
  const title = lines.shift()!.slice(2);
  let command: string | undefined;
  let work: string | undefined;
  let differs: string | undefined;
  let unordered = false;
  const varies: string[] = [];
  for (; lines.length > 0; lines.shift()) {
    const line = lines[0]!;
    if (line.startsWith('$ ')) command = line.slice(2);
    else if (line.startsWith('WORK ')) work = line.slice(5);
    else if (line.startsWith('~ ')) varies.push(line.slice(2));
    else if (line.startsWith('DIFFERS ')) differs = line.slice(8);
    else if (line === 'UNORDERED') unordered = true;
    else break;
  }
  const recorded = sections.map(section => {
    const end = section.indexOf('\n');
    return { head: section.slice(0, end), body: section.slice(end + 1) };
  });
  return { title, command, work, varies, differs, unordered, program: lines.join('\n').trimEnd(), recorded };
}

export function writeComparison(preface: string, cases: readonly ComparisonCase[]): string {
  const blocks = cases.map(c => {
    const head = [`# ${c.title}`];
    if (c.command !== undefined) head.push(`$ ${c.command}`);
    if (c.work !== undefined) head.push(`WORK ${c.work}`);
    head.push(...c.varies.map(v => `~ ${v}`));
    if (c.unordered) head.push('UNORDERED');
    if (c.differs !== undefined) head.push(`DIFFERS ${c.differs}`);
    return `${head.join('\n')}\n${c.program}\n${c.recorded.map(s => `==> ${s.head}\n${s.body}`).join('')}`;
  });
  return preface + blocks.join('\n');
}

export interface Observation {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a case with a program (bin/tsbpf or a bpftrace). */
export async function observe(
  program: string,
  { command = '-e PROG', work, program: text }: ComparisonCase,
  format: 'text' | 'json',
): Promise<Observation> {
  const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
  try {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
    for (const name of ['FORCE_COLOR', 'NODE_EXTRA_CA_CERTS', 'NODE_V8_COVERAGE']) delete env[name];
    const words = splitCommand(command);
    if (words[0] === 'env') {
      words.shift();
      while (/^\w+=/.test(words[0] ?? '')) {
        const [, name, value] = /^(\w+)=(.*)$/s.exec(words.shift()!)!;
        env[name!] = value;
      }
    }
    const file = join(folder, 'script.bt');
    const out = join(folder, 'out');
    writeFileSync(file, `${text}\n`);
    const stand: Record<string, string> = { PROG: text, FILE: file, OUT: out };
    // bpftrace's -c takes no scripts.
    const beside = work === undefined ? [] : ['-c', `/bin/sh ${workScript(work, folder)}`];
    const args = [...beside, ...words.map(word => stand[word] ?? word)];
    const seen = await collect(program, [...(format === 'json' ? ['-f', 'json'] : []), ...args], env, text);
    const tidy = (s: string) => s.replaceAll(file, 'script.bt').replaceAll(folder, '');
    const written = words.includes('OUT') ? `-- file:\n${readFileSync(out, 'utf8')}` : '';
    return { code: seen.code, stdout: tidy(seen.stdout) + written, stderr: tidy(seen.stderr) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file that runs a workload, quietly. */
export function workScript(work: string, folder: string): string {
  const [name, ...args] = splitCommand(work);
  const file = join(folder, 'work');
  writeFileSync(file, `#!/bin/sh\nexec ${workload(name as WorkloadName)} ${args.join(' ')} >/dev/null\n`, {
    mode: 0o755,
  });
  return file;
}

function collect(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input: string,
): Promise<Observation> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), IN_GUEST ? 200_000 : 20_000);
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(`${input}\n`);
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(timer);
      resolve({
        code: code ?? undefined,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      });
    });
  });
}

/** What of an observation is compared, as sections: `text 0` and, when it says anything, `stderr`. */
export function sections(
  { varies, unordered }: ComparisonCase,
  format: 'text' | 'json',
  seen: Observation,
): Section[] {
  let stdout = seen.stdout;
  for (const rule of varies) {
    const [, pattern, replacement] = /^\/(.*)\/(.*)\/$/.exec(rule)!;
    stdout = stdout.replace(new RegExp(pattern!, 'gm'), replacement!);
  }
  if (unordered) stdout = sorted(stdout, format);
  if (stdout !== '' && !stdout.endsWith('\n')) stdout += '\\\n'; // no line break at the end
  const said = diagnosticsOf(seen.stderr);
  const result = [{ head: `${format} ${seen.code ?? 'killed'}`, body: stdout }];
  if (format === 'text' && said.length > 0) result.push({ head: 'stderr', body: `${said.join('\n')}\n` });
  return result;
}

function sorted(stdout: string, format: 'text' | 'json'): string {
  const lines = stdout.split('\n').filter(line => line !== '');
  const byKey = (line: string) =>
    JSON.stringify(JSON.parse(line), (_, value) =>
      value === null || typeof value !== 'object' || Array.isArray(value)
        ? value
        : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
  return `${(format === 'json' ? lines.map(byKey) : lines.sort()).join('\n')}\n`;
}

/**
 * Whether what was seen is what was recorded; the place of an error may be a part of what bpftrace marks, or the whole, and
 * where bpftrace gives none, any will do.
 */
export function agree(recorded: readonly Section[], seen: readonly Section[]): boolean {
  const isPlace = (s: Section) => s.head === 'stderr' && s.body.endsWith(': ERROR\n');
  const failed = recorded.some(s => s.head === 'text 1');
  const plain = (list: readonly Section[]) =>
    JSON.stringify(list.filter(s => !(failed && isPlace(s))).map(s => [s.head, s.body]));
  if (plain(recorded) !== plain(seen)) return false;
  const [place] = recorded.filter(isPlace);
  const [found] = seen.filter(isPlace);
  return place === undefined || (found !== undefined && overlap(place.body, found.body));
}

function overlap(a: string, b: string): boolean {
  const [x, y] = [a, b].map(text => /^(.*?):(\d+):(\d+)(?:-(\d+))?: /.exec(text));
  if (x?.[1]?.startsWith('stdlib/')) return true; // inside of bpftrace's own library
  if (x == null || y == null || x[1] !== y[1] || x[2] !== y[2]) return false;
  const end = (m: RegExpExecArray) => Number(m[4] ?? m[3]);
  return Number(x[3]) <= end(y) && Number(y[3]) <= end(x);
}

/** Where the first error is, or what was warned of at run time: the words of errors are our own. */
function diagnosticsOf(stderr: string): string[] {
  const heads = stderr.split('\n').flatMap(line => {
    const head = /^(\S+?:\d+:\d+(?:-\d+)?): (ERROR|WARNING): (.*)$/.exec(line);
    return head === null ? [] : [{ place: head[1]!, severity: head[2]!, message: head[3]! }];
  });
  const error = heads.find(h => h.severity === 'ERROR');
  if (error !== undefined) return [`${error.place}: ERROR`];
  return heads.filter(h => RUN_TIME.test(h.message)).map(h => `${h.place}: WARNING: ${h.message}`);
}

const RUN_TIME = /Divide or modulo|Map full|careful|bad/;
