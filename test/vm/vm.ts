// The interpreter itself: semantics that the kernel and the instruction set's document fix, and what it must refuse.
import test from 'ava';
import {
  alu32,
  alu64,
  atomic,
  byteSwap,
  callFunction,
  callHelper,
  exit,
  goto,
  imm,
  jump,
  load,
  loadFunction,
  loadImmediate,
  loadMap,
  loadMapValue,
  loadSigned,
  mov,
  mov32,
  negate,
  reg,
  signExtend,
  signedDivide,
  store,
  toEndian,
} from '../../src/compiler/bpf/assemble.js';
import type { HelperName } from '../../src/compiler/bpf/helper.js';
import type { Instruction } from '../../src/compiler/bpf/instruction.js';
import { MapType } from '../../src/compiler/bpf/uapi.js';
import type { FunctionSpec, MapSpec } from '../../src/compiler/object-spec.js';
import { runInstructions, Vm, type VmOptions } from '../harness/vm.js';

const ALL = 0xffff_ffff_ffff_ffffn;
const MIN = 0x8000_0000_0000_0000n;

/** r0 = a, r1 = b, then the instruction. */
function compute(a: bigint, b: bigint, ...insns: readonly Instruction[]): bigint {
  return runInstructions([loadImmediate(0, a), loadImmediate(1, b), ...insns, exit()]).r0;
}

const arithmetic: readonly (readonly [string, Instruction, a: bigint, b: bigint, expected: bigint])[] = [
  ['64-bit addition wraps', alu64('add', 0, reg(1)), ALL, 2n, 1n],
  ['32-bit addition wraps and clears the upper half', alu32('add', 0, imm(1)), ALL, 0n, 0n],
  ['a 64-bit operation sign-extends its constant', alu64('or', 0, imm(-16)), 0n, 0n, ALL - 15n],
  ['a 32-bit operation does not', alu32('or', 0, imm(-16)), 0n, 0n, 0xffff_fff0n],
  ['mov32 of -1', mov32(0, imm(-1)), 0n, 0n, 0xffff_ffffn],
  ['mov of -1', mov(0, imm(-1)), 0n, 0n, ALL],
  ['division is unsigned', alu64('div', 0, imm(2)), ALL, 0n, ALL >> 1n],
  ['division by a zero register gives 0', alu64('div', 0, reg(1)), 7n, 0n, 0n],
  ['remainder by a zero register leaves the value', alu64('mod', 0, reg(1)), 7n, 0n, 7n],
  ['32-bit remainder by zero keeps the low half', alu32('mod', 0, reg(1)), ALL, 0n, 0xffff_ffffn],
  ['32-bit division looks at the low half of the divisor', alu32('div', 0, reg(1)), 7n, 1n << 32n, 0n],
  ['signed division truncates', signedDivide('div', 0, reg(1)), BigInt.asUintN(64, -7n), 2n, ALL - 2n],
  ['signed remainder has the sign of the dividend', signedDivide('mod', 0, reg(1)), ALL - 6n, 2n, ALL],
  ['the least value divided by -1 stays', signedDivide('div', 0, reg(1)), MIN, ALL, MIN],
  ['shift counts are masked to 6 bits', alu64('lsh', 0, reg(1)), 1n, 65n, 2n],
  ['shift counts are masked to 5 bits', alu32('lsh', 0, reg(1)), 1n, 33n, 2n],
  ['arithmetic shift keeps the sign', alu64('arsh', 0, imm(4)), MIN, 0n, 0xf800_0000_0000_0000n],
  ['32-bit arithmetic shift', alu32('arsh', 0, imm(4)), 0x8000_0000n, 0n, 0xf800_0000n],
  ['negation', negate(0), 1n, 0n, ALL],
  ['32-bit negation', negate(0, 32), 1n, 0n, 0xffff_ffffn],
  ['multiplication wraps', alu64('mul', 0, reg(1)), ALL, ALL, 1n],
  ['to big endian, 16 bits', toEndian(0, 'big', 16), 0x1122_3344_5566_7788n, 0n, 0x8877n],
  ['to big endian, 64 bits', toEndian(0, 'big', 64), 0x1122_3344_5566_7788n, 0n, 0x8877_6655_4433_2211n],
  ['to little endian clears the rest', toEndian(0, 'little', 32), ALL, 0n, 0xffff_ffffn],
  ['byte swap', byteSwap(0, 32), 0x1122_3344_5566_7788n, 0n, 0x8877_6655n],
];
for (const [title, insn, a, b, expected] of arithmetic) {
  test(title, t => t.is(compute(a, b, insn), expected));
}

