// Probes of the kernel beside bpftrace 0.27, whose output was recorded, each beside a workload whose calls are known.
// UPDATE_GOLDEN=1 records again, UPDATE_GOLDEN=new cases without a record, UPDATE_GOLDEN=own what tsbpf gives where it
// differs on purpose. kprobe and fentry are recorded in the 6.12 test kernel, into the folder RECORD_TO:
//
//   TSBPF_UPDATE=1 test/guest/run -o FOLDER 6.12 -- node_modules/.bin/ava build/test/kernel/probe-comparison.js

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  agree,
  type ComparisonCase,
  type Observation,
  observe,
  readComparison,
  type Section,
  sections,
  workScript,
  writeComparison,
} from '../harness/comparison.js';
import { IN_GUEST } from '../harness/guest.js';
import { runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';
import { noFentry, noKprobes } from '../harness/probe-kinds.js';
import { inProject } from '../harness/project.js';

const FOLDER = inProject('test/kernel/probe-comparison');
/** In a test kernel the environment has TSBPF_* only, and what is kept lies there. */
const UPDATE = process.env.UPDATE_GOLDEN ?? process.env.TSBPF_UPDATE;
const RECORD_TO = IN_GUEST ? '/run/guest/out' : FOLDER;
const FORMATS = ['text', 'json'] as const;

const MISSING: Readonly<Record<string, string | undefined>> = {
  kprobe: noKprobes,
  fentry: noFentry,
};

async function ours(c: ComparisonCase): Promise<Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
  try {
    const found: Section[] = [];
    for (const format of formatsOf(c)) {
      const command = c.work === undefined ? undefined : [workScript(c.work, folder)];
      found.push(...sections(c, format, await runInProcess(c.program, format, { command })));
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Those that were recorded. */
function formatsOf({ recorded }: ComparisonCase): readonly ('text' | 'json')[] {
  return FORMATS.filter(format => recorded.some(({ head }) => head.startsWith(format)));
}

/** Of kprobe and fentry text only: an emulated kernel takes seconds for a session, and JSON has no part in probes. */
async function record(topic: string, c: ComparisonCase): Promise<ComparisonCase> {
  const kept = c.recorded.filter(s => !s.head.startsWith('tsbpf '));
  let recorded = kept;
  if (UPDATE !== 'own' && (UPDATE !== 'new' || kept.length === 0)) {
    recorded = [];
    const bpftrace = process.env.TSBPF_BPFTRACE ?? 'bpftrace27';
    const formats = topic in MISSING ? FORMATS.slice(0, 1) : FORMATS;
    for (const format of formats) recorded.push(...sections(c, format, await heard(bpftrace, c, format)));
  }
  if (c.differs === undefined) return { ...c, recorded };
  const own = (await ours({ ...c, recorded })).map(s => ({ head: `tsbpf ${s.head}`, body: s.body }));
  return { ...c, recorded: [...recorded, ...own] };
}

/** bpftrace 0.27 finds no place for a raw tracepoint every now and then, by a race of its own: it is asked again. */
async function heard(bpftrace: string, c: ComparisonCase, format: 'text' | 'json'): Promise<Observation> {
  const tries = /^(rawtracepoint|rt):/.test(c.program) && !c.title.startsWith('error') ? 30 : 1;
  for (let i = 1; ; i++) {
    const seen = await observe(bpftrace, c, format);
    if (seen.code === 0 || i === tries) return seen;
  }
}

for (const file of readdirSync(FOLDER).sort()) {
  const topic = file.replace('.txt', '');
  const { preface, cases } = readComparison(readFileSync(join(FOLDER, file), 'utf8'));
  if (UPDATE !== undefined) {
    kernelTest(`${topic}: recorded`, async t => {
      t.timeout(3_600_000);
      // Written after each, so that what was recorded stays when the test kernel is stopped.
      const fresh = [...cases];
      for (const [i, c] of cases.entries()) {
        fresh[i] = await record(topic, c);
        writeFileSync(join(RECORD_TO, file), writeComparison(preface, fresh));
      }
      t.pass();
    });
    continue;
  }
  for (const c of cases) {
    kernelTest(
      `${topic}: ${c.title}`,
      async t => {
        t.true(c.recorded.length > 0, 'not recorded: UPDATE_GOLDEN=new');
        const seen = await ours(c);
        if (agree(expected(c), seen)) t.pass();
        else t.is(show(seen), show(expected(c)));
      },
      MISSING[topic],
    );
  }
}

/** Ours where we differ deliberately. */
function expected({ recorded, differs }: ComparisonCase): Section[] {
  if (differs === undefined) return recorded.filter(s => !s.head.startsWith('tsbpf '));
  return recorded
    .filter(s => s.head.startsWith('tsbpf '))
    .map(s => ({ head: s.head.slice('tsbpf '.length), body: s.body }));
}

function show(list: readonly Section[]): string {
  return list.map(s => `==> ${s.head}\n${s.body}`).join('');
}
