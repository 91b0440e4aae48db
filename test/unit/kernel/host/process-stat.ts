// /proc/PID/stat, whose second word anybody may choose.
import test from 'ava';
import { parseStat, processStat } from '../../../../src/kernel/host/process-stat.js';

test('a name may hold spaces and parentheses', t => {
  t.like(parseStat('12 (a) R 1 (b) S 7 12 12 0 -1'), { state: 'S', parent: 7 });
});

test('of a process, and of none', t => {
  t.is(processStat(process.pid)?.parent, process.ppid);
  t.is(processStat(2 ** 30), undefined);
});
