// Loops. Where the kernel calls back (bpf_loop, bpf_for_each_map_elem), the body becomes a function of its own, which shares
// an area of the enclosing function's stack, its frame:
//
//   0         8              16       24
//   | context | scratch slot | status | passed words | captured variables | what the program entered with |
//
// Words are copied in, out of it into locals of the callback, and back when they change; other variables are shared by
// address. Elsewhere loops are jumps that end after MOST_JUMPS turns, so that the verifier sees their end.

import type { TypedStatement, VariableInfo } from '../check/typed.js';
import { InternalError } from '../diagnostics/diagnostic.js';
import type { ValueId } from '../ir/ir.js';
import { memberOffsets } from '../types/layout.js';
import { isAggregation } from '../types/type.js';
import { lowerAggregationAt } from './aggregation.js';
import {
  isInside,
  isOutlined,
  type LoopStatement,
  maybePointers,
  mentionsIn,
  outlinedLoops,
} from './capture.js';
import { branchOn } from './condition.js';
import { generationOf, onMap } from './generation.js';
import { isWord, memory } from './memory.js';
import { obscure } from './obscure.js';
import { marksIn } from './packet/capture.js';
import { findBeforeLoop, forgetBehindLoop } from './packet/foresight.js';
import type { CallbackInput, ProgramLowering } from './program-lowering.js';

type Form<Kind extends TypedStatement['kind']> = Extract<TypedStatement, { kind: Kind }>;

/** BPF_MAX_LOOPS (include/linux/bpf_verifier.h): turns of one bpf_loop(). */
const MOST_TURNS = 1 << 23;
/** Turns of a loop made of jumps: each is walked by the verifier. */
export const MOST_JUMPS = 256;

const CONTEXT = 0;
const SCRATCH = 8;
/** 0: the program goes on. Bit 0: it does not; bit 1: with the value above. */
const STATUS = 16;
const FIRST = 24;

/** What callbacks return to the kernel. */
const GO_ON = 0;
const STOP = 1;

interface Shape {
  readonly params: number;
  /** Which parameter is the frame. */
  readonly frame: number;
  /** Words of the enclosing function that the callback starts with. */
  readonly passed: readonly ValueId[];
  /** Lowers the turn in the callback. */
  turn(inner: ProgramLowering, passed: readonly ValueId[], end: () => void): void;
  /** Calls the callback. */
  call(callback: ValueId, frame: ValueId): void;
}

/** Makes the body a function, and calls it. */
function outline(lowering: ProgramLowering, statement: LoopStatement, shape: Shape): void {
  const { builder, variables, env } = lowering;
  const { all, changed } = mentionsIn(statement);
  const marks = marksIn(lowering, statement);
  const mentioned = [...all].filter(variable => variables.has(variable) && !isInside(variable, statement));
  const around = [...mentioned, ...marks];
  const captured = around.filter(variable => variables.slotOffset(variable) === undefined);
  const passedAt = (index: number) => FIRST + index * 8;
  const capturedAt = (index: number) => FIRST + (shape.passed.length + index) * 8;
  const entered = [...lowering.entered];
  const enteredAt = (index: number) => capturedAt(captured.length + index);
  const frame = builder.stack(enteredAt(entered.length), 8);
  const inner = lowering.callback(shape.params, callback =>
    openFrame(lowering, callback, shape.frame, () => keepMarks()),
  );
  const area = inner.builder.param(shape.frame, 'stack');
  const adopt = (variable: VariableInfo, index: number) => {
    const kind = isWord(variable.type) ? 'scalar' : 'memory';
    inner.variables.adopt(variable, inner.builder.load(8, area, capturedAt(index), { kind }));
  };
  captured.forEach(adopt);
  for (const [index, [key]] of entered.entries())
    inner.entered.set(key, inner.builder.load(8, area, enteredAt(index), { kind: 'btf' }));
  for (const variable of around) {
    const slotOffset = variables.slotOffset(variable);
    if (slotOffset !== undefined) inner.variables.adoptInSlot(variable, slotOffset);
  }
  const nested = outlinedLoops(env, statement.body);
  const own = lowering.variant.variables.filter(
    variable => isInside(variable, statement) && !nested.some(loop => isInside(variable, loop)),
  );
  inner.variables.declare(own, statement.body);

  const isChanged = (variable: VariableInfo) =>
    marks.includes(variable) || (changed.has(variable) && isWord(variable.type));
  const keep = (variable: VariableInfo, index: number) =>
    storeUnknown(inner, area, capturedAt(index), variable);
  // What has been captured stays so when the program ends within the loop.
  const keepMarks = () => {
    for (const mark of marks) keep(mark, captured.indexOf(mark));
  };
  const finish = (result: number) => {
    captured.forEach((variable, index) => {
      if (isChanged(variable)) keep(variable, index);
    });
    inner.builder.ret(inner.builder.const(result));
  };
  const next = inner.builder.newBlock();
  const done = inner.builder.newBlock();
  const passed = shape.passed.map((_, index) => inner.builder.load(8, area, passedAt(index)));
  inner.during(statement.span, () => {
    shape.turn(inner, passed, () => inner.builder.jump(done));
    inner.inLoop({ next, done }, () => inner.statements(statement.body));
    if (!inner.builder.ended) inner.builder.jump(next);
  });
  for (const [block, result] of [
    [next, GO_ON],
    [done, STOP],
  ] as const) {
    inner.builder.enter(block);
    finish(result);
  }
  lowering.temporaries.include(inner.temporaries);

  builder.store(8, frame, CONTEXT, lowering.context);
  const slot = lowering.temporaries.slot;
  if (slot !== undefined) builder.store(8, frame, SCRATCH, slot);
  if (inner.left) builder.store(8, frame, STATUS, builder.const(0));
  for (const [index, value] of shape.passed.entries()) builder.store(8, frame, passedAt(index), value);
  captured.forEach((variable, index) => {
    if (isChanged(variable)) storeUnknown(lowering, frame, capturedAt(index), variable);
    else if (isWord(variable.type)) builder.store(8, frame, capturedAt(index), variables.word(variable));
    else builder.store(8, frame, capturedAt(index), variables.addressOf(variable));
  });
  for (const [index, [, value]] of entered.entries()) builder.store(8, frame, enteredAt(index), value);
  shape.call(builder.functionAddress(inner.name), frame);
  forgetBehindLoop(lowering, statement);
  captured.forEach((variable, index) => {
    if (isChanged(variable)) variables.setWord(variable, builder.load(8, frame, capturedAt(index)));
  });
  if (!inner.left) return;
  const status = builder.load(8, frame, STATUS);
  const value = () => builder.binaryImm('ashr', status, 2);
  if (lowering.probeType.packet !== undefined) {
    const decided = builder.binaryImm('and', status, 2);
    builder.ifThen('ne', decided, builder.const(0), () => lowering.leave(value()), { likely: 'else' });
  }
  const leave = () => lowering.leave(lowering.probeType.packet === undefined ? value() : undefined);
  builder.ifThen('ne', status, builder.const(0), leave, { likely: 'else' });
}

