// Event records: their layout, their bytes, what happens when the ring is full.
import test from 'ava';
import { layoutRecord } from '../../../../src/compiler/lower/event.js';
import { TAIL_TRUNCATED } from '../../../../src/compiler/types/record-layout.js';
import { integer, type Type } from '../../../../src/compiler/types/type.js';
import { Compiled, cstring, textOf } from '../../../harness/compiled.js';

const string = (size: number): Type => ({ kind: 'string', size });

test('integers keep their width, long strings go to the tail', t => {
  const layout = layoutRecord([
    { name: 'a', type: integer(1, false) },
    { name: 'b', type: integer(4, false) },
    { name: 'c', type: string(16) },
    { name: 'd', type: string(1024) },
    { name: 'e', type: integer(8, true) },
  ]);
  t.deepEqual(
    layout.fields.map(({ name, offset, storage }) => [name, offset, storage]),
    [
      ['a', 4, 'fixed'],
      ['b', 8, 'fixed'],
      ['c', 12, 'fixed'],
      ['d', 28, 'tail'],
      ['e', 32, 'fixed'],
    ],
  );
  t.is(layout.size, 40);
});

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The context of sys_enter_openat with this file name at a user address. */
function openat(object: Compiled, path: string): Uint8Array {
  const address = 0x7000_0000_1000n;
  object.vm.memory.addAt(address, cstring(path));
  const ctx = new Uint8Array(48);
  new DataView(ctx.buffer).setBigUint64(24, address, true);
  new DataView(ctx.buffer).setBigUint64(32, 0o102n, true);
  return ctx;
}

test('a path costs what it is long', t => {
  const object = new Compiled(
    'tracepoint:syscalls:sys_enter_openat { printf("%d %s %s\\n", pid, comm, str(args.filename)); }',
    {},
    { nullLoads: true },
  );
  object.vm.world.tgid = 77;
  const ctx = openat(object, '/etc/passwd');
  const { events } = object.run(0, ctx);
  const [event] = events;
  const { layout, data } = object.spec.sites[0]!;
  t.deepEqual(data, { format: '%d %s %s\n' });
  const [pid, , path] = layout.fields;
  t.is(view(event!).getUint32(0, true), 0);
  t.is(view(event!).getUint32(pid!.offset, true), 77);
  t.is(view(event!).getUint32(path!.offset, true), 11);
  t.is(new TextDecoder().decode(event!.subarray(layout.size)), '/etc/passwd');
});

test('a text of max_strlen bytes or more is cut and marked', t => {
  const env = { variables: { BPFTRACE_MAX_STRLEN: '80' } };
  const object = new Compiled('tracepoint:syscalls:sys_enter_openat { print(str(args.filename)); }', env);
  const ctx = openat(object, 'x'.repeat(100));
  const { events } = object.run(0, ctx);
  const { layout } = object.spec.sites[0]!;
  const length = view(events[0]!).getUint32(layout.fields[0]!.offset, true);
  t.is(length, (80 | TAIL_TRUNCATED) >>> 0);
  t.is(events[0]!.length, layout.size + 80);
  t.is(object.loss('truncated'), 1n);
});

test('two long strings follow each other in the tail', t => {
  const object = new Compiled(
    'tracepoint:syscalls:sys_enter_openat { $a = str(args.filename); printf("%s %s", str(args.filename), $a); }',
  );
  const { events } = object.run(0, openat(object, '/tmp'));
  const { layout } = object.spec.sites[0]!;
  t.is(new TextDecoder().decode(events[0]!.subarray(layout.size)), '/tmp/tmp');
});

test('an address that cannot be read gives the empty string and is counted', t => {
  const object = new Compiled('tracepoint:syscalls:sys_enter_openat { print(str(args.filename)); }');
  const { events } = object.run(0, new Uint8Array(48));
  t.is(view(events[0]!).getUint32(object.spec.sites[0]!.layout.fields[0]!.offset, true), 0);
  t.is(object.loss('readFailed'), 1n);
});

test('a full ring is counted', t => {
  const env = { variables: { BPFTRACE_PERF_RB_PAGES: '1' } };
  const object = new Compiled('BEGIN { $i = 0; while ($i < 600) { printf("%d\\n", $i); $i++; } }', env);
  const { events } = object.run();
  t.true(events.length < 600);
  t.is(BigInt(events.length) + object.loss('ringFull'), 600n);
});

test('tuples and records are sent in their stored form', t => {
  const object = new Compiled('BEGIN { print((1, "ab", (int8)-2)); }');
  const { events } = object.run();
  const { layout } = object.spec.sites[0]!;
  const at = layout.fields[0]!.offset;
  t.is(view(events[0]!).getBigInt64(at, true), 1n);
  t.is(textOf(events[0]!.subarray(at + 8)), 'ab');
  t.is(view(events[0]!).getBigInt64(at + 16, true), -2n);
});
