// Every example in the documentation of the language and of the command is a program that compiles; as root it loads and
// attaches too.
import test from 'ava';
import { EXAMPLES } from '../../src/cli/options.js';
import { splitCommand } from '../../src/cli/words.js';
import { compile } from '../../src/compiler/compile.js';
import { BUILTINS, FUNCTIONS, PROBE_TYPES } from '../../src/compiler/language/registry.js';
import { openHost } from '../../src/kernel/host/host.js';
import { kernelTest } from '../harness/kernel-test.js';
import { fixtureEnv } from '../harness/replay-env.js';
import { tsbpf } from '../harness/tsbpf.js';

const documented = [...BUILTINS, ...FUNCTIONS, ...PROBE_TYPES];
const examples = [
  ...documented.flatMap(entry => {
    const { doc } = entry;
    const name = 'signatures' in entry ? `${entry.name}()` : entry.name; // kstack is both
    return doc.example === undefined ? [] : [{ name, source: doc.example }];
  }),
  ...EXAMPLES.flatMap(([command]) => {
    const words = splitCommand(command);
    const at = words.indexOf('-e');
    return at < 0 ? [] : [{ name: `tsbpf --help: ${command.slice(0, 60)}`, source: words[at + 1] ?? '' }];
  }),
];

test('every word of the language has an example, and what it refers to exists', t => {
  const names = new Set(documented.flatMap(entry => [entry.name, ...(entry.aliases ?? [])]));
  for (const { name, doc } of documented) {
    t.truthy(doc.example, `${name} has no example`);
    for (const other of doc.seeAlso ?? []) t.true(names.has(other), `${name} refers to ${other}`);
  }
});

/** What an example says on purpose: fail(), and that debugf() is for debugging. */
const MEANT: readonly string[] = ['fail', 'debug'];

for (const { name, source } of examples) {
  for (const kernel of ['5.10', '6.12']) {
    test(`the example of ${name} compiles for Linux ${kernel}`, t => {
      const { diagnostics } = compile({ name: 'example', text: source }, fixtureEnv(kernel), {
        unsafe: true,
      });
      // What an old kernel lacks is documented with the entry.
      const found = diagnostics.filter(
        d =>
          ![...MEANT, 'kernel-option'].includes(d.code) &&
          !(kernel === '5.10' && ['kernel-too-old', 'key-size'].includes(d.code)),
      );
      t.deepEqual(
        found.map(d => `${d.severity} ${d.code}: ${d.message}`),
        [],
        source,
      );
    });
  }

  kernelTest(`the example of ${name} loads and attaches`, async t => {
    const { code, stderr } = await tsbpf(['--dry-run', '--unsafe', '-e', source]);
    if (name === 'fail()') t.is(code, 1);
    else if (/needs a kernel that is (built with|not locked down)/.test(stderr)) t.is(code, 1);
    else if (/does not let/.test(stderr)) t.false(machine().has(/kprobe/.test(stderr) ? 'kprobe' : 'fentry'));
    else if (tooOldFor510(source) && /needs Linux/.test(stderr)) t.is(code, 1);
    else if (name === 'hardware' && /no hardware counter/.test(stderr)) t.is(code, 1);
    else t.is(code, 0, `${source}\n${stderr}`);
  });
}

/** Kernels without kprobes or trampolines say so; those that have them may not. */
function machine() {
  return openHost({ params: [], options: new Map(), targetPid: undefined }).env;
}

/** The oldest kernel refuses it: then another may too. */
function tooOldFor510(source: string): boolean {
  const { diagnostics } = compile({ name: 'example', text: source }, fixtureEnv('5.10'));
  return diagnostics.some(d => d.code === 'kernel-too-old');
}
