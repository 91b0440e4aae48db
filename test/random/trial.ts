// One trial: a script of several generated programs is compiled once, run in the interpreter and in the kernel, and held
// against its direct evaluation. What disagrees is looked at alone and shortened.
import { compile } from '../../src/compiler/compile.js';
import type { Env } from '../../src/compiler/env.js';
import type { ObjectSpec } from '../../src/compiler/object-spec.js';
import type { Program } from '../../src/compiler/syntax/ast.js';
import { parse } from '../../src/compiler/syntax/parse.js';
import { Rejection } from '../../src/kernel/load/rejection.js';
import { evaluate } from './evaluator.js';
import { runInKernel, runInVm } from './execution.js';
import { generateClause, inputTextOf, scriptOf } from './generator.js';
import { differences, type Outcome } from './outcome.js';
import { shrink } from './shrink.js';
import { Refused } from './source-type.js';

export interface Machine {
  readonly env: Env;
  /** Without: the interpreter only. */
  readonly kernel: boolean;
  /** Findings are shortened. Default true. */
  readonly shrinks?: boolean;
}

export type FailureKind = 'compile' | 'rejected' | 'interpreter' | 'kernel';

export interface Failure {
  readonly kind: FailureKind;
  readonly reason: string;
}

export interface Finding extends Failure {
  readonly seed: number;
  /** Complete script, shortened as far as it still fails. */
  readonly script: string;
}

const BATCH = 8;

/** Why a script fails; undefined when everything agrees. Throws Refused for what is outside the language. */
export function failureOf(script: string, machine: Machine): Failure | undefined {
  return failureAgainst(script, evaluate(parsed(script)), machine);
}

function failureAgainst(script: string, expected: Outcome, machine: Machine): Failure | undefined {
  let spec: ObjectSpec | undefined;
  try {
    const compilation = compile({ name: 'random.bt', text: script }, machine.env);
    spec = compilation.spec;
    if (spec === undefined) {
      const errors = compilation.diagnostics.filter(d => d.severity === 'error');
      return { kind: 'compile', reason: errors.map(d => `${d.code}: ${d.message}`).join('\n') };
    }
  } catch (error) {
    return { kind: 'compile', reason: stackOf(error) };
  }
  return inInterpreter(spec, expected) ?? (machine.kernel ? inKernel(spec, expected) : undefined);
}

function inInterpreter(spec: ObjectSpec, expected: Outcome): Failure | undefined {
  try {
    const found = differences(expected, runInVm(spec));
    return found.length === 0 ? undefined : { kind: 'interpreter', reason: found.slice(0, 6).join('\n') };
  } catch (error) {
    return { kind: 'interpreter', reason: stackOf(error) };
  }
}

function inKernel(spec: ObjectSpec, expected: Outcome): Failure | undefined {
  try {
    const found = differences(expected, runInKernel(spec));
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

function parsed(text: string): Program {
  const { program, diagnostics } = parse({ name: 'random.bt', text }, { params: [] });
  if (diagnostics.hasErrors) throw new Error(`${diagnostics.list[0]!.message}\n${text}`);
  return program;
}

export interface TrialResult {
  readonly programs: number;
  readonly findings: readonly Finding[];
  /** Programs that the evaluator refused, and that were replaced. */
  readonly refused: number;
}

/** The programs of seeds `seed`, `seed + 1`, ... in one object. */
export function trial(seed: number, machine: Machine): TrialResult {
  const inputs = inputTextOf(seed);
  const members: { seed: number; clause: string }[] = [];
  let refused = 0;
  for (let i = 0; i < BATCH; i++) {
    for (let variant = 0; ; variant++) {
      const own = seed + i + variant * 0x1000000;
      const clause = generateClause(own, { prefix: `p${i}`, reads: machine.env.has('lookup_percpu_elem') });
      if (isInLanguage(scriptOf(inputs, [clause]))) {
        members.push({ seed: own, clause });
        break;
      }
      refused++;
    }
  }
  const whole = scriptOf(
    inputs,
    members.map(member => member.clause),
  );
  const failure = failureOf(whole, machine);
  if (failure === undefined) return { programs: BATCH, findings: [], refused };
  const findings: Finding[] = [];
  for (const member of members) {
    const alone = scriptOf(inputs, [member.clause]);
    const own = failureOf(alone, machine);
    if (own === undefined) continue;
    const shorter = (candidate: string) => sameFailure(candidate, own.kind, machine);
    const script = machine.shrinks === false ? alone : shrink(alone, shorter);
    findings.push({ ...(failureOf(script, machine) ?? own), seed: member.seed, script });
  }
  if (findings.length === 0) findings.push({ ...failure, seed, script: whole });
  return { programs: BATCH, findings, refused };
}

export const PROGRAMS_PER_TRIAL = BATCH;

function isInLanguage(script: string): boolean {
  try {
    evaluate(parsed(script));
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

function sameFailure(script: string, kind: FailureKind, machine: Machine): boolean {
  try {
    return failureOf(script, machine)?.kind === kind;
  } catch {
    return false;
  }
}
