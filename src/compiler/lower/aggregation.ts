// A per-CPU aggregation as a whole: read as an integer, or removed. A callback of bpf_loop (5.17) looks up one CPU's value after
// the other (bpf_map_lookup_percpu_elem, 5.19). Program and callback share an area of the program's stack:
//
//   0        8        16
//   | total  | count  | address of the key |
import type { MapInfo, TypedExpression } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { IrBuilder } from '../ir/builder.js';
import type { CompareOp, ValueId } from '../ir/ir.js';
import { setFlagOffset } from '../types/layout.js';
import type { Type } from '../types/type.js';
import { generationOf, onMap } from './generation.js';
import type { Operand } from './lowering.js';
import { clear, memory } from './memory.js';
import { obscure } from './obscure.js';
import type { ProgramLowering } from './program-lowering.js';

const TOTAL = 0;
const COUNT = 8;
const KEY = 16;
const SHARED_SIZE = 24;

export function lowerAggregationRead(
  lowering: ProgramLowering,
  map: MapInfo,
  key: TypedExpression | undefined,
): Operand {
  const keyAddress = lowering.keyAddress(map, key);
  const generation = generationOf(lowering, map);
  // stats(), for print(), as it is stored: total, count
  if (map.value.kind === 'stats') return memory(lowerMerge(lowering, map, keyAddress, generation), TOTAL);
  return { kind: 'word', value: lowerAggregationAt(lowering, map, keyAddress, generation) };
}

/** The same for the key at an address, in one generation of the map. */
export function lowerAggregationAt(
  lowering: ProgramLowering,
  map: MapInfo,
  keyAddress: ValueId,
  generation: ValueId | undefined,
): ValueId {
  const { builder } = lowering;
  const type = map.value;
  const shared = lowerMerge(lowering, map, keyAddress, generation);
  const total = builder.load(8, shared, TOTAL);
  if (type.kind !== 'avg' && type.kind !== 'stats') return total;
  const count = builder.load(8, shared, COUNT);
  return builder.select(
    'ne',
    count,
    builder.const(0),
    () => builder.binary(type.signed ? 'sdiv' : 'udiv', total, count),
    () => builder.const(0),
  );
}

/** Of a map without a key: clears the values of all CPUs; 1 when there was one. */
export function lowerAggregationRemove(lowering: ProgramLowering, map: MapInfo): ValueId {
  const { builder } = lowering;
  const flag = setFlagOffset(map.value);
  const keyAddress = lowering.keyAddress(map, undefined);
  const shared = onEachCpu(
    lowering,
    map,
    keyAddress,
    generationOf(lowering, map),
    'remove',
    (callback, area, at) => {
      const was = callback.binary('or', callback.load(8, area, COUNT), callback.load(8, at, flag));
      callback.store(8, area, COUNT, was);
      clear({ builder: callback }, at, 0, flag + 8);
    },
  );
  return builder.load(8, shared, COUNT);
}

/** Address of the shared area after all CPUs were visited. */
function lowerMerge(
  lowering: ProgramLowering,
  map: MapInfo,
  keyAddress: ValueId,
  generation: ValueId | undefined,
): ValueId {
  return onEachCpu(lowering, map, keyAddress, generation, 'merge', (callback, area, at) =>
    mergeOne(callback, map.value, area, at),
  );
}

/** Address of the shared area, zeros at first, after `visit` was given the value of each CPU in a function of its own. */
function onEachCpu(
  lowering: ProgramLowering,
  map: MapInfo,
  keyAddress: ValueId,
  generation: ValueId | undefined,
  title: string,
  visit: (callback: IrBuilder, shared: ValueId, address: ValueId) => void,
): ValueId {
  const { builder } = lowering;
  const addVisit = (name: string) =>
    lowering.addFunction(`${title}_${name.slice(1).replace('.', '_')}`, 2, callback => {
      const shared = callback.param(1, 'stack');
      const address = callback.call(
        'map_lookup_percpu_elem',
        [callback.map(name), callback.load(8, shared, KEY, { kind: 'stack' }), callback.param(0)],
        { kind: 'map-value' },
      );
      callback.ifThen('eq', address, callback.const(0), () => callback.ret(callback.const(1)));
      visit(callback, shared, address);
      callback.ret(callback.const(0));
    });

  const shared = builder.stack(SHARED_SIZE, 8);
  const zero = obscure(lowering, builder.const(0));
  builder.store(8, shared, TOTAL, zero);
  builder.store(8, shared, COUNT, zero);
  builder.store(8, shared, KEY, keyAddress);
  const cpus = lowering.globalWord('ncpus');
  onMap(lowering, map, generation, name =>
    builder.call('loop', [cpus, builder.functionAddress(addVisit(name)), shared, builder.const(0)]),
  );
  return shared;
}

/** Adds the value of one CPU to what is shared. */
function mergeOne(builder: IrBuilder, type: Type, shared: ValueId, address: ValueId): void {
  const add = (at: number) => {
    const sum = builder.binary('add', builder.load(8, shared, at), builder.load(8, address, at));
    builder.store(8, shared, at, sum);
  };
  switch (type.kind) {
    case 'count':
    case 'sum':
      add(TOTAL);
      return;
    case 'avg':
    case 'stats':
      add(TOTAL);
      add(COUNT);
      return;
    case 'min':
    case 'max': {
      const better: CompareOp = `${type.signed ? 's' : 'u'}${type.kind === 'min' ? 'lt' : 'gt'}`;
      builder.ifThen('ne', builder.load(8, address, 8), builder.const(0), () => {
        const value = builder.load(8, address, 0);
        const take = builder.newBlock();
        const compare = builder.newBlock();
        const done = builder.newBlock();
        builder.branchIf(builder.load(8, shared, COUNT), compare, take);
        builder.enter(compare);
        builder.branch(better, value, builder.load(8, shared, TOTAL), take, done);
        builder.enter(take);
        builder.store(8, shared, TOTAL, value);
        builder.store(8, shared, COUNT, builder.const(1));
        builder.jump(done);
        builder.enter(done);
      });
      return;
    }
    default:
      throw new InternalError(`a ${type.kind} does not read as an integer`);
  }
}
