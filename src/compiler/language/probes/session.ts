// What the tracer itself runs: BEGIN and END once, before and after everything else; on a signal; tests and benchmarks.
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

/** How `test` and `bench` differ from everything else: they are run only when asked for, and named by the script. */
function named(name: 'test' | 'bench', doc: Documentation): ProbeTypeEntry {
  const usage = `${name}:NAME`;
  return {
    name,
    aliases: [],
    program: () => ({ type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT }),
    origin: 'session',
    process: 'ignored',
    usage,
    doc,
    expand: (point, _env, diagnostics) => {
      const parts = operands(point, 1, 1, usage, diagnostics);
      if (parts === undefined) return [];
      if (parts[0] === '') {
        diagnostics.error('attach-point', point.span, `a ${name} probe needs a name`, { hint: usage });
        return [];
      }
      return [{ name: `${name}:${parts[0]}`, parts: [name, parts[0]!] }];
    },
    list: function* () {},
  };
}

export const test = named('test', {
  summary:
    'A test, run by --test: it passes unless it returns another number than 0, exits with one, or reports an error.',
  detail: 'Without --test it is ignored. What it prints is shown when it fails.',
  example: 'test:addition { if (1 + 1 != 2) { return 1; } } begin { exit(); }',
  seeAlso: ['bench', 'begin'],
});

export const bench = named('bench', {
  summary:
    'A benchmark, run by --bench: how many nanoseconds the block takes, without what calling it costs.',
  detail: 'Without --bench it is ignored. What it prints is thrown away.',
  example: 'bench:count { @ = count(); } begin { exit(); }',
  seeAlso: ['test', 'begin'],
});

const SIGNALS: readonly string[] = ['SIGUSR1'];

export const self: ProbeTypeEntry = {
  name: 'self',
  aliases: [],
  program: () => ({ type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT }),
  origin: 'session',
  process: 'ignored',
  usage: 'self:signal:SIGUSR1',
  doc: {
    summary: 'When the tracer itself gets a signal.',
    example: 'tracepoint:sched:sched_switch { @ = count(); } self:signal:SIGUSR1 { print(@); clear(@); }',
    seeAlso: ['begin', 'interval'],
  },
  expand: (point, _env, diagnostics) => {
    const parts = operands(point, 2, 2, 'self:signal:SIGUSR1', diagnostics);
    if (parts === undefined) return [];
    const [trigger = '', signal = ''] = parts;
    const [, second, third] = point.parts;
    if (trigger !== 'signal') {
      diagnostics.error('attach-point', second?.span ?? point.span, `${trigger} is not a supported trigger`, {
        hint: 'there is: signal',
      });
    } else if (!SIGNALS.includes(signal)) {
      diagnostics.error('attach-point', third?.span ?? point.span, `${signal} is not a supported signal`, {
        hint: `there is: ${SIGNALS.join(', ')}`,
      });
    } else return [{ name: `self:signal:${signal}`, parts: ['self', 'signal', signal] }];
    return [];
  },
  list: function* (pattern) {
    for (const signal of SIGNALS) if (pattern.matches(`self:signal:${signal}`)) yield `self:signal:${signal}`;
  },
};
