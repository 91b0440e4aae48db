// One trial: a script of several generated programs is compiled once, run in the interpreter and in the kernel, and held
// against its direct evaluation. What disagrees is looked at alone and shortened.
import { compile } from '../../src/compiler/compile.js';
import type { Env } from '../../src/compiler/env.js';
import type { ObjectSpec } from '../../src/compiler/object-spec.js';
import { Rejection } from '../../src/kernel/load/rejection.js';
import { composeScript, mergeOutcomes } from './batch.js';
import { type GeneratedProgram, generateProgram } from './generate/program.js';
import { evaluate } from './meaning/evaluator.js';
import { Refused } from './meaning/type.js';
import { differences, type Outcome } from './outcome.js';
import { runInKernel } from './run-in-kernel.js';
import { runInVm } from './run-in-vm.js';
import { parseScript, type Script } from './script.js';
import { shrink } from './shrink.js';

export interface Machine {
  readonly env: Env;
  /** Without: the interpreter only. */
  readonly kernel: boolean;
  /** Findings are shortened. Default true. */
  readonly shrinks?: boolean;
}

export type FailureKind = 'compile' | 'limit' | 'rejected' | 'interpreter' | 'kernel';

export interface Failure {
  readonly kind: FailureKind;
  readonly reason: string;
}

export interface Finding extends Failure {
  readonly seed: number;
  /** Complete script, shortened as far as it still fails. */
  readonly script: string;
}

export interface TrialResult {
  readonly programs: number;
  readonly findings: readonly Finding[];
  /** Programs that the evaluator refused, and that were replaced. */
  readonly refused: number;
  /** Programs that the compiler refused, saying that they are more than the kernel takes. */
  readonly limited: number;
}

const BATCH = 8;

/** What the compiler says of programs that are in the language and too much for the kernel. */
const LIMITS = ['stack-limit', 'jump-limit', 'maps-limit', 'kernel-too-old'];

/** Why a script fails; undefined when everything agrees. Throws Refused for what is outside the language. */
export function failureOf(text: string, machine: Machine): Failure | undefined {
  const script = parseScript(text);
  return failureAgainst(script, evaluate(script), machine);
}

function failureAgainst(script: Script, expected: Outcome, machine: Machine): Failure | undefined {
  let spec: ObjectSpec | undefined;
  try {
    const compilation = compile({ name: 'random.bt', text: script.text }, machine.env);
    spec = compilation.spec;
    if (spec === undefined) {
      const errors = compilation.diagnostics.filter(d => d.severity === 'error');
      const kind = errors.every(({ code }) => LIMITS.includes(code)) ? 'limit' : 'compile';
      return { kind, reason: errors.map(d => `${d.code}: ${d.message}`).join('\n') };
    }
  } catch (error) {
    return { kind: 'compile', reason: stackOf(error) };
  }
  return (
    inInterpreter(spec, script, expected) ?? (machine.kernel ? inKernel(spec, script, expected) : undefined)
  );
}

function inInterpreter(spec: ObjectSpec, script: Script, expected: Outcome): Failure | undefined {
  try {
    const found = differences(expected, runInVm(spec, script));
    return found.length === 0 ? undefined : { kind: 'interpreter', reason: found.slice(0, 6).join('\n') };
  } catch (error) {
    return { kind: 'interpreter', reason: stackOf(error) };
  }
}

function inKernel(spec: ObjectSpec, script: Script, expected: Outcome): Failure | undefined {
  try {
    const found = differences(expected, runInKernel(spec, script));
    return found.length === 0 ? undefined : { kind: 'kernel', reason: found.slice(0, 6).join('\n') };
  } catch (error) {
    if (error instanceof Rejection) return { kind: 'rejected', reason: error.message };
    return { kind: 'kernel', reason: stackOf(error) };
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split('\n').slice(0, 6).join('\n')
    : `${error}`;
}

interface Member {
  readonly seed: number;
  readonly program: GeneratedProgram;
  /** Of the program alone. */
  readonly script: string;
  readonly expected: Outcome;
}

/** The programs of seeds `seed`, `seed + 1`, ... in one object. */
export function trial(seed: number, machine: Machine): TrialResult {
  const { env } = machine;
  const options = {
    reads: env.has('lookup_percpu_elem'),
    loops: env.has('loop'),
    mapLoops: env.has('for_each_map_elem'),
    memory: true,
  };
  let refused = 0;
  const members = Array.from({ length: BATCH }, (_, i): Member => {
    for (let own = seed + i; ; own += 0x1000000, refused++) {
      const program = generateProgram(own, { ...options, prefix: `p${i}` });
      const script = composeScript(seed, [program]);
      const expected = meaningOf(script);
      if (expected !== undefined) return { seed: own, program, script, expected };
    }
  });
  const programs = members.map(({ program }) => program);
  const whole = composeScript(seed, programs);
  const all = mergeOutcomes(
    programs,
    members.map(({ expected }) => expected),
  );
  const failure = failureAgainst(parseScript(whole), all, machine);
  if (failure === undefined) return { programs: BATCH, findings: [], refused, limited: 0 };
  const findings: Finding[] = [];
  let limited = 0;
  for (const { seed: own, script, expected } of members) {
    const found = failureAgainst(parseScript(script), expected, machine);
    if (found === undefined) continue;
    if (found.kind === 'limit') limited++;
    else findings.push(shortened(script, found, own, machine));
  }
  if (findings.length === 0 && limited === 0) findings.push({ ...failure, seed, script: whole });
  return { programs: BATCH, findings, refused, limited };
}

function shortened(script: string, failure: Failure, seed: number, machine: Machine): Finding {
  if (machine.shrinks === false) return { ...failure, seed, script };
  const short = shrink(script, candidate => isSameFailure(candidate, failure, machine));
  return { ...(failureOf(short, machine) ?? failure), seed, script: short };
}

export const PROGRAMS_PER_TRIAL = BATCH;

/** Undefined when the program is outside the language. */
function meaningOf(text: string): Outcome | undefined {
  try {
    return evaluate(parseScript(text));
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function isSameFailure(script: string, failure: Failure, machine: Machine): boolean {
  try {
    const other = failureOf(script, machine);
    return other?.kind === failure.kind && (failure.kind !== 'compile' || codeOf(other) === codeOf(failure));
  } catch {
    return false;
  }
}

/** A diagnostic's, or what was thrown. */
function codeOf({ reason }: Failure): string {
  return reason.split(/[:\n]/, 2).join();
}