for (const bits of [8, 16, 32] as const) {
  for (const v4 of [false, true]) {
    test(`sign extension of ${bits} bits${v4 ? ', cpu v4' : ''}`, t => {
      t.is(
        compute(0n, 1n << BigInt(bits - 1), ...signExtend(0, 1, bits, v4)),
        (ALL << BigInt(bits - 1)) & ALL,
      );
    });
  }
}

const jumps: readonly (readonly [string, Instruction, a: bigint, b: bigint, taken: boolean])[] = [
  ['unsigned greater', jump('gt', 0, reg(1), 1), ALL, 1n, true],
  ['signed greater', jump('sgt', 0, reg(1), 1), ALL, 1n, false],
  ['a constant is sign-extended', jump('eq', 0, imm(-1), 1), ALL, 0n, true],
  ['32 bits see the low half', jump('eq', 0, reg(1), 1, 32), 0x1_0000_0005n, 5n, true],
  ['32 bits, signed', jump('slt', 0, imm(0), 1, 32), 0x8000_0000n, 0n, true],
  ['bits set', jump('set', 0, imm(8), 1), 12n, 0n, true],
  ['no bits set', jump('set', 0, imm(8), 1), 7n, 0n, false],
  ['less or equal', jump('le', 0, reg(1), 1), 5n, 5n, true],
];
for (const [title, insn, a, b, taken] of jumps) {
  test(`jump: ${title}`, t => {
    t.is(compute(a, b, insn, goto(1), goto(2), mov(0, imm(0)), goto(1), mov(0, imm(1))), taken ? 1n : 0n);
  });
}

test('memory: sizes, sign-extending loads, the context', t => {
  const ctx = Uint8Array.of(0x80, 0xff, 0, 0, 0xfe, 0xff, 0xff, 0xff);
  const value = (insn: Instruction) => runInstructions([insn, exit()], ctx).r0;
  t.is(value(load(1, 0, 1, 0)), 0x80n);
  t.is(value(load(2, 0, 1, 0)), 0xff80n);
  t.is(value(loadSigned(1, 0, 1, 0)), ALL - 0x7fn);
  t.is(value(loadSigned(4, 0, 1, 4)), ALL - 1n);
  t.is(value(load(8, 0, 1, 0)), 0xffff_fffe_0000_ff80n);
});

test('atomics fetch, exchange and compare', t => {
  const r = runInstructions([
    store(8, 10, -8, imm(5)),
    mov(2, imm(3)),
    atomic('add', 8, 10, -8, 2, true), // r2 = 5, memory 8
    mov(3, imm(7)),
    mov(0, imm(8)),
    atomic('cmpxchg', 8, 10, -8, 3), // r0 = 8, memory 7
    mov(4, imm(1)),
    atomic('xchg', 8, 10, -8, 4), // r4 = 7, memory 1
    load(8, 5, 10, -8),
    alu64('lsh', 2, imm(24)),
    alu64('lsh', 0, imm(16)),
    alu64('lsh', 4, imm(8)),
    alu64('or', 0, reg(2)),
    alu64('or', 0, reg(4)),
    alu64('or', 0, reg(5)),
    exit(),
  ]);
  t.is(r.r0, 0x05_08_07_01n);
});

