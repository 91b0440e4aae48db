// The Lowering that registry entries and the files of this folder write one program with: the builder, the probe being
// lowered, its temporaries and variables. Each method is one line here; its story is in the file of its topic.
import type {
  MapInfo,
  TypedCall,
  TypedExpression,
  TypedStatement,
  TypedVariant,
  VariableInfo,
} from '../check/typed.js';
import { InternalError, type Span } from '../diagnostics/diagnostic.js';
import type { Env } from '../env.js';
import type { IrBuilder } from '../ir/builder.js';
import { FunctionBuilder } from '../ir/function-builder.js';
import type { BlockId, IrFunction, ValueId } from '../ir/ir.js';
import type { PacketData } from '../language/functions/packet.js';
import type { HeaderEntry } from '../language/packet/header.js';
import type { ExpandedTarget, ProbeTypeEntry } from '../language/probe-type.js';
import type { LossKind } from '../object-spec.js';
import { sizeOf } from '../types/layout.js';
import type { TextPattern } from '../types/text-pattern.js';
import type { AddressSpace, StackType, Type } from '../types/type.js';
import { lowerAggregationRead } from './aggregation.js';
import { lowerBackendAt } from './backend.js';
import { lowerJoin, lowerReadBuffer, readBytes } from './bytes.js';
import { lowerCgroupSeen } from './cgroup.js';
import { lowerEmit } from './event.js';
import { lowerExpression } from './expression.js';
import { lowerTraced } from './filter.js';
import { isForeignText } from './foreign-text.js';
import type { Generations } from './generation.js';
import { lowerHash } from './hash.js';
import { lowerLength, lowerReadInet } from './inspection.js';
import { type Limit, lowerWithinLimit } from './limit.js';
import { lowerLoss } from './loss.js';
import type { EventField, FailedCall, Lowering, Operand } from './lowering.js';
import { lowerKeyAddress, lowerLookup, lowerRemove, lowerUpsert } from './map.js';
import { isWord, loadRaw, loadStored, type MemoryOperand, memory } from './memory.js';
import type { ObjectState } from './object.js';
import { PacketActions } from './packet/actions.js';
import { Captures } from './packet/capture.js';
import { findEarly } from './packet/foresight.js';
import { headersOf } from './packet/mention.js';
import { PacketParse } from './packet/parse.js';
import { lowerPacket } from './packet.js';
import { Temporaries } from './scratch.js';
import {
  lowerCompareBytes,
  lowerCompareText,
  lowerConcatenation,
  lowerFindText,
  lowerMatchText,
} from './search.js';
import { lowerSeqPrint } from './seq-print.js';
import { lowerReadStack, lowerReadUserSymbol } from './stack.js';
import { type LoopTargets, lowerStatements } from './statement.js';
import { lowerExit, lowerLeave } from './stop.js';
import {
  addressBefore,
  copyStored,
  hasEffect,
  hasSameLayout,
  loadable,
  mentions,
  peeled,
  storeAs,
} from './stored.js';
import {
  type Destination,
  lowerReadLength,
  lowerReadPath,
  lowerReadString,
  lowerStringLength,
} from './string.js';
import { lowerTargetText } from './target-text.js';
import { Variables } from './variable.js';

/** Characters of a callback's name: KSYM_NAME_LEN (include/linux/kallsyms.h) is 128. */
const LONGEST_NAME = 100;

/** The text of one clause in a program. */
export interface ClauseInput {
  readonly variant: TypedVariant;
  /** Index of the probe in ObjectSpec.probes: whose loss counters it adds to. */
  readonly probeIndex: number;
}

/** What a program is made from. */
export interface ProgramInput {
  readonly name: string;
  /** Packet programs may have several, which run in this order, sessions two, of which one runs; others have one. */
  readonly clauses: readonly ClauseInput[];
  /** The clauses are the entry and the return of the same functions. */
  readonly session?: boolean | undefined;
  readonly env: Env;
  readonly object: ObjectState;
}

