import test from 'ava';
import { disassemble } from '../../../../src/compiler/bpf/disassemble.js';
import { ProgType } from '../../../../src/compiler/bpf/uapi.js';
import { generate } from '../../../../src/compiler/codegen/generate.js';
import { StackLimitError } from '../../../../src/compiler/codegen/limit.js';
import { FunctionBuilder } from '../../../../src/compiler/ir/function-builder.js';
import type { IrFunction, ValueId } from '../../../../src/compiler/ir/ir.js';
import { Vm } from '../../../harness/vm.js';

const OLD = { signedDivision: false, atomicFetch: false, loop: false };
const NEW = { signedDivision: true, atomicFetch: true, loop: true };

function build(body: (b: FunctionBuilder) => ValueId, params = 1, name = 'main'): IrFunction {
  const b = new FunctionBuilder(name, params);
  b.ret(body(b));
  return b.finish();
}

function compile(functions: readonly IrFunction[], features = NEW) {
  return generate({ name: 'test', functions }, { features });
}

const listing = (fn: IrFunction, features = NEW) => compile([fn], features)[0]!.insns.map(disassemble);

function run(functions: readonly IrFunction[], words: readonly bigint[] = [], features = NEW): bigint {
  const vm = new Vm({
    maps: [],
    programs: [
      {
        name: 'test',
        title: '',
        type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT,
        functions: compile(functions, features),
      },
    ],
  });
  return BigInt.asIntN(64, vm.run(0, new Uint8Array(new BigUint64Array(words).buffer)).r0);
}

const word = (b: FunctionBuilder, i: number) => b.load(8, b.param(0, 'ctx'), 8 * i);

const shape = test.macro({
  exec(t, body: (b: FunctionBuilder) => ValueId, expected: readonly string[]) {
    t.deepEqual(
      listing(build(body)).filter(line => line !== 'exit'),
      expected,
    );
  },
  title: title => `code: ${title}`,
});

test(
  'constant offsets become part of a load',
  shape,
  b => b.load(4, b.offset(b.offset(b.param(0, 'ctx'), 8), 8), 4),
  ['r0 = *(u32 *)(r1 +20)'],
);
test(
  'a stored constant needs no register',
  shape,
  b => {
    b.store(8, b.stack(8), 0, b.const(-1));
    return b.const(0);
  },
  ['*(u64 *)(r10 -8) = -1', 'r0 = 0'],
);
test('a constant first operand is exchanged', shape, b => b.binary('add', b.const(5), word(b, 0)), [
  'r0 = *(u64 *)(r1 +0)',
  'r0 += 5',
]);
test(
  'arguments are made in their registers',
  shape,
  b => {
    b.call('map_lookup_elem', [b.map('m'), b.stack(8)]);
    return b.const(0);
  },
  ['r1 = map[m]', 'r2 = r10', 'r2 += -8', 'call bpf_map_lookup_elem', 'r0 = 0'],
);
test(
  'an unused comparison is not computed',
  shape,
  b => {
    const small = b.compare('ult', word(b, 0), b.const(9));
    return b.select(
      'ne',
      small,
      b.const(0),
      () => b.const(1),
      () => b.const(2),
    );
  },
  ['r0 = *(u64 *)(r1 +0)', 'if r0 >= 9 goto +2', 'r0 = 1', 'r0 = 2'],
);
test('a constant of 32 bits without sign takes one slot', shape, b => b.const(0xffff_ffffn), ['w0 = -1']);
test('shift counts are masked', shape, b => b.binaryImm('shl', word(b, 0), 67), [
  'r0 = *(u64 *)(r1 +0)',
  'r0 <<= 3',
]);

test('more values than registers are spilled and come back', t => {
  const fn = build(b => {
    const words = Array.from({ length: 30 }, (_, i) => word(b, i));
    return words.reduceRight(
      (sum, value, i) => b.binary('add', sum, b.binaryImm('mul', value, i + 1)),
      b.const(0),
    );
  });
  t.true(listing(fn).some(line => line.includes('(r10 ')));
  const words = Array.from({ length: 30 }, (_, i) => BigInt(i * 7));
  t.is(
    run([fn], words),
    words.reduce((sum, value, i) => sum + value * BigInt(i + 1), 0n),
  );
});

test('values live across calls survive them, in registers and in memory', t => {
  const leaf = build(b => b.binary('xor', b.param(0), b.param(1)), 2, 'leaf');
  const fn = build(b => {
    const words = Array.from({ length: 8 }, (_, i) => word(b, i));
    const mixed = b.callFunction('leaf', [words[3]!, words[1]!]);
    const again = b.callFunction('leaf', [words[1]!, words[3]!]);
    return words.reduce((sum, value) => b.binary('add', sum, value), b.binary('add', mixed, again));
  });
  t.is(run([fn, leaf], [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]), 36n + 2n * (4n ^ 2n));
});

test('two phis that exchange their values', t => {
  const fn = build(b => {
    const [x, y, i] = [b.newLocal('x'), b.newLocal('y'), b.newLocal('i')];
    b.write(x, word(b, 0));
    b.write(y, word(b, 1));
    b.write(i, b.const(0));
    const [head, body, done] = [b.newBlock(), b.newBlock(), b.newBlock()];
    b.jump(head);
    b.moveTo(head);
    b.branch('ult', b.read(i), word(b, 2), body, done);
    b.seal(body);
    b.moveTo(body);
    const [u, v] = [b.read(x), b.read(y)];
    b.write(x, v);
    b.write(y, u);
    b.write(i, b.binaryImm('add', b.read(i), 1));
    b.jump(head);
    b.seal(head);
    b.seal(done);
    b.moveTo(done);
    return b.binary('sub', b.read(x), b.read(y));
  });
  t.is(run([fn], [10n, 3n, 4n]), 7n);
  t.is(run([fn], [10n, 3n, 5n]), -7n);
});

