// One random IR program through every evaluation at hand: the IR interpreter says what is right; code generated with and
// without the optimizer must do the same.
import { generate } from '../../src/compiler/codegen/generate.js';
import type { TargetFeatures } from '../../src/compiler/codegen/legalise.js';
import { StackLimitError } from '../../src/compiler/codegen/limit.js';
import { assertWellFormed } from '../../src/compiler/ir/check.js';
import type { IrProgram } from '../../src/compiler/ir/ir.js';
import type { FunctionSpec } from '../../src/compiler/object-spec.js';
import { optimize } from '../../src/compiler/optimize/pipeline.js';
import { expectedOutcome, type IrInput, type IrOutcome, randomInput } from './ir-world.js';
import { randomProgram } from './random-ir.js';

export type Runner = (functions: readonly FunctionSpec[], inputs: readonly IrInput[]) => IrOutcome[];

const INPUTS = 3;

const EVERYTHING: TargetFeatures = { signedDivision: true, atomicFetch: true, loop: true };

/** What went wrong for this seed, in one line; undefined when all agree. `available`: what the machine can do. */
export function findDisagreement(seed: number, run: Runner, available = EVERYTHING): string | undefined {
  const program = randomProgram(seed, available.atomicFetch);
  const inputs = Array.from({ length: INPUTS }, (_, i) => randomInput(seed * 10 + i));
  const expected = inputs.map(input => expectedOutcome(program, input));
  // The fallbacks of older kernels are right on every kernel.
  const features: TargetFeatures = {
    signedDivision: available.signedDivision && seed % 2 === 0,
    atomicFetch: available.atomicFetch,
    loop: seed % 4 < 2,
  };
  for (const optimized of [false, true]) {
    const where = `seed ${seed}${optimized ? ', optimized' : ''}`;
    let outcomes: IrOutcome[];
    try {
      assertWellFormed(program, 'generator');
      const chosen: IrProgram = optimized ? optimize(program) : program;
      assertWellFormed(chosen, 'optimizer');
      outcomes = run(generate(chosen, { features }), inputs);
    } catch (error) {
      if (error instanceof StackLimitError) continue;
      const { name, message, log } = error as Error & { log?: string };
      return `${where}: ${name}: ${message.split('\n')[0]} ${log?.split('\n').slice(-4).join(' | ') ?? ''}`;
    }
    for (const [i, outcome] of outcomes.entries()) {
      const difference = findDifference(expected[i]!, outcome);
      if (difference !== undefined) return `${where}, input ${i}: ${difference}`;
    }
  }
  return undefined;
}

function findDifference(expected: IrOutcome, found: IrOutcome): string | undefined {
  if (expected.returned !== found.returned) return `returned ${found.returned}, not ${expected.returned}`;
  for (const part of ['mem', 'out'] as const) {
    const at = expected[part].findIndex((byte, i) => byte !== found[part][i]);
    if (at !== -1) return `${part}[${at}] is ${found[part][at]}, not ${expected[part][at]}`;
  }
  return undefined;
}
