import test from 'ava';
import { findFaults } from '../../../../src/compiler/ir/check.js';
import { FunctionBuilder } from '../../../../src/compiler/ir/function-builder.js';
import { printFunction } from '../../../../src/compiler/ir/printer.js';

test('a local written on both sides of a branch becomes a phi', t => {
  const b = new FunctionBuilder('f', 1);
  const x = b.newLocal('x');
  b.write(x, b.const(1));
  b.ifThen('eq', b.param(0), b.const(7), () => b.write(x, b.const(2)));
  b.ret(b.read(x));
  const fn = b.finish();
  t.deepEqual(findFaults(fn), []);
  t.regex(printFunction(fn), /= phi b0: 1, b1: 2|= phi b1: 2, b0: 1/);
});

test('a local that a loop does not change needs no phi', t => {
  const b = new FunctionBuilder('f', 1);
  const same = b.newLocal('same');
  const i = b.newLocal('i');
  b.write(same, b.param(0));
  b.write(i, b.const(0));
  const head = b.newBlock();
  const body = b.newBlock();
  const done = b.newBlock();
  b.jump(head);
  b.moveTo(head);
  b.branch('ult', b.read(i), b.const(10), body, done);
  b.seal(body);
  b.moveTo(body);
  b.write(i, b.binary('add', b.read(i), b.read(same)));
  b.jump(head);
  b.seal(head);
  b.seal(done);
  b.moveTo(done);
  b.ret(b.binary('add', b.read(same), b.read(i)));
  const fn = b.finish();
  t.deepEqual(findFaults(fn), []);
  t.is(printFunction(fn).match(/phi/g)?.length, 1);
});

test('what follows a return is dropped, and a join that nothing reaches has ended', t => {
  const b = new FunctionBuilder('f', 1);
  b.ifElse(
    'eq',
    b.param(0),
    b.const(0),
    () => b.ret(b.const(1)),
    () => b.ret(b.const(2)),
  );
  t.true(b.ended);
  b.store(8, b.stack(8), 0, b.const(3));
  b.ret(b.const(3));
  const fn = b.finish();
  t.deepEqual(findFaults(fn), []);
  t.notRegex(printFunction(fn), /store/);
});

test('clear uses the widest stores that alignment allows', t => {
  const b = new FunctionBuilder('f', 0);
  b.clear(b.stack(16), 3, 12);
  b.clear(b.stack(8, 4), 0, 8);
  b.ret(b.const(0));
  const sizes = [...printFunction(b.finish()).matchAll(/store\.(\d)/g)].map(m => Number(m[1]));
  t.deepEqual(sizes, [1, 4, 4, 2, 1, 4, 4]);
});

test('a loop that nothing enters does not hang reads', t => {
  const b = new FunctionBuilder('f', 0);
  const x = b.newLocal('x');
  b.ret(b.const(0));
  const head = b.newBlock();
  b.jump(head);
  b.moveTo(head);
  b.jump(head);
  b.seal(head);
  b.read(x);
  t.is(b.finish().blocks.length, 1);
});
