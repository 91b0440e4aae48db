// $variables of one program: words become SSA locals, everything else has its own memory for the whole program.
import type { TypedStatement, VariableInfo } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { Local } from '../ir/builder.js';
import type { ValueId } from '../ir/ir.js';
import { sizeOf } from '../types/layout.js';
import { addressTaken, mentionsIn, onlyValue, outlinedLoops } from './capture.js';
import type { Operand } from './lowering.js';
import { clear, isWord, loadStored, memory } from './memory.js';
import { isTracked } from './place.js';
import type { ProgramLowering } from './program-lowering.js';

type Home = { readonly local: Local } | { readonly address: ValueId; readonly slotOffset?: number };

const NONE: ReadonlySet<VariableInfo> = new Set();

export class Variables {
  readonly #lowering: ProgramLowering;
  readonly #homes = new Map<VariableInfo, Home>();
  readonly #tracked = new Map<VariableInfo, boolean>();

  constructor(lowering: ProgramLowering) {
    this.#lowering = lowering;
  }

  has(variable: VariableInfo): boolean {
    return this.#homes.has(variable);
  }

  /** Where in the slot of scratch memory the variable lies, if it does: all functions of the program find it there. */
  slotOffset(variable: VariableInfo): number | undefined {
    const home = this.#home(variable);
    return 'address' in home ? home.slotOffset : undefined;
  }

  /** In a callback: a variable at such a place. */
  adoptInSlot(variable: VariableInfo, slotOffset: number): void {
    this.#tracked.set(variable, false);
    this.#homes.set(variable, { address: this.#lowering.temporaries.inSlot(slotOffset), slotOffset });
  }

  /** In a callback: a variable of the function around it. A word is copied, others are shared by address. */
  adopt(variable: VariableInfo, value: ValueId): void {
    this.#tracked.set(variable, false);
    if (!isWord(variable.type)) {
      this.#homes.set(variable, { address: value });
      return;
    }
    const local = this.#lowering.builder.newLocal(variable.name);
    this.#homes.set(variable, { local });
    this.#lowering.builder.write(local, value);
  }

  /** Finds a home for each; those that might be read before they are set start as zeros. */
  declare(variables: readonly VariableInfo[], body: readonly TypedStatement[]): void {
    const { builder } = this.#lowering;
    const assigned = assignedFirst(body);
    const { env, object, temporaries } = this.#lowering;
    const loops = outlinedLoops(env, body);
    const shared = mentionsIn(loops).changed;
    // Where the stack is too small, what loops share is never copied to the stack.
    const inLoops = object.stackBudget === 0 ? mentionsIn(loops).all : NONE;
    const pointed = addressTaken(body);
    for (const variable of variables) {
      if (isWord(variable.type) && (inLoops.has(variable) || pointed.has(variable))) {
        this.#homes.set(variable, temporaries.takeFromSlot(8));
        this.#tracked.set(variable, false);
        this.setWord(variable, builder.const(0));
        continue;
      }
      if (isWord(variable.type)) {
        this.#homes.set(variable, { local: builder.newLocal(variable.name) });
        continue;
      }
      const size = sizeOf(variable.type);
      const isShared = shared.has(variable) || inLoops.has(variable) || pointed.has(variable);
      const home = isShared ? temporaries.takeFromSlot(size) : { address: temporaries.take(size) };
      const { address } = home;
      this.#homes.set(variable, home);
      if (!assigned.has(variable)) clear(this.#lowering, address, 0, size);
    }
  }

  read(variable: VariableInfo): Operand {
    const home = this.#home(variable);
    if ('address' in home) {
      const place = memory(home.address);
      return isWord(variable.type)
        ? { kind: 'word', value: loadStored(this.#lowering, place, variable.type) }
        : place;
    }
    return { kind: 'word', value: this.#lowering.builder.read(home.local) };
  }

  word(variable: VariableInfo): ValueId {
    const operand = this.read(variable);
    if (operand.kind !== 'word') throw new InternalError(`${variable.name} is not a word`);
    return operand.value;
  }

  setWord(variable: VariableInfo, value: ValueId): void {
    const home = this.#home(variable);
    if ('local' in home) this.#lowering.builder.write(home.local, value);
    else if (isWord(variable.type)) this.#lowering.builder.store(8, home.address, 0, value);
    else throw new InternalError(`${variable.name} is not a word`);
  }

  /** All zeros. */
  clear(variable: VariableInfo): void {
    if (isWord(variable.type)) this.setWord(variable, this.#lowering.builder.const(0));
    else clear(this.#lowering, this.addressOf(variable), 0, sizeOf(variable.type));
  }

  addressOf(variable: VariableInfo): ValueId {
    const home = this.#home(variable);
    if ('local' in home) throw new InternalError(`${variable.name} is not in memory`);
    return home.address;
  }

  /** Set once, outside of any branch, to a pointer that the verifier tracks: it still does. */
  isTracked(variable: VariableInfo): boolean {
    let known = this.#tracked.get(variable);
    if (known === undefined) {
      this.#tracked.set(variable, false); // while its own value is looked at
      const { body } = this.#lowering.variant;
      const only = onlyValue(body, variable);
      known = only !== undefined && assignedFirst(body).has(variable) && isTracked(this.#lowering, only);
      this.#tracked.set(variable, known);
    }
    return known;
  }

  #home(variable: VariableInfo): Home {
    const home = this.#homes.get(variable);
    if (home === undefined) throw new InternalError(`${variable.name} was not declared`);
    return home;
  }
}

/** Variables whose first mention at the outermost level is a plain assignment that does not read them. */
function assignedFirst(
  body: readonly TypedStatement[],
  mentioned: Set<VariableInfo> = new Set(),
): Set<VariableInfo> {
  const assigned = new Set<VariableInfo>();
  for (const statement of body) {
    if (statement.kind === 'block') {
      for (const variable of assignedFirst(statement.body, mentioned)) assigned.add(variable);
      continue;
    }
    const target = setBy(statement);
    const read = statement.kind === 'assign' && target !== undefined ? statement.value : statement;
    if (statement.kind !== 'clear') for (const variable of mentionsIn(read).all) mentioned.add(variable);
    if (target === undefined || mentioned.has(target)) continue;
    mentioned.add(target);
    assigned.add(target);
  }
  return assigned;
}

/** The variable that a statement sets as a whole. */
function setBy(statement: TypedStatement): VariableInfo | undefined {
  if (statement.kind === 'clear') return statement.variable;
  return statement.kind === 'assign' && statement.target.kind === 'variable'
    ? statement.target.variable
    : undefined;
}
