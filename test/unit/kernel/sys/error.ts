import test from 'ava';
import { check, errno, errnoName, SyscallError, VerifierError } from '../../../../src/kernel/sys/error.js';

test('errno names and numbers', t => {
  t.is(errno('ENOENT'), 2);
  t.is(errno('ENOTSUPP'), 524);
  t.is(errnoName(11), 'EAGAIN');
  t.is(errnoName(95), 'EOPNOTSUPP');
  t.is(errnoName(524), 'ENOTSUPP');
  t.is(errnoName(599), 'errno 599');
});

test('a SyscallError names operation, object and reason', t => {
  t.is(
    new SyscallError('BPF_MAP_CREATE', 1, '@x').message,
    'BPF_MAP_CREATE (@x): EPERM: operation not permitted',
  );
  t.is(new SyscallError('close', 9).message, 'close: EBADF: bad file descriptor');
});

test('check passes results and throws errors', t => {
  t.is(check(0, 'x'), 0);
  t.throws(() => check(-2, 'x'), { instanceOf: SyscallError, message: /ENOENT/ });
});

test('a VerifierError without a log says so', t => {
  t.regex(new VerifierError('BPF_PROG_LOAD', 22, '').message, /no log$/);
});
