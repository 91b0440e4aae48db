// Random packet programs in the interpreter: verdict and bytes of each frame, against a reference that shares nothing with src/.
import test from 'ava';
import type { SmallEnvOptions } from '../harness/fixture-env.js';
import { capturing, programSource } from '../harness/packet/program-source.js';
import { compareOn, seededFrames, seededProgram, vmRunner } from '../harness/packet/trial.js';

type Edit = (source: string) => string;
const same: Edit = source => source;

const PROGRAMS = Number(process.env.TSBPF_RANDOM_PROGRAMS ?? 30);
const FRAMES = 40;

const agrees = test.macro((t, from: number, writes: boolean, env: SmallEnvOptions, edit: Edit = same) => {
  t.timeout(600_000);
  for (let seed = from; seed < from + PROGRAMS; seed++) {
    const program = seededProgram(seed, { writes });
    const run = vmRunner(edit(programSource(program)), env);
    const difference = compareOn(program, seededFrames(seed, FRAMES), run);
    if (difference !== undefined) t.fail(`seed ${seed}\n${difference}`);
  }
  t.pass();
});

test('programs that read agree with the reference', agrees, 1, false, {});
test('programs that assign agree with the reference', agrees, 10_000, true, {});
test('so they do where loops are jumps', agrees, 20_000, true, { lacks: ['loop'] });
test('and when every block captures', agrees, 30_000, true, {}, capturing);