function openFrame(
  lowering: ProgramLowering,
  { builder }: Pick<ProgramLowering, 'builder'>,
  index: number,
  beforeLeaving: () => void,
): CallbackInput {
  const area = builder.param(index, 'stack');
  const hasSlot = lowering.temporaries.slot !== undefined;
  return {
    context: builder.load(8, area, CONTEXT, { kind: 'ctx' }),
    slot: hasSlot ? builder.load(8, area, SCRATCH, { kind: 'map-value' }) : undefined,
    // 0 goes on with the program; else it ends, with what is above the lowest bit.
    leave: value => {
      beforeLeaving();
      const above = value === undefined ? undefined : builder.binaryImm('shl', value, 2);
      const status = above === undefined ? builder.const(1) : builder.binaryImm('or', above, 3);
      builder.store(8, area, STATUS, status);
      builder.ret(builder.const(STOP));
    },
  };
}

/** Of a pointer nothing may be computed, but one can add to it in memory. */
function storeUnknown(lowering: ProgramLowering, area: ValueId, at: number, variable: VariableInfo): void {
  const { builder } = lowering;
  const value = lowering.variables.word(variable);
  if (variable.type.kind === 'pointer' || maybePointers(lowering.variant.body).has(variable)) {
    builder.store(8, area, at, value);
    builder.atomicAdd(8, area, at, builder.const(0));
  } else builder.store(8, area, at, obscure(lowering, value));
}

export function lowerWhile(lowering: ProgramLowering, statement: Form<'while'>): void {
  if (!isOutlined(lowering.env, statement)) {
    lowerJumps(lowering, statement, 'while', leave => {
      const inside = lowering.builder.newBlock();
      branchOn(lowering, statement.condition, inside, leave);
      lowering.builder.enter(inside);
    });
    return;
  }
  const { builder } = lowering;
  outline(lowering, statement, {
    params: 2,
    frame: 1,
    passed: [],
    turn: (inner, _, end) => {
      const inside = inner.builder.newBlock();
      const over = inner.builder.newBlock();
      branchOn(inner, statement.condition, inside, over);
      inner.builder.enter(over);
      end();
      inner.builder.enter(inside);
    },
    call: (callback, frame) => {
      const turns = builder.call('loop', [builder.const(MOST_TURNS), callback, frame, builder.const(0)]);
      builder.ifThen('eq', turns, builder.const(MOST_TURNS), () => tooLong(lowering, 'while', MOST_TURNS), {
        likely: 'else',
      });
    },
  });
}

