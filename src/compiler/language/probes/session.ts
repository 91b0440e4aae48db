// BEGIN and END: run once by the tracer itself, before and after everything else.
import { ProgType } from '../../bpf/uapi.js';
import type { Documentation } from '../entry.js';
import type { ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';

function once(name: 'begin' | 'end', alias: string, doc: Documentation): ProbeTypeEntry {
  return {
    name,
    aliases: [alias],
    program: () => ({ type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT }), // 5.10: BPF_PROG_TEST_RUN runs these
    origin: 'session',
    process: 'ignored',
    usage: name,
    doc,
    expand: (point, _env, diagnostics) =>
      operands(point, 0, 0, name, diagnostics) === undefined ? [] : [{ name, parts: [name] }],
    list: function* (pattern) {
      if (pattern.matches(name)) yield name;
    },
  };
}

export const begin = once('begin', 'BEGIN', {
  summary: 'Before anything is attached.',
  example: 'BEGIN { printf("hello\\n"); exit(); }',
  seeAlso: ['end'],
});

export const end = once('end', 'END', {
  summary: 'After everything is detached, before maps are printed.',
  example: 'interval:s:1 { exit(); } END { printf("bye\\n"); }',
  seeAlso: ['begin'],
});