const faults: readonly (readonly [string, RegExp, readonly Instruction[]])[] = [
  ['an uninitialised register', /r3 is not initialised at #0 of main: r0 = r3/, [mov(0, reg(3)), exit()]],
  ['a return without a value', /r0 is not initialised/, [exit()]],
  ['uninitialised stack', /uninitialised stack at -8/, [load(8, 0, 10, -8), exit()]],
  ['stack half written', /uninitialised stack/, [store(4, 10, -8, imm(0)), load(8, 0, 10, -8), exit()]],
  ['a store below the stack', /out of bounds/, [store(8, 10, -520, imm(0)), exit()]],
  ['a store above it', /out of bounds/, [store(8, 10, 0, imm(0)), exit()]],
  ['misaligned stack', /misaligned/, [store(8, 10, -12, imm(0)), exit()]],
  ['a read past the context', /out of bounds/, [load(8, 0, 1, 8), exit()]],
  ['a store to the context', /read-only/, [store(8, 1, 0, imm(1)), exit()]],
  ['a null pointer', /null pointer/, [mov(1, imm(0)), load(8, 0, 1, 16), exit()]],
  ['a write to r10', /r10 cannot be written/, [mov(10, imm(0)), exit()]],
  ['running past the end', /past its end/, [mov(0, imm(0))]],
  ['a jump out of the function', /jumps out/, [goto(5), exit()]],
  ['a jump into a ld_imm64', /into a ld_imm64/, [goto(1), loadImmediate(0, 1n), exit()]],
  ['an endless loop', /does not end/, [goto(-1)]],
  ['division by the constant zero', /constant zero/, [mov(0, imm(1)), alu64('div', 0, imm(0)), exit()]],
  [
    'r1 after a call',
    /r1 is not initialised/,
    [mov(1, imm(1)), callHelper('BPF_FUNC_ktime_get_ns'), mov(0, reg(1)), exit()],
  ],
  ['too large a shift', /shift by 64/, [mov(0, imm(1)), alu64('lsh', 0, imm(64)), exit()]],
];
for (const [title, message, insns] of faults) {
  test(`refused: ${title}`, t => {
    t.throws(() => runInstructions(insns, new Uint8Array(8), { limit: 1000 }), { message });
  });
}

const map = (
  name: string,
  type: number,
  keySize: number,
  valueSize: number,
  maxEntries: number,
): MapSpec => ({
  name,
  type,
  keySize,
  valueSize,
  maxEntries,
  flags: 0,
});

function machine(
  maps: readonly MapSpec[],
  functions: readonly (readonly [string, readonly Instruction[]])[],
  options?: VmOptions,
) {
  const specs: FunctionSpec[] = functions.map(([name, insns]) => ({ name, params: 1, insns, lines: [] }));
  return new Vm({ maps, programs: [{ name: 'p', title: 'p', type: 5, functions: specs }] }, options);
}

test('a hash map counts', t => {
  const vm = machine(
    [map('@', MapType.BPF_MAP_TYPE_HASH, 8, 8, 2)],
    [
      [
        'main',
        [
          load(8, 6, 1, 0),
          store(8, 10, -8, reg(6)),
          loadMap(1, '@'),
          mov(2, reg(10)),
          alu64('add', 2, imm(-8)),
          callHelper('BPF_FUNC_map_lookup_elem'),
          jump('eq', 0, imm(0), 4),
          mov(1, imm(1)),
          atomic('add', 8, 0, 0, 1),
          mov(0, imm(0)),
          exit(),
          store(8, 10, -16, imm(1)),
          loadMap(1, '@'),
          mov(2, reg(10)),
          alu64('add', 2, imm(-8)),
          mov(3, reg(10)),
          alu64('add', 3, imm(-16)),
          mov(4, imm(1)),
          callHelper('BPF_FUNC_map_update_elem'),
          exit(),
        ],
      ],
    ],
  );
  const key = (n: number) => new Uint8Array(BigUint64Array.of(BigInt(n)).buffer);
  for (const n of [1, 2, 1, 1]) t.is(vm.run(0, key(n)).r0, 0n);
  t.is(vm.run(0, key(3)).r0, ALL - 6n); // E2BIG
  t.is(new DataView(vm.mapValue('@', key(1))!.buffer).getBigUint64(0, true), 3n);
  t.is(vm.mapEntries('@').length, 2);
  t.is(vm.updateMap('@', key(2), key(9), 1n), -17n);
  t.is(vm.updateMap('@', key(4), key(9), 2n), -2n);
});

test('values of a per-CPU array belong to the CPU that runs', t => {
  const vm = machine(
    [map('@', MapType.BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 1)],
    [
      [
        'main',
        [
          store(4, 10, -4, imm(0)),
          loadMap(1, '@'),
          mov(2, reg(10)),
          alu64('add', 2, imm(-4)),
          callHelper('BPF_FUNC_map_lookup_elem'),
          store(8, 0, 0, imm(7)),
          mov(0, imm(0)),
          exit(),
        ],
      ],
    ],
    { cpus: 2, cpu: 1 },
  );
  vm.run(0);
  t.is(vm.mapValue('@', undefined, 0)![0], 0);
  t.is(vm.mapValue('@', undefined, 1)![0], 7);
});

test('an LRU map gives up the entry used longest ago', t => {
  const vm = machine([map('@', MapType.BPF_MAP_TYPE_LRU_HASH, 1, 1, 2)], []);
  for (const n of [1, 2]) vm.updateMap('@', Uint8Array.of(n), Uint8Array.of(n));
  vm.mapValue('@', Uint8Array.of(1));
  vm.updateMap('@', Uint8Array.of(3), Uint8Array.of(3));
  t.deepEqual(
    vm.mapEntries('@').map(e => e.key[0]),
    [1, 3],
  );
});

test('bpf_loop calls back with the index and the context, until it gets 1', t => {
  const vm = machine(
    [map('g', MapType.BPF_MAP_TYPE_ARRAY, 4, 16, 1)],
    [
      [
        'main',
        [
          mov(1, imm(100)),
          loadFunction(2, 'body'),
          loadMapValue(3, 'g', 8),
          mov(4, imm(0)),
          callHelper('BPF_FUNC_loop'),
          exit(),
        ],
      ],
      [
        'body',
        [
          load(8, 3, 2, 0),
          alu64('add', 3, reg(1)),
          store(8, 2, 0, reg(3)),
          mov(0, imm(0)),
          jump('lt', 1, imm(4), 1),
          mov(0, imm(1)),
          exit(),
        ],
      ],
    ],
  );
  t.is(vm.run(0).r0, 5n);
  t.is(vm.mapValue('g')![8], 10);
});

test('for_each_map_elem visits every entry', t => {
  const vm = machine(
    [map('@', MapType.BPF_MAP_TYPE_HASH, 4, 8, 8), map('g', MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1)],
    [
      [
        'main',
        [
          loadMap(1, '@'),
          loadFunction(2, 'each'),
          loadMapValue(3, 'g', 0),
          mov(4, imm(0)),
          callHelper('BPF_FUNC_for_each_map_elem'),
          exit(),
        ],
      ],
      ['each', [load(8, 5, 3, 0), atomic('add', 8, 4, 0, 5), mov(0, imm(0)), exit()]],
    ],
  );
  for (const n of [5, 6, 7])
    vm.updateMap('@', Uint8Array.of(n, 0, 0, 0), Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0));
  t.is(vm.run(0).r0, 3n);
  t.is(vm.mapValue('g')![0], 18);
});

