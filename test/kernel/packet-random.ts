// Random packet programs in the kernel: the verifier takes each, and what it makes of frames is what the reference says.
import { IN_GUEST } from '../harness/guest.js';
import { kernelTest } from '../harness/kernel-test.js';
import { withKernelProgram } from '../harness/packet/kernel.js';
import { asking, capturing, type Hook, programSource } from '../harness/packet/program-source.js';
import { compareOn, seededFrames, seededProgram } from '../harness/packet/trial.js';

type Edit = (source: string) => string;
const same: Edit = source => source;

const wanted = process.env.TSBPF_RANDOM_PROGRAMS;
const PROGRAMS = Number(wanted ?? 40);
/** Others than last time: added to all seeds. */
const SEED = Number(process.env.TSBPF_SEED ?? 0);
/** Three times 40 programs: more than 100,000 frames. */
const FRAMES = Number(process.env.TSBPF_RANDOM_FRAMES ?? (IN_GUEST ? 100 : 1300));
/** Of a hundred programs, so many may have to be loaded in their simple form. */
const SIMPLE = 10;

const missing =
  IN_GUEST && wanted === undefined
    ? 'an emulated processor takes minutes for it; TSBPF_RANDOM_PROGRAMS=6 asks for it'
    : undefined;

interface More {
  readonly hook?: Hook;
  readonly count?: number;
  readonly edit?: Edit;
}

function agrees(title: string, from: number, writes: boolean, more: More = {}): void {
  const { hook = 'xdp:lo', count = PROGRAMS, edit = same } = more;
  kernelTest(
    title,
    t => {
      t.timeout(1_200_000);
      const simple: number[] = [];
      for (let seed = SEED + from; seed < SEED + from + count; seed++) {
        const program = seededProgram(seed, { writes, tags: hook === 'xdp:lo' });
        const source = edit(programSource(program, hook));
        try {
          withKernelProgram(source, (run, isSimple) => {
            if (isSimple) simple.push(seed);
            const difference = compareOn(program, seededFrames(seed, FRAMES), run);
            if (difference !== undefined) t.fail(`seed ${seed}\n${difference}`);
          });
        } catch (error) {
          t.fail(`seed ${seed}\n${source}\n${error instanceof Error ? error.message : String(error)}`);
        }
      }
      t.log(
        `${count} programs from seed ${SEED + from} on, ${FRAMES} frames each; ${simple.length} in simple form`,
      );
      t.true(simple.length * 100 <= SIMPLE * count, `simple: ${simple.join(' ')}`);
    },
    missing,
  );
}

agrees('programs that read are taken, and agree with the reference', 1, false);
agrees('programs that assign are taken, and agree with the reference', 10_000, true);
const quarter = Math.ceil(PROGRAMS / 4);
agrees('so they are when every block captures', 30_000, true, { count: quarter, edit: capturing });
agrees('and when every block asks a set', 40_000, true, { count: quarter, edit: asking });
agrees('programs of tc are taken, and agree with the reference', 20_000, true, { hook: 'tc:lo:ingress' });
