// Third witness for the evaluator: `node build/test/random/oracle.js [PROGRAMS] [SEED]` runs generated programs in bpftrace 0.27
// (`bpftrace27`, or TSBPF_ORACLE) and compares what it prints with what the evaluator says in bpftrace's dialect. A development
// tool: no test depends on it.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printProgram } from '../../src/compiler/syntax/printer.js';
import { composeScript } from './batch.js';
import { type GeneratedProgram, generateProgram } from './generate/program.js';
import { evaluate } from './meaning/evaluator.js';
import { Refused } from './meaning/type.js';
import { parseScript } from './script.js';

const ORACLE = process.env.TSBPF_ORACLE ?? 'bpftrace27';
const BATCH = 12;

function evaluateText(text: string) {
  return evaluate(parseScript(text), 'bpftrace');
}

/** bpftrace runs each clause once, in order: what runs several times is written several times. */
function unrolled(text: string): string {
  const { program, runs } = parseScript(text);
  return printProgram({ ...program, probes: runs.map(run => program.probes[run]!) });
}

/** Lines as bpftrace prints them, events first. */
function expectedLines(text: string): { events: string[]; maps: Map<string, string>; unordered: boolean } {
  const outcome = evaluateText(text);
  const maps = new Map<string, string>();
  for (const [name, content] of outcome.maps) {
    for (const [key, value] of content) {
      const plain = key.replace(/^\((.*)\)$/, '$1').replaceAll('"', '');
      const average = /^total (-?\d+) count (\d+)$/.exec(value);
      const shown = average === null ? value.replaceAll('"', '') : `${average[1]} / ${average[2]}`;
      maps.set(key === '' ? name : `${name}[${plain}]`, shown);
    }
  }
  return {
    events: outcome.events.flat().map(e => e.replaceAll('"', '')),
    maps,
    unordered: (outcome.unordered ?? []).length > 0,
  };
}

function actualLines(script: string) {
  const path = join(tmpdir(), `oracle-${process.pid}.bt`);
  writeFileSync(path, `${script}BEGIN { printf("--end--\\n"); exit(); }\n`);
  const { stdout, stderr } = spawnSync(ORACLE, ['-q', path], { encoding: 'utf8', timeout: 60_000 });
  const errors = stderr.split('\n').filter(line => line.includes('ERROR'));
  const [events = '', after = ''] = stdout.split('--end--\n');
  const maps = new Map<string, string>();
  for (const line of after.split('\n')) {
    const found = /^(@\w*(?:\[.*\])?): (.*)$/.exec(line);
    if (found !== null) maps.set(found[1]!, found[2]!);
  }
  return { events: events.split('\n').slice(0, -1), maps, errors, whole: stdout.includes('--end--') };
}

function compare(script: string): string[] {
  const expected = expectedLines(script);
  const actual = actualLines(script);
  if (!actual.whole) return [`bpftrace: ${actual.errors.join('; ') || 'did not run'}`];
  const found: string[] = [];
  const events = actual.events.filter(line => !line.startsWith('stdin:'));
  if (expected.unordered) {
    expected.events.sort();
    events.sort();
  }
  expected.events.forEach((line, i) => {
    if (asPrinted(line) !== asPrinted(events[i]))
      found.push(`event ${i}: evaluator "${line}", bpftrace "${events[i]}"`);
  });
  for (const [name, value] of expected.maps) {
    const real = actual.maps.get(name);
    if (real === undefined) {
      if (!['0', 'false', ''].includes(value) && !value.includes(':') && !value.startsWith('(0, ')) {
        if (!value.includes('/')) found.push(`${name}: evaluator ${value}, bpftrace nothing`);
      }
    } else if (value.includes(' / ')) {
      const [total, count] = value.split(' / ').map(BigInt);
      if (!real.includes('count') && count !== 0n && real !== `${total! / count!}`) {
        found.push(`${name}: evaluator ${value}, bpftrace ${real}`);
      }
    } else if (value !== real && !/^\d+:\d/.test(value)) {
      found.push(`${name}: evaluator ${value}, bpftrace ${real}`);
    }
  }
  return found;
}

/** printf's %lld shows unsigned words as signed ones. */
function asPrinted(line: string | undefined): string | undefined {
  return line?.replace(/-?\b\d+\b/g, digits => BigInt.asIntN(64, BigInt(digits)).toString());
}

const total = Number(process.argv[2] ?? 240);
let seed = Number(process.argv[3] ?? 1);
let compared = 0;
let refused = 0;
const findings: string[] = [];
const refusals: string[] = [];
while (compared < total) {
  const first = seed;
  const programs: GeneratedProgram[] = [];
  while (programs.length < BATCH) {
    const program = generateProgram(seed++, { prefix: `p${programs.length}`, portable: true });
    try {
      evaluateText(unrolled(composeScript(first, [program])));
      programs.push(program);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused++;
    }
  }
  compared += programs.length;
  if (compare(unrolled(composeScript(first, programs))).length === 0) continue;
  for (const program of programs) {
    const script = unrolled(composeScript(first, [program]));
    const differences = compare(script);
    if (differences[0]?.startsWith('bpftrace:') === true) refusals.push(`${differences[0]}\n${script}`);
    else if (differences.length > 0) findings.push(`${script}\n  ${differences.slice(0, 5).join('\n  ')}`);
  }
}
for (const finding of findings.slice(0, 20)) console.log(`${finding}\n`);
for (const reason of refusals.slice(0, 20)) console.log(reason.slice(0, 300));
console.log(
  `${compared} programs, ${findings.length} disagreements, ${refusals.length} refused by bpftrace, ${refused} by the evaluator`,
);
