// The log policy of progLoad: none at first, then a buffer that grows until the log fits.

import test from 'ava';
import { type SyscallError, VerifierError } from '../../../../src/kernel/sys/error.js';
import { progLoad } from '../../../../src/kernel/sys/program.js';
import { type FakeCall, withFakeNative } from '../../../harness/fake-native.js';

const [EPERM, EAGAIN, EACCES, EFAULT, EINVAL, ENOSPC] = [1, 11, 13, 14, 22, 28];
const LOG_LEVEL = 24;
const LOG_SIZE = 28;
const LOG_BUF = 32;

const insns = new Uint8Array(16);

/** A kernel that refuses with `error` and has this much to say. */
function refusing(error: number, log: string): (call: FakeCall) => number {
  return call => {
    if (call.view.getUint32(LOG_LEVEL, true) === 0) return -error;
    const buffer = call.memoryAt(LOG_BUF);
    Buffer.from(log).copy(buffer, 0, 0, buffer.length - 1);
    return log.length < buffer.length ? -error : -ENOSPC;
  };
}

function failure(
  answer: (call: FakeCall) => number,
  options = {},
): { error: SyscallError; calls: FakeCall[] } {
  const { value, calls } = withFakeNative(answer, () => {
    try {
      progLoad({ type: 5, insns, name: 'p', ...options });
    } catch (error) {
      return error as SyscallError;
    }
    throw new Error('it loaded');
  });
  return { error: value, calls };
}

test('an accepted program is loaded once, without a log', t => {
  const { value, calls } = withFakeNative(
    () => 9,
    () => progLoad({ type: 5, insns }),
  );
  t.deepEqual(value, { fd: 9, log: '' });
  t.is(calls.length, 1);
});

test('a refusal comes with the log and its last telling line', t => {
  const log = '0: (b7) r0 = 0\nR1 invalid mem access\nprocessed 1 insns (limit 1000000)\n';
  const { error, calls } = failure(refusing(EACCES, log));
  t.true(error instanceof VerifierError);
  t.is((error as VerifierError).log, log);
  t.is(error.code, 'EACCES');
  t.is(error.message, 'BPF_PROG_LOAD (p): EACCES: permission denied: R1 invalid mem access');
  t.is(calls.length, 2);
});

test('the log buffer grows until the log fits', t => {
  const log = 'x'.repeat(3_000_000);
  const { error, calls } = failure(refusing(EINVAL, log));
  t.is((error as VerifierError).log, log);
  const sizes = calls.map(call => new DataView(call.attr.buffer).getUint32(LOG_SIZE, true));
  t.deepEqual(sizes, [0, 1 << 16, 1 << 19, 1 << 22]);
});

test('a log larger than the kernel allows loses its end', t => {
  const { error } = failure(refusing(EINVAL, 'x'.repeat(1 << 25)));
  t.is(error.code, 'EINVAL');
  t.is((error as VerifierError).log.length, (1 << 24) - 2);
});

test('a refusal without words is a plain SyscallError', t => {
  const { error } = failure(() => -EPERM);
  t.false(error instanceof VerifierError);
  t.deepEqual(
    [error.operation, error.errno, error.code, error.detail],
    ['BPF_PROG_LOAD', EPERM, 'EPERM', 'p'],
  );
});

test('EAGAIN is tried again', t => {
  let attempts = 0;
  const { value } = withFakeNative(
    () => (++attempts < 4 ? -EAGAIN : 5),
    () => progLoad({ type: 5, insns }),
  );
  t.is(value.fd, 5);
});

test('a log that is asked for is asked for at once', t => {
  const { value, calls } = withFakeNative(
    call => {
      call.memoryAt(LOG_BUF).set(Buffer.from('states\n'));
      return 5;
    },
    () => progLoad({ type: 5, insns, logLevel: 2 }),
  );
  t.deepEqual(value, { fd: 5, log: 'states\n' });
  t.is(calls.length, 1);
});

test('a program whose log no buffer holds is loaded with statistics only', t => {
  const { value } = withFakeNative(
    call => (call.view.getUint32(LOG_LEVEL, true) === 4 ? 5 : -ENOSPC),
    () => progLoad({ type: 5, insns, logLevel: 2 }),
  );
  t.is(value.fd, 5);
});

test('the verifier compares states more often after EFAULT, also when a log is asked for', t => {
  const FLAGS = 44;
  const TEST_STATE_FREQ = 8;
  for (const logLevel of [0, 1]) {
    const { value } = withFakeNative(
      call => ((call.view.getUint32(FLAGS, true) & TEST_STATE_FREQ) === 0 ? -EFAULT : 5),
      () => progLoad({ type: 5, insns, logLevel }),
    );
    t.is(value.fd, 5);
  }
});
