// Common subexpressions, by a walk over the dominator tree: an operation whose equal was computed on every way here takes
// that value. Pure operations and pure calls match anywhere; loads match as long as nothing in between may have written
// their place, which is followed along blocks with one predecessor. Stores leave their value for later loads.
import { dominatorsOf, flowOf } from '../ir/flow.js';
import type { BasicBlock, BlockId, Instr, IrFunction, Op, ValueId } from '../ir/ir.js';
import { definitions, rewriteEndOperands, rewriteOperands } from '../ir/operands.js';
import { effectOf, mayAlias, type Place, placeOf, privateAreas } from './memory.js';

/** A value that memory is known to hold. */
interface Known {
  readonly place: Place;
  readonly value: ValueId;
  /** What a load of it gives: an equal load must have this shape. Undefined: it was stored. */
  readonly load: string | undefined;
}

export interface CommonOptions {
  readonly merge: boolean; // equal operations
  readonly forward: boolean; // stored values to loads
}

export function mergeCommon(fn: IrFunction, options: CommonOptions): IrFunction {
  const flow = flowOf(fn);
  const tree = dominatorsOf(flow);
  const defs = [...definitions(fn)];
  const areas = privateAreas(fn, defs);
  const byId = new Map(flow.order.map(block => [block.id, block]));
  const replaced = new Map<ValueId, ValueId>();
  const resolve = (value: ValueId) => replaced.get(value) ?? value;
  const rewritten = new Map<BlockId, BasicBlock>();
  const table = new Map<string, ValueId>();
  const memoryAtEnd = new Map<BlockId, readonly Known[]>();
  let changed = false;

  const visit = (id: BlockId): (() => void) => {
    const block = byId.get(id)!;
    const preds = flow.preds[id]!;
    let memory: Known[] = preds.length === 1 ? [...(memoryAtEnd.get(preds[0]!) ?? [])] : [];
    const added: string[] = [];
    const instrs: Instr[] = [];
    for (const original of block.instrs) {
      const instr = rewriteOperands(original, resolve);
      if (instr !== original) defs[instr.id] = instr;
      const key = options.merge ? keyOf(instr) : undefined;
      const equal = key === undefined ? undefined : table.get(key);
      if (equal !== undefined) {
        replaced.set(instr.id, equal);
        changed = true;
        continue;
      }
      if (key !== undefined) {
        table.set(key, instr.id);
        added.push(key);
      } else if (instr.op === 'load') {
        const place = placeOf(defs, instr);
        const shape = loadShape(instr);
        const found = memory.find(known => samePlace(known.place, place) && matches(known, shape, options));
        const same = found && (found.load === undefined ? loadOf(instr, found.value) : found.value);
        if (typeof same === 'number') {
          replaced.set(instr.id, same);
          changed = true;
          continue;
        }
        if (same !== undefined) {
          const narrowed: Instr = { id: instr.id, span: instr.span, ...same };
          defs[instr.id] = narrowed;
          instrs.push(narrowed);
          changed = true;
          continue;
        }
        memory.push({ place, value: instr.id, load: shape });
      } else if (instr.op === 'store' || instr.op === 'atomic') {
        const place = placeOf(defs, instr);
        memory = memory.filter(known => !mayAlias(defs, areas, known.place, place));
        if (instr.op === 'store') memory.push({ place, value: instr.value, load: undefined });
      } else if (instr.op === 'call' || instr.op === 'call-function') {
        const effect = effectOf(defs, areas, instr);
        memory = memory.filter(({ place: { root } }) =>
          areas.has(root) ? !effect.writes.includes(root) : !effect.elsewhere,
        );
      }
      instrs.push(instr);
    }
    memoryAtEnd.set(id, memory);
    rewritten.set(id, { id, instrs, end: rewriteEndOperands(block.end, resolve) });
    return () => {
      for (const key of added) table.delete(key);
    };
  };

  // Depth first over the dominator tree; leaving a block takes back what it added.
  const entry = flow.order[0]!.id;
  const open = [{ leave: visit(entry), children: [...tree.children[entry]!], next: 0 }];
  while (open.length > 0) {
    const top = open[open.length - 1]!;
    const child = top.children[top.next++];
    if (child === undefined) {
      top.leave();
      open.pop();
    } else open.push({ leave: visit(child), children: [...tree.children[child]!], next: 0 });
  }
  if (!changed) return fn;
  const blocks = fn.blocks.flatMap(({ id }) => rewritten.get(id) ?? []);
  return {
    ...fn,
    blocks: blocks.map(block => ({
      ...block,
      instrs: block.instrs.map(instr => (instr.op === 'phi' ? rewriteOperands(instr, resolve) : instr)),
    })),
  };
}

/** Equal keys, equal values; undefined when the instruction must be taken as it comes. */
function keyOf(instr: Instr): string | undefined {
  switch (instr.op) {
    case 'const':
      return `const ${instr.value}`;
    case 'map':
      return `map ${instr.map}`;
    case 'map-value':
      return `map-value ${instr.offset} ${instr.map}`;
    case 'function':
    case 'ksym':
      return `${instr.op} ${instr.name}`;
    case 'param':
      return `param ${instr.index}`;
    case 'binary': {
      const commutes =
        instr.fn === 'add' ||
        instr.fn === 'mul' ||
        instr.fn === 'and' ||
        instr.fn === 'or' ||
        instr.fn === 'xor';
      const [a, b] = commutes && instr.b < instr.a ? [instr.b, instr.a] : [instr.a, instr.b];
      return `${instr.fn} ${instr.width} ${a} ${b}`;
    }
    case 'compare':
      return `compare ${instr.fn} ${instr.width} ${instr.a} ${instr.b}`;
    case 'extend':
      return `extend ${instr.from} ${instr.signed} ${instr.a}`;
    case 'bswap':
      return `bswap ${instr.bits} ${instr.a}`;
    case 'load':
      return instr.invariant ? `${loadShape(instr)} ${instr.base} ${instr.offset}` : undefined;
    case 'call':
      return instr.pure ? `call ${instr.helper} ${instr.args.join()}` : undefined;
    default:
      return undefined;
  }
}

const loadShape = (instr: Instr & { op: 'load' }) => `load ${instr.size} ${instr.signed} ${instr.kind}`;

const samePlace = (a: Place, b: Place) => a.root === b.root && a.offset === b.offset && a.size === b.size;

function matches(known: Known, shape: string, options: CommonOptions): boolean {
  return known.load === undefined ? options.forward : options.merge && known.load === shape;
}

/** What loading a stored value back gives. */
function loadOf(instr: Instr & { op: 'load' }, stored: ValueId): Op | ValueId {
  if (instr.size === 8) return stored;
  return { op: 'extend', from: instr.size, signed: instr.signed, a: stored };
}
