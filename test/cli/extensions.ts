// What the language has beyond bpftrace, on the live kernel.
import { kernelTest } from '../harness/kernel-test.js';
import { tsbpf } from '../harness/tsbpf.js';

kernelTest(
  '"in" tests an integer against values and ranges, inclusive, in decimal and hexadecimal',
  async t => {
    const script = `BEGIN {
    $x = 5;
    printf("%d%d%d%d%d\\n", $x in "1,5", $x in "6-9", $x in "3-5,0x10", $x in "", $x in "5-4");
    $y = -3; $in = (uint8)200;
    printf("%d%d%d\\n", $y in "-3,7", $in in "200", !($in in "1-199"));
    print((in=1));
    exit();
  }`;
    const { stdout, code, stderr } = await tsbpf(['-e', script]);
    t.is(code, 0, stderr);
    t.is(stdout.trimEnd(), '10100\n111\n{ .in = 1 }');
  },
);

kernelTest('the list of "in" may come from an option', async t => {
  const script = 'BEGIN { printf("%d\\n", 443 in getopt("ports", "80")); exit(); }';
  t.regex((await tsbpf(['-e', script])).stdout, /^0\n/);
  t.regex((await tsbpf(['-e', script, '--', '--ports', '80,440-449'])).stdout, /^1\n/);
});

kernelTest('page() sorts and cuts the rows of its probe; --sort and --top say otherwise', async t => {
  const script =
    'BEGIN { for ($i : 0..4) { print((n=$i, odd=$i % 2)); } page(2, "n"); print((n=9, odd=1)); page(); exit(); }';
  const rows = async (...words: readonly string[]) =>
    (await tsbpf([...words, '-e', script])).stdout.trim().replace(/ +/g, ' ');
  t.is(await rows('-f', 'table'), 'N ODD\n 3 1\n 2 0\n\n N ODD\n 9 1');
  t.is(await rows('-f', 'csv', '--sort', 'n:asc', '--top', '1'), 'n,odd\n0,0\n9,1');
});
