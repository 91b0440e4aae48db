import test from 'ava';
import { findFaults } from '../../../../src/compiler/ir/check.js';
import { FunctionBuilder } from '../../../../src/compiler/ir/function-builder.js';
import type { ValueId } from '../../../../src/compiler/ir/ir.js';
import { printFunction } from '../../../../src/compiler/ir/printer.js';
import { optimize, PASS_NAMES, type PassName } from '../../../../src/compiler/optimize/pipeline.js';

type Body = (b: FunctionBuilder) => ValueId | undefined;

function listing(body: Body, disable: Iterable<PassName> = []): string[] {
  const b = new FunctionBuilder('main', 1);
  const result = body(b);
  if (result !== undefined) b.ret(result);
  const [fn] = optimize({ name: 'test', functions: [b.finish()] }, { disable }).functions;
  const faults = findFaults(fn!);
  if (faults.length > 0) throw new Error(faults.join());
  // Numbers of values are of no interest.
  const names = new Map<string, string>();
  return printFunction(fn!)
    .replace(/\bv\d+/g, name => {
      if (!names.has(name)) names.set(name, String.fromCharCode(97 + names.size));
      return names.get(name)!;
    })
    .trim()
    .split('\n')
    .slice(2)
    .map(line => line.trim())
    .filter(line => !line.includes('= param'));
}

const word = (b: FunctionBuilder, i = 0) => b.load(8, b.param(0, 'ctx'), 8 * i);
const LOAD = 'b = load.8 [a]';

/** Becomes these lines; with `pass` switched off it does not. */
const becomes = test.macro({
  exec(t, pass: PassName, body: Body, expected: readonly string[]) {
    t.deepEqual(listing(body), expected);
    t.notDeepEqual(listing(body, [pass]), expected, `without ${pass}`);
  },
  title: (title, pass) => `${pass}: ${title}`,
});

test(
  'arithmetic wraps as BPF does',
  becomes,
  'constants',
  b => b.binary('mul', b.const(1n << 63n), b.const(3)),
  ['return 0x8000000000000000'],
);
test(
  'a remainder by zero is the low half of the dividend',
  becomes,
  'constants',
  b => b.binary('umod', b.const(-1), b.const(0), 32),
  ['return 0xffffffff'],
);
test('signed remainder truncates', becomes, 'constants', b => b.binary('smod', b.const(-7), b.const(4)), [
  'return -3',
]);
test(
  'a 32-bit result has no upper half',
  becomes,
  'constants',
  b => b.binary('sub', b.const(0), b.const(1), 32),
  ['return 0xffffffff'],
);
test(
  'comparison of 32 bits',
  becomes,
  'constants',
  b => b.compare('slt', b.const(0xffff_ffff), b.const(0), 32),
  ['return 1'],
);

test(
  'constants are added together',
  becomes,
  'algebra',
  b => b.binaryImm('sub', b.binaryImm('add', word(b), 9), 4),
  [LOAD, 'c = add b, 5', 'return c'],
);
test('x & x', becomes, 'algebra', b => b.binary('and', word(b), b.load(8, b.param(0, 'ctx'), 0)), [
  LOAD,
  'return b',
]);
test(
  'a mask that the width makes needless',
  becomes,
  'algebra',
  b => b.binaryImm('and', b.load(1, b.param(0), 0), 255),
  ['b = load.1 [a]', 'return b'],
);
test(
  'a comparison that the width decides',
  becomes,
  'algebra',
  b => b.compare('ult', b.load(2, b.param(0), 0), b.const(65536)),
  ['return 1'],
);
test('a sign bit', becomes, 'algebra', b => b.compare('slt', word(b), b.const(0)), [
  LOAD,
  'c = lshr b, 63',
  'return c',
]);

test(
  'zero extension of a narrow load',
  becomes,
  'extends',
  b => b.extend(b.load(2, b.param(0), 0), 4, false),
  ['b = load.2 [a]', 'return b'],
);
test(
  'before a store only the stored bytes count',
  becomes,
  'extends',
  b => {
    b.store(2, b.param(0), 8, b.extend(word(b), 4, true));
    return b.const(0);
  },
  [LOAD, 'store.2 [a+8] = b', 'return 0'],
);
test(
  'an addition cut to 32 bits',
  becomes,
  'extends',
  b => b.extend(b.binaryImm('add', word(b), 7), 4, false),
  [LOAD, 'c = add.32 b, 7', 'return c'],
);

test('division by a power of two', becomes, 'strength', b => b.binaryImm('udiv', word(b), 8), [
  LOAD,
  'c = lshr b, 3',
  'return c',
]);
test('remainder by a power of two', becomes, 'strength', b => b.binaryImm('umod', word(b), 8), [
  LOAD,
  'c = and b, 7',
  'return c',
]);
test(
  'division of a narrow value',
  becomes,
  'strength',
  b => b.binaryImm('udiv', b.load(2, b.param(0), 0), 10),
  ['b = load.2 [a]', 'c = mul b, 0x1999999a', 'd = lshr c, 32', 'return d'],
);