test('a called function has its own registers and stack', t => {
  const vm = machine(
    [],
    [
      [
        'main',
        [
          mov(6, imm(5)),
          store(8, 10, -8, reg(6)),
          mov(1, imm(2)),
          callFunction('twice'),
          alu64('add', 0, reg(6)),
          exit(),
        ],
      ],
      ['twice', [mov(6, reg(1)), mov(0, reg(6)), alu64('add', 0, reg(6)), exit()]],
    ],
  );
  t.is(vm.run(0).r0, 9n);
});

test('a call chain has 512 bytes of stack', t => {
  const vm = machine(
    [],
    [
      ['main', [store(8, 10, -320, imm(0)), callFunction('sub'), exit()]],
      ['sub', [store(8, 10, -256, imm(0)), mov(0, imm(0)), exit()]],
    ],
  );
  t.throws(() => vm.run(0), { message: /576 bytes of stack/ });
});

const reserve = (size: number): Instruction[] => [
  loadMap(1, 'ring'),
  mov(2, imm(size)),
  mov(3, imm(0)),
  callHelper('BPF_FUNC_ringbuf_reserve'),
  jump('ne', 0, imm(0), 2),
  mov(0, imm(1)),
  exit(),
  mov(6, reg(0)),
];
const commit = (name: 'submit' | 'discard'): Instruction[] => [
  mov(1, reg(6)),
  mov(2, imm(0)),
  callHelper(`BPF_FUNC_ringbuf_${name}`),
  mov(0, imm(0)),
  exit(),
];
const ring = map('ring', MapType.BPF_MAP_TYPE_RINGBUF, 0, 0, 4096);