export function lowerForRange(lowering: ProgramLowering, statement: Form<'for-range'>): void {
  const { builder } = lowering;
  const { variable } = statement;
  const signed = variable.type.kind === 'integer' && variable.type.signed;
  const from = lowering.word(statement.from);
  const to = lowering.word(statement.to);
  if (!isOutlined(lowering.env, statement)) {
    const at = builder.newLocal(variable.name);
    builder.write(at, from);
    lowerJumps(lowering, statement, 'for', leave => {
      const inside = builder.newBlock();
      builder.branch(signed ? 'slt' : 'ult', builder.read(at), to, inside, leave);
      builder.enter(inside);
      const value = builder.read(at);
      lowering.variables.setWord(variable, value);
      builder.write(at, builder.binaryImm('add', value, 1));
    });
    return;
  }
  // Not called for no turns at all: the verifier (6.18) fails on a callback that it never walks.
  builder.ifThen(signed ? 'sgt' : 'ugt', to, from, () => {
    const turns = builder.newLocal('turns');
    const distance = builder.binary('sub', to, from);
    builder.write(turns, distance);
    const literal = statement.from.kind === 'integer' && statement.to.kind === 'integer';
    if (!literal || Number(statement.to.value - statement.from.value) > MOST_TURNS) {
      const cut = () => {
        builder.write(turns, builder.const(MOST_TURNS));
        tooLong(lowering, 'for', MOST_TURNS);
      };
      builder.ifThen('ugt', distance, builder.const(MOST_TURNS), cut, { likely: 'else' });
    }
    const count = builder.read(turns);
    outline(lowering, statement, {
      params: 2,
      frame: 1,
      passed: [from],
      turn: (inner, [first]) => {
        inner.variables.setWord(variable, inner.builder.binary('add', first!, inner.builder.param(0)));
      },
      call: (callback, frame) => {
        builder.call('loop', [count, callback, frame, builder.const(0)]);
      },
    });
  });
}

export function lowerForMap(lowering: ProgramLowering, statement: Form<'for-map'>): void {
  const { builder } = lowering;
  const { map, variable } = statement;
  const { key } = map;
  if (key === undefined || variable.type.kind !== 'tuple') throw new InternalError(`${map.name} has no keys`);
  const [keyType, valueType] = variable.type.elements;
  const { offsets } = memberOffsets(variable.type.elements);
  const generation = generationOf(lowering, map);
  outline(lowering, statement, {
    params: 4,
    frame: 3,
    passed: generation === undefined ? [] : [generation],
    turn: (inner, [own]) => {
      const pair = inner.variables.addressOf(variable);
      const found = inner.builder.param(1, 'memory');
      inner.copyStored(memory(found), key, keyType!, pair, offsets[0]!);
      if (isAggregation(map.value)) {
        const merged = lowerAggregationAt(inner, map, found, own);
        inner.builder.store(8, pair, offsets[1]!, merged);
      } else {
        inner.copyStored(
          memory(inner.builder.param(2, 'map-value')),
          map.value,
          valueType!,
          pair,
          offsets[1]!,
        );
      }
    },
    call: (callback, frame) => {
      onMap(lowering, map, generation, name =>
        builder.call('for_each_map_elem', [builder.map(name), callback, frame, builder.const(0)]),
      );
    },
  });
}

/** A loop within the function. `head` goes to `leave` or on into a turn. */
function lowerJumps(
  lowering: ProgramLowering,
  loop: Form<'while' | 'for-range'>,
  word: string,
  head: (leave: number) => void,
): void {
  const { builder } = lowering;
  findBeforeLoop(lowering, loop);
  const turn = builder.newLocal('turn');
  builder.write(turn, builder.const(0));
  const next = builder.newBlock();
  const inside = builder.newBlock();
  const over = builder.newBlock();
  const done = builder.newBlock();
  builder.jump(next);
  builder.moveTo(next);
  head(done);
  const turns = builder.read(turn);
  builder.branch('ult', turns, builder.const(MOST_JUMPS), inside, over, { likely: 'then' });
  builder.enter(over);
  tooLong(lowering, word, MOST_JUMPS);
  builder.jump(done);
  builder.enter(inside);
  builder.write(turn, builder.binaryImm('add', turns, 1));
  lowering.inLoop({ next, done }, () => lowering.statements(loop.body));
  if (!builder.ended) builder.jump(next);
  builder.seal(next);
  builder.enter(done);
}

function tooLong(lowering: ProgramLowering, word: string, turns: number): void {
  const since = turns === MOST_JUMPS ? ' (Linux 5.17 allows more)' : '';
  lowering.emit('runtime-error', [], { message: `${word} ended after ${turns} turns${since}` });
}