test(
  'equal pure calls are one',
  becomes,
  'common',
  b => {
    const call = () => b.call('get_current_pid_tgid', [], { pure: true });
    return b.binary('mul', call(), call());
  },
  ['a = call get_current_pid_tgid() pure', 'b = mul a, a', 'return b'],
);
test(
  'a load of the context survives a call',
  becomes,
  'common',
  b => {
    const load = () => b.load(8, b.param(0, 'ctx'), 0, { invariant: true });
    const first = load();
    b.call('map_delete_elem', [b.map('m'), b.param(0)]);
    return b.binary('mul', first, load());
  },
  ['b = load.8 [a] invariant', 'c = call map_delete_elem(map(m), a)', 'd = mul b, b', 'return d'],
);

test(
  'a stored value is not loaded again',
  becomes,
  'forward',
  b => {
    const at = b.stack(8);
    b.store(8, at, 0, word(b));
    b.call('trace_printk', [at, b.const(8)]);
    return b.load(8, at, 0);
  },
  ['a = stack 8 align 8', 'c = load.8 [b]', 'store.8 [a] = c', 'd = call trace_printk(a, 8)', 'return c'],
);

test(
  'a clear that is overwritten',
  becomes,
  'dead-stores',
  b => {
    const key = b.stack(16);
    b.clear(key, 0, 16);
    b.store(8, key, 0, word(b));
    b.call('map_delete_elem', [b.map('m'), key]);
    return b.const(0);
  },
  [
    'a = stack 16 align 8',
    'store.8 [a+8] = 0',
    'c = load.8 [b]',
    'store.8 [a] = c',
    'd = call map_delete_elem(map(m), a)',
    'return 0',
  ],
);
test(
  'a clear that a helper fills',
  becomes,
  'dead-stores',
  b => {
    const comm = b.stack(16);
    b.clear(comm, 0, 16);
    b.call('get_current_comm', [comm, b.const(16)]);
    b.call('map_delete_elem', [b.map('m'), comm]);
    return b.const(0);
  },
  [
    'a = stack 16 align 8',
    'b = call get_current_comm(a, 16)',
    'c = call map_delete_elem(map(m), a)',
    'return 0',
  ],
);

test(
  'unused values go',
  becomes,
  'dead-code',
  b => {
    b.binary('mul', word(b), word(b, 1));
    return b.const(3);
  },
  ['return 3'],
);

test(
  'a test answered before is not repeated',
  becomes,
  'branches',
  b => {
    const x = word(b);
    b.ifThen('ne', x, b.const(0), () => b.ifThen('eq', x, b.const(0), () => b.ret(b.const(9))));
    return b.const(1);
  },
  ['return 1'],
);

test('both sides of && branch at once', t => {
  const lines = listing(b => {
    const both = b.select(
      'ne',
      b.compare('ult', word(b), b.const(5)),
      b.const(0),
      () => b.compare('ugt', word(b, 1), b.const(7)),
      () => b.const(0),
    );
    b.ifThen('ne', both, b.const(0), () => b.ret(b.const(1)));
    return b.const(2);
  });
  t.is(lines.filter(line => line.startsWith('branch')).length, 2);
  t.false(lines.some(line => /phi|compare/.test(line)));
});

test('a store between two loads keeps both', t => {
  const lines = listing(b => {
    const [p, q] = [word(b), word(b, 1)];
    const first = b.load(8, p, 0);
    b.store(8, q, 0, b.const(1));
    return b.binary('xor', first, b.load(8, p, 0));
  });
  t.is(lines.filter(line => line.includes('load.8 [b]')).length, 2);
});

test('a call that is given the area may have changed it', t => {
  const lines = listing(b => {
    const at = b.stack(8);
    b.store(8, at, 0, b.const(1));
    b.call('probe_read_kernel_str', [at, b.const(8), word(b)]);
    return b.load(8, at, 0);
  });
  t.true(lines.some(line => /store\.8 \[.\] = 1/.test(line)));
  t.true(lines.some(line => /return [a-z]/.test(line)));
});

test('a mask after a remainder stays: the verifier does not know the bound', t => {
  const lines = listing(b => b.binaryImm('and', b.binaryImm('umod', word(b), 10), 15));
  t.true(lines.some(line => line.includes('and')));
});

test('every pass can be switched off', t => {
  for (const name of PASS_NAMES) t.notThrows(() => listing(b => b.binary('add', word(b), word(b)), [name]));
  t.notThrows(() => listing(b => word(b), PASS_NAMES));
});
