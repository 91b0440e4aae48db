// The tutorial and the cheat sheet: each command is run as it stands, for a moment; each probe and statement compiles for the
// oldest and for a current kernel.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parseCommandLine } from '../../src/cli/command-line.js';
import { splitCommand } from '../../src/cli/words.js';
import { compile } from '../../src/compiler/compile.js';
import { LESSONS, OPTIONS, OWN_TOOL, PROBES, STATEMENTS, VARIABLES } from '../../src/docgen/tutorial-text.js';
import { fixtureKernel } from '../harness/fixture-kernel.js';
import { kernelTest } from '../harness/kernel-test.js';
import { fixtureEnv } from '../harness/replay-env.js';
import { shellEnvironment } from '../harness/shell.js';

/** Not what the machine does while it is traced: reads fail, events are lost. */
const COMPLAINT = /ERROR|\d: WARNING/;

/** In a network namespace of its own, where lo is the only interface; ended after a moment. */
function typed(
  command: string,
  home: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const limited = command.replace(/^tsbpf (?=.*-e |slowreads)/, 'tsbpf --for 0.2s ').replace('-d 10s ', '');
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', ['-n', 'sh', '-c', limited], {
      env: { ...shellEnvironment(), HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part: Buffer) => (stdout += part));
    child.stderr.on('data', (part: Buffer) => (stderr += part));
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}

for (const { title, command } of LESSONS) {
  kernelTest(`${title}: the command runs`, async t => {
    const { code, stdout, stderr } = await typed(command, '/nonexistent');
    t.is(code, 0, stderr);
    t.notRegex(stderr, COMPLAINT);
    if (!command.includes('-e') || command.includes('BEGIN')) t.not(stdout, '');
  });
}

for (const command of OWN_TOOL.commands) {
  kernelTest(`a tool of one's own: ${command}`, async t => {
    const home = mkdtempSync(join(tmpdir(), 'tsbpf-tutorial-'));
    t.teardown(() => rmSync(home, { recursive: true, force: true }));
    mkdirSync(join(home, '.config/tsbpf'), { recursive: true });
    writeFileSync(join(home, '.config/tsbpf', `${OWN_TOOL.name}.bt`), OWN_TOOL.script);
    const { code, stderr } = await typed(command, home);
    t.is(code, 0, stderr);
    t.notRegex(stderr, COMPLAINT);
  });
}

for (const kernel of ['5.10', '6.12'] as const) {
  const compiles = (source: string) =>
    compile({ name: 'example', text: source }, fixtureEnv(kernel), { unsafe: true });

  for (const [probe] of PROBES) {
    test(`cheat sheet, probe ${probe}, Linux ${kernel}`, t => {
      const { diagnostics } = compiles(`${probe} { }`);
      t.deepEqual(diagnostics, []);
    });
  }

  for (const [statement] of [...STATEMENTS, ...VARIABLES.map(([word]) => [`print(${word})`])]) {
    test(`cheat sheet, ${statement}, Linux ${kernel}`, t => {
      // What a map holds is known by what another statement puts there.
      const before =
        statement!.includes('@start,') || statement!.includes('(@start)') ? '@start[tid] = nsecs; ' : '';
      const source = `tracepoint:syscalls:sys_enter_openat { ${before}${statement}; }`;
      const { diagnostics } = compile(
        { name: 'example', text: source },
        fixtureKernel(kernel, { params: ['1'] }),
      );
      t.deepEqual(diagnostics, []);
    });
  }
}

for (const [words] of OPTIONS) {
  test(`cheat sheet, option ${words}`, t => {
    t.true('config' in parseCommandLine('tsbpf', [...splitCommand(words), '-e', 'BEGIN { }'], () => []));
  });
}
