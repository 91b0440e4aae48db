import test from 'ava';
import type { FeatureName } from '../../../../src/compiler/env.js';
import { FEATURE_SINCE } from '../../../../src/compiler/language/feature.js';
import { createFeatures, featureSince } from '../../../../src/kernel/sys/features.js';
import { withFakeNative } from '../../../harness/fake-native.js';

const [EPERM, EINVAL] = [1, 22];

const unprivileged = test.macro((t, kernel: [number, number, number], expected: boolean) => {
  const { value } = withFakeNative(
    () => -EPERM,
    () => createFeatures({ kernel }).has('loop'),
  );
  t.is(value, expected);
});

test('without privilege a new kernel has bpf_loop', unprivileged, [5, 17, 0], true);
test('without privilege an old kernel has not', unprivileged, [5, 16, 20], false);

test('a feature is probed once', t => {
  const { calls } = withFakeNative(
    call => (call.name === 'BPF_PROG_LOAD' ? 9 : 0),
    () => {
      const features = createFeatures({ kernel: [5, 10, 0] });
      t.true(features.has('atomic_fetch'));
      t.true(features.has('atomic_fetch'));
    },
  );
  t.deepEqual(
    calls.map(call => call.name),
    ['BPF_PROG_LOAD', 'close'],
  );
});

const helper = test.macro((t, log: string, expected: boolean) => {
  const { value } = withFakeNative(
    call => {
      if (call.name === 'BPF_PROG_LOAD' && call.view.getUint32(24, true) > 0)
        call.memoryAt(32).set(Buffer.from(log));
      return -EINVAL;
    },
    () => createFeatures({ kernel: [6, 1, 0] }).has('loop'),
  );
  t.is(value, expected);
});

test('an unknown helper', helper, '0: (85) call unknown#181\ninvalid func unknown#181\n', false);
test('a helper that the program type may not call', helper, 'unknown func bpf_loop#181\n', false);
test('a helper that is called wrongly exists', helper, 'R1 !read_ok\n', true);

test('fentry needs BTF', t => {
  const { value, calls } = withFakeNative(
    () => 5,
    () => createFeatures({ kernel: [6, 1, 0] }).has('fentry'),
  );
  t.false(value);
  t.is(calls.length, 0);
});

test('features know their first kernel', t => {
  t.deepEqual(featureSince('loop'), [5, 17]);
});

for (const [arch, kernel, expected] of [
  ['x64', [5, 12, 0], true],
  ['arm64', [5, 17, 9], false],
  ['arm64', [5, 18, 0], true],
] as const) {
  test(`fetching atomics of ${arch} on ${kernel.join('.')}, which refuses to compile them to machine code`, t => {
    const { value } = withFakeNative(
      () => -EINVAL,
      () => createFeatures({ kernel, arch }).has('atomic_fetch'),
    );
    t.is(value, expected);
  });
}

test('releases that the compiler tells are those that --info tells', t => {
  for (const [feature, since] of Object.entries(FEATURE_SINCE)) {
    if (/^\d/.test(since)) t.is(featureSince(feature as FeatureName).join('.'), since, feature);
  }
});
