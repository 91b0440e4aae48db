// Every construct of the language on this kernel: the programs that bpftrace-comparison/ recorded, each compiled for this
// kernel, loaded, run and compared. On the host they run as processes too; here they are quick enough for emulated kernels.
// An old kernel may refuse what it lacks, by a diagnostic of ours that names the release; the verifier may refuse nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { agree, type ComparisonCase, readComparison, type Section, sections } from '../harness/comparison.js';
import { type InProcessOutcome, runInProcess } from '../harness/in-process.js';
import { kernelTest } from '../harness/kernel-test.js';
import { inProject } from '../harness/project.js';

const FOLDER = inProject('test/kernel/bpftrace-comparison');
const FORMAT = 'text';

/** From here on nothing of what the cases use is missing. */
const COMPLETE = [6, 1] as const;
const [major = 0, minor = 0] = release().split('.').map(Number);
const isOld = major < COMPLETE[0] || (major === COMPLETE[0] && minor < COMPLETE[1]);

for (const file of readdirSync(FOLDER).filter(name => name.endsWith('.txt'))) {
  const { cases } = readComparison(readFileSync(`${FOLDER}/${file}`, 'utf8'));
  const plain = cases.filter(c => c.command === undefined && c.recorded.length > 0);
  kernelTest(`${file.replace('.txt', '')}: ${plain.length} programs print what they should`, async t => {
    t.timeout(900_000);
    const wrong: string[] = [];
    let refused = 0;
    for (const c of plain) {
      const title = `${c.title}\n${c.program}`;
      try {
        const seen = await runInProcess(c.program, FORMAT);
        const got = sections(c, FORMAT, seen);
        if (isTooOld(seen)) refused++;
        else if (!agree(expected(c), got))
          wrong.push(`${title}\ngave\n${show(got)}instead of\n${show(expected(c))}`);
      } catch (error) {
        wrong.push(`${title}\nthrew ${(error as Error).stack}`);
      }
    }
    t.is(wrong.join('\n\n'), '');
    t.true(isOld || refused === 0, `${refused} programs refused`);
    t.log(`${plain.length - refused} of ${plain.length} ran`);
  });
}

function isTooOld({ diagnostics }: InProcessOutcome): boolean {
  const errors = diagnostics.filter(d => d.severity === 'error');
  return errors.length > 0 && errors.every(d => d.code === 'kernel-too-old');
}

/** Ours where we differ deliberately. */
function expected({ recorded, differs }: ComparisonCase): Section[] {
  const ours = (head: string) => head.startsWith('tsbpf ');
  const list =
    differs === undefined ? recorded.filter(s => !ours(s.head)) : recorded.filter(s => ours(s.head));
  return list
    .map(s => ({ head: s.head.replace('tsbpf ', ''), body: s.body }))
    .filter(s => s.head.startsWith(FORMAT) || s.head === 'stderr');
}

function show(list: readonly Section[]): string {
  return list.map(s => `==> ${s.head}\n${s.body}`).join('');
}
