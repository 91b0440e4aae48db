// Maps with stacks as folded lines, and heads of columns of maps whose keys have names.
import test from 'ava';
import { INT64, type StackType, type Type } from '../../../src/compiler/types/type.js';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { FoldedSink } from '../../../src/output/folded.js';
import { mapRows } from '../../../src/output/map-rows.js';
import { resolveOptions } from '../../../src/output/options.js';

const stack = (space: 'kernel' | 'user'): StackType => ({
  kind: 'stack',
  space,
  mode: 'bpftrace',
  depth: 127,
});
const all = { top: 0, div: 0n };
const record = (name: string): Type => ({ kind: 'record', fields: [{ name, type: INT64 }] });

test('a line for each stack: process, frames of the program, frames of the kernel, the outermost first, the value', t => {
  const frames = (type: Type) =>
    type.kind === 'stack' && type.space === 'user'
      ? '\n        leaf+4\n        main+0x10\n'
      : '\n        schedule+1\n';
  const output = new MemoryOutput();
  const sink = new FoldedSink(
    output,
    resolveOptions({
      title: 'x',
      source: { name: 'x', text: '' },
      notice: () => {},
      onQuit: () => {},
      symbol: type => frames(type),
    }),
  );
  const key: Type = {
    kind: 'tuple',
    elements: [{ kind: 'string', size: 16 }, stack('user'), stack('kernel')],
  };
  const entries = [{ key: [Buffer.from('a;b'), [1n, 2n], [3n, 0n]], value: 1500n }];
  sink.map({ name: '@us', key, value: { kind: 'sum', signed: false }, entries }, { ...all, div: 10n });
  sink.map({ name: '@n', key: undefined, value: INT64, entries: [{ key: undefined, value: 5n }] }, all);
  sink.flush();
  t.is(output.bytes.toString(), 'a:b;main;leaf;schedule 150\n@n: 5\n');
});

test('where the parts of a key have names the map is a name as well, of a number with a unit', t => {
  const heads = (name: string, value: Type) =>
    mapRows({ name, key: record('pid'), value, entries: [] }, all).columns.map(column => column.head);
  t.deepEqual(heads('@calls', { kind: 'count' }), ['PID', 'CALLS']);
  t.deepEqual(heads('@took_ns', { kind: 'sum', signed: false }), ['PID', 'TOOK']);
  t.deepEqual(heads('@took_ns', { kind: 'stats', signed: false }), ['PID', 'COUNT', 'AVERAGE', 'TOTAL']);
  const { columns } = mapRows({ name: '@calls', key: INT64, value: { kind: 'count' }, entries: [] }, all);
  t.deepEqual(
    columns.map(column => column.head),
    ['KEY', '@CALLS'],
  );
});
