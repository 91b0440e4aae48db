// Random IR programs from a seed, for comparing evaluations. Every program is one that the kernel's verifier must accept:
// loops are bounded, pointers are checked before use, variable offsets are bounded by a mask or a comparison. It reads the
// context (CTX_WORDS words) and the one value of the array map `mem`, and leaves its results in `mem` and r0.
import { FunctionBuilder } from '../../src/compiler/ir/function-builder.js';
import type { BinaryOp, CompareOp, IrProgram, Size, ValueId } from '../../src/compiler/ir/ir.js';
import { RandomSource } from './random-source.js';

export const CTX_WORDS = 8;
/** Bytes of the value of `mem`. */
export const MEM_SIZE = 128;
/** The part of it where results go at the end, 8 bytes each. */
const RESULTS_AT = 64;

const BINARY: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'udiv',
  'sdiv',
  'umod',
  'smod',
  'and',
  'or',
  'xor',
  'shl',
  'lshr',
  'ashr',
];
const COMPARE: readonly CompareOp[] = [
  'eq',
  'ne',
  'ult',
  'ule',
  'ugt',
  'uge',
  'slt',
  'sle',
  'sgt',
  'sge',
  'set',
];
const LEAF = 'leaf';

/** `compareExchange`: the target has it (5.12). */
export function randomProgram(seed: number, compareExchange = true): IrProgram {
  const random = new RandomSource(seed);
  const generator = new Generator(random, compareExchange);
  const main = generator.main();
  return { name: `random${seed}`, functions: generator.callsLeaf ? [main, generator.leaf()] : [main] };
}

class Generator {
  readonly #random: RandomSource;
  readonly #compareExchange: boolean;
  readonly #b = new FunctionBuilder('main', 1);
  readonly #locals: number[] = [];
  /** Values that dominate what is written now. */
  #pool: ValueId[] = [];
  #areas: ValueId[] = [];
  #budget: number;
  callsLeaf = false;

  constructor(random: RandomSource, compareExchange: boolean) {
    this.#random = random;
    this.#compareExchange = compareExchange;
    this.#budget = 5 + random.below(50);
  }

