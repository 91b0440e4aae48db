// The verifier's word on arguments of every kind that this kernel has: programs that read all of them, for tracepoints, raw
// tracepoints and functions of the running kernel, spread evenly over the names.

import { compile } from '../../src/compiler/compile.js';
import { Diagnostics } from '../../src/compiler/diagnostics/diagnostic.js';
import { findProbeType } from '../../src/compiler/language/registry.js';
import type { Field } from '../../src/compiler/types/type.js';
import { openHost } from '../../src/kernel/host/host.js';
import { loadObject } from '../../src/kernel/load/object.js';
import { Rejection } from '../../src/kernel/load/rejection.js';
import { raiseMemlock } from '../../src/kernel/sys/rlimit.js';
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { noFentry, noKprobes } from '../harness/probe-kinds.js';

const host = openHost({ params: [], options: new Map(), targetPid: undefined });
const { env } = host;

/** So many of a list, evenly. */
function spread<T>(list: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, Math.floor(list.length / count));
  return list.filter((_, i) => i % step === 0);
}

/** What reads a field to the full: of a pointer its value and, of a struct, its first member. */
function reading(field: Field): string {
  const name =
    /^(if|else|for|while|let|return|unroll|config|break|continue|import|macro|sizeof|offsetof)$/.test(
      field.name,
    )
      ? undefined
      : `args.${field.name}`;
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(field.name)) return '';
  const { type } = field;
  if (type.kind === 'pointer' && type.to.kind === 'struct' && type.to.size > 0) {
    const [first] =
      env
        .btf(type.to.layout.from === 'btf' ? type.to.layout.module : undefined)
        ?.fields(type.to.layout.from === 'btf' ? type.to.layout.id : 0) ?? [];
    const isWord = first !== undefined && ['integer', 'pointer', 'bool'].includes(first.type.kind);
    return isWord && /^[A-Za-z_]\w*$/.test(first.name)
      ? `@ = count(); print(${name}.${first.name}); `
      : `print(${name}); `;
  }
  if (type.kind === 'array' || type.kind === 'struct') return `$x${field.offset} = ${name}; `;
  return `print(${name}); `;
}

/** Complaints about programs that read all arguments of targets. */
function complaints(points: readonly string[], more = ''): { wrong: string[]; loaded: number } {
  raiseMemlock();
  const wrong: string[] = [];
  let loaded = 0;
  for (const point of points) {
    const parts = point.split(':').map(text => ({ text, span: { start: 0, end: 0 } }));
    const entry = findProbeType(parts[0]!.text)!;
    const target = entry.expand(
      { kind: 'attach-point', span: { start: 0, end: 0 }, parts, otherwise: [] },
      env,
      new Diagnostics(),
    )[0];
    if (target === undefined) continue; // what cannot be traced is said, and tested, elsewhere
    const fields = entry.args?.(target, env) ?? [];
    const text = `${point} { ${fields.map(reading).join('')}${more} }`;
    const { spec, diagnostics } = compile({ name: 'stdin', text }, env);
    if (spec === undefined) {
      const errors = diagnostics.filter(d => d.severity === 'error');
      if (!errors.every(d => d.code === 'stack-limit'))
        wrong.push(`${text}\n${errors.map(d => d.message).join()}`);
      continue;
    }
    try {
      loadObject(spec, {
        btf: host.btf,
        moduleBtf: module => host.moduleBtf(module),
        possibleCpus: host.possibleCpus,
        ringSize: 4096,
      }).close();
      loaded++;
    } catch (error) {
      if (error instanceof Rejection) wrong.push(`${text}\n${error.message}\n${error.log.slice(-600)}`);
      else wrong.push(`${text}\n${error}`);
    }
  }
  return { wrong, loaded };
}

kernelTest('fields of tracepoints', t => {
  t.timeout(900_000);
  const names = spread(env.tracepoints(), IN_GUEST ? 100 : 600).map(name => `tracepoint:${name}`);
  const { wrong, loaded } = complaints(names);
  t.is(wrong.join('\n\n'), '');
  t.true(loaded > names.length * 0.9);
});

kernelTest(
  'arguments of raw tracepoints',
  t => {
    t.timeout(900_000);
    const list = findProbeType('rawtracepoint')!.list({ parts: ['*', '*'], matches: () => true }, env);
    const names = spread([...list], IN_GUEST ? 100 : 600);
    const { wrong, loaded } = complaints(names);
    t.is(wrong.join('\n\n'), '');
    t.true(loaded > names.length * 0.9);
  },
  env.btf() === undefined ? 'this kernel has no type information' : undefined,
);

for (const type of ['fentry', 'fexit', 'kprobe'] as const) {
  kernelTest(
    `arguments of ${type}`,
    t => {
      t.timeout(900_000);
      const list = findProbeType(type)!.list({ parts: ['vmlinux', '*'], matches: () => true }, env);
      const names = spread([...list], 100);
      const { wrong, loaded } = complaints(names);
      t.is(wrong.join('\n\n'), '');
      t.true(loaded > names.length * 0.7, `${loaded} of ${names.length}`);
    },
    type === 'kprobe' ? noKprobes : noFentry,
  );
}
