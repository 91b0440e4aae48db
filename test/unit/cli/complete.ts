// Completion without a shell: words of a line, places in a program, options and arguments.
import test from 'ava';
import { completeCommand } from '../../../src/cli/complete/command.js';
import { completeProgram } from '../../../src/cli/complete/program.js';
import { shellWords } from '../../../src/cli/complete/shell-words.js';
import { SUBCOMMAND_WORDS } from '../../../src/cli/subcommand-words.js';

const words = test.macro({
  exec(t, line: string, expected: readonly string[], quote?: string) {
    const found = shellWords(line);
    t.deepEqual(
      found.map(({ text }) => text),
      expected,
    );
    t.is(found.at(-1)?.quote, quote as '"' | undefined);
  },
  title: (_, line) => `the words of ${line}`,
});

test(words, '', ['']);
test(words, 'tsbpf -l  x', ['tsbpf', '-l', 'x']);
test(words, 'tsbpf ', ['tsbpf', '']);
test(words, 'a \'b c\' d"e f"g', ['a', 'b c', 'de fg']);
test(words, 'a \'b \\ " c', ['a', 'b \\ " c'], "'");
test(words, 'a "b \\" \\n \' c', ['a', 'b " \\n \' c'], '"');
test(words, 'a b\\ c', ['a', 'b c']);
test(words, 'x; y && tsbpf z', ['tsbpf', 'z']);
test(words, "a ''", ['a', '']);

const within = test.macro({
  exec(t, text: string, expected: readonly string[], not: readonly string[] = []) {
    const { kept, candidates } = completeProgram(text);
    const whole = candidates.map(({ text: candidate }) => text.slice(0, kept) + candidate);
    for (const each of expected) t.true(whole.includes(text + each), `${text}${each}: ${whole.slice(0, 9)}`);
    for (const each of not) t.false(whole.includes(text + each), each);
    if (expected.length === 0) t.deepEqual(whole, []);
  },
  title: (_, text) => `in ${text}`,
});

test(within, '', ['tracepoint:', 'BEGIN', 'kprobe:', 'interval:'], ['pid', 'printf(']);
test(within, 'tracep', ['oint:']);
test(within, 'BEGIN { @a = 1; } in', ['terval:']);
test(within, 'interval:', ['s:', 'ms:']);
test(within, 'BEGIN { strf', ['time(']);
test(within, 'BEGIN { if (p', ['id', 'rintf('], ['robe:']);
test(within, 'BEGIN { @files[comm] = 1; $x = 2; @f', ['iles']);
test(within, 'BEGIN { @files[comm] = 1; $count = 2; $', ['count']);
test(within, 'BEGIN { printf("pi', []);
test(within, 'BEGIN { printf("\\"", p', ['id']);
test(within, 'interval:s:1 /pi', ['d']);
test(within, 'interval:s:1 /pid == 1/ { co', ['mm', 'unt(']);
test(within, 'interval:s:1 /pid == 1/ ', []);
test(within, 'xdp:lo { if (tcp.dp', ['ort']);
test(within, 'BEGIN { if (1) { exit(); } pr', ['intf('], ['ofile:']);

const line = test.macro({
  exec(t, text: string, expected: readonly string[], not: readonly string[] = []) {
    const { candidates, files } = completeCommand(text.split(' ').slice(1));
    const texts = candidates.map(candidate => candidate.text);
    if (expected[0] === 'FILES') {
      t.true(files);
      return;
    }
    for (const each of expected) t.true(texts.includes(each), `${each} in ${texts}`);
    for (const each of not) t.false(texts.includes(each), each);
    if (expected.length === 0) t.deepEqual(texts, []);
  },
  title: (_, text: string) => text,
});

test(line, 'tsbpf ', ['tcpstates', ...SUBCOMMAND_WORDS], ['complete']);
test(line, 'tsbpf tcpst', ['tcpstates'], ['tools']);
test(line, 'tsbpf --', ['--expression', '--columns', '--help'], ['--emit-llvm']);
test(line, 'tsbpf -', ['-e', '-p']);
test(line, 'tsbpf --format ', ['text', 'json', 'csv', 'table']);
test(line, 'tsbpf --format=j', ['json'], ['csv']);
test(line, 'tsbpf -d ir,as', ['asm'], ['ir']);
test(line, 'tsbpf -o ', ['FILES']);
test(line, 'tsbpf ./x', ['FILES']);
test(line, 'tsbpf -e prog ', ['FILES']);
test(line, 'tsbpf -p ', [String(process.pid)]);
test(line, 'tsbpf tcpstates --', ['--lport', '--ipv4', '--duration', '--where'], ['--timestamp-x', '--emit']);
test(line, 'tsbpf -f json tcpstates -', ['-L', '-d', '-p']);
test(line, 'tsbpf tcpstates --lport ', []);
test(line, 'tsbpf tcpstates --columns pid,la', ['laddr'], ['pid', 'raddr']);
test(line, 'tsbpf tcpstates --sort a', ['age']);
test(line, 'tsbpf tcpstates --format ', ['json']);
test(line, 'tsbpf xdp-count ', ['lo']);
test(line, 'tsbpf xdp-count --every 5 ', ['lo']);
test(line, 'tsbpf help ', ['tcpstates', 'net', 'language']);
test(line, 'tsbpf edit tcps', ['tcpstates']);
test(line, 'tsbpf edit tcpstates ', ['FILES']);
test(line, 'tsbpf tools --', ['--format'], ['--expression']);
test(line, 'tsbpf tools -f ', ['csv']);
test(line, 'tsbpf completion ', ['bash', 'zsh', 'fish']);
test(line, 'tsbpf net ', ['lo']);
test(line, 'tsbpf prog ', ['show', 'dump']);
test(line, 'tsbpf -l BEG', ['BEGIN']);
