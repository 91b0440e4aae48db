// The house rules of src/README.md, read off the imports: which folder may import which, no cycles between folders or files,
// ink and react in one place behind a dynamic import, no name that says nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import test from 'ava';
import { inProject } from '../harness/project.js';

const SRC = inProject('src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(f => /\.tsx?$/.test(f));

/** Value imports only: `import type` is free, and so is a name imported with `type` in front. */
function importsOf(file: string): { readonly from: string; readonly dynamic: boolean }[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found: { from: string; dynamic: boolean }[] = [];
  for (const [, clause = '', from = ''] of text.matchAll(
    /^(?:import|export)\s+([^;]*?)\s*from\s+'([^']+)'/gms,
  )) {
    if (clause.startsWith('type ')) continue;
    const named = /^\{(.*)\}$/s.exec(clause)?.[1];
    if (named?.split(',').every(name => name.trim() === '' || name.trim().startsWith('type '))) continue;
    found.push({ from, dynamic: false });
  }
  for (const [, from = ''] of text.matchAll(/\bimport\('([^']+)'\)\s*(?!\.\w+\.?\w*\s*[;,)]\s*\/\/ type)/g))
    found.push({ from, dynamic: true });
  return found;
}

/** 'compiler/lower' of 'compiler/lower/event.ts'; 'output/live', 'cli', ... */
function roomOf(file: string): string {
  const [first = '', second = '', third] = file.split('/');
  if (first === 'compiler' || first === 'kernel')
    return third === undefined ? `${first}/` : `${first}/${second}`;
  return first === 'output' && second === 'live' ? 'output/live' : first;
}

const LEAVES = ['compiler/diagnostics', 'compiler/types', 'compiler/btf', 'compiler/bpf'];
const STAGES = [
  'compiler/syntax',
  'compiler/check',
  'compiler/lower',
  'compiler/optimize',
  'compiler/codegen',
];
const KERNEL = ['kernel/sys', 'kernel/host', 'kernel/load', 'kernel/attach'];

/** Room -> rooms whose values it may use, besides its own. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  'compiler/diagnostics': LEAVES,
  'compiler/types': LEAVES,
  'compiler/btf': LEAVES,
  'compiler/bpf': LEAVES,
  'compiler/language': LEAVES,
  'compiler/ir': LEAVES,
  'compiler/elf': LEAVES,
  ...Object.fromEntries(
    STAGES.map((stage, i) => [stage, [...LEAVES, 'compiler/language', 'compiler/ir', ...STAGES.slice(0, i)]]),
  ),
  'compiler/': [...LEAVES, 'compiler/language', 'compiler/ir', ...STAGES],
  ...Object.fromEntries(KERNEL.map(room => [room, [...LEAVES, ...KERNEL]])),
  runtime: [...LEAVES, 'compiler/language', 'compiler/', ...KERNEL, 'output'],
  output: ['compiler/types', 'compiler/diagnostics'],
  'output/live': ['compiler/types', 'compiler/diagnostics', 'output'],
  docgen: [...LEAVES, 'compiler/language', 'compiler/syntax'],
};

const local = (file: string) =>
  importsOf(file)
    .filter(i => i.from.startsWith('.'))
    .map(i => ({ ...i, to: normalize(join(dirname(file), i.from)).replace(/\.js$/, '') }))
    .map(i => ({ ...i, to: files.find(f => f.replace(/\.tsx?$/, '') === i.to) ?? i.to }));

test('a room imports only what the house rules name', t => {
  const wrong: string[] = [];
  for (const file of files) {
    const room = roomOf(file);
    for (const { to } of local(file)) {
      const target = roomOf(to);
      if (target === room || room === 'cli') continue;
      if (room === 'output' && target === 'output/live') continue; // checked below: dynamic only
      if (!(MAY[room] ?? []).includes(target)) wrong.push(`${file} -> ${to}`);
    }
  }
  t.deepEqual(wrong, []);
});

test('files do not import each other in a circle', t => {
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const { to, dynamic } of local(file)) if (!dynamic && files.includes(to)) visit(to, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  t.deepEqual(circles, []);
});

test('ink and react are imported in output/live only, which is imported dynamically only', t => {
  const wrong: string[] = [];
  for (const file of files) {
    if (roomOf(file) === 'output/live') continue;
    for (const { from } of importsOf(file))
      if (/^(ink|react)(\/|$)/.test(from)) wrong.push(`${file} imports ${from}`);
    for (const { to, dynamic } of local(file)) {
      if (roomOf(to) === 'output/live' && !dynamic && !/\/model(\.ts)?$/.test(to))
        wrong.push(`${file} imports ${to} statically`);
    }
  }
  t.deepEqual(wrong, []);
});

test('the compiler is pure: no Node module is imported in it', t => {
  const wrong = files
    .filter(file => file.startsWith('compiler/'))
    .flatMap(file =>
      importsOf(file)
        .filter(i => i.from.startsWith('node:'))
        .map(i => `${file} imports ${i.from}`),
    );
  t.deepEqual(wrong, []);
});

test('the native shim is reached through kernel/sys only', t => {
  const wrong = files
    .filter(file => !file.startsWith('kernel/sys/'))
    .filter(file => /\.node['"]/.test(readFileSync(join(SRC, file), 'utf8')));
  t.deepEqual(wrong, []);
});

test('no file is called utils, helpers, manager or index', t => {
  const wrong = files.filter(file => /(^|\/)(utils?|helpers|manager|index|common|misc)\.tsx?$/.test(file));
  t.deepEqual(
    wrong.map(f => relative('.', f)),
    [],
  );
});

test('no source file is longer than 600 lines', t => {
  const long = files
    .map(file => ({ file, lines: readFileSync(join(SRC, file), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 600);
  t.deepEqual(long, []);
});
