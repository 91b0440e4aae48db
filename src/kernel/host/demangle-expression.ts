// Expressions in mangled C++ names: operands of decltype, sizes of arrays, values of template arguments. The rarer ones are
// not read; a name that has them stays as it is.
import { bracketed, type Parts, whole } from './demangle-state.js';
import { templateParameter } from './demangle-type.js';

/** Operators by code: how many operands, and how they are written. */
export const OPERATORS: Readonly<Record<string, readonly [text: string, operands: number]>> = {
  nw: ['new', 3],
  na: ['new[]', 3],
  dl: ['delete', 1],
  da: ['delete[]', 1],
  aw: ['co_await', 1],
  ps: ['+', 1],
  ng: ['-', 1],
  ad: ['&', 1],
  de: ['*', 1],
  co: ['~', 1],
  pl: ['+', 2],
  mi: ['-', 2],
  ml: ['*', 2],
  dv: ['/', 2],
  rm: ['%', 2],
  an: ['&', 2],
  or: ['|', 2],
  eo: ['^', 2],
  aS: ['=', 2],
  pL: ['+=', 2],
  mI: ['-=', 2],
  mL: ['*=', 2],
  dV: ['/=', 2],
  rM: ['%=', 2],
  aN: ['&=', 2],
  oR: ['|=', 2],
  eO: ['^=', 2],
  ls: ['<<', 2],
  rs: ['>>', 2],
  lS: ['<<=', 2],
  rS: ['>>=', 2],
  eq: ['==', 2],
  ne: ['!=', 2],
  lt: ['<', 2],
  gt: ['>', 2],
  le: ['<=', 2],
  ge: ['>=', 2],
  ss: ['<=>', 2],
  nt: ['!', 1],
  aa: ['&&', 2],
  oo: ['||', 2],
  pp: ['++', 1],
  mm: ['--', 1],
  cm: [',', 2],
  pm: ['->*', 2],
  pt: ['->', 2],
  cl: ['()', 2],
  ix: ['[]', 2],
  qu: ['?', 3],
};

const LITERAL_SUFFIX: Readonly<Record<string, string>> = {
  int: '',
  'unsigned int': 'u',
  long: 'l',
  'unsigned long': 'ul',
  'long long': 'll',
  'unsigned long long': 'ull',
};

export function parseExpression(parts: Parts): string {
  const { state } = parts;
  const two = state.peek(2);
  if (two[0] === 'L') return parseLiteral(parts);
  if (two[0] === 'T') return whole(templateParameter(parts));
  switch (two) {
    case 'fp':
    case 'fL':
      return functionParameter(parts);
    case 'sr':
      return scoped(parts);
    case 'cv': {
      state.at += 2;
      const type = whole(parts.type());
      if (!state.eat('_')) return `(${type})(${parts.expression()})`;
      return `(${type})(${list(parts)})`;
    }
    case 'tl': {
      state.at += 2;
      return `${whole(parts.type())}{${list(parts)}}`;
    }
    case 'il':
      state.at += 2;
      return `{${list(parts)}}`;
    case 'cl': {
      state.at += 2;
      const bare = /^(sr|on|[0-9LT]|f[pL])/.test(state.peek(2));
      const callee = parts.expression();
      return `${bare ? callee : `(${callee})`}(${list(parts)})`;
    }
    case 'dt':
    case 'pt': {
      state.at += 2;
      const object = operand(parts);
      return `${object}${two === 'dt' ? '.' : '->'}${parts.expression()}`;
    }
    case 'st':
      state.at += 2;
      return `sizeof (${whole(parts.type())})`;
    case 'sz':
      state.at += 2;
      return `sizeof ${operand(parts)}`;
    case 'sZ':
      state.at += 2;
      return sizeOfPack(parts);
    case 'sp':
      state.at += 2;
      return `${operand(parts)}...`;
    case 'nx':
      state.at += 2;
      return `noexcept ${operand(parts)}`;
    case 'on':
      state.at += 2;
      return named(parts);
    case 'qu': {
      state.at += 2;
      const condition = operand(parts);
      const yes = operand(parts);
      return `${condition}?${yes} : ${operand(parts)}`;
    }
    case 'ix': {
      state.at += 2;
      const object = operand(parts);
      return `${object}[${parts.expression()}]`;
    }
    default:
      break;
  }
  if (two === 'ad' && /^adL_?Z/.test(state.peek(5))) {
    state.at += 2;
    return `&${functionName(parts)}`;
  }
  const operator = OPERATORS[two];
  if (operator === undefined || operator[1] === 3) {
    return /^[0-9]/.test(two) ? named(parts) : state.fail();
  }
  state.at += 2;
  const [text, operands] = operator;
  if (operands === 1) {
    if ((two === 'pp' || two === 'mm') && !state.eat('_')) return `${operand(parts)}${text}`;
    return `${text}${operand(parts)}`;
  }
  const left = operand(parts);
  const both = `${left}${text}${operand(parts)}`;
  return text === '>' ? `(${both})` : both;
}

