import test from 'ava';
import type { Layout } from '../../../../src/kernel/sys/attr.js';
import * as attrLayouts from '../../../../src/kernel/sys/bpf-layout.js';
import * as infoLayouts from '../../../../src/kernel/sys/info-layout.js';
import { PERF_EVENT_ATTR } from '../../../../src/kernel/sys/perf-event.js';
import { UAPI_OFFSETS } from '../../../fixtures/uapi-offsets.js';

const layouts: Record<string, Layout> = { ...attrLayouts, ...infoLayouts, PERF_EVENT_ATTR };

for (const [name, { fields, size }] of Object.entries(layouts)) {
  test(`${name} has the fields where the kernel's BTF has them`, t => {
    t.deepEqual(fields, UAPI_OFFSETS[name]);
    for (const [offset, length] of Object.values(fields)) t.true(offset + length <= size);
  });
}

test('every struct of the fixture has a layout', t => {
  t.deepEqual(Object.keys(UAPI_OFFSETS).sort(), Object.keys(layouts).sort());
});