/** What a callback finds in the frame that it is handed. */
export interface CallbackInput {
  readonly context: ValueId;
  /** Address of the program's slot of scratch memory. */
  readonly slot: ValueId | undefined;
  /** Ends the callback and then the program, with this value; without one, of a packet program, its clause. */
  leave(value: ValueId | undefined): void;
}

/** A function that the kernel calls back, within the program of `outer`. */
interface Enclosing {
  readonly outer: ProgramLowering;
  readonly params: number;
  open(callback: { readonly builder: FunctionBuilder }): CallbackInput;
}

/** As bpftrace says it. */
const DIVISION_BY_ZERO =
  'Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.';

export class ProgramLowering implements Lowering {
  readonly builder: FunctionBuilder;
  readonly env: Env;
  readonly object: ObjectState;
  readonly context: ValueId;
  readonly maxStrlen: number;
  readonly temporaries: Temporaries;
  readonly variables: Variables;
  readonly entered = new Map<string, ValueId>();
  readonly name: string;
  /** A callback that leaves its block or the program on some way. */
  left = false;
  /** Within a comparison: where it goes that reads of a header which is not there. */
  absent: BlockId | undefined;
  /** Headers that what follows the statement at hand asks for. */
  later: ReadonlySet<HeaderEntry> = new Set();
  /** The predicate of the clause at hand holds. */
  applies = false;
  /** Where leaving the clause at hand goes, when another follows. */
  nextBlock: BlockId | undefined;
  readonly captures: Captures;
  /** The program tells its targets apart by their cookies. */
  readsCookie = false;
  readonly #input: ProgramInput;
  readonly #callbacks: Map<string, FunctionBuilder>;
  readonly #callback: CallbackInput | undefined;
  #clause: ClauseInput;
  readonly #outer: ProgramLowering | undefined;
  readonly #loops: LoopTargets[] = [];
  #packet: PacketParse | undefined;
  #span: Span = { start: 0, end: 0 };
  #destination: (Destination & { readonly size: number }) | undefined;

  constructor(input: ProgramInput, enclosing?: Enclosing) {
    const { name, clauses, env, object } = input;
    this.#input = input;
    this.#clause = enclosing === undefined ? clauses[0]! : enclosing.outer.#clause;
    this.name = name;
    this.builder = new FunctionBuilder(name, enclosing?.params ?? 1);
    this.env = env;
    this.object = object;
    this.maxStrlen = object.config.maxStrlen;
    const callback = enclosing?.open(this);
    this.#callback = callback;
    this.#outer = enclosing?.outer;
    this.captures = enclosing?.outer.captures ?? new Captures(clauses);
    this.#callbacks = enclosing === undefined ? new Map() : enclosing.outer.#callbacks;
    this.context = callback?.context ?? this.builder.param(0, 'ctx');
    this.temporaries =
      enclosing?.outer.temporaries.inCallback(this.builder, callback?.slot) ??
      new Temporaries(this.builder, object.stackBudget);
    this.variables = new Variables(this);
  }

  /** Of the clause at hand. */
  get variant(): TypedVariant {
    return this.#clause.variant;
  }

  get probeIndex(): number {
    return this.#clause.probeIndex;
  }

  /** From here on the program is this clause's; leaving it goes to `next`. */
  enter(clause: ClauseInput, next: BlockId | undefined): void {
    this.#clause = clause;
    this.nextBlock = next;
  }

  readonly onPacket: PacketActions = new PacketActions(this);

  /** The packet's headers, as far as they are known at this place. */
  get packet(): PacketParse {
    this.#packet ??= new PacketParse(this, headersOf(this.#input.clauses));
    return this.#packet;
  }

  /** Lowers a statement, or the rest of a clause, that is followed by what asks for the `later` headers. */
  before(later: ReadonlySet<HeaderEntry>, part: object, lower: () => void): void {
    const outer = this.later;
    this.later = later;
    if (this.object.simple) this.packet.forget();
    else findEarly(this, part);
    lower();
    this.later = outer;
  }

