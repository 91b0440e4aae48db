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

/** Rounds of the whole list. It ends earlier: folded branches and removed code alone give a next one nothing to do. */
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
    let before = fn;
    if (rules.length > 0) fn = rewrite(fn, rules, endRules);
    let more = fn !== before;
    if (on('branches')) fn = foldBranches(fn);
    before = fn;
    if (on('common') || on('forward')) {
      fn = mergeCommon(fn, { merge: on('common'), forward: on('forward') });
    }
    if (on('dead-stores')) fn = removeDeadStores(fn);
    more ||= fn !== before;
    if (on('dead-code')) fn = removeDeadCode(fn);
    if (!more) break;
  }
  return fn;
}
