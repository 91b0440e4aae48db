// `npm run test:faults`: does the random test bite? Ten faults are planted in the built compiler, one at a time, in a
// copy of build/, and the random programs are run against it. Every fault must be found within the budget of CI;
// one whose place is no longer in the code fails the command too, so that the list cannot rot.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProject } from '../harness/project.js';
import { COUNT, SEED } from './suite-size.js';

interface Fault {
  readonly name: string;
  /** In build/src/compiler. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly search: string;
  readonly replace: string;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'wrong spill slot',
    file: 'codegen/frame.js',
    search: 'sort((a, b) => start(a) - start(b))',
    replace: 'sort((a, b) => depth[a] - depth[b])',
  },
  {
    name: 'sign extension',
    file: 'lower/memory.js',
    search: 'builder.extend(word, type.size, type.signed)',
    replace: 'builder.extend(word, type.size, false)',
  },
  {
    name: 'register live across a call',
    file: 'codegen/machine.js',
    search: 'r <= 5; r++',
    replace: 'r <= 4; r++',
  },
  {
    name: 'CSE over a store',
    file: 'optimize/common.js',
    search: '!mayAlias(defs, areas, known.place, place)',
    replace: 'known.load !== undefined || !mayAlias(defs, areas, known.place, place)',
  },
  {
    name: 'wrong branch sense',
    file: 'codegen/emit.js',
    search: '[JumpOp.BPF_JSGE, JumpOp.BPF_JSLT],',
    replace: '[JumpOp.BPF_JSGE, JumpOp.BPF_JSGT],',
  },
  {
    name: 'shift mask',
    file: 'codegen/operand.js',
    search: 'instr.value & BigInt(width - 1)',
    replace: 'instr.value & BigInt(width / 2 - 1)',
  },
  {
    name: 'narrowing',
    file: 'lower/expression.js',
    search: 'from.size === type.size && from.signed === type.signed',
    replace: 'from.size === type.size',
  },
  {
    name: 'stack clear',
    file: 'optimize/dead.js',
    search: '(1n << BigInt(stack.size)) - 1n',
    replace: '(1n << BigInt(stack.size - 1)) - 1n',
  },
  {
    name: 'map key padding',
    file: 'lower/stored.js',
    search: 'clear(lowering, address, offset + end, at - end);',
    replace: '',
  },
  {
    name: 'constant fold',
    file: 'optimize/arithmetic.js',
    search: 'signed(a) >> count',
    replace: 'a >> count',
  },
];

/** ms; what CI gives the whole test. */
const BUDGET = 240_000;

interface Outcome {
  readonly found: boolean;
  readonly programs: string;
  readonly seconds: string;
  readonly how: string;
}

function planted(fault: Fault, text: string): string {
  const places = text.split(fault.search).length - 1;
  if (places !== 1) throw new Error(`${fault.name}: ${places} places in ${fault.file} for: ${fault.search}`);
  return text.replace(fault.search, () => fault.replace);
}

/** A project whose compiler may be spoilt. */
function copyProject(): string {
  const root = mkdtempSync(join(tmpdir(), 'tsbpf-fault-'));
  cpSync(inProject('build/src'), join(root, 'build/src'), { recursive: true });
  cpSync(inProject('build/test'), join(root, 'build/test'), { recursive: true });
  for (const name of ['package.json', 'node_modules', 'prebuilds', 'test']) {
    symlinkSync(inProject(name), join(root, name));
  }
  return root;
}

function hunt(fault: Fault, root: string): Outcome {
  const path = join(root, 'build/src/compiler', fault.file);
  const whole = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, planted(fault, whole));
    const run = spawnSync(
      process.execPath,
      [join(root, 'build/test/random/try.js'), String(COUNT), String(SEED)],
      { encoding: 'utf8', timeout: BUDGET, env: { ...process.env, TSBPF_FINDINGS: '1', TSBPF_SHRINK: '0' } },
    );
    const summary = /(\d+) programs, (\d+) findings.* ([\d.]+) s/.exec(run.stdout);
    if (summary === null) return { found: false, programs: '-', seconds: '-', how: run.stderr.slice(-300) };
    const how = /^seed \d+: (\w+):/m.exec(run.stdout)?.[1] ?? '-';
    return { found: summary[2] !== '0', programs: summary[1]!, seconds: summary[3]!, how };
  } finally {
    writeFileSync(path, whole);
  }
}

const only = process.argv[2];
const root = copyProject();
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
let missed = 0;
console.log(`${'fault'.padEnd(30)}${'found by'.padEnd(14)}${'programs'.padStart(9)}${'seconds'.padStart(9)}`);
for (const fault of FAULTS) {
  if (only !== undefined && !fault.name.includes(only)) continue;
  const { found, programs, seconds, how } = hunt(fault, root);
  if (!found) missed++;
  const by = found ? how : `NOT FOUND ${how}`;
  console.log(`${fault.name.padEnd(30)}${by.padEnd(14)}${programs.padStart(9)}${seconds.padStart(9)}`);
}
console.log(missed === 0 ? 'every fault was found' : `${missed} not found`);
process.exitCode = missed === 0 ? 0 : 1;
