// Strings: comparisons, copies, conversions of size.
import test from 'ava';
import { Compiled, cstring, textOf } from '../../../harness/compiled.js';

const holds = test.macro({
  exec(t, condition: string, expected: boolean, setup = '') {
    const object = new Compiled(`BEGIN { ${setup} if (${condition}) { @yes = 1; } else { @no = 1; } }`);
    object.vm.world.comm = 'nginx';
    object.run();
    t.is(object.scalar(expected ? '@yes' : '@no'), 1n);
    t.is(object.scalar(expected ? '@no' : '@yes'), undefined);
  },
  title: (_, condition, expected, setup = '') => `${setup} ${condition} is ${expected}`,
});

const S = '$s = "nginx"; $t = "nginx-worker";';
test(holds, '$s == "nginx"', true, S);
test(holds, '"nginx" == $s', true, S);
test(holds, '$s != "nginx"', false, S);
test(holds, '$s == "ngin"', false, S);
test(holds, '$s == "nginxx"', false, S);
test(holds, '$s == $t', false, S);
test(holds, '$s != $t', true, S);
test(holds, '$t == "nginx-worker"', true, S);
test(holds, '$s == "a string longer than the variable could hold"', false, S);
test(holds, '$s == ""', false, S);
test(holds, '$e == ""', true, 'let $e = "x"; $e = "";');
test(holds, '(1, "a") == (1, "a")', true);
test(holds, '$a == $b', false, '$a = (1, "a"); $b = (2, "a");');
test(holds, '$a == $b', true, '$a = (1, "a"); $b = (1, "a");');

test('comm comes from the task where that is safe, else from the helper', t => {
  const helperCalls = (kernelVersion: readonly [number, number, number]) => {
    const object = new Compiled('BEGIN { @[comm] = 1; }', { kernelVersion });
    const { insns } = object.spec.programs[0]!.functions[0]!;
    return insns.some(insn => insn.opcode === 0x85 && insn.imm === 16); // BPF_FUNC_get_current_comm
  };
  t.true(helperCalls([5, 10, 0])); // __set_task_comm left old bytes behind the NUL until 5.17
  t.false(helperCalls([6, 12, 0]));
});

test('a shorter string in a longer place is followed by zeros', t => {
  const object = new Compiled(
    'BEGIN { @k["a much longer key"] = 1; @k["short"] = 2; $x = "longer text"; $x = "s"; @v = $x; }',
  );
  object.run();
  const keys = object.vm.mapEntries('@k').map(({ key }) => key);
  t.true(keys[1]!.subarray(5).every(byte => byte === 0));
  t.is(textOf(object.scalar('@v') as Uint8Array), 's');
});

test('str() with a length reads so many bytes, the NUL among them', t => {
  const object = new Compiled(
    'tracepoint:syscalls:sys_enter_openat { @s = str(args.filename, 5); @n = len(str(args.filename)); }',
  );
  object.vm.memory.addAt(0x1000_0000n, cstring('/etc/hosts'));
  const ctx = new Uint8Array(48);
  new DataView(ctx.buffer).setBigUint64(24, 0x1000_0000n, true);
  object.run(0, ctx);
  t.is(textOf(object.scalar('@s') as Uint8Array), '/etc');
  t.is(object.scalar('@n'), 10n);
});

test('comparing str() with a literal needs no scratch memory', t => {
  const object = new Compiled(
    'tracepoint:syscalls:sys_enter_openat /str(args.filename) == "/etc/hosts"/ { @ = count(); }',
  );
  t.false(object.spec.maps.some(map => map.name === 'scratch'));
  const ctx = new Uint8Array(48);
  const run = (path: string, address: bigint) => {
    object.vm.memory.addAt(address, cstring(path));
    new DataView(ctx.buffer).setBigUint64(24, address, true);
    object.run(0, ctx);
    return object.scalar('@');
  };
  t.is(run('/etc/hostsX', 0x1000_0000n), undefined);
  t.is(run('/etc/host', 0x2000_0000n), undefined);
  t.is(run('/etc/hosts', 0x3000_0000n), 1n);
});

test('a chosen string is copied from the arm that was taken', t => {
  const object = new Compiled(
    'BEGIN { $n = 5; @s = $n > 3 ? "many" : "a few of them"; @t = $n > 9 ? "x" : "yy"; }',
  );
  object.run();
  t.is(textOf(object.scalar('@s') as Uint8Array), 'many');
  t.is(textOf(object.scalar('@t') as Uint8Array), 'yy');
});