  /** Lowers the operands of a comparison, which goes to `absent` when they read of a header that is not there. */
  comparing<T>(absent: BlockId | undefined, lower: () => T): T {
    const outer = this.absent;
    this.absent = absent;
    const result = lower();
    this.absent = outer;
    return result;
  }

  get probeType(): ProbeTypeEntry {
    return this.variant.probeType;
  }

  get cppDemangle(): boolean {
    return this.object.config.cppDemangle;
  }

  get targets(): readonly ExpandedTarget[] {
    return this.variant.targets;
  }

  /** Perf events, tracepoints and kprobes keep other programs of their kind off the CPU (bpf_prog_active). */
  get interruptible(): boolean {
    return this.object.interruptible;
  }

  /** What a bare integer is taken to be an address of. */
  get defaultSpace(): AddressSpace {
    return this.variant.probeType.space?.(this.variant.targets[0]!) ?? 'kernel';
  }

  /** Runs `lower` with a place of the source; its temporaries are free again afterwards. */
  during(span: Span, lower: () => void): void {
    const before = this.#span;
    const mark = this.temporaries.mark();
    this.#at(span);
    lower();
    this.temporaries.release(mark);
    this.#at(before);
  }

  statements(body: readonly TypedStatement[]): void {
    lowerStatements(this, body);
  }

  inLoop(targets: LoopTargets, lower: () => void): void {
    this.#loops.push(targets);
    lower();
    this.#loops.pop();
  }

  loop(): LoopTargets {
    const innermost = this.#loops.at(-1);
    if (innermost === undefined) throw new InternalError('break or continue outside of a loop');
    return innermost;
  }

  operand(expression: TypedExpression): Operand {
    const before = this.#span;
    this.#at(expression.span);
    const operand = lowerExpression(this, expression);
    this.#at(before);
    return operand;
  }

  word(expression: TypedExpression): ValueId {
    const operand = this.operand(expression);
    if (operand.kind === 'word') return operand.value;
    if (operand.kind === 'memory' && isWord(expression.type))
      return loadStored(this, operand, expression.type);
    throw new InternalError(`a ${expression.type.kind} where a word belongs`);
  }

  store(expression: TypedExpression, address: ValueId, offset: number): void {
    storeAs(this, expression, expression.type, address, offset);
  }

  storeAs(expression: TypedExpression, type: Type, address: ValueId, offset: number): void {
    storeAs(this, expression, type, address, offset);
  }

  copyStored(from: MemoryOperand, type: Type, to: Type, address: ValueId, offset: number): void {
    copyStored(this, from, type, to, address, offset);
  }

  address(expression: TypedExpression): ValueId {
    return this.addressAs(expression, expression.type);
  }

  /** Address of the stored form of an expression as another type of its kind (a string of another size). */
  addressAs(expression: TypedExpression, type: Type): ValueId {
    const value = peeled(expression);
    if (value.kind === 'string' && type.kind === 'string' && value.bytes.length <= type.size) {
      return this.builder.mapValue('literals', this.object.literal(value.bytes, type.size));
    }
    const isMade = ['tuple', 'record', 'ternary'].includes(value.kind) || isForeignText(value);
    if (!isWord(type) && !isMade) {
      if (hasSameLayout(value.type, type)) {
        const operand = this.operand(value);
        if (operand.kind === 'memory' && operand.space === 'none') {
          return this.builder.offset(operand.address, operand.offset);
        }
        if (operand.kind === 'memory') {
          const copy = this.temporary(this.storedSize(type));
          copyStored(this, operand, value.type, type, copy, 0);
          return copy;
        }
      }
    }
    const address = this.temporary(this.storedSize(type));
    storeAs(this, expression, type, address, 0);
    return address;
  }

  keyAddress(map: MapInfo, key: TypedExpression | undefined): ValueId {
    return lowerKeyAddress(this, map, key);
  }

  temporary(size: number): ValueId {
    return this.temporaries.take(size);
  }

  storedSize(type: Type): number {
    return sizeOf(type);
  }

  peeled(expression: TypedExpression): TypedExpression {
    return peeled(expression);
  }

  hasEffect(expression: TypedExpression): boolean {
    return hasEffect(expression);
  }

