// Every construct of the language beside bpftrace 0.27, whose output was recorded once: stdout as text and as JSON, exit code,
// the place of the first error. UPDATE_GOLDEN=1 records all cases again, UPDATE_GOLDEN=new those without a record; both need
// the binary (BPFTRACE, by default bpftrace27); UPDATE_GOLDEN=own only what tsbpf gives where it differs on purpose. COMPARE=word runs only the cases whose title or file holds the word.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  agree,
  type ComparisonCase,
  observe,
  readComparison,
  type Section,
  sections,
  writeComparison,
} from '../harness/comparison.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';

const FOLDER = inProject('test/kernel/bpftrace-comparison');
const TSBPF = process.env.TSBPF ?? inProject('bin/tsbpf');
const UPDATE = process.env.UPDATE_GOLDEN;
const FORMATS = ['text', 'json'] as const;

async function record(c: ComparisonCase): Promise<ComparisonCase> {
  if (UPDATE === 'own')
    return withOwn({ ...c, recorded: c.recorded.filter(s => !s.head.startsWith('tsbpf ')) });
  if (UPDATE === 'new' && c.recorded.some(s => !s.head.startsWith('tsbpf'))) return c;
  const recorded: Section[] = [];
  for (const format of FORMATS) {
    recorded.push(...sections(c, format, await observe(process.env.BPFTRACE ?? 'bpftrace27', c, format)));
  }
  return withOwn({ ...c, recorded });
}

async function withOwn(c: ComparisonCase): Promise<ComparisonCase> {
  if (c.differs === undefined) return c;
  const own = (await ours(c)).map(s => ({ head: `tsbpf ${s.head}`, body: s.body }));
  return { ...c, recorded: [...c.recorded, ...own] };
}

/** By bin/tsbpf where the command line matters; else within this process, which is quicker. */
async function ours(c: ComparisonCase): Promise<Section[]> {
  const seen =
    c.command === undefined
      ? [await runInProcess(c.program, 'text'), await runInProcess(c.program, 'json')]
      : await Promise.all(FORMATS.map(format => observe(TSBPF, c, format)));
  return FORMATS.flatMap((format, i) => sections(c, format, seen[i]!));
}

const only = process.env.COMPARE;
for (const file of readdirSync(FOLDER)
  .filter(f => f.endsWith('.txt'))
  .sort()) {
  const path = `${FOLDER}/${file}`;
  const { preface, cases } = readComparison(readFileSync(path, 'utf8'));
  const topic = file.replace('.txt', '');
  if (UPDATE !== undefined) {
    kernelTest(`${topic}: recorded`, async t => {
      const fresh: ComparisonCase[] = [];
      for (const c of cases) fresh.push(await record(c));
      writeFileSync(path, writeComparison(preface, fresh));
      t.pass();
    });
    continue;
  }
  for (const c of cases) {
    if (only !== undefined && !`${topic} ${c.title}`.includes(only)) continue;
    kernelTest(`${topic}: ${c.title}`, async t => {
      const seen = await ours(c);
      if (agree(expected(c), seen)) t.pass();
      else t.is(show(seen), show(expected(c)));
    });
  }
}

function expected(c: ComparisonCase): Section[] {
  if (c.differs === undefined) return c.recorded.filter(s => !s.head.startsWith('tsbpf '));
  return c.recorded
    .filter(s => s.head.startsWith('tsbpf '))
    .map(s => ({ head: s.head.slice('tsbpf '.length), body: s.body }));
}

function show(list: readonly Section[]): string {
  return list.map(s => `==> ${s.head}\n${s.body}`).join('');
}
