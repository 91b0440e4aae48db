// Faults that are planted into the built compiler to see whether the random programs find them (faults.ts): textual, each in
// one place of one file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Fault {
  readonly name: string;
  /** In build/src/compiler. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly search: string;
  readonly replace: string;
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'wrong spill slot',
    file: 'codegen/frame.js',
    search: 'sort((a, b) => start(a) - start(b))',
    replace: 'sort((a, b) => depth[a] - depth[b])',
  },
  {
    name: 'sign extension',
    file: 'lower/memory.js',
    search: 'builder.extend(word, type.size, type.signed)',
    replace: 'builder.extend(word, type.size, false)',
  },
  {
    name: 'register live across a call',
    file: 'codegen/machine.js',
    search: 'r <= 5; r++',
    replace: 'r <= 4; r++',
  },
  {
    name: 'CSE over a store',
    file: 'optimize/common-subexpressions.js',
    search: '!mayAlias(defs, areas, known.place, place)',
    replace: 'known.load !== undefined || !mayAlias(defs, areas, known.place, place)',
  },
  {
    name: 'wrong branch sense',
    file: 'codegen/emit.js',
    search: '[JumpOp.BPF_JSGE, JumpOp.BPF_JSLT],',
    replace: '[JumpOp.BPF_JSGE, JumpOp.BPF_JSGT],',
  },
  {
    name: 'shift mask',
    file: 'codegen/operand.js',
    search: 'instr.value & BigInt(width - 1)',
    replace: 'instr.value & BigInt(width / 2 - 1)',
  },
  {
    name: 'narrowing',
    file: 'lower/expression.js',
    search: 'from.size === type.size && from.signed === type.signed',
    replace: 'from.size === type.size',
  },
  {
    name: 'stack clear',
    file: 'optimize/dead.js',
    search: '(1n << BigInt(stack.size)) - 1n',
    replace: '(1n << BigInt(stack.size - 1)) - 1n',
  },
  {
    name: 'map key padding',
    file: 'lower/stored.js',
    search: 'clear(lowering, address, offset + end, offsets[index] - end);',
    replace: '',
  },
  {
    name: 'constant fold',
    file: 'optimize/arithmetic.js',
    search: 'signed(a) >> count',
    replace: 'a >> count',
  },
  {
    name: 'end of a compared text',
    file: 'lower/string.js',
    search: 'Math.min(bytes.length + 1, size)',
    replace: 'Math.min(bytes.length || 1, size)',
  },
  {
    name: 'zeros behind a text',
    file: 'lower/memory.js',
    search: 'clear(lowering, to, offset + at, size - at);',
    replace: '',
  },
  {
    name: 'tuple layout',
    file: 'lower/stored.js',
    search: 'offset: from.offset + sources[i] }',
    replace: 'offset: from.offset + offsets[partnerOf(type, to, i)] }',
  },
  {
    name: 'struct in a struct',
    file: 'lower/place.js',
    search: 'offset: object.offset + expression.field.offset',
    replace: 'offset: expression.field.offset',
  },
  {
    name: 'variable changed before a break',
    file: 'lower/loop.js',
    search: `            if (isChanged(variable))
                keep(variable, index);`,
    replace: `            if (isChanged(variable) && result === GO_ON)
                keep(variable, index);`,
  },
  {
    name: 'first addition to a new key',
    file: 'lower/map.js',
    search: 'inserted, builder.const(0), have, failed,',
    replace: 'inserted, builder.const(0), failed, failed,',
  },
  {
    name: 'least and most of the first',
    file: 'lower/aggregation.js',
    search: 'builder.branchIf(builder.load(8, shared, COUNT), compare, take);',
    replace: 'builder.branchIf(builder.load(8, shared, COUNT), take, compare);',
  },
  {
    name: 'bitfield',
    file: 'lower/place.js',
    search: "'lshr', up, 64 - bits.width)",
    replace: "'lshr', up, 63 - bits.width)",
  },
  {
    name: 'scratch memory used again',
    file: 'lower/scratch.js',
    search: 'inner.#used = this.#used;',
    replace: 'inner.#used = 0;',
  },
  {
    name: 'second text of a record',
    file: 'lower/event.js',
    search: "used = builder.binary('add', used, length);",
    replace: '',
  },
];

/** The file's text with the fault in it. Throws unless its place is there exactly once. */
export function plantedText(fault: Fault, build: string): string {
  const text = readFileSync(join(build, 'src/compiler', fault.file), 'utf8');
  const places = text.split(fault.search).length - 1;
  if (places !== 1) throw new Error(`${fault.name}: ${places} places in ${fault.file} for: ${fault.search}`);
  return text.replace(fault.search, () => fault.replace);
}
