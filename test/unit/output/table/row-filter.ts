import test from 'ava';
import { INT64, type Type } from '../../../../src/compiler/types/type.js';
import { columnOf } from '../../../../src/output/table/column.js';
import { compileFilter } from '../../../../src/output/table/row-filter.js';

const STRING: Type = { kind: 'string', size: 16 };
const COLUMNS = [
  columnOf('pid', INT64),
  columnOf('comm', STRING),
  columnOf('age_ns', INT64),
  columnOf('size_kb', INT64),
];

const matches = test.macro({
  exec(t, filter: string, expected: boolean) {
    const values = [42n, Buffer.from('sshd'), 5_000_000n, 2048n];
    const found = compileFilter(filter, COLUMNS);
    const cells = () => ['42', 'sshd', '5.000 ms', '2.000 MiB'];
    t.is(found === undefined ? true : found(values, cells), expected);
  },
  title: (_, filter, expected) =>
    `${filter === '' ? 'nothing' : filter} ${expected ? 'matches' : 'does not match'}`,
});

test(matches, '', true);
test(matches, 'ssh', true);
test(matches, 'SSH', true);
test(matches, '5.000 ms', true);
test(matches, 'nginx', false);
test(matches, 'pid=42', true);
test(matches, 'PID == 42', true);
test(matches, 'pid=4', false);
test(matches, 'pid!=42', false);
test(matches, 'pid>41', true);
test(matches, 'pid>42', false);
test(matches, 'pid>=42', true);
test(matches, 'pid<0x30', true);
test(matches, 'age>4ms', true);
test(matches, 'age>=5ms', true);
test(matches, 'age>5.5ms', false);
test(matches, 'age_ns<1s', true);
test(matches, 'size=2MiB', true);
test(matches, 'size>2', true);
test(matches, 'comm=sshd', true);
test(matches, 'comm=ssh', false);
test(matches, 'comm!=nginx', true);
test(matches, 'pid=', true);
test(matches, 'ssh && pid=42', true);
test(matches, 'ssh && pid=43', false);
test(matches, 'nocolumn=1', false);
