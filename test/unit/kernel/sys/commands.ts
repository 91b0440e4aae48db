// The bytes of union bpf_attr that each command passes, against words written out from the header's struct.
// A row gives the attr as 32-bit words; PTR(n) is the address of the nth memory passed.

import test from 'ava';
import { btfLoad } from '../../../../src/kernel/sys/btf.js';
import * as link from '../../../../src/kernel/sys/link.js';
import * as map from '../../../../src/kernel/sys/map.js';
import * as batch from '../../../../src/kernel/sys/map-batch.js';
import * as object from '../../../../src/kernel/sys/object.js';
import { progBindMap, progLoad } from '../../../../src/kernel/sys/program.js';
import { enableStats, progTestRun } from '../../../../src/kernel/sys/program-run.js';
import { withFakeNative } from '../../../harness/fake-native.js';

const four = new Uint8Array(4);
const eight = new Uint8Array(8);
const PTR = (n: number): number[] => [n * 0x1000, 0];
const NAME = (text: string): number[] => [
  ...new Uint32Array(new Uint8Array([...Buffer.from(text.padEnd(16, '\0'))]).buffer),
];
const GAP = (words: number): number[] => Array(words).fill(0);

const passes = test.macro((t, run: () => unknown, command: string, words: number[]) => {
  const { calls } = withFakeNative(() => 7, run);
  const [call] = calls;
  t.is(call?.name, command);
  t.is(call?.words[2], call?.attr.byteLength);
  const actual = [...new Uint32Array(call!.attr.buffer)];
  t.deepEqual(actual, [...words, ...GAP(actual.length - words.length)]);
});

test(
  'mapCreate',
  passes,
  () => map.mapCreate({ type: 1, keySize: 4, valueSize: 8, maxEntries: 10, flags: 1, name: '@x y' }),
  'BPF_MAP_CREATE',
  [1, 4, 8, 10, 1, 0, 0, ...NAME('_x_y')],
);
test(
  'mapCreate with BTF and an inner map',
  passes,
  () =>
    map.mapCreate({
      type: 12,
      keySize: 4,
      valueSize: 4,
      maxEntries: 1,
      innerMapFd: 5,
      btfFd: 6,
      btfKeyTypeId: 7,
      btfValueTypeId: 8,
      extra: 9n,
    }),
  'BPF_MAP_CREATE',
  [12, 4, 4, 1, 0, 5, 0, ...NAME(''), 0, 6, 7, 8, 0, 9],
);
test('mapLookupElem', passes, () => map.mapLookupElem(3, four, eight), 'BPF_MAP_LOOKUP_ELEM', [
  3,
  0,
  ...PTR(1),
  ...PTR(2),
]);
test('mapLookupElem with flags', passes, () => map.mapLookupElem(3, four, eight, 4), 'BPF_MAP_LOOKUP_ELEM', [
  3,
  0,
  ...PTR(1),
  ...PTR(2),
  4,
]);
test(
  'mapLookupAndDeleteElem',
  passes,
  () => map.mapLookupAndDeleteElem(3, four, eight),
  'BPF_MAP_LOOKUP_AND_DELETE_ELEM',
  [3, 0, ...PTR(1), ...PTR(2)],
);
test('mapUpdateElem', passes, () => map.mapUpdateElem(3, four, eight, 1), 'BPF_MAP_UPDATE_ELEM', [
  3,
  0,
  ...PTR(1),
  ...PTR(2),
  1,
]);
test('mapDeleteElem', passes, () => map.mapDeleteElem(3, four), 'BPF_MAP_DELETE_ELEM', [3, 0, ...PTR(1)]);
test(
  'mapGetNextKey from the start',
  passes,
  () => map.mapGetNextKey(3, undefined, four),
  'BPF_MAP_GET_NEXT_KEY',
  [3, 0, 0, 0, ...PTR(1)],
);
test('mapGetNextKey', passes, () => map.mapGetNextKey(3, four, eight), 'BPF_MAP_GET_NEXT_KEY', [
  3,
  0,
  ...PTR(1),
  ...PTR(2),
]);
test('mapFreeze', passes, () => map.mapFreeze(3), 'BPF_MAP_FREEZE', [3]);

const chunk = { keys: four, values: eight, count: 9, out: four, in: eight };
test('mapLookupBatch', passes, () => batch.mapLookupBatch(3, chunk), 'BPF_MAP_LOOKUP_BATCH', batchWords());
test(
  'mapLookupAndDeleteBatch',
  passes,
  () => batch.mapLookupAndDeleteBatch(3, chunk),
  'BPF_MAP_LOOKUP_AND_DELETE_BATCH',
  batchWords(),
);
test('mapUpdateBatch', passes, () => batch.mapUpdateBatch(3, four, eight, 9, 4), 'BPF_MAP_UPDATE_BATCH', [
  0,
  0,
  0,
  0,
  ...PTR(1),
  ...PTR(2),
  9,
  3,
  4,
]);
test('mapDeleteBatch', passes, () => batch.mapDeleteBatch(3, four, 9), 'BPF_MAP_DELETE_BATCH', [
  0,
  0,
  0,
  0,
  ...PTR(1),
  0,
  0,
  9,
  3,
]);

/** Keys, values, in, out in the order in which the command passes them. */
function batchWords(): number[] {
  return [...PTR(3), ...PTR(4), ...PTR(1), ...PTR(2), 9, 3];
}