/** A name that stands for itself, with template arguments perhaps. */
function named(parts: Parts): string {
  const name = parts.unqualified('');
  if (parts.state.peek() !== 'I') return name;
  return name + bracketed(parts.templateArguments());
}

/** Simple things stand bare, others in parentheses. */
function operand(parts: Parts): string {
  const { state } = parts;
  const scopedName = state.peek(2) === 'sr';
  const bare = /^(L|T|fp|fL)/.test(state.peek(2));
  const text = parts.expression();
  if (scopedName) return text;
  return bare && !text.startsWith('(') ? (/^(\{parm|[\w:]+$)/.test(text) ? text : `(${text})`) : `(${text})`;
}

function list(parts: Parts): string {
  const items: string[] = [];
  while (!parts.state.eat('E')) items.push(parts.expression());
  return items.join(', ');
}

/** fp [qualifiers] [n] _ and fL n p [qualifiers] [n] _ */
function functionParameter({ state }: Parts): string {
  if (state.eat('fpT')) return 'this';
  if (state.eat('fL')) {
    state.digits();
    state.expect('p');
  } else state.expect('fp');
  state.match(/[rVK]+/y);
  return `{parm#${state.sequence(10) + 1}}`;
}

/** sr type name [args] */
function scoped(parts: Parts): string {
  const { state } = parts;
  state.expect('sr');
  const levels = qualifierLevels(parts);
  if (levels !== undefined) return `${levels}::${named(parts)}`;
  const owner = whole(parts.type());
  state.eat('on');
  return `${owner}::${named(parts)}`;
}

/** name [args] ... E; undefined (and nothing is read) when it is one type instead. */
function qualifierLevels(parts: Parts): string | undefined {
  const { state } = parts;
  const start = state.at;
  const known = state.substitutions.length;
  const levels: string[] = [];
  while (/^[0-9]/.test(state.peek())) levels.push(named(parts));
  if (levels.length > 0 && state.eat('E')) return levels.join('::');
  state.at = start;
  state.substitutions.length = known;
  return undefined;
}

function sizeOfPack(parts: Parts): string {
  const { state } = parts;
  if (state.peek() !== 'T') return `sizeof...(${parts.expression()})`;
  const type = templateParameter(parts);
  return type.pack === undefined ? `sizeof...(${whole(type)})` : String(type.pack.length);
}

/** The address of a function is written without its signature. */
function functionName(parts: Parts): string {
  const { state } = parts;
  state.expect('L');
  state.eat('_');
  state.expect('Z');
  const name = parts.encoding('name');
  state.expect('E');
  return name;
}

/** L type value E, or L_Z encoding E */
export function parseLiteral(parts: Parts): string {
  const { state } = parts;
  state.expect('L');
  if (state.eat('_Z') || state.eat('Z')) {
    const name = parts.encoding('without return');
    state.expect('E');
    return name;
  }
  const type = whole(parts.type());
  const value = state.match(/n?[0-9a-z_.]*/y) ?? '';
  state.expect('E');
  const number = value.replace(/^n/, '-');
  if (type === 'bool' && (value === '0' || value === '1')) return value === '1' ? 'true' : 'false';
  if (type === 'decltype(nullptr)') return 'nullptr';
  const suffix = LITERAL_SUFFIX[type];
  if (suffix !== undefined) return number + suffix;
  return /^(float|double|long double)$/.test(type) ? `(${type})[${number}]` : `(${type})${number}`;
}
