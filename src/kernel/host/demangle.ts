// Names of C++ functions as the linker knows them (_ZN1n1fEi) -> as they are written (n::f(int)). Names and encodings are
// here, types and expressions beside. What cannot be read stays as it is: see demangle().
import { OPERATORS, parseExpression, parseLiteral } from './demangle-expression.js';
import { specialName } from './demangle-special.js';
import { bracketed, type Parts, plain, State, type TypeText, Unreadable, whole } from './demangle-state.js';
import { parseType, sourceName, templateParameter } from './demangle-type.js';

const STANDARD: Readonly<Record<string, readonly [short: string, full: string]>> = {
  a: ['std::allocator', 'std::allocator'],
  b: ['std::basic_string', 'std::basic_string'],
  s: ['std::string', 'std::basic_string<char, std::char_traits<char>, std::allocator<char> >'],
  i: ['std::istream', 'std::basic_istream<char, std::char_traits<char> >'],
  o: ['std::ostream', 'std::basic_ostream<char, std::char_traits<char> >'],
  d: ['std::iostream', 'std::basic_iostream<char, std::char_traits<char> >'],
};

/** The source form, without a C++ name's return type unless it is mangled in; undefined when it is no such name. */
export function demangle(mangled: string): string | undefined {
  if (!mangled.startsWith('_Z')) return undefined;
  const { base, clones } = splitClones(mangled.slice(2));
  try {
    const demangler = new Demangler(new State(base));
    const text = demangler.encoding('whole');
    return demangler.state.at === base.length ? text + clones : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** f.constprop.0.cold -> f, ' [clone .constprop.0] [clone .cold]' */
function splitClones(text: string): { base: string; clones: string } {
  const at = text.search(/\.[A-Za-z_0-9]/);
  if (at < 0) return { base: text, clones: '' };
  const parts = text.slice(at).match(/\.(?:[A-Za-z_]+|[0-9]+)(?:\.[0-9]+)*/g) ?? [];
  return { base: text.slice(0, at), clones: parts.map(part => ` [clone ${part}]`).join('') };
}

/** What a name says about the function it is of. */
interface Naming {
  text: string;
  /** Its last part has template arguments: a return type is mangled in. */
  template: boolean;
  /** Constructors, destructors, conversions: no return type even then. */
  special: boolean;
  /** const, &: of a member function, written behind the parameters. */
  qualifiers: string;
}

class Demangler implements Parts {
  readonly state: State;
  /** The last name's last component, without template arguments: what its constructor is called. */
  #last = '';
  #special = false;

  constructor(state: State) {
    this.state = state;
  }

  encoding(form: 'whole' | 'without return' | 'name'): string {
    const { state } = this;
    return state.nested(() => {
      if (/^[TG]/.test(state.peek()) && state.peek(2) !== 'T_') {
        const special = specialName(this);
        if (special !== undefined) return special;
      }
      const naming = this.#naming();
      if (state.at >= state.text.length || /^[E.]/.test(state.peek())) return naming.text + naming.qualifiers;
      const result = naming.template && !naming.special ? this.type() : undefined;
      const parameters = this.parameters(() => state.at >= state.text.length || /^[E.]/.test(state.peek()));
      if (form === 'name' && result === undefined) return naming.text;
      const text = `${naming.text}(${parameters})${naming.qualifiers}`;
      if (result === undefined || form === 'without return') return text;
      const declared =
        result.right === '' ? `${result.left} ${text}` : `${result.left}${text}${result.right}`;
      return form === 'name' ? `(${declared})` : declared;
    });
  }

  name(): string {
    return this.state.nested(() => {
      const { templateArgs } = this.state;
      const { text } = this.#naming();
      this.state.templateArgs = templateArgs;
      return text;
    });
  }

  type(): TypeText {
    return this.state.nested(() => parseType(this));
  }

  expression(): string {
    return this.state.nested(() => parseExpression(this));
  }

  parameters(ends: () => boolean): string {
    const types: string[] = [];
    while (!ends()) {
      const type = this.type();
      if (type.pack?.length !== 0) types.push(whole(type));
    }
    return types.length === 1 && types[0] === 'void' ? '' : types.join(', ');
  }

  templateArguments(): readonly TypeText[] {
    const { state } = this;
    state.expect('I');
    const args: TypeText[] = [];
    const last = this.#last;
    const special = this.#special;
    while (!state.eat('E')) args.push(this.templateArgument());
    this.#last = last;
    this.#special = special;
    return args;
  }

  templateArgument(): TypeText {
    const { state } = this;
    switch (state.peek()) {
      case 'X': {
        state.at++;
        const text = this.expression();
        state.expect('E');
        return plain(text);
      }
      case 'L':
        return plain(parseLiteral(this));
      case 'J':
      case 'I': {
        state.at++;
        const pack: TypeText[] = [];
        while (!state.eat('E')) {
          const argument = this.templateArgument();
          pack.push(...(argument.pack ?? [argument]));
        }
        return { left: '', right: '', pack };
      }
      default:
        return this.type();
    }
  }

  #naming(): Naming {
    const { state } = this;
    this.#special = false;
    if (state.peek() === 'N') return this.#nested();
    if (state.peek() === 'Z') return this.#local();
    let text: string;
    if (/^S[^t]/.test(state.peek(2))) {
      text = this.#prefixSubstitution();
    } else {
      const scope = state.eat('St') ? 'std::' : '';
      text = scope + this.unqualified('');
      if (state.peek() === 'I') state.remember(plain(text));
    }
    if (state.peek() !== 'I') return this.#result(text, false, '');
    const args = this.templateArguments();
    state.templateArgs = args;
    return this.#result(text + spaced(text) + bracketed(args), true, '');
  }

  #result(text: string, template: boolean, qualifiers: string): Naming {
    return { text, template, special: this.#special, qualifiers };
  }

  /** N [qualifiers] prefix... E */
  #nested(): Naming {
    const { state } = this;
    state.expect('N');
    let qualifiers = '';
    if (state.eat('r')) qualifiers += ' restrict';
    if (state.eat('V')) qualifiers += ' volatile';
    if (state.eat('K')) qualifiers = ` const${qualifiers}`;
    if (state.eat('R')) qualifiers += ' &';
    else if (state.eat('O')) qualifiers += ' &&';
    let text = '';
    let template = false;
    while (!state.eat('E')) {
      const letter = state.peek();
      if (letter === 'I') {
        if (text === '') state.fail();
        const args = this.templateArguments();
        state.templateArgs = args;
        text += spaced(text) + bracketed(args);
        template = true;
      } else if (letter === 'M') {
        state.at++; // an initialiser of a data member: what follows is declared in it
        continue;
      } else {
        template = false;
        if (letter === 'S' && text === '') {
          text = state.eat('St') ? 'std' : this.#prefixSubstitution();
          continue;
        }
        if (letter === 'T' && text === '') text = whole(templateParameter(this));
        else if (letter === 'D' && /^D[tT]/.test(state.peek(2)) && text === '') {
          text = whole(this.type());
          continue;
        } else text = (text === '' ? '' : `${text}::`) + this.unqualified(text);
      }
      if (state.peek() !== 'E') state.remember(plain(text));
    }
    return this.#result(text, template, qualifiers);
  }

  /** S_ S0_ Sa Ss ... at the start of a name. */
  #prefixSubstitution(): string {
    const { state } = this;
    state.expect('S');
    const standard = STANDARD[state.peek()];
    if (standard === undefined) {
      const text = whole(state.substitution(state.sequence(36)));
      this.#last = lastComponent(text);
      return text;
    }
    state.at++;
    const [short, full] = standard;
    this.#last = lastComponent(full);
    let text = /^[CD][0-9]/.test(state.peek(2)) ? full : short;
    while (state.eat('B')) text = this.#withTag(text);
    return text;
  }

  #withTag(text: string): string {
    const tagged = `${text}[abi:${sourceName(this)}]`;
    this.state.remember(plain(tagged));
    return tagged;
  }

  /** Z encoding E (s | d [n] _ name | name) [discriminator] */
  #local(): Naming {
    const { state } = this;
    state.expect('Z');
    const outer = state.templateArgs;
    const scope = this.encoding('without return');
    state.expect('E');
    if (state.eat('s')) {
      this.#discriminator();
      return this.#result(`${scope}::string literal`, false, '');
    }
    let place = scope;
    if (state.eat('d')) place += `::{default arg#${state.sequence(10) + 1}}`;
    const inner = this.#naming();
    this.#discriminator();
    if (!inner.template && state.templateArgs === outer) state.templateArgs = outer;
    return { ...inner, text: `${place}::${inner.text}` };
  }

  #discriminator(): void {
    this.state.match(/_(?:[0-9]|_[0-9]+_)/y);
  }

  unqualified(scope: string): string {
    const { state } = this;
    state.eat('L'); // internal linkage
    let text = this.#component(scope);
    while (state.eat('B')) text += `[abi:${sourceName(this)}]`;
    return text;
  }

  #component(scope: string): string {
    const { state } = this;
    const two = state.peek(2);
    if (/^[0-9]/.test(two)) {
      const name = sourceName(this);
      this.#last = name;
      this.#special = false;
      return /^_GLOBAL_[._$]N/.test(name) ? '(anonymous namespace)' : name;
    }
    if (/^C[1-5I]/.test(two) || /^D[0-5]/.test(two)) {
      state.at += 2;
      if (two === 'CI') {
        state.at++;
        this.type();
      }
      this.#special = true;
      const owner = scope === '' ? state.fail() : this.#last;
      return two.startsWith('D') ? `~${owner}` : owner;
    }
    if (two === 'Ul') return this.#lambda();
    if (two === 'Ut') {
      state.at += 2;
      return `{unnamed type#${state.sequence(10) + 1}}`;
    }
    if (two === 'DC') {
      state.at += 2;
      const names: string[] = [];
      while (!state.eat('E')) names.push(sourceName(this));
      return `[${names.join(', ')}]`;
    }
    return this.#operatorName(two);
  }

  /** Ul parameters E [n] _ */
  #lambda(): string {
    const { state } = this;
    state.at += 2;
    state.inLambda++;
    const parameters = this.parameters(() => state.peek() === 'E');
    state.inLambda--;
    state.expect('E');
    return `{lambda(${parameters})#${state.sequence(10) + 1}}`;
  }

  #operatorName(two: string): string {
    const { state } = this;
    if (two === 'cv') {
      state.at += 2;
      const type = whole(this.type());
      this.#special = true;
      return `operator ${type}`;
    }
    if (two === 'li') {
      state.at += 2;
      return `operator"" ${sourceName(this)}`;
    }
    const operator = OPERATORS[two];
    if (operator === undefined) return state.fail();
    state.at += 2;
    this.#special = false;
    const [text] = operator;
    return /^[a-z]/.test(text) ? `operator ${text}` : `operator${text}`;
  }
}

/** operator<< <int> */
function spaced(name: string): string {
  return name.endsWith('<') ? ' ' : '';
}

/** Of 'a::b<c::d>' it is 'b'. */
function lastComponent(text: string): string {
  let depth = 0;
  let start = 0;
  let end = text.length;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '<') {
      if (depth++ === 0) end = i;
    } else if (text[i] === '>') depth--;
    else if (depth === 0 && text.startsWith('::', i)) {
      start = i + 2;
      end = text.length;
    }
  }
  return text.slice(start, end);
}
