// The blob for our own programs, read back by our reader; that the kernel takes it is shown in test/kernel.
import test from 'ava';
import { exit, imm, loadImmediate, mov } from '../../../../src/compiler/bpf/assemble.js';
import { encodeProgram } from '../../../../src/compiler/bpf/encode.js';
import { encodeProgramBtf } from '../../../../src/compiler/btf/encode.js';
import { BtfKind, BtfLinkage } from '../../../../src/compiler/btf/kind.js';
import { readBtf } from '../../../../src/compiler/btf/reader.js';
import type { FunctionSpec, ProgramSpec } from '../../../../src/compiler/object-spec.js';

function program(...functions: readonly FunctionSpec[]): ProgramSpec {
  return { name: 'p', type: 5, title: 'tracepoint:a:b', functions };
}

const body = [loadImmediate(1, 1n), mov(0, imm(0)), exit()];
const words = (bytes: Uint8Array): number[] => [...new Uint32Array(bytes.buffer)];

function encode(spec: ProgramSpec, text: string) {
  const debug = encodeProgramBtf(spec, { name: 'stdin', text }, encodeProgram(spec.functions).starts);
  const view = readBtf(debug.btf)!;
  const lines: string[] = [];
  const info = words(debug.lineInfo);
  for (let i = 0; i < info.length; i += 4) {
    const place = `${info[i + 3]! >>> 10}:${info[i + 3]! & 0x3ff}`;
    lines.push(`${info[i]} ${view.blob.string(info[i + 1]!)}:${place} ${view.blob.string(info[i + 2]!)}`);
  }
  return { view, funcs: words(debug.funcInfo), lines };
}

test('a function has a prototype, a clean unique name and its linkage', t => {
  const { view, funcs } = encode(
    program(
      { name: 'tracepoint:a', params: 1, insns: body, lines: [] },
      { name: 'tracepoint.a', params: 2, insns: body, lines: [] },
      { name: '1st', params: 0, insns: body, lines: [] },
    ),
    '',
  );
  t.deepEqual([funcs[0], funcs[2], funcs[4]], [0, 4, 8]);
  const ids = [funcs[1]!, funcs[3]!, funcs[5]!];
  t.deepEqual(
    ids.map(id => view.blob.name(id)),
    ['tracepoint_a', 'tracepoint_a_2', '_1st'],
  );
  t.deepEqual(
    ids.map(id => view.blob.kind(id)),
    [BtfKind.BTF_KIND_FUNC, BtfKind.BTF_KIND_FUNC, BtfKind.BTF_KIND_FUNC],
  );
  t.deepEqual(
    ids.map(id => view.blob.vlen(id)),
    [BtfLinkage.BTF_FUNC_GLOBAL, BtfLinkage.BTF_FUNC_STATIC, BtfLinkage.BTF_FUNC_STATIC],
  );
  t.deepEqual(
    view.func('tracepoint_a_2')?.params.map(p => p.name),
    ['arg1', 'arg2'],
  );
});

test('lines are counted in slots and show the source line', t => {
  const text = 'BEGIN\n{\n  @ = 1;\n}\n';
  const lines = [
    { insn: 0, start: 10, end: 15 },
    { insn: 1, start: 14, end: 15 },
  ];
  t.deepEqual(encode(program({ name: 'f', params: 1, insns: body, lines }), text).lines, [
    '0 stdin:3:3 @ = 1;',
    '2 stdin:3:7 @ = 1;',
  ]);
});

test('the first instruction of every function has a line', t => {
  const lines = [{ insn: 2, start: 8, end: 9 }];
  const spec = program(
    { name: 'f', params: 1, insns: body, lines },
    { name: 'g', params: 1, insns: body, lines: [] },
  );
  t.deepEqual(encode(spec, 'BEGIN { @ = 1 }').lines, [
    '0 stdin:1:9 BEGIN { @ = 1 }',
    '3 stdin:1:9 BEGIN { @ = 1 }',
    '4 stdin:1:1 BEGIN { @ = 1 }',
  ]);
});

test('of a long line the place itself is shown, and columns stop at what the format holds', t => {
  const text = `${' '.repeat(1500)}BEGIN { @x = count(); }`;
  const lines = [{ insn: 0, start: 1508, end: 1522 }];
  t.deepEqual(encode(program({ name: 'f', params: 1, insns: body, lines }), text).lines, [
    `0 stdin:1:1023 BEGIN { @x = count(); }`,
  ]);
  const longer = `${text} ${'x'.repeat(100)}`;
  t.deepEqual(encode(program({ name: 'f', params: 1, insns: body, lines }), longer).lines, [
    '0 stdin:1:1023 @x = count(); ',
  ]);
});
