// What bpftrace's recorded output does not show: escaping, long strings, times, buffering.
import test from 'ava';
import { INT64, type Type } from '../../../src/compiler/types/type.js';
import { ByteBuffer } from '../../../src/output/byte-buffer.js';
import { MemoryOutput } from '../../../src/output/byte-output.js';
import { jsonInteger, jsonText } from '../../../src/output/json-value.js';
import { escapeBinary } from '../../../src/output/text/escape.js';
import { compilePrintf } from '../../../src/output/text/printf-writer.js';
import { formatTime } from '../../../src/output/text/strftime.js';
import type { TextContext } from '../../../src/output/text/value-text.js';
import { type Argument, bytesOf, printfEvent } from '../../harness/event-record.js';

process.env.TZ = 'UTC';

const context: TextContext = {
  maxStrlen: 64,
  trailer: '..',
  epochOffset: () => 1_795_155_022_287_513_335n,
  escape: false,
};
const string = (size: number): Type => ({ kind: 'string', size });

function print(format: string, args: Argument[], changes: Partial<TextContext> = {}, tail = false): string {
  const { site, view } = printfEvent(format, args, { tail });
  const output = new MemoryOutput();
  const buffer = new ByteBuffer(output);
  compilePrintf(format, site.layout, { ...context, ...changes }).write(view, buffer);
  buffer.handOn();
  return output.bytes.toString('latin1');
}

test('a string that fills more than max_strlen gets the trailer, inside the width', t => {
  t.is(print('%s|', [[string(65), 'a'.repeat(64)]]), `${'a'.repeat(64)}..|`);
  t.is(print('%68s|', [[string(65), 'a'.repeat(64)]]), `  ${'a'.repeat(64)}..|`);
  t.is(print('%s|', [[string(65), 'a'.repeat(63)]]), `${'a'.repeat(63)}|`);
  t.is(print('%s|', [[string(16), 'a'.repeat(15)]]), `${'a'.repeat(15)}|`);
});

test('tail strings, whatever stands between them', t => {
  const args: Argument[] = [
    [string(64), 'one'],
    [INT64, -7],
    [string(64), 'x'.repeat(60)],
    [{ kind: 'mac' }, Uint8Array.of(1, 2, 3, 4, 5, 255)],
    [string(64), ''],
    [string(64), 'last'],
  ];
  t.is(
    print('%5s %ld %s %s [%s] %-6s|', args, {}, true),
    `  one -7 ${'x'.repeat(60)} 01:02:03:04:05:FF [] last  |`,
  );
});

test('control characters of values are shown on a terminal, the format is not touched', t => {
  const evil = 'a\x1b[2Jb\n\xc3\xa9\xc2\x85\xff\x7f';
  const shown = 'a\\x1b[2Jb\\n\xc3\xa9\\xc2\\x85\\xff\\x7f';
  t.is(print('\x1b[1m%s\n', [[string(32), evil]], { escape: true }), `\x1b[1m${shown}\n`);
  t.is(print('%s', [[string(64), evil]], { escape: true }, true), shown);
  t.is(
    print('%s', [[{ kind: 'tuple', elements: [string(32)] }, [bytesOf(evil)]]], { escape: true }),
    `(${shown})`,
  );
  t.is(print('%s', [[string(32), evil]]), evil);
  t.is(escapeBinary('plain'), 'plain');
});

test('a line longer than the buffer', t => {
  t.is(print(`${'y'.repeat(3 << 20)}%d`, [[INT64, 5]]).length, (3 << 20) + 1);
  t.is(
    print('%65535d%65535s', [
      [INT64, 5],
      [string(8), 'a'],
    ]).length,
    131_070,
  );
});

test('strftime in a printf, with microseconds', t => {
  const stamp: Type = { kind: 'timestamp', format: '%H:%M:%S.%f' };
  t.is(
    print('%s|%18s|', [
      [stamp, 0n],
      [stamp, 1000n],
    ]),
    '06:10:22.287513|   06:10:22.287514|',
  );
  t.is(formatTime('%F %f %%f', 1_795_155_022_287_513_335n, { fraction: false }), '2026-11-20 %f %f');
});

test('every conversion of strftime', t => {
  // As bpftrace's strftime() printed it for this moment in UTC.
  const format =
    '%Y-%m-%d %H:%M:%S.%f %a %A %b %B %c %C %d %D %e %F %g %G %h %I %j %k %l %M %n %p %P %r %R %S %t %T %u %U %V %w %W ' +
    '%x %X %y %Y %z %% %E %Q %Ey %Od';
  const expected =
    '2026-11-20 06:10:22.287513 Fri Friday Nov November Fri Nov 20 06:10:22 2026 20 20 11/20/26 20 2026-11-20 26 2026 ' +
    'Nov 06 324  6  6 10 \n AM am 06:10:22 AM 06:10 22 \t 06:10:22 5 46 47 5 46 11/20/26 06:10:22 26 2026 +0000 % %E %Q 26 20';
  t.is(formatTime(format, 1_795_155_022_287_513_335n, { fraction: true }), expected);
});

test('ISO weeks at the turn of a year', t => {
  const week = (iso: string): string =>
    formatTime('%G-W%V-%u %j', BigInt(Date.parse(iso)) * 1_000_000n, { fraction: true });
  t.is(week('2027-01-01T12:00:00Z'), '2026-W53-5 001');
  t.is(week('2024-12-30T12:00:00Z'), '2025-W01-1 365');
});

test('JSON: integers a double cannot hold are strings, bytes that are no text do not break it', t => {
  t.is(jsonInteger(2n ** 53n), '9007199254740992');
  t.is(jsonInteger(2n ** 53n + 1n), '"9007199254740993"');
  t.is(jsonInteger(-(2n ** 63n)), '-9223372036854775808');
  const text = jsonText(Buffer.from('é"\x00\xff'.normalize(), 'latin1'));
  t.is(JSON.parse(text), '\ufffd"\0\ufffd');
  t.is(JSON.parse(jsonText('\ud800 é \u{1f600}')), '\ud800 é \u{1f600}');
});

test('%f is an exact quotient, halves rounded away from zero', t => {
  const quotient: Type = { kind: 'tuple', elements: [INT64, INT64] };
  const of = (format: string, above: bigint | number, below: bigint | number) =>
    print(format, [[quotient, [BigInt(above), BigInt(below)]]]);
  t.is(of('%.3f ms', 1_234_567, 1_000_000), '1.235 ms');
  t.is(of('%f', 1, 3), '0.333333');
  t.is(of('%.0f|%%', 5, 2), '3|%');
  t.is(of('%.1f', -25, 100), '-0.3');
  t.is(of('%.1f', -1, 100), '0.0');
  t.is(of('%.2f', 199_999, 100_000), '2.00');
  t.is(of('%.3f', -(1n << 63n), -1), '9223372036854775808.000');
  t.is(of('%.20f', 1, 3), '0.33333333333333333333');
  t.is(of('%8.2f|', 314, 100), '    3.14|');
  t.is(of('%-8.2f|', 314, 100), '3.14    |');
  t.is(of('%08.2f|', -314, 100), '-0003.14|');
  t.is(of('%+.1f', 5, 2), '+2.5');
  t.is([of('%f', 1, 0), of('%f', -1, 0), of('%f', 0, 0)].join(), 'inf,-inf,nan');
  t.is(print('%.2f', [[INT64, -7]]), '-7.00');
});
