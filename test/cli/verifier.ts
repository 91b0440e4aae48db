// Programs that type-checked and that a verifier once refused: each stays here by name.
import { kernelTest } from '../harness/kernel-test.js';
import { tsbpf } from '../harness/tsbpf.js';

kernelTest('arithmetic on typed kernel pointers, held in variables or cast to another type', async t => {
  const script = `BEGIN {
    $x = (uint64)curtask; $t = curtask.real_parent; $f = (struct file *)curtask;
    printf("%d %d %d %d %d %d\\n", $x - (uint64)curtask, ((uint64)curtask >> 40) > 0,
      (uint64)curtask.real_parent * 3 != 0, (uint64)$t % 8, (int64)$f ^ $x, (uint8)curtask == (uint8)$x);
    exit();
  }`;
  const { stdout, stderr, code } = await tsbpf(['-e', script]);
  t.is(code, 0, stderr);
  t.is(stdout.trimEnd(), '0 1 1 0 0 1');
});
