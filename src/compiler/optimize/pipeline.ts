// The optimizer: an ordered list of passes over each function, each of which can be switched off by name.
import type { IrFunction, IrProgram } from '../ir/ir.js';
import { simplifyAlgebra, simplifyBranch } from './algebra.js';
import { foldBranches } from './branches.js';
import { mergeCommon } from './common-subexpressions.js';
import { foldConstants } from './constants.js';
import { removeDeadCode, removeDeadStores } from './dead.js';
import { removeExtends } from './extends.js';
import { type Rule, rewrite } from './rewrite.js';
import { reduceStrength } from './strength.js';

export type PassName =
  | 'constants'
  | 'algebra'
  | 'extends'
  | 'strength'
  | 'common'
  | 'forward'
  | 'branches'
  | 'dead-stores'
  | 'dead-code';

/** Rules that one walk applies together. */
const RULES: readonly { readonly name: PassName; readonly rule: Rule }[] = [
  { name: 'constants', rule: foldConstants },
  { name: 'algebra', rule: simplifyAlgebra },
  { name: 'extends', rule: removeExtends },
  { name: 'strength', rule: reduceStrength },
];

export const PASS_NAMES: readonly PassName[] = [
  ...RULES.map(({ name }) => name),
  'common',
  'forward',
  'branches',
  'dead-stores',
  'dead-code',
];

export interface OptimizeOptions {
  readonly disable?: Iterable<PassName>;
}

/** Rounds of the whole list. One that only folded branches or removed code is the last: in no tool did a next one find more. */
const MOST_ROUNDS = 3;

export function optimize(program: IrProgram, options: OptimizeOptions = {}): IrProgram {
  const off = new Set(options.disable ?? []);
  const functions = program.functions.map(fn => optimizeFunction(fn, name => !off.has(name)));
  return { ...program, functions };
}

function optimizeFunction(original: IrFunction, on: (name: PassName) => boolean): IrFunction {
  const rules = RULES.filter(({ name }) => on(name)).map(({ rule }) => rule);
  const endRules = on('algebra') ? [simplifyBranch] : [];
  let fn = original;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const simple = rules.length > 0 ? rewrite(fn, rules, endRules) : fn;
    const folded = on('branches') ? foldBranches(simple) : simple;
    let known = folded;
    if (on('common') || on('forward')) {
      known = mergeCommon(known, { merge: on('common'), forward: on('forward') });
    }
    if (on('dead-stores')) known = removeDeadStores(known);
    const settled = simple === fn && known === folded;
    fn = on('dead-code') ? removeDeadCode(known) : known;
    if (settled) break;
  }
  return fn;
}
