import test from 'ava';
import { presetOptions } from '../../../src/cli/script-options.js';
import { obstacleOf } from '../../../src/cli/tool-requirements.js';
import type { Diagnostic } from '../../../src/compiler/diagnostics/diagnostic.js';

const HEADER =
  '/*\n * name - summary\n *\n * Preset: type=xfs\n * Requires: kprobes\n * Requires: otherwise other\n */\n';
const source = (text: string, isTool = true) => ({
  file: { name: 'name.bt', text },
  path: undefined,
  title: 'name',
  isTool,
});
const error = (code: string): Diagnostic => ({
  severity: 'error',
  code,
  message: code,
  span: { start: 0, end: 1 },
  notes: [],
});

test('a tool that the kernel cannot run: its first obstacle, and what it requires', t => {
  const obstacle = obstacleOf(source(HEADER), [
    error('no-kprobes'),
    error('unknown-probe'),
    error('unknown-map'),
  ]);
  t.is(obstacle?.first.code, 'no-kprobes');
  t.is(obstacle?.requirements, 'name requires:\n  kprobes\n  otherwise other\n');
});

test('a mistake in a script is no obstacle, and neither is one of probes that the user names', t => {
  t.is(obstacleOf(source(HEADER), [error('unknown-map'), error('no-kprobes')]), undefined);
  t.is(obstacleOf(source(HEADER, false), [error('no-kprobes')]), undefined);
  const named = HEADER.replace(' * Requires: kprobes', ' * Parameter: PROBE which\n * Requires: kprobes');
  t.is(obstacleOf(source(named), [error('no-kprobes')]), undefined);
  t.is(obstacleOf(source(HEADER), [error('no-kprobes'), error('syntax')]), undefined);
  t.is(obstacleOf(source(HEADER), []), undefined);
});

test('options that a header presets', t => {
  t.deepEqual([...presetOptions(source(HEADER).file)], [['type', 'xfs']]);
  t.deepEqual([...presetOptions(source('BEGIN { }').file)], []);
});