const LEAST = -(1n << 63n);
for (const [a, b, quotient, remainder] of [
  [7n, -2n, -3n, 1n],
  [-7n, 2n, -3n, -1n],
  [-7n, -2n, 3n, -1n],
  [LEAST, -1n, LEAST, 0n],
  [LEAST, 1n, LEAST, 0n],
  [5n, 0n, 0n, 5n],
  [-5n, 0n, 0n, -5n],
] as const) {
  test(`signed ${a} / ${b} on every kernel`, t => {
    for (const features of [OLD, NEW]) {
      const of = (fn: 'sdiv' | 'smod', constant: boolean) =>
        run(
          [build(x => x.binary(fn, word(x, 0), constant ? x.const(b) : word(x, 1)))],
          [BigInt.asUintN(64, a), BigInt.asUintN(64, b)],
          features,
        );
      for (const constant of [false, true]) {
        t.is(of('sdiv', constant), quotient);
        t.is(of('smod', constant), remainder);
      }
    }
  });
}

test('a fetching add before 5.12 still adds and gives what was there', t => {
  const fn = build(b => {
    const at = b.stack(8);
    b.store(8, at, 0, b.const(40));
    const old = b.atomicFetchAdd(8, at, 0, b.const(2));
    return b.binary('add', b.binaryImm('mul', old, 100), b.load(8, at, 0));
  });
  t.is(run([fn], [], OLD), 4042n);
  t.is(run([fn], [], NEW), 4042n);
});

test('areas of the stack that are never live at once share bytes', t => {
  const used = (both: boolean) => {
    const fn = build(b => {
      const [x, y] = [b.stack(64), b.stack(64)];
      b.clear(x, 0, 64);
      if (both) b.clear(y, 0, 64);
      b.call('trace_printk', [x, b.const(64)]);
      b.clear(y, 0, 64);
      b.call('trace_printk', [y, b.const(64)]);
      return b.const(0);
    });
    return Math.max(...listing(fn).map(line => Number(/r10 -(\d+)/.exec(line)?.[1] ?? 0)));
  };
  t.is(used(false), 64);
  t.is(used(true), 128);
});

test('more than 512 bytes of stack is an error of its own', t => {
  const fn = build(b => {
    const area = b.stack(520);
    b.clear(area, 0, 520);
    b.call('trace_printk', [area, b.const(520)]);
    return b.const(0);
  });
  const error = t.throws(() => compile([fn]), { instanceOf: StackLimitError });
  t.is(error.bytes, 520);
});

test('a function that nothing calls is left out', t => {
  const leaf = build(b => b.const(1), 0, 'leaf');
  t.deepEqual(
    compile([build(b => b.const(0)), leaf]).map(fn => fn.name),
    ['main'],
  );
});

test('lines name the source of each stretch of instructions', t => {
  const b = new FunctionBuilder('main', 1);
  b.at({ start: 3, end: 9 });
  const value = word(b, 0);
  b.at({ start: 12, end: 20 });
  b.ret(b.binaryImm('mul', value, 3));
  const [spec] = compile([b.finish()]);
  t.deepEqual(spec!.lines, [
    { insn: 0, start: 3, end: 9 },
    { insn: 1, start: 12, end: 20 },
  ]);
});

test('a number is added to an address on the stack, not the address to the number', t => {
  const fn = build(b => {
    const area = b.stack(16);
    b.clear(area, 0, 16);
    const number = b.binaryImm('and', word(b, 0), 7);
    b.call('probe_read_kernel', [b.binary('add', number, area), b.const(8), b.const(0)]);
    return b.const(0);
  });
  const lines = listing(fn);
  const at = lines.indexOf('r1 = r10');
  t.deepEqual(lines.slice(at, at + 3), ['r1 = r10', 'r1 += -16', 'r1 += r0']);
});

/** The first place of 5 among the words of the context. */
function search(b: FunctionBuilder): ValueId {
  const i = b.newLocal('i');
  const [head, body, more, done] = [b.newBlock(), b.newBlock(), b.newBlock(), b.newBlock()];
  b.write(i, b.const(0));
  b.jump(head);
  b.moveTo(head);
  b.branch('ult', b.read(i), b.const(4), body, done);
  b.seal(body);
  b.moveTo(body);
  const at = b.binary('add', b.param(0, 'ctx'), b.binaryImm('shl', b.read(i), 3));
  b.branch('eq', b.load(8, at, 0), b.const(5), done, more);
  b.seal(more);
  b.moveTo(more);
  b.write(i, b.binaryImm('add', b.read(i), 1));
  b.jump(head);
  b.seal(head);
  b.seal(done);
  b.moveTo(done);
  return b.read(i);
}

test('without bpf_loop the way out of a loop is what follows, and the next turn is jumped to', t => {
  for (const features of [OLD, NEW]) {
    t.is(run([build(search)], [1n, 5n, 5n, 0n], features), 1n);
    t.is(run([build(search)], [1n, 2n, 3n, 4n], features), 4n);
  }
  const tests = (features: typeof NEW) =>
    listing(build(search), features).filter(line => line.startsWith('if'));
  t.deepEqual(tests(NEW), ['if r0 >= 4 goto +8', 'if r5 == 5 goto +2']);
  t.deepEqual(tests(OLD), ['if r0 < 4 goto +1', 'if r5 != 5 goto +1']);
});
