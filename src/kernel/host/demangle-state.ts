// What the parts of the C++ demangler share: the text and the place in it, what S_ and T_ refer to, and the parts themselves
// (they call each other). Grammar: Itanium C++ ABI, section 5.1; spelling: that of __cxa_demangle.

/** A type in two halves, around what it declares: `int (*` and `)(char)`. */
export interface TypeText {
  readonly left: string;
  readonly right: string;
  /** What a pointer to it must put in parentheses. */
  readonly form?: 'function' | 'array';
  /** A parameter pack: its elements. */
  readonly pack?: readonly TypeText[];
}

/** The name cannot be read: it stays as it is. */
export class Unreadable extends Error {}

const DEEPEST = 256;
const LONGEST = 1 << 16;

export class State {
  readonly text: string;
  at = 0;
  /** S_, S0_, ...: types and name prefixes in the order of their appearance. */
  readonly substitutions: TypeText[] = [];
  /** T_, T0_, ... */
  templateArgs: readonly TypeText[] = [];
  /** Parameters of a generic lambda are written auto:1, auto:2. */
  inLambda = 0;
  readonly #parameters = new Map<number, number>(); // index of a substitution -> of a template parameter
  #depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  peek(length = 1): string {
    return this.text.slice(this.at, this.at + length);
  }

  /** Steps over `wanted` if it is next. */
  eat(wanted: string): boolean {
    if (!this.text.startsWith(wanted, this.at)) return false;
    this.at += wanted.length;
    return true;
  }

  expect(wanted: string): void {
    if (!this.eat(wanted)) this.fail();
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  digits(): number {
    const found = this.match(/[0-9]+/y);
    if (found === undefined) return this.fail();
    return Number(found);
  }

  /** The number between S (or T) and _: none is 0, 0 is 1, in base 36 for S. */
  sequence(base: 10 | 36): number {
    const found = this.match(base === 36 ? /[0-9A-Z]*(?=_)/y : /[0-9]*(?=_)/y);
    if (found === undefined) return this.fail();
    this.expect('_');
    return found === '' ? 0 : Number.parseInt(found, base) + 1;
  }

  /** Runs a part one level deeper. */
  nested<T>(part: () => T): T {
    if (++this.#depth > DEEPEST) this.fail();
    const value = part();
    this.#depth--;
    return value;
  }

  remember(type: TypeText): TypeText {
    if (type.left.length + type.right.length > LONGEST) this.fail();
    this.substitutions.push(type);
    return type;
  }

  substitution(index: number): TypeText {
    const parameter = this.#parameters.get(index);
    if (parameter !== undefined) return this.templateParameter(parameter);
    return this.substitutions[index] ?? this.fail();
  }

  templateParameter(index: number): TypeText {
    if (this.inLambda > 0) return plain(`auto:${index + 1}`);
    return this.templateArgs[index] ?? this.fail();
  }

  /** Remembers T_ itself: where it is referred to again, other arguments may hold. */
  rememberParameter(index: number): TypeText {
    this.#parameters.set(this.substitutions.length, index);
    return this.remember(this.templateParameter(index));
  }

  fail(): never {
    throw new Unreadable();
  }
}

export interface Parts {
  readonly state: State;
  type(): TypeText;
  /** A name as it is declared: scope included. */
  name(): string;
  /** A function or object, with its signature unless only its name is wanted. */
  encoding(form: 'whole' | 'without return' | 'name'): string;
  unqualified(scope: string): string;
  templateArguments(): readonly TypeText[];
  templateArgument(): TypeText;
  expression(): string;
  /** Types of parameters up to `end`, without parentheses. */
  parameters(ends: () => boolean): string;
}

export function plain(text: string): TypeText {
  return { left: text, right: '' };
}

export function whole({ left, right, pack }: TypeText): string {
  if (pack !== undefined) return pack.map(whole).join(', ');
  return left + right;
}

/** `<a, b>`; two closing brackets are kept apart. */
export function bracketed(args: readonly TypeText[]): string {
  const text = args
    .filter(arg => arg.pack === undefined || arg.pack.length > 0)
    .map(whole)
    .join(', ');
  // __cxa_demangle forgets to when an empty pack comes last.
  const apart = text.endsWith('>') && args.at(-1)?.pack?.length !== 0;
  return apart ? `<${text} >` : `<${text}>`;
}
