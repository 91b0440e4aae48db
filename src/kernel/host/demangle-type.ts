// Types of mangled C++ names.
import { bracketed, type Parts, plain, type TypeText, whole } from './demangle-state.js';

const BUILTIN: Readonly<Record<string, string>> = {
  v: 'void',
  w: 'wchar_t',
  b: 'bool',
  c: 'char',
  a: 'signed char',
  h: 'unsigned char',
  s: 'short',
  t: 'unsigned short',
  i: 'int',
  j: 'unsigned int',
  l: 'long',
  m: 'unsigned long',
  x: 'long long',
  y: 'unsigned long long',
  n: '__int128',
  o: 'unsigned __int128',
  f: 'float',
  d: 'double',
  e: 'long double',
  g: '__float128',
  z: '...',
};

const BUILTIN_D: Readonly<Record<string, string>> = {
  Da: 'auto',
  Dc: 'decltype(auto)',
  Dn: 'decltype(nullptr)',
  Di: 'char32_t',
  Ds: 'char16_t',
  Du: 'char8_t',
  Dh: 'half',
  Dd: 'decimal64',
  De: 'decimal128',
  Df: 'decimal32',
};

const QUALIFIERS: Readonly<Record<string, string>> = { r: ' restrict', V: ' volatile', K: ' const' };

export function parseType(parts: Parts): TypeText {
  const { state } = parts;
  const letter = state.peek();
  const two = state.peek(2);
  const builtin = BUILTIN[letter];
  if (builtin !== undefined) {
    state.at++;
    return plain(builtin);
  }
  const special = BUILTIN_D[two];
  if (special !== undefined) {
    state.at += 2;
    return plain(special);
  }
  switch (letter) {
    case 'u':
      state.at++;
      return state.remember(plain(sourceName(parts)));
    case 'r':
    case 'V':
    case 'K':
      return qualified(parts);
    case 'P':
      state.at++;
      return state.remember(indirect(parts.type(), '*'));
    case 'R':
    case 'O': {
      state.at++;
      return state.remember(reference(parts.type(), letter === 'R' ? '&' : '&&'));
    }
    case 'C':
    case 'G': {
      state.at++;
      const { left, right } = parts.type();
      return state.remember({ left: `${left} ${letter === 'C' ? '_Complex' : '_Imaginary'}`, right });
    }
    case 'F':
      return state.remember(functionType(parts, ''));
    case 'A':
      return state.remember(arrayType(parts));
    case 'M':
      return state.remember(memberPointer(parts));
    case 'T':
      return templateParameterType(parts);
    case 'D':
      return extended(parts, two);
    case 'S':
      if (two !== 'St') return substituted(parts);
      break;
    default:
      break;
  }
  return state.remember(plain(parts.name()));
}

export function sourceName({ state }: Parts): string {
  const length = state.digits();
  const name = state.peek(length);
  if (name.length < length) state.fail();
  state.at += length;
  return name;
}

/** r V K in front of a type; on a function they belong behind its parameters. */
function qualified(parts: Parts): TypeText {
  const { state } = parts;
  let words = '';
  for (const letter of ['r', 'V', 'K']) if (state.eat(letter)) words = (QUALIFIERS[letter] ?? '') + words;
  if (/^(Do|F)/.test(state.peek(2))) {
    const type = functionType(parts, words);
    return state.remember(type);
  }
  const type = parts.type();
  if (type.pack !== undefined)
    return state.remember({ ...type, pack: type.pack.map(t => withWords(t, words)) });
  return state.remember(withWords(type, words));
}

function withWords(type: TypeText, words: string): TypeText {
  const { left, right } = type;
  if (type.form === 'function') return { ...type, right: right + words };
  // A qualifier that the type has already is not said twice (T const with T = int const).
  const missing = words
    .split(/(?= )/)
    .filter(word => !left.endsWith(word))
    .join('');
  // An array's element is followed by a space already.
  if (type.form === 'array') return { ...type, left: `${left.trimEnd()}${missing} ` };
  return { ...type, left: left + missing };
}

function indirect(type: TypeText, mark: string): TypeText {
  if (type.pack !== undefined) return { ...type, pack: type.pack.map(t => indirect(t, mark)) };
  if (type.form === undefined) return { left: type.left + mark, right: type.right };
  const space = type.form === 'array' ? ' ' : '';
  return { left: `${type.left}(${mark}`, right: `)${space}${type.right}` };
}