test('ring records are delivered when submitted, not when discarded', t => {
  const submit = machine([ring], [['main', [...reserve(16), store(8, 6, 8, imm(3)), ...commit('submit')]]]);
  const { events } = submit.run(0);
  t.is(events.length, 1);
  t.is(events[0]![8], 3);
  t.deepEqual(machine([ring], [['main', [...reserve(16), ...commit('discard')]]]).run(0).events, []);
});

test('a full ring gives null', t => {
  const vm = machine([ring], [['main', [...reserve(8192), ...commit('submit')]]]);
  t.is(vm.run(0).r0, 1n);
});

test('a record left open, written too far or used after submit is refused', t => {
  const run = (insns: readonly Instruction[]) => () => machine([ring], [['main', insns]]).run(0);
  t.throws(run([...reserve(8), mov(0, imm(0)), exit()]), { message: /neither submitted nor discarded/ });
  t.throws(run([...reserve(8), store(8, 6, 8, imm(0)), ...commit('submit')]), { message: /out of bounds/ });
  t.throws(run([...reserve(8), ...commit('submit').slice(0, 3), store(8, 6, 0, imm(0))]), {
    message: /is gone/,
  });
});

const word = (text: string): Uint8Array => new TextEncoder().encode(text);

function readString(helper: HelperName, address: bigint, size: number): Instruction[] {
  return [
    store(8, 10, -16, imm(-1)),
    store(8, 10, -8, imm(-1)),
    mov(1, reg(10)),
    alu64('add', 1, imm(-16)),
    mov(2, imm(size)),
    loadImmediate(3, address),
    callHelper(helper),
    load(8, 1, 10, -16),
    loadMapValue(2, 'g', 0),
    store(8, 2, 0, reg(1)),
    exit(),
  ];
}

test('probe reads copy, stop at NUL, and leave zeros when they fail', t => {
  const g = map('g', MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1);
  const text = (vm: Vm) => Buffer.from(vm.mapValue('g')!).toString('latin1');
  const kernel = 0xffff_8880_0000_1000n;
  const user = 0x7fff_0000_1000n;
  const run = (helper: HelperName, address: bigint, size: number) => {
    const vm = machine([g], [['main', readString(helper, address, size)]]);
    vm.memory.addAt(kernel, word('hello\0world'));
    vm.memory.addAt(user, word('user\0'));
    return [BigInt.asIntN(64, vm.run(0).r0), text(vm)];
  };
  t.deepEqual(run('BPF_FUNC_probe_read_kernel', kernel, 8), [0n, 'hello\0wo']);
  t.deepEqual(run('BPF_FUNC_probe_read_kernel_str', kernel, 8), [6n, 'hello\0\xff\xff']);
  t.deepEqual(run('BPF_FUNC_probe_read_kernel_str', kernel, 4), [4n, 'hel\0\xff\xff\xff\xff']);
  t.deepEqual(run('BPF_FUNC_probe_read_user_str', user, 8), [5n, 'user\0\xff\xff\xff']);
  t.deepEqual(run('BPF_FUNC_probe_read_user_str', kernel, 4), [-14n, '\0\0\0\0\xff\xff\xff\xff']);
  t.deepEqual(run('BPF_FUNC_probe_read_kernel', 0n, 8), [-14n, '\0\0\0\0\0\0\0\0']);
});

test('BTF-typed loads read configured memory, and 0 elsewhere', t => {
  const task = 0xffff_8880_0000_2000n;
  const insns = [callHelper('BPF_FUNC_get_current_task_btf'), load(4, 0, 0, 4), exit()];
  const vm = machine([], [['main', insns]], { currentTask: task });
  t.is(vm.run(0).r0, 0n);
  vm.memory.addAt(task, Uint8Array.of(0, 0, 0, 0, 42, 0, 0, 0));
  t.is(vm.run(0).r0, 42n);
  t.is(machine([], [['main', insns]], { nullLoads: true }).run(0).r0, 0n);
  t.throws(() => machine([], [['main', insns]]).run(0), { message: /null pointer/ });
});

test('comm is padded with NUL', t => {
  const insns = [
    mov(1, reg(10)),
    alu64('add', 1, imm(-16)),
    mov(2, imm(16)),
    callHelper('BPF_FUNC_get_current_comm'),
    load(8, 0, 10, -16),
    exit(),
  ];
  t.is(machine([], [['main', insns]], { comm: 'bash' }).run(0).r0, 0x6873_6162n);
});
