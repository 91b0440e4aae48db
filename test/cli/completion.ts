// Completion in real shells: what Tab puts into the line that bash and zsh then run, and what fish offers.
import { spawnSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { kernelTest } from '../harness/kernel-test.js';
import { InteractiveShell, isInstalled, shellEnvironment } from '../harness/shell.js';
import { tsbpf } from '../harness/tsbpf.js';

/** A command of that name that prints its words, instead of tracing. */
const PRINTS = 'tsbpf() { if [ "$1" = complete ]; then command tsbpf "$@"; else printf "<%s>" "$@"; fi; }';

/** What is typed, with \t for Tab, and the words that the command gets. */
const LINES: readonly (readonly [typed: string, words: string])[] = [
  ['tsbpf tcpstate\t', '<tcpstates>'],
  ['tsbpf tcpstate\t--lp\t443', '<tcpstates><--lport><443>'],
  ['tsbpf --format js\ttools', '<--format><json><tools>'],
  ['tsbpf help lang\t', '<help><language>'],
  ['tsbpf -l tracepoint:sched:sched_swit\t', '<-l><tracepoint:sched:sched_switch>'],
  ["tsbpf -e 'tracepoint:sched:sched_swit\t { @[args.prev_st\t] = cou\t); }'", 'tracepoint'],
];
const EXPRESSION = '<-e><tracepoint:sched:sched_switch { @[args.prev_state] = count(); }>';

for (const [shell, command, start] of [
  ['bash', 'bash --norc --noprofile -i', 'eval "$(command tsbpf completion bash)"'],
  [
    'zsh',
    'zsh -f -i',
    'unsetopt zle_bracketed_paste prompt_sp; autoload -Uz compinit; compinit -D -u; eval "$(command tsbpf completion zsh)"',
  ],
] as const) {
  const missing = [shell, 'script'].find(program => !isInstalled(program));
  const check = missing === undefined ? kernelTest : test.skip;
  check(
    `${shell}: Tab completes${missing === undefined ? '' : ` (skipped: ${missing} is not installed)`}`,
    async (t: ExecutionContext) => {
      const interactive = await InteractiveShell.open(command);
      t.teardown(() => interactive.close());
      await interactive.run(PRINTS);
      await interactive.run(start);
      for (const [typed, words] of LINES) {
        const output = await interactive.run(typed);
        const expected = words === 'tracepoint' ? EXPRESSION : words;
        t.true(output.includes(expected), `${typed}: ${JSON.stringify(output)}`);
      }
    },
  );
}

const fish = isInstalled('fish') ? kernelTest : test.skip;
fish(
  `fish offers candidates${isInstalled('fish') ? '' : ' (skipped: fish is not installed)'}`,
  async (t: ExecutionContext) => {
    const offers = (line: string) => {
      const script = `command tsbpf completion fish | source; complete -C ${JSON.stringify(line)}`;
      const { stdout } = spawnSync('fish', ['--no-config', '-c', script], {
        env: { ...shellEnvironment(), HOME: '/tmp' },
        encoding: 'utf8',
      });
      return stdout.split('\n').filter(Boolean);
    };
    t.deepEqual(offers('tsbpf tcpstate'), [
      'tcpstates\ttrace TCP state changes, with the time spent in each state',
    ]);
    t.deepEqual(offers('tsbpf --format j'), ['json']);
    t.true(offers('tsbpf tcpstates --lp').some(each => each.startsWith('--lport\tonly these local ports')));
    t.deepEqual(offers('tsbpf -l tracepoint:sched:sched_swit'), ['tracepoint:sched:sched_switch']);
    t.deepEqual(offers("tsbpf -e 'tracepoint:sched:sched_switch { @[args.prev_st"), [
      'tracepoint:sched:sched_switch { @[args.prev_state\tlong',
    ]);
  },
);

test('a shell that is none: the three there are', async t => {
  const { code, stderr } = await tsbpf(['completion', 'ksh']);
  t.is(code, 1);
  t.regex(stderr, /Allowed choices are bash, zsh, fish/);
});

test('complete never fails', async t => {
  for (const words of [[], ['ksh'], ['bash'], ['zsh'], ['fish', 'tsbpf'], ['bash', 'tsbpf \'"']]) {
    const { code, stderr } = await tsbpf(['complete', ...words]);
    t.is(code, 0);
    t.is(stderr, '');
  }
});