/** References to references collapse: & wins. */
function reference(type: TypeText, mark: '&' | '&&'): TypeText {
  if (type.pack !== undefined) return { ...type, pack: type.pack.map(t => reference(t, mark)) };
  const { left, right } = type;
  if (left.endsWith('&&')) return mark === '&&' ? type : { left: left.slice(0, -1), right };
  if (left.endsWith('&')) return type;
  return indirect(type, mark);
}

/** [Do] F [Y] return parameters [R | O] E */
function functionType(parts: Parts, qualifiers: string): TypeText {
  const { state } = parts;
  let after = qualifiers;
  const noexcept = state.eat('Do') ? ' noexcept' : '';
  state.expect('F');
  state.eat('Y');
  const result = parts.type();
  const parameters = parts.parameters(() => /^(E|[RO]E)/.test(state.peek(2)));
  if (state.eat('R')) after += ' &';
  else if (state.eat('O')) after += ' &&';
  state.expect('E');
  return {
    left: `${result.left} `,
    right: `(${parameters})${after}${noexcept}${result.right}`,
    form: 'function',
  };
}

/** A [size] _ element */
function arrayType(parts: Parts): TypeText {
  const { state } = parts;
  state.expect('A');
  const size = state.peek() === '_' ? '' : (state.match(/[0-9]+/y) ?? parts.expression());
  state.expect('_');
  const element = parts.type();
  const right = element.form === 'array' ? element.right.replace(/^ /, '') : element.right;
  return {
    left: element.form === 'array' ? element.left : `${element.left} `,
    right: `[${size}]${right}`,
    form: 'array',
  };
}

/** M class member */
function memberPointer(parts: Parts): TypeText {
  parts.state.expect('M');
  const owner = whole(parts.type());
  const member = parts.type();
  if (member.form === undefined) return { left: `${member.left} ${owner}::*`, right: member.right };
  return { left: `${member.left}(${owner}::*`, right: `)${member.right}` };
}

/** T_ may be a template of its own: T_<args>. */
function templateParameterType(parts: Parts): TypeText {
  const { state } = parts;
  state.expect('T');
  const type = state.rememberParameter(state.sequence(10));
  if (state.peek() !== 'I') return type;
  return state.remember(plain(whole(type) + bracketed(parts.templateArguments())));
}

export function templateParameter({ state }: Parts): TypeText {
  state.expect('T');
  return state.templateParameter(state.sequence(10));
}

/** S_ and its kin as a type; what follows may make it a longer name or a template. */
function substituted(parts: Parts): TypeText {
  const { state } = parts;
  const start = state.at;
  if (/^S[0-9A-Z_]/.test(state.peek(2))) {
    state.at++;
    const type = state.substitution(state.sequence(36));
    if (state.peek() !== 'I') return type;
    state.at = start;
  } else if (
    !/^S[absiod](I|$|[^IBC])/.test(state.peek(3)) ||
    state.peek(3)[2] === 'I' ||
    state.peek(3)[2] === 'B'
  ) {
    return state.remember(plain(parts.name()));
  } else {
    return plain(parts.name()); // std::string and the like are not remembered
  }
  return state.remember(plain(parts.name()));
}

function extended(parts: Parts, two: string): TypeText {
  const { state } = parts;
  switch (two) {
    case 'Dp': {
      state.at += 2;
      const type = parts.type();
      return state.remember(type.pack === undefined ? { left: `${whole(type)}...`, right: '' } : type);
    }
    case 'Dt':
    case 'DT': {
      state.at += 2;
      const expression = parts.expression();
      state.expect('E');
      return state.remember(plain(`decltype (${expression})`));
    }
    case 'Do':
      return state.remember(functionType(parts, ''));
    case 'Dv': {
      state.at += 2;
      const size = state.eat('_') ? parts.expression() : String(state.digits());
      state.expect('_');
      return state.remember(plain(`${whole(parts.type())} __vector(${size})`));
    }
    case 'DF': {
      state.at += 2;
      const bits = state.digits();
      if (state.eat('b')) return plain(`std::bfloat${bits}_t`);
      if (state.eat('x')) return plain(`_Float${bits}x`);
      state.expect('_');
      return plain(`_Float${bits}`);
    }
    default:
      return state.fail();
  }
}
