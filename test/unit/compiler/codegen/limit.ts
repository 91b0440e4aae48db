// Programs that are more than the kernel takes are refused by us, at their probe.
import test from 'ava';
import { generate } from '../../../../src/compiler/codegen/generate.js';
import { compile } from '../../../../src/compiler/compile.js';
import { LimitError } from '../../../../src/compiler/diagnostics/limit-error.js';
import { FunctionBuilder } from '../../../../src/compiler/ir/function-builder.js';
import { smallEnv } from '../../../harness/fixture-env.js';

function storeToMaps(count: number): string {
  const stores = Array.from({ length: count }, (_, i) => `@m${i}[1] = 1;`);
  return `begin { @first = 1; } end { ${stores.join(' ')} }`;
}

test('65 maps in one probe are refused there', t => {
  const text = storeToMaps(65);
  const { diagnostics } = compile({ name: 'stdin', text }, smallEnv({}));
  t.deepEqual(
    diagnostics.map(d => [d.code, text.slice(d.span.start).startsWith('end')]),
    [['maps-limit', true]],
  );
});

test('50 maps in one probe are compiled', t => {
  const { diagnostics } = compile({ name: 'stdin', text: storeToMaps(50) }, smallEnv({}));
  t.deepEqual(diagnostics, []);
});

test('a branch around more than 32767 instructions is refused', t => {
  const b = new FunctionBuilder('main', 1);
  const value = b.load(8, b.param(0, 'ctx'), 0);
  const area = b.stack(8);
  b.store(8, area, 0, value);
  b.ifThen('ugt', value, b.const(5), () => {
    for (let i = 0; i < 33_000; i++) b.store(8, area, 0, value);
  });
  b.ret(b.load(8, area, 0));
  const features = { signedDivision: true, atomicFetch: true, loop: true };
  const error = t.throws(() => generate({ name: 'test', functions: [b.finish()] }, { features }), {
    instanceOf: LimitError,
  });
  t.is(error.limit, 'jump');
});
