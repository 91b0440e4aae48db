// Makes a failing script smaller, by its syntax tree: probes and runs are dropped, statements removed or replaced by what is in
// them, expressions by one of their parts or by a literal, as long as it still fails in the same way.
import type { Program } from '../../src/compiler/syntax/ast.js';
import { printProgram } from '../../src/compiler/syntax/printer.js';
import { headText, parseScript } from './script.js';

const MAX_ATTEMPTS = 1500;

type Path = readonly (string | number)[];
type Tree = { readonly [key: string]: unknown };

interface Shape {
  readonly program: Program;
  readonly runs: readonly number[];
}

/** `fails`: whether a candidate still shows the failure (false for whatever is no program). */
export function shrink(text: string, fails: (candidate: string) => boolean): string {
  const script = parseScript(text);
  const memory = /^\/\/ memory: (\d+)$/m.exec(text)?.[1];
  const textOf = ({ program, runs }: Shape) =>
    headText(runs, memory === undefined ? undefined : Number(memory)) + printProgram(program);
  let attempts = 0;
  let best: Shape = script;
  let shortest = text;
  const accept = (candidate: Shape): boolean => {
    if (attempts >= MAX_ATTEMPTS) return false;
    let written: string;
    try {
      written = textOf(candidate);
    } catch {
      return false;
    }
    if (written === shortest) return false;
    attempts++;
    if (!fails(written)) return false;
    best = candidate;
    shortest = written;
    return true;
  };
  for (let before = ''; before !== shortest && attempts < MAX_ATTEMPTS; ) {
    before = shortest;
    dropRuns(() => best, accept);
    dropProbes(() => best, accept);
    dropItems(() => best, accept);
    simplify(() => best, accept);
  }
  return shortest;
}

type Current = () => Shape;
type Accept = (candidate: Shape) => boolean;

function dropRuns(current: Current, accept: Accept): void {
  for (let i = current().runs.length - 1; i >= 0; i--) {
    if (current().runs.length > 1) accept({ ...current(), runs: current().runs.toSpliced(i, 1) });
  }
}

function dropProbes(current: Current, accept: Accept): void {
  for (let i = current().program.probes.length - 1; i >= 0; i--) {
    const { program, runs } = current();
    if (program.probes.length === 1) return;
    const left = runs.filter(run => run !== i).map(run => (run > i ? run - 1 : run));
    if (left.length > 0)
      accept({ program: { ...program, probes: program.probes.toSpliced(i, 1) }, runs: left });
  }
}

const LISTS = ['statements', 'config', 'definitions', 'macros', 'mapDeclarations', 'args', 'keys'];

/** Whole statements and definitions, in halves first; arguments; an unwanted predicate. */
function dropItems(current: Current, accept: Accept): void {
  for (const path of pathsOf(
    current().program,
    (node, key) => LISTS.includes(`${key}`) && Array.isArray(node),
  )) {
    const list = at(current().program, path) as unknown[] | undefined;
    if (!Array.isArray(list)) continue;
    for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let start = list.length - size; start >= 0; start -= size) {
        const now = at(current().program, path) as unknown[] | undefined;
        if (!Array.isArray(now) || start >= now.length) continue;
        accept({ ...current(), program: replaced(current().program, path, now.toSpliced(start, size)) });
      }
    }
  }
  for (const path of pathsOf(
    current().program,
    (node, key) => isNode(node) && ['predicate', 'else'].includes(`${key}`),
  )) {
    if (at(current().program, path) !== undefined) {
      accept({ ...current(), program: replaced(current().program, path, undefined) });
    }
  }
}

const STATEMENTS = ['if', 'unroll', 'while', 'for-range', 'for-map', 'block'];

/** Nodes by something simpler, from the outside in. */
function simplify(current: Current, accept: Accept): void {
  for (const path of pathsOf(current().program, isNode)) {
    for (let again = true; again; ) {
      again = false;
      const node = at(current().program, path);
      if (!isNode(node)) break;
      for (const simpler of simplerForms(node)) {
        if (accept({ ...current(), program: replaced(current().program, path, simpler) })) {
          again = true;
          break;
        }
      }
    }
  }
}

function simplerForms(node: Tree): unknown[] {
  const { kind, span } = node;
  if (STATEMENTS.includes(`${kind}`)) {
    return [node.body, node.then, node.else].filter(part => part !== undefined && kind !== 'block');
  }
  if (!EXPRESSIONS.includes(`${kind}`)) return [];
  const parts = Object.values(node)
    .flatMap(part => (Array.isArray(part) ? part : [part]))
    .map(part => (isNode(part) && 'value' in part && !('kind' in part) ? part.value : part))
    .filter(part => isNode(part) && EXPRESSIONS.includes(`${part.kind}`));
  const number = (value: bigint) => ({
    kind: 'integer-literal',
    value,
    unsigned: false,
    text: `${value}`,
    span,
  });
  if (kind === 'integer-literal') {
    const value = node.value as bigint;
    return value < 4n ? [] : [number(1n), number(value / 2n ** 16n), number(value / 16n), number(7n)];
  }
  const text = { kind: 'string-literal', bytes: new Uint8Array(), span };
  if (kind === 'string-literal') return (node.bytes as Uint8Array).length > 0 ? [text] : [];
  return [...parts, number(0n), number(1n), text];
}

const EXPRESSIONS = [
  'variable',
  'map-access',
  'integer-literal',
  'string-literal',
  'boolean-literal',
  'identifier',
  'call',
  'unary',
  'update',
  'binary',
  'ternary',
  'cast',
  'member',
  'index',
  'tuple',
  'record',
  'block-expression',
  'if-expression',
  'sizeof',
];

function isNode(value: unknown): value is Tree {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** Places of the tree that a test picks, outer ones first. */
function pathsOf(root: unknown, test: (node: unknown, key: string | number) => boolean): Path[] {
  const found: Path[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if (path.length > 0 && test(value, path.at(-1)!)) found.push(path);
    for (const [key, part] of Object.entries(value)) {
      if (key !== 'span' && !key.endsWith('Span'))
        visit(part, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  visit(root, []);
  return found;
}

function at(root: unknown, path: Path): unknown {
  let node = root;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Tree)[key];
  }
  return node;
}

function replaced<T>(root: T, [key, ...rest]: Path, value: unknown): T {
  if (key === undefined) return value as T;
  const copy = Array.isArray(root) ? [...root] : { ...(root as Tree) };
  (copy as Record<string | number, unknown>)[key] = replaced((root as Tree)[key], rest, value);
  return copy as T;
}