test('progLoad', passes, () => progLoad({ type: 5, insns: new Uint8Array(16), name: 'p' }), 'BPF_PROG_LOAD', [
  5,
  2,
  ...PTR(1),
  ...PTR(2),
  0,
  0,
  0,
  0,
  0,
  0,
  ...NAME('p'),
]);
test(
  'progLoad with everything',
  passes,
  () =>
    progLoad({
      type: 26,
      insns: new Uint8Array(8),
      license: 'MIT',
      expectedAttachType: 24,
      attachBtfId: 99,
      attachBtfObjFd: 98,
      flags: 16,
      btfFd: 97,
      funcInfo: new Uint8Array(16),
      lineInfo: new Uint8Array(48),
      fdArray: new Int32Array(1),
    }),
  'BPF_PROG_LOAD',
  [
    26,
    1,
    ...PTR(1),
    ...PTR(2),
    0,
    0,
    0,
    0,
    0,
    16,
    ...NAME(''),
    0,
    24,
    97,
    8,
    ...PTR(3),
    2,
    16,
    ...PTR(4),
    3,
    99,
    98,
    0,
    ...PTR(5),
  ],
);
test('progBindMap', passes, () => progBindMap(3, 4), 'BPF_PROG_BIND_MAP', [3, 4]);
test(
  'progTestRun',
  passes,
  () =>
    progTestRun(3, {
      dataIn: new Uint8Array(14),
      dataOut: new Uint8Array(20),
      ctxIn: eight,
      ctxOut: four,
      repeat: 5,
      flags: 1,
      cpu: 2,
    }),
  'BPF_PROG_TEST_RUN',
  [3, 0, 14, 20, ...PTR(1), ...PTR(2), 5, 0, 8, 4, ...PTR(3), ...PTR(4), 1, 2],
);
test('enableStats', passes, () => enableStats(), 'BPF_ENABLE_STATS', [0]);
test('btfLoad', passes, () => btfLoad(new Uint8Array(24)), 'BPF_BTF_LOAD', [...PTR(1), 0, 0, 24]);

test(
  'linkCreatePerfEvent',
  passes,
  () => link.linkCreatePerfEvent(3, 4, 5n),
  'BPF_LINK_CREATE',
  [3, 4, 41, 0, 5, 0],
);
test(
  'linkCreateTracing',
  passes,
  () => link.linkCreateTracing(3, { attachType: 24, cookie: 5n }),
  'BPF_LINK_CREATE',
  [3, 0, 24, 0, 0, 0, 5],
);
test('linkCreateXdp', passes, () => link.linkCreateXdp(3, 4, 2), 'BPF_LINK_CREATE', [3, 4, 37, 2]);
test('linkCreateIter', passes, () => link.linkCreateIter(3, eight), 'BPF_LINK_CREATE', [
  3,
  0,
  28,
  0,
  ...PTR(1),
  8,
]);
test(
  'linkCreateKprobeMulti',
  passes,
  () => link.linkCreateKprobeMulti(3, { symbols: ['a', 'b'], cookies: BigUint64Array.of(1n, 2n), flags: 1 }),
  'BPF_LINK_CREATE',
  [3, 0, 42, 0, 1, 2, ...PTR(3), 0, 0, ...PTR(4)], // memory 1 and 2 are the names
);
test(
  'linkCreateUprobeMulti',
  passes,
  () =>
    link.linkCreateUprobeMulti(3, {
      path: '/x',
      offsets: BigUint64Array.of(1n),
      cookies: BigUint64Array.of(2n),
      pid: 5,
    }),
  'BPF_LINK_CREATE',
  [3, 0, 48, 0, ...PTR(1), ...PTR(2), 0, 0, ...PTR(3), 1, 0, 5],
);
test('linkCreateTcx', passes, () => link.linkCreateTcx(3, 4, 46), 'BPF_LINK_CREATE', [3, 4, 46]);
test(
  'rawTracepointOpen',
  passes,
  () => link.rawTracepointOpen('sched_switch', 3, 5n),
  'BPF_RAW_TRACEPOINT_OPEN',
  [...PTR(1), 3, 0, 5],
);
test(
  'rawTracepointOpen of a BTF target',
  passes,
  () => link.rawTracepointOpen(undefined, 3),
  'BPF_RAW_TRACEPOINT_OPEN',
  [0, 0, 3],
);
test('linkUpdate', passes, () => link.linkUpdate(3, 4, 5), 'BPF_LINK_UPDATE', [3, 4, 4, 5]);
test('linkDetach', passes, () => link.linkDetach(3), 'BPF_LINK_DETACH', [3]);
test('iterCreate', passes, () => link.iterCreate(3), 'BPF_ITER_CREATE', [3]);

test('objPin', passes, () => object.objPin(3, '/p'), 'BPF_OBJ_PIN', [...PTR(1), 3]);
test('objGet', passes, () => object.objGet('/p'), 'BPF_OBJ_GET', [...PTR(1)]);
test('progGetNextId', passes, () => object.progGetNextId(3), 'BPF_PROG_GET_NEXT_ID', [3]);
test('linkGetFdById', passes, () => object.linkGetFdById(3), 'BPF_LINK_GET_FD_BY_ID', [3]);
test('btfGetFdById', passes, () => object.btfGetFdById(3), 'BPF_BTF_GET_FD_BY_ID', [3]);
test('progGetInfo', passes, () => object.progGetInfo(3), 'BPF_OBJ_GET_INFO_BY_FD', [3, 232, ...PTR(1)]);
