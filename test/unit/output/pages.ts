// page(): the rows that a probe has printed, sorted and cut, in the formats that are no live table.
import test from 'ava';
import type { PageData } from '../../../src/compiler/language/functions/page.js';
import type { SiteSpec } from '../../../src/compiler/object-spec.js';
import { type RecordType, type Type, UINT64 } from '../../../src/compiler/types/type.js';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { type Format, openSink } from '../../../src/output/open.js';
import { NO_SELECTION, type Selection } from '../../../src/output/selection.js';
import type { Sink } from '../../../src/output/sink.js';
import { bytesOf } from '../../harness/event-record.js';

const COMM: Type = { kind: 'string', size: 16 };
const rowOf = (...more: RecordType['fields']): RecordType => ({
  kind: 'record',
  fields: [{ name: 'comm', type: COMM }, { name: 'calls', type: UINT64 }, ...more],
});
const ROW = rowOf();
/** Of another probe, which has no pages. */
const OTHER = rowOf({ name: 'ret', type: UINT64 });

function site(id: number, probe: number, entry: string, type?: Type): SiteSpec {
  const fields = type === undefined ? [] : [{ name: 'value', offset: 8, size: 24, type }];
  return { id, probe, entry, layout: { size: 32, fields }, span: [0, 0], data: {} } as unknown as SiteSpec;
}
const SITES = [site(0, 0, 'print', ROW), site(1, 0, 'page'), site(2, 1, 'print', OTHER)];

async function shown(format: Format, use: (sink: Sink) => void, selection?: Partial<Selection>) {
  const output = new MemoryOutput();
  const sink = await openSink(format, output, {
    title: 'tsbpf x',
    source: { name: 'stdin', text: '' },
    notice: () => {},
    onQuit: () => {},
    quiet: true,
    sites: SITES,
    selection: selection === undefined ? undefined : { ...NO_SELECTION, ...selection },
  });
  use(sink);
  sink.flush();
  sink.ending();
  await sink.close();
  return output.text.replace(/ +/g, ' ');
}

const print = (sink: Sink, ...rows: readonly (readonly [comm: string, calls: bigint])[]) => {
  for (const [comm, calls] of rows) sink.value(ROW, [bytesOf(comm), calls]);
};
const twoPages =
  (page: PageData) =>
  (sink: Sink): void => {
    print(sink, ['a', 1n], ['b', 30n], ['c', 2n]);
    sink.flush(); // a batch ends where it likes
    print(sink, ['d', 4n]);
    sink.endPage?.(0, page);
    print(sink, ['e', 5n], ['f', 60n]);
    sink.endPage?.(0, page);
  };

test('a table: the first rows of each page, with a head of its own', async t => {
  t.is(
    await shown('table', twoPages({ top: 2, column: 'calls' })),
    'COMM CALLS\nb 30\nd 4\n\nCOMM CALLS\nf 60\ne 5\n',
  );
});
test('without a column rows stay as they came; 0 is all of them', async t => {
  t.is(
    await shown('table', twoPages({ top: 0 })),
    'COMM CALLS\na 1\nb 30\nc 2\nd 4\n\nCOMM CALLS\ne 5\nf 60\n',
  );
});
test('CSV has all rows of a page, in order', async t => {
  t.is(
    await shown('csv', twoPages({ top: 2, column: 'calls' })),
    'comm,calls\nb,30\nd,4\nc,2\na,1\nf,60\ne,5\n',
  );
});
test('--sort, --top and --where go before what the script says', async t => {
  const asked = { sort: { column: 'comm', descending: undefined }, top: 3, where: 'calls>1' };
  t.is(
    await shown('csv', twoPages({ top: 1, column: 'calls' }), asked),
    'comm,calls\nb,30\nc,2\nd,4\ne,5\nf,60\n',
  );
});
test('rows of other probes do not wait', async t => {
  const out = await shown('text', sink => {
    print(sink, ['held', 1n]);
    sink.value(OTHER, [bytesOf('first'), 2n, 0n]);
    sink.endPage?.(0, { top: 0 });
    sink.endPage?.(0, { top: 0 });
  });
  t.regex(out, /^\{ \.comm = first.*\n\{ \.comm = held/);
});
test('what is left when the session ends is printed', async t => {
  t.is(await shown('csv', sink => print(sink, ['z', 1n], ['y', 2n])), 'comm,calls\nz,1\ny,2\n');
});
