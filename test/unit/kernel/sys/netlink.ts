// Netlink messages written out byte by byte after the headers of include/uapi/linux, and what is read from them.
import test from 'ava';
import fc from 'fast-check';
import { parseInterface } from '../../../../src/kernel/host/interfaces.js';
import { SyscallError } from '../../../../src/kernel/sys/error.js';
import {
  attribute,
  netlinkRequest,
  readAttributes,
  readMessages,
} from '../../../../src/kernel/sys/netlink.js';
import { withFakeNative } from '../../../harness/fake-native.js';

/** struct nlmsghdr and a body. */
function message(type: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array((16 + body.length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 16 + body.length, true);
  view.setUint16(4, type, true);
  bytes.set(body, 16);
  return bytes;
}

const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap(part => [...part]));

test('an attribute has its length, its type, its bytes and zeros up to four', t => {
  t.deepEqual(attribute(3, bytes('657468')), bytes('0700 0300 657468 00'));
  t.deepEqual(attribute(29, 8), bytes('0800 1d00 08000000'));
  const read = readAttributes(joined(attribute(0x8003, bytes('aa')), attribute(4, 7)));
  t.deepEqual(
    [...read],
    [
      [3, bytes('aa')],
      [4, bytes('07000000')],
    ],
  );
});

test('messages end with DONE or an acknowledgement; an error is thrown with its name', t => {
  const answers: Uint8Array[] = [];
  t.false(readMessages(joined(message(16, bytes('01')), message(16, bytes('0203'))), answers, 'x'));
  t.true(readMessages(message(3, bytes('00000000')), answers, 'x'));
  t.true(readMessages(message(2, bytes('00000000')), answers, 'x'));
  t.deepEqual(answers, [bytes('01'), bytes('0203')]);
  const error = t.throws(() => readMessages(message(2, bytes('edffffff')), answers, 'RTM_GETLINK'), {
    instanceOf: SyscallError,
  });
  t.is(error?.message, 'RTM_GETLINK: ENODEV: no such device');
});

test('an interface is read from RTM_NEWLINK, its XDP programs with their modes', t => {
  const ifinfo = bytes('00 00 0100 05000000 41100000 00000000');
  const xdp = joined(attribute(2, bytes('04')), attribute(4, 77), attribute(5, 77), attribute(6, 78));
  const body = joined(
    ifinfo,
    attribute(3, Buffer.from('eth0\0')),
    attribute(4, 1500),
    attribute(1, bytes('020000000001')),
    attribute(43, xdp),
  );
  t.deepEqual(parseInterface(body), {
    name: 'eth0',
    index: 5,
    mtu: 1500,
    address: bytes('020000000001'),
    type: 1,
    up: true,
    xdp: [
      { mode: 'native', programId: 77 },
      { mode: 'generic', programId: 78 },
    ],
  });
});

test('a request goes out with its header, and its answers are read until they end', t => {
  const { value, calls } = withFakeNative(
    ({ name, words }) => {
      if (name === 'socket') return 9;
      if (name !== 'recvfrom') return 0;
      const answer = joined(message(16, bytes('0a0b')), message(3, bytes('00000000')));
      (words[1] as Uint8Array).set(answer);
      return answer.length;
    },
    () => netlinkRequest({ type: 18, flags: 0x300, body: bytes('0102') }, 'RTM_GETLINK'),
  );
  t.deepEqual(value, [bytes('0a0b')]);
  t.deepEqual(
    calls.map(call => call.name),
    ['socket', 'sendto', 'recvfrom', 'close'],
  );
  t.deepEqual(calls[1]!.attr, bytes('12000000 1200 0103 00000000 00000000 0102'));
});

test('no bytes make the readers throw anything but the error they hold, or go on for ever', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), random => {
        readAttributes(random);
        parseInterface(joined(new Uint8Array(16), random));
        try {
          readMessages(random, [], 'x');
        } catch (error) {
          if (!(error instanceof SyscallError)) throw error;
        }
      }),
    ),
  );
});
