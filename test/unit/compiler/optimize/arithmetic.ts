import test from 'ava';
import { FunctionBuilder } from '../../../../src/compiler/ir/function-builder.js';
import type { BinaryOp, ValueId } from '../../../../src/compiler/ir/ir.js';
import { optimize } from '../../../../src/compiler/optimize/pipeline.js';
import { IrMemory, interpret } from '../../../harness/ir-interpreter.js';
import { RandomSource } from '../../../harness/random-source.js';

function evaluate(body: (b: FunctionBuilder, x: ValueId) => ValueId, x: bigint): [bigint, bigint] {
  const b = new FunctionBuilder('main', 1);
  b.ret(body(b, b.param(0)));
  const program = { name: 'test', functions: [b.finish()] };
  const world = { memory: new IrMemory(), helpers: {}, maps: {}, mapValues: {} };
  return [interpret(program, world, [x]), interpret(optimize(program), world, [x])];
}

const DIVIDERS: readonly BinaryOp[] = ['udiv', 'umod', 'sdiv', 'smod', 'mul'];

for (const fn of DIVIDERS) {
  test(`${fn} by constants keeps its meaning at every width`, t => {
    const random = new RandomSource(fn.length * 1000 + fn.charCodeAt(1));
    for (let i = 0; i < 400; i++) {
      const divisor = random.chance(50) ? BigInt(1 + random.below(2000)) : random.word();
      const narrow = random.pick([1, 2, 4, 8] as const);
      const width = random.chance(50) ? 32 : 64;
      const x = random.word();
      const [expected, found] = evaluate(
        (b, value) => b.binaryImm(fn, narrow === 8 ? value : b.extend(value, narrow, false), divisor, width),
        x,
      );
      t.is(found, expected, `${x} (${narrow} bytes) ${fn}.${width} ${divisor}`);
    }
  });
}

test('division by multiplication is exact at the edges of 32 bits', t => {
  for (const divisor of [3, 5, 7, 10, 11, 100, 641, 1000, 65535, 1_000_000, 0x7fff_ffff, 0xffff_fffe]) {
    for (const base of [
      0n,
      1n,
      0x7fff_ffffn,
      0xffff_ffffn,
      BigInt(divisor) * (0xffff_ffffn / BigInt(divisor)),
    ]) {
      for (const x of [base - 1n, base, base + 1n]) {
        const low = BigInt.asUintN(32, x);
        const [expected, found] = evaluate(
          (b, v) => b.binaryImm('udiv', b.extend(v, 4, false), divisor),
          low,
        );
        t.is(found, expected, `${low} / ${divisor}`);
      }
    }
  }
});
