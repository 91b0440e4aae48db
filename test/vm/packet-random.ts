// Random packet programs in the interpreter: verdict and bytes of each frame, against a reference that shares nothing with src/.
import test from 'ava';
import type { SmallEnvOptions } from '../harness/fixture-env.js';
import { asking, balancing, capturing, type Hook, programSource } from '../harness/packet/program-source.js';
import { compareOn, seededFrames, seededProgram, vmRunner } from '../harness/packet/trial.js';

type Edit = (source: string) => string;
const same: Edit = source => source;

const PROGRAMS = Number(process.env.TSBPF_RANDOM_PROGRAMS ?? 30);
const FRAMES = 40;

interface More {
  readonly env?: SmallEnvOptions;
  readonly hook?: Hook;
  readonly edit?: Edit;
}

const agrees = test.macro((t, from: number, writes: boolean, more: More = {}) => {
  const { env = {}, hook = 'xdp:lo', edit = same } = more;
  t.timeout(600_000);
  for (let seed = from; seed < from + PROGRAMS; seed++) {
    const program = seededProgram(seed, { writes, tags: hook === 'xdp:lo' });
    const run = vmRunner(edit(programSource(program, hook)), env);
    const difference = compareOn(program, seededFrames(seed, FRAMES), run);
    if (difference !== undefined) t.fail(`seed ${seed}\n${difference}`);
  }
  t.pass();
});

test('programs that read agree with the reference', agrees, 1, false);
test('programs that assign agree with the reference', agrees, 10_000, true);
test('so they do where loops are jumps', agrees, 20_000, true, { env: { lacks: ['loop'] } });
test('and when every block captures', agrees, 30_000, true, { edit: capturing });
test('and when every block asks a set', agrees, 50_000, true, { edit: asking });
test('and when every block asks for a backend', agrees, 60_000, true, { edit: balancing });
test('programs of tc agree with the reference', agrees, 40_000, true, { hook: 'tc:lo:ingress' });