  main() {
    const b = this.#b;
    const random = this.#random;
    for (let i = 0; i < 2 + random.below(5); i++) this.#pool.push(this.#ctxWord());
    for (let i = 0; i < 1 + random.below(8); i++) {
      const local = b.newLocal(`l${i}`);
      b.write(local, this.#value());
      this.#locals.push(local);
    }
    while (this.#budget > 0) this.#statement(0);
    let at = RESULTS_AT;
    const results = [...this.#locals.map(local => b.read(local)), ...this.#pool];
    let sum = b.const(0);
    for (const result of results) {
      if (at < MEM_SIZE && random.chance(70)) {
        b.store(8, b.mapValue('mem', 0), at, result);
        at += 8;
      } else sum = b.binary(random.pick(['add', 'xor', 'sub']), sum, result);
    }
    // A wrong upper half must not hide behind the 32 bits that a run returns.
    b.ret(b.binary('xor', sum, b.binaryImm('lshr', sum, 32)));
    return b.finish();
  }

  leaf() {
    const b = new FunctionBuilder(LEAF, 3);
    const params = [b.param(0), b.param(1), b.param(2)];
    let value = b.binary(this.#random.pick(BINARY), params[0]!, params[1]!);
    value = b.select(
      this.#random.pick(COMPARE),
      value,
      params[2]!,
      () => b.binaryImm('add', value, 1),
      () => b.binary(this.#random.pick(BINARY), params[2]!, value),
    );
    b.ret(value);
    return b.finish();
  }

  #ctxWord(): ValueId {
    const b = this.#b;
    return b.load(8, b.param(0, 'ctx'), 8 * this.#random.below(CTX_WORDS), { invariant: true });
  }

  #value(): ValueId {
    const random = this.#random;
    if (random.chance(20)) return this.#b.const(random.word());
    if (random.chance(15)) return this.#ctxWord();
    if (this.#locals.length > 0 && random.chance(30)) return this.#b.read(random.pick(this.#locals));
    return random.pick(this.#pool);
  }

  #expression(): ValueId {
    const b = this.#b;
    const random = this.#random;
    const width = random.chance(30) ? 32 : 64;
    switch (random.below(14)) {
      case 12:
        return b.extend(this.#expression(), random.pick([1, 2, 4] as const), random.chance(30));
      case 13:
        return b.compare(random.pick(['eq', 'ne'] as const), this.#expression(), b.const(0));
      case 0:
        return b.extend(this.#value(), random.pick([1, 2, 4] as const), random.chance(50));
      case 1:
        return b.bswap(this.#value(), random.pick([16, 32, 64] as const));
      case 2:
        return b.compare(random.pick(COMPARE), this.#value(), this.#value(), width);
      case 3:
        return b.load(
          random.pick([1, 2, 4, 8] as const),
          b.mapValue('mem', 0),
          random.below(MEM_SIZE / 8) * 8,
          {
            signed: random.chance(40),
          },
        );
      case 4: {
        const kind = random.pick(['eq', 'ult', 'sgt', 'set'] as const);
        return b.select(
          kind,
          this.#value(),
          this.#value(),
          () => b.binary(random.pick(BINARY), this.#value(), this.#value()),
          () => this.#value(),
        );
      }
      case 5:
        return b.binaryImm(random.pick(BINARY), this.#value(), random.word(), width);
      default:
        return b.binary(random.pick(BINARY), this.#value(), this.#value(), width);
    }
  }

  #statement(depth: number): void {
    const b = this.#b;
    const random = this.#random;
    this.#budget--;
    switch (random.below(16)) {
      case 0:
      case 1:
        if (depth < 3) this.#branch(depth);
        return;
      case 2:
        if (depth < 2) this.#loop(depth);
        return;
      case 3:
        b.store(this.#size(), b.mapValue('mem', 0), random.below(8) * 8, this.#value());
        return;
      case 4:
        this.#stack();
        return;
      case 5:
        this.#call();
        return;
      case 6:
        this.#lookup();
        return;
      case 7:
        this.#variableOffset();
        return;
      case 8:
        this.#atomic();
        return;
      case 9:
      case 10:
      case 11:
        if (this.#locals.length > 0) b.write(random.pick(this.#locals), this.#expression());
        return;
      default:
        this.#pool.push(this.#expression());
        if (this.#pool.length > 24) this.#pool.splice(random.below(this.#pool.length), 1);
    }
  }

  #size(): Size {
    return this.#random.pick([1, 2, 4, 8] as const);
  }

  /** Runs `body` in a scope of its own: what it defines is not seen after. */
  #scoped(body: () => void): void {
    const pool = [...this.#pool];
    const areas = [...this.#areas];
    body();
    this.#pool = pool;
    this.#areas = areas;
  }

  #some(depth: number): void {
    for (let n = this.#random.below(4); n > 0 && this.#budget > 0; n--) this.#statement(depth + 1);
  }

  #branch(depth: number): void {
    const b = this.#b;
    const random = this.#random;
    const fn = random.pick(COMPARE);
    const [x, y] = [this.#value(), this.#value()];
    const arm = () => this.#scoped(() => this.#some(depth));
    const early = () => {
      arm();
      if (random.chance(20)) b.ret(this.#value());
    };
    if (random.chance(50)) b.ifThen(fn, x, y, early, random.chance(50) ? { likely: 'else' } : {});
    else b.ifElse(fn, x, y, arm, early);
    if (random.chance(30)) {
      const both = b.compare(random.pick(COMPARE), this.#value(), this.#value());
      const [then, join] = [b.newBlock(), b.newBlock()];
      b.branchIf(both, then, join);
      b.seal(then);
      b.moveTo(then);
      arm();
      if (!b.ended) b.jump(join);
      b.seal(join);
      b.moveTo(join);
    }
  }

  #loop(depth: number): void {
    const b = this.#b;
    const turns = 1 + this.#random.below(4);
    const i = b.newLocal('i');
    b.write(i, b.const(0));
    const [head, body, done] = [b.newBlock(), b.newBlock(), b.newBlock()];
    b.jump(head);
    b.moveTo(head);
    b.branch('ult', b.read(i), b.const(turns), body, done);
    b.seal(body);
    b.moveTo(body);
    this.#scoped(() => {
      if (this.#random.chance(30)) this.#pool.push(b.read(i));
      this.#some(depth);
      // Swapped locals make phis that copy to each other.
      if (this.#locals.length > 1 && this.#random.chance(40)) {
        const [p, q] = [this.#random.pick(this.#locals), this.#random.pick(this.#locals)];
        const [u, v] = [b.read(p), b.read(q)];
        b.write(p, v);
        b.write(q, u);
      }
    });
    b.write(i, b.binaryImm('add', b.read(i), 1));
    b.jump(head);
    b.seal(head);
    b.seal(done);
    b.moveTo(done);
  }

  /** A cleared area, partly overwritten, then read back at any size. */
  #stack(): void {
    const b = this.#b;
    const random = this.#random;
    if (this.#areas.length < 5 && (this.#areas.length === 0 || random.chance(50))) {
      const area = b.stack(16, random.pick([4, 8] as const));
      b.clear(area, 0, 16);
      this.#areas.push(area);
    }
    const area = random.pick(this.#areas);
    for (let n = random.below(4); n > 0; n--) {
      const size = this.#size();
      b.store(size, area, size * random.below(16 / size), this.#value());
    }
    if (random.chance(30)) b.clear(area, 0, 8);
    if (random.chance(30)) {
      const key = b.stack(4, 4);
      b.store(4, key, 0, b.const(0));
      b.call('map_update_elem', [b.map('out'), key, area, b.const(0)]);
    }
    // A read of address 0 fails and clears the destination.
    if (random.chance(20)) {
      const failed = b.call('probe_read_kernel', [b.offset(area, 8), b.const(8), b.const(0)]);
      this.#pool.push(b.compare('slt', failed, b.const(0)));
    }
    const size = this.#size();
    const at = size * random.below(16 / size);
    const value = b.load(size, area, at, { signed: random.chance(30) });
    this.#pool.push(random.chance(50) ? value : b.binaryImm('add', value, 1));
  }

  #call(): void {
    const b = this.#b;
    if (this.#random.chance(50)) {
      this.callsLeaf = true;
      this.#pool.push(b.callFunction(LEAF, [this.#value(), this.#value(), this.#value()]));
    } else b.call('ktime_get_ns', []);
  }

  #lookup(): void {
    const b = this.#b;
    const random = this.#random;
    const key = b.stack(4, 4);
    b.store(4, key, 0, random.chance(50) ? b.const(0) : b.binaryImm('and', this.#value(), 1));
    const found = b.call('map_lookup_elem', [b.map('mem'), key], { kind: 'map-value' });
    const result = b.newLocal('found');
    b.write(result, b.const(7));
    if (random.chance(40)) b.call('ktime_get_ns', []);
    b.ifThen('ne', found, b.const(0), () => {
      if (random.chance(50)) b.store(this.#size(), found, random.below(8) * 8, this.#value());
      if (random.chance(20)) b.call('ktime_get_ns', []);
      b.write(result, b.load(this.#size(), found, random.below(8) * 8));
    });
    this.#pool.push(b.read(result));
  }

  #variableOffset(): void {
    const b = this.#b;
    const random = this.#random;
    const size = this.#size();
    const base = b.mapValue('mem', 0);
    if (random.chance(50)) {
      const masked = b.binaryImm('and', this.#value(), 63);
      this.#pool.push(b.load(size, b.binary('add', base, masked), random.below(4)));
      return;
    }
    const result = b.newLocal('bounded');
    b.write(result, b.const(1));
    // Read anew: of a value that it half knows, 5.10 believes contradictions in a branch that cannot be taken.
    const index = random.chance(50) ? this.#ctxWord() : b.load(8, base, random.below(8) * 8);
    const limit = b.const(1 + random.below(MEM_SIZE - 8));
    b.ifThen('ult', index, limit, () => {
      if (random.chance(50)) b.call('ktime_get_ns', []);
      const at = b.binary('add', base, index);
      if (random.chance(50)) b.store(size, at, 0, this.#value());
      b.write(result, b.load(size, at, 0));
    });
    this.#pool.push(b.read(result));
  }

  #atomic(): void {
    const b = this.#b;
    const random = this.#random;
    const size = random.pick([4, 8] as const);
    const at = random.below(8) * 8;
    const base = b.mapValue('mem', 0);
    switch (random.below(4)) {
      case 0:
        b.atomicAdd(size, base, at, this.#value());
        return;
      case 1:
        this.#pool.push(b.atomicFetchAdd(size, base, at, this.#value()));
        return;
      case 2:
        this.#pool.push(b.atomicExchange(size, base, at, this.#value()));
        return;
      default:
        if (!this.#compareExchange) return;
        this.#pool.push(b.atomicCompareExchange(size, base, at, this.#value(), this.#value()));
    }
  }
}