  loadable(expression: TypedExpression, later: readonly TypedExpression[] = []): MemoryOperand {
    return loadable(this, expression, later);
  }

  addressBefore(expression: TypedExpression, later: readonly TypedExpression[]): ValueId {
    return addressBefore(this, expression, later);
  }

  mentions(expression: TypedExpression, variable: VariableInfo): boolean {
    return mentions(expression, variable);
  }

  /** Offers str() a place to read into; it takes it or leaves it. */
  offerDestination(to: Destination & { readonly size: number }): void {
    this.#destination = to;
  }

  takeDestination(size: number): Destination | undefined {
    const to = this.#destination;
    this.#destination = undefined;
    return to !== undefined && to.size >= size ? to : undefined;
  }

  read(operand: Operand, type: Type): ValueId {
    if (operand.kind === 'word') return operand.value;
    if (operand.kind === 'memory') return loadRaw(this, operand, type);
    throw new InternalError('nothing to read');
  }

  text(bytes: Uint8Array): Operand {
    return memory(this.builder.mapValue('literals', this.object.literal(bytes)));
  }

  /** Which target fired: its index. */
  cookie(): ValueId {
    for (let at: ProgramLowering | undefined = this; at !== undefined; at = at.#outer) at.readsCookie = true;
    return this.builder.call('get_attach_cookie', [this.context], { pure: true });
  }

  targetText(texts: readonly string[]): Operand {
    return lowerTargetText(this, texts);
  }

  /** Address of so many zeros, never to be written. */
  zeros(size: number): ValueId {
    this.object.needZeros(size);
    return this.builder.mapValue('zeros', 0);
  }

  globalWord(name: 'start' | 'ncpus' | 'cpid' | 'wallOffset'): ValueId {
    const { globals } = this.object;
    const offset = name === 'start' ? globals.start : globals.words.find(word => word.name === name)?.offset;
    if (offset === undefined) throw new InternalError(`no global ${name}`);
    return this.builder.load(8, this.builder.mapValue('globals', offset), 0);
  }

  addTo(address: ValueId, offset: number, value: ValueId): void {
    if (this.interruptible) {
      this.builder.atomicAdd(8, address, offset, value);
      return;
    }
    const sum = this.builder.binary('add', this.builder.load(8, address, offset), value);
    this.builder.store(8, address, offset, sum);
  }

  readPath(call: TypedCall): Operand {
    return lowerReadPath(this, call);
  }

  readString(call: TypedCall): Operand {
    return lowerReadString(this, call);
  }

  readInet(call: TypedCall): Operand {
    return lowerReadInet(this, call);
  }

  get generations(): Generations {
    return this.object.generations;
  }

  get programType(): number {
    return this.variant.attributes.type;
  }

  readBuffer(call: TypedCall): Operand {
    return lowerReadBuffer(this, call);
  }

  bytesOf(source: TypedExpression, size: number): ValueId {
    return readBytes(this, source, size);
  }

  concatenate(call: TypedCall): Operand {
    return lowerConcatenation(this, call);
  }

  compareText(a: TypedExpression, b: TypedExpression, most: number): ValueId {
    return lowerCompareText(this, a, b, most);
  }

  compareBytes(a: TypedExpression, b: TypedExpression, count: TypedExpression): ValueId {
    return lowerCompareBytes(this, a, b, count);
  }

  findText(haystack: TypedExpression, needle: TypedExpression): ValueId {
    return lowerFindText(this, haystack, needle);
  }

  matchText(text: TypedExpression, pattern: TextPattern): ValueId {
    return lowerMatchText(this, text, pattern);
  }

  textLength(text: TypedExpression): ValueId {
    return text.type.kind === 'string' ? lowerStringLength(this, text) : lowerReadLength(this, text);
  }

  join(call: TypedCall, data: unknown): void {
    lowerJoin(this, call, data, this.#span);
  }

  setVariable(variable: VariableInfo, value: Operand, type: Type): void {
    if (isWord(variable.type)) {
      const word = value.kind === 'memory' ? loadStored(this, value, type) : this.read(value, type);
      this.variables.setWord(variable, word);
    } else if (value.kind === 'memory') {
      copyStored(this, value, type, variable.type, this.variables.addressOf(variable), 0);
    }
  }

  clearVariable(variable: VariableInfo): void {
    this.variables.clear(variable);
  }

  readStack(type: StackType): Operand {
    return lowerReadStack(this, type, this.#span);
  }

  traced(process?: ValueId): ValueId {
    return lowerTraced(this, process);
  }

  cgroupSeen(id: ValueId): void {
    lowerCgroupSeen(this, id);
  }

  readUserSymbol(call: TypedCall): Operand {
    return lowerReadUserSymbol(this, call, this.#span);
  }

  length(expression: TypedExpression): ValueId {
    return lowerLength(this, expression);
  }

  emit(entry: string, fields: readonly EventField[], data: unknown): void {
    lowerEmit(this, entry, fields, data, this.#span);
  }

  sendPacket(call: TypedCall, data: PacketData): Operand {
    return lowerPacket(this, call, data, this.#span);
  }

  printToFile(format: string, values: readonly TypedExpression[]): void {
    lowerSeqPrint(this, format, values);
  }

  divisionByZero(): void {
    this.countLoss('divideByZero');
    this.emit('runtime-error', [], { message: DIVISION_BY_ZERO });
  }

  lookup(map: MapInfo, key: TypedExpression | undefined): ValueId {
    return lowerLookup(this, map, key);
  }

  upsert(map: MapInfo, key: TypedExpression | undefined, use: (address: ValueId) => void): void {
    lowerUpsert(this, map, key, use);
  }

  remove(map: MapInfo, key: TypedExpression | undefined): ValueId {
    return lowerRemove(this, map, key);
  }

  readAggregation(map: MapInfo, key: TypedExpression | undefined): Operand {
    return lowerAggregationRead(this, map, key);
  }

  countLoss(kind: LossKind, failed?: FailedCall): void {
    lowerLoss(this, kind, failed);
  }

  exit(code: TypedExpression | undefined): void {
    lowerExit(this, code);
  }

  leave(value?: ValueId): void {
    this.left = true;
    if (this.#callback === undefined) lowerLeave(this, value);
    else this.#callback.leave(value);
  }

  hash(values: readonly TypedExpression[]): ValueId {
    return lowerHash(this, values);
  }

  backendAt(set: string, row: ValueId): Operand {
    return lowerBackendAt(this, set, row);
  }

  withinLimit(key: TypedExpression, limit: Limit): ValueId {
    return lowerWithinLimit(this, key, limit);
  }

  /** Goes on when a and b are equal, else to `different`. */
  requireEqual(a: ValueId, b: ValueId, different: number): void {
    const next = this.builder.newBlock();
    this.builder.branch('eq', a, b, next, different);
    this.builder.enter(next);
  }

  /** A callback of the program, made once for what it is told apart by. Gives its name. */
  addFunction(key: string, params: number, lower: (builder: IrBuilder) => void): string {
    const made = this.#callbacks.get(key);
    if (made !== undefined) return made.name;
    // BTF has no room for any name.
    const name =
      key.length <= LONGEST_NAME ? key : `${key.slice(0, LONGEST_NAME / 2)}_${this.#callbacks.size}`;
    const builder = new FunctionBuilder(name, params);
    this.#callbacks.set(key, builder);
    builder.at(this.#span);
    lower(builder);
    return name;
  }

  /** A callback whose text is part of the script: a program of its own but for what `open` finds. */
  callback(params: number, open: Enclosing['open']): ProgramLowering {
    const name = `loop_${this.#callbacks.size}`;
    const inner = new ProgramLowering({ ...this.#input, name }, { outer: this, params, open });
    this.#callbacks.set(name, inner.builder);
    return inner;
  }

  finish(): IrFunction[] {
    return [this.builder, ...this.#callbacks.values()].map(builder => builder.finish());
  }

  #at(span: Span): void {
    this.#span = span;
    this.builder.at(span);
  }
}
