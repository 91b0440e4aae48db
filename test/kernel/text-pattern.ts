// `text =~ "pattern"` on the kernel: random patterns decide as in user space, and calls with a path that matches are counted
// exactly. And %f, whose division is left to user space.
import { matchesText, parseTextPattern } from '../../src/compiler/types/text-pattern.js';
import { openHost } from '../../src/kernel/host/host.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';
import { RandomSource } from '../harness/random-source.js';
import { workloadAs } from '../workload/workload.js';

const { env } = openHost({ params: [], options: new Map(), targetPid: undefined });

const N = 300;

kernelTest('=~ and !~: each call is counted where its path matches', async t => {
  const path = '/nosuch/folder-7/file.conf.bak';
  const counted = (name: string, test: string) => `@${name} = sum(str(args.filename) ${test});`;
  const { stdout, code } = await runInProcess(
    `tracepoint:syscalls:sys_enter_openat /comm =~ "op[!x]?s" && str(args.filename, 64) =~ "/nosuch/*"/ {
       ${counted('all', '=~ "/nosuch/*/file.co?f*"')} ${counted('digit', '=~ "*-[0-9]/*"')}
       ${counted('none', '=~ "*.conf"')} ${counted('not', '!~ "*.conf"')} @calls = count();
     }`,
    'text',
    { command: ['sh', '-c', `exec ${workloadAs('opens', 'opXns')} ${N} ${path} >/dev/null`] },
  );
  t.is(code, 0);
  for (const line of [`@all: ${N}`, `@digit: ${N}`, '@none: 0', `@not: ${N}`, `@calls: ${N}`]) {
    t.true(stdout.includes(`${line}\n`), stdout);
  }
});

kernelTest('=~: random patterns and texts', async t => {
  const random = new RandomSource(7);
  const pick = (from: string, most: number) =>
    Array.from({ length: random.below(most) }, () => from[random.below(from.length)]).join('');
  const bytes = (text: string) => new TextEncoder().encode(text);
  const cases = Array.from({ length: 40 }, () => ({ pattern: pick('ab*?', 7), text: pick('abc', 9) }));
  // A map's value is no literal: the kernel has to look.
  const body = cases.map(({ pattern, text }) => `@s = str("${text}", 16); printf("%d", @s =~ "${pattern}");`);
  const { stdout } = await runInProcess(`BEGIN { ${body.join(' ')} clear(@s); exit(); }`, 'text');
  const expected = cases.map(({ pattern, text }) => {
    const parsed = parseTextPattern(bytes(pattern));
    return typeof parsed === 'string' ? parsed : Number(matchesText(parsed, bytes(text)));
  });
  t.is(stdout.trim().split('\n')[0], expected.join(''));
});

kernelTest('%f: the quotient of two values, of any sign and size', async t => {
  // Reading a count takes Linux 5.19.
  const c = env.has('lookup_percpu_elem') ? '@c' : '@one';
  const { stdout, stderr } = await runInProcess(
    `BEGIN {
       $ns = 1234567; @hits = 3; @all = 7; @c = count(); @one = 1; $big = (uint64)-1;
       printf("%.3f ms|%.1f%%|%f|%.2f|%.1f|%5.1f|%.0f|%.2f|%s\\n", $ns / 1e6, 100 * @hits / @all, 1/3, -$ns / 1000, ${c},
         $big / 2, @hits / 2, @all / (@hits - 3), comm);
       exit();
     }`,
    'text',
  );
  t.is(
    stdout.split('\n')[0],
    '1.235 ms|42.9%|0.333333|-1234.57|1.0|9223372036854775807.5|2|inf|tsbpf',
    stderr,
  );
});
