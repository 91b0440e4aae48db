// The stop word, exit(), the -p filter, scratch memory given back.
import test from 'ava';
import { compile } from '../../../../src/compiler/compile.js';
import { Compiled, cstring } from '../../../harness/compiled.js';
import { smallEnv } from '../../../harness/fixture-env.js';
import { Vm } from '../../../harness/vm.js';

test('a stopped session runs nothing but END', t => {
  const object = new Compiled('BEGIN { @b = 1; } END { @e = 1; }');
  object.globals.setUint32(object.spec.globals.stop, 1, true);
  object.run(0);
  object.run(1);
  t.is(object.scalar('@b'), undefined);
  t.is(object.scalar('@e'), 1n);
});

test('exit() stops at once, in the kernel, and tells its code twice', t => {
  const object = new Compiled('BEGIN { exit(3); } END { @ = 1; }');
  const { events } = object.run();
  t.is(object.globals.getUint32(object.spec.globals.stop, true), 1);
  t.is(object.global('exitCode'), 3n);
  t.is(events.length, 1);
  const { layout } = object.spec.sites[0]!;
  t.is(new DataView(events[0]!.buffer, events[0]!.byteOffset).getInt32(layout.fields[0]!.offset, true), 3);
});

test('-p keeps tracepoints to one process', t => {
  const env = { ...smallEnv(), targetPid: 42 };
  const source = { name: 'stdin', text: 'tracepoint:syscalls:sys_enter_close { @[pid] = 1; }' };
  const { spec } = compile(source, env);
  const vm = new Vm(spec!);
  for (const tgid of [41, 42, 43]) {
    vm.world.tgid = tgid;
    vm.run(0, new Uint8Array(24));
  }
  t.deepEqual(
    vm.mapEntries('@').map(({ key }) => key[0]),
    [42],
  );
});

test('scratch memory is given back on every way out, and refused at the fifth level', t => {
  const object = new Compiled(
    'tracepoint:syscalls:sys_enter_openat { $f = str(args.filename); if ($f == "/a") { return; } if ($f == "/b") { exit(); } @[$f] = 1; }',
  );
  const level = () => object.vm.mapValue('scratch')![0];
  const ctx = new Uint8Array(48);
  for (const [index, path] of ['/c', '/a', '/b'].entries()) {
    const address = BigInt(index + 1) << 32n;
    object.vm.memory.addAt(address, cstring(path));
    new DataView(ctx.buffer).setBigUint64(24, address, true);
    object.run(0, ctx);
    t.is(level(), 0, path);
  }
  t.is(object.vm.mapEntries('@').length, 1);

  object.globals.setUint32(object.spec.globals.stop, 0, true);
  object.vm.mapValue('scratch')![0] = 4;
  object.run(0, ctx);
  t.is(object.loss('scratchBusy'), 1n);
  t.is(level(), 4);
});

test('a probe on several types counts its losses apart', t => {
  const object = new Compiled('BEGIN, END { @ = count(); }');
  t.deepEqual(
    object.spec.probes.map(probe => probe.alternatives[0]!.type),
    ['begin', 'end'],
  );
});

test('`probe` gives each target a program of its own where attachments carry no cookies (before 5.15)', t => {
  const object = new Compiled('tracepoint:syscalls:sys_enter_* { @[probe] = count(); }', {
    lacks: ['perf_link'],
  });
  const { targets } = object.spec.probes[0]!.alternatives[0]!;
  t.true(targets.length > 1);
  t.is(new Set(targets.map(target => target.program)).size, targets.length);
  t.true(targets.every(target => target.cookie === undefined));
});

test('`probe` of many targets reads the cookie of the one that fired', t => {
  const object = new Compiled('tracepoint:syscalls:sys_enter_* { @[probe] = 1; }');
  const { targets } = object.spec.probes[0]!.alternatives[0]!;
  t.is(object.spec.programs.length, 1);
  t.deepEqual(
    targets.map(target => target.cookie),
    targets.map((_, i) => String(i)),
  );
  for (const { cookie, name } of targets) {
    object.vm.world.attachCookie = BigInt(cookie!);
    object.run(0, new Uint8Array(64));
    t.true(object.entries('@').some(([key]) => new TextDecoder().decode(key as Uint8Array) === name));
  }
  t.is(object.entries('@').length, targets.length);
});

test('targets carry no cookie unless the program reads it', t => {
  const object = new Compiled('tracepoint:syscalls:sys_enter_* { @ = count(); }');
  t.true(object.spec.probes[0]!.alternatives[0]!.targets.every(target => target.cookie === undefined));
});

test('a || b: alternatives in order, each with its program; what cannot be here is named', t => {
  const object = new Compiled(
    'tracepoint:no:such || tracepoint:sched:sched_switch || interval:s:1, BEGIN { @ = count(); }',
  );
  t.deepEqual(
    object.spec.probes.map(probe => probe.alternatives.map(a => a.targets.map(target => target.name))),
    [[['tracepoint:sched:sched_switch'], ['interval:s:1']], [['begin']]],
  );
  t.deepEqual(object.spec.probes[0]!.impossible, [
    { name: 'tracepoint:no:such', reason: 'there is no tracepoint category "no"' },
  ]);
  t.is(object.spec.programs.length, 3);
});
