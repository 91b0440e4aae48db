// The bar and the lines that tell how far attaching is; when they are told.
import test from 'ava';
import { attachProgress } from '../../../src/cli/attach-progress.js';
import { attachPace } from '../../../src/runtime/attach-pace.js';

test('on a terminal a bar is written over, and cleared at the end', t => {
  let written = '';
  const tell = attachProgress(text => (written += text), true);
  tell(250, 1000);
  tell(500, 1000);
  tell(1000, 1000);
  t.is(
    written,
    `\rAttaching [#######${' '.repeat(23)}] 250 of 1000 probes` +
      `\rAttaching [${'#'.repeat(15)}${' '.repeat(15)}] 500 of 1000 probes\r\x1b[K`,
  );
});

test('into a file now and then a line', t => {
  let written = '';
  const tell = attachProgress(text => (written += text), false);
  for (let i = 1; i <= 60; i++) tell(i, 60);
  t.is(written, 'Attaching: 1 of 60 probes\nAttaching: 31 of 60 probes\n');
});

test('what is attached quickly says nothing; what takes long lets the event loop run, and stops when told', async t => {
  const told: number[] = [];
  let drains = 0;
  let ended = false;
  let clock = 0;
  const pace = attachPace({
    progress: done => told.push(done),
    drain: () => drains++,
    ended: () => ended,
    now: () => clock,
  });
  t.true(pace(1, 100));
  const wait = (ms: number) => {
    clock += ms;
  };
  wait(60);
  t.true(await pace(2, 100));
  t.is(drains, 1);
  t.deepEqual(told, []);
  wait(1000);
  t.true(await pace(3, 100));
  t.deepEqual(told, [3]);
  wait(60);
  ended = true;
  t.false(await pace(4, 100));
});
