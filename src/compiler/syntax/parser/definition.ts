// C type definitions as scripts and headers have them: struct, union, enum and typedef, nested, with bitfields, arrays,
// pointers to functions, and the attributes packed and aligned. Names are looked up by the checker.
import type {
  CConstant,
  CType,
  Definition,
  EnumDefinition,
  MemberDeclaration,
  StructDefinition,
} from '../ast.js';
import { parseConstant } from './c-constant.js';
import type { TokenStream } from './token-stream.js';

interface Attributes {
  packed: boolean;
  align: CConstant | undefined;
}

/** A name and what is declared about it: given the type on its left it gives the name's. */
interface Declarator {
  readonly name: string;
  readonly typeOf: (base: CType) => CType;
}

const QUALIFIERS = new Set(
  (
    'const volatile restrict __restrict __restrict__ register extern static inline __inline __inline__ __extension__ ' +
    '_Noreturn auto __const __volatile__ __signed'
  ).split(' '),
);
const BASE_WORDS = ['unsigned', 'signed', 'long', 'short', 'int', 'char', 'double', '__signed__', '__int128'];
const TAGS = ['struct', 'union', 'enum'] as const;

/** With `struct`, `union`, `enum` or `typedef` next: what is defined, nothing for a mere declaration (`struct a;`). */
export function parseDefinition(s: TokenStream): Definition[] {
  const { start } = s.peek().span;
  const typedef = s.accept('typedef') !== undefined;
  const base = parseBase(s);
  if (typedef) return parseTypedef(s, base, start);
  // `struct a { ... };`, as bpftrace has it also without the semicolon.
  s.accept(';');
  return isDefinition(base) ? [base] : [];
}

function parseTypedef(s: TokenStream, base: CType['base'], start: number): Definition[] {
  const definitions: Definition[] = [];
  do {
    const { name, typeOf } = parseDeclarator(s);
    if (name === '') throw s.unexpected('expected a name for this type');
    const type = typeOf(plain(s, base, start));
    attributes(s, { packed: false, align: undefined });
    definitions.push({ kind: 'typedef', span: s.spanFrom(start), name, type });
  } while (s.accept(','));
  s.expect(';', { where: 'after this typedef' });
  return definitions;
}

/**
 * Any declaration of a header: its type definitions; variables and functions are passed over. `skipBody` is called with `{`
 * next.
 */
export function parseExternal(s: TokenStream, skipBody: () => void): Definition[] {
  if (s.accept(';')) return [];
  if (s.at('typedef')) return parseDefinition(s);
  if (s.at('extern') && s.peek(1).kind === 'string') {
    s.take();
    s.take();
    s.accept('{'); // its } is passed over like a stray one
    return [];
  }
  if (s.accept('}')) return [];
  if (/^(_Static_assert|static_assert|asm|__asm__)$/.test(s.peek().text)) {
    skipTo(s, skipBody);
    return [];
  }
  const base = parseBase(s);
  const found = isDefinition(base) ? [base] : [];
  if (s.accept(';')) return found;
  skipTo(s, skipBody);
  return found;
}

/** To behind a `;`, or behind a body. */
function skipTo(s: TokenStream, skipBody: () => void): void {
  for (;;) {
    if (s.peek().kind === 'end') return;
    if (s.at('{')) {
      skipBody();
      if (!s.at('=') && !s.at(',') && !s.at(';')) return;
      continue;
    }
    if (s.at('(')) skipParentheses(s);
    else if (s.take().text === ';') return;
  }
}

function isDefinition(base: CType['base']): base is Definition {
  return base.kind === 'struct-definition' || base.kind === 'enum-definition';
}

function plain(s: TokenStream, base: CType['base'], start: number): CType {
  return { kind: 'c-type', span: s.spanFrom(start), base, pointers: 0, dimensions: [] };
}

/** `struct a`, `struct a { ... }`, `enum { ... }`, `unsigned long`, `u32`. */
function parseBase(s: TokenStream): CType['base'] {
  skipQualifiers(s);
  const tag = TAGS.find(word => s.at(word));
  if (tag !== undefined) {
    const { start } = s.take().span;
    const given: Attributes = { packed: false, align: undefined };
    attributes(s, given);
    const name = s.peek().kind === 'word' ? s.take().text : '';
    if (s.at('{')) {
      const definition = s.nested(() =>
        tag === 'enum' ? parseEnum(s, name, start) : parseStruct(s, tag, name, start, given),
      );
      skipQualifiers(s);
      return definition;
    }
    if (name === '') throw s.unexpected(`expected a name or "{" after "${tag}"`);
    skipQualifiers(s);
    return { kind: 'named', tag, name };
  }
  const words: string[] = [];
  while (s.peek().kind === 'word') {
    if (words.length > 0 && !BASE_WORDS.includes(s.peek().text)) break;
    const { text } = s.take();
    words.push(text === '__signed__' ? 'signed' : text);
    skipQualifiers(s);
    if (!BASE_WORDS.includes(words[0]!)) break;
  }
  if (words.length === 0) throw s.unexpected('expected a type');
  return { kind: 'named', tag: undefined, name: words.join(' ') };
}

function skipQualifiers(s: TokenStream): void {
  while (s.peek().kind === 'word' && QUALIFIERS.has(s.peek().text)) s.take();
}

function parseStruct(
  s: TokenStream,
  tag: 'struct' | 'union',
  name: string,
  start: number,
  given: Attributes,
): StructDefinition {
  const open = s.take();
  const members: MemberDeclaration[] = [];
  while (!s.accept('}')) {
    if (s.accept(';')) continue;
    if (s.peek().kind === 'end') throw s.unexpected(`expected "}" to end this ${tag}`, { open });
    parseMembers(s, members);
  }
  attributes(s, given);
  return { kind: 'struct-definition', span: s.spanFrom(start), tag, name, members, ...given };
}

/** `int a, *b[4], c:3;` */
function parseMembers(s: TokenStream, into: MemberDeclaration[]): void {
  const { start } = s.peek().span;
  const base = parseBase(s);
  do {
    const own: Attributes = { packed: false, align: undefined };
    attributes(s, own);
    const { name, typeOf } = parseDeclarator(s);
    const type = typeOf(plain(s, base, start));
    const bits = s.accept(':') ? parseConstant(s, parseType) : undefined;
    attributes(s, own);
    // A named struct that is only defined here is no member.
    const mere = name === '' && bits === undefined;
    if (!mere || (base.kind === 'struct-definition' && base.name === '')) {
      into.push({ span: s.spanFrom(start), name, type, bits, ...own });
    } else if (base.kind === 'named') throw s.unexpected("expected a member's name");
    else into.push({ span: s.spanFrom(start), name: '', type, bits: NO_BITS, ...own });
  } while (s.accept(','));
  // bpftrace takes the last member without one.
  if (!s.at('}')) s.expect(';', { where: 'after this member' });
}

const NO_BITS: CConstant = { kind: 'number', value: 0n, span: { start: 0, end: 0 } };

/** `*name[4]`, `name`, `(*name)(int)`, `(*name)[4]`, or nothing. */
function parseDeclarator(s: TokenStream): Declarator {
  const { start } = s.peek().span;
  let pointers = 0;
  while (s.accept('*')) {
    pointers++;
    skipQualifiers(s);
    attributes(s, { packed: false, align: undefined });
  }
  let inner: Declarator | undefined;
  let name = '';
  const open =
    s.at('(') && (s.at('*', 1) || s.at('(', 1) || s.peek(1).kind === 'word') ? s.take() : undefined;
  if (open) {
    inner = s.nested(() => parseDeclarator(s));
    ({ name } = inner);
    s.expect(')', { open });
  } else if (s.peek().kind === 'word' && !s.at('__attribute__')) name = s.take().text;
  const dimensions = parseDimensions(s);
  const isFunction = s.at('(');
  if (isFunction) skipParentheses(s);
  if (s.accept('__asm__') || s.accept('asm')) skipParentheses(s);
  const span = s.spanFrom(start);
  const typeOf = (base: CType): CType => {
    const to: CType = isFunction
      ? { kind: 'c-type', span, base: { kind: 'function' }, pointers: 0, dimensions: [] }
      : { ...withPointers(base, pointers), dimensions };
    return inner === undefined ? to : inner.typeOf(to);
  };
  return { name, typeOf };
}

function withPointers(base: CType, pointers: number): CType {
  if (pointers === 0 && base.dimensions.length === 0) return base;
  return base.dimensions.length === 0 && base.pointers === 0
    ? { ...base, pointers }
    : { ...base, base, pointers, dimensions: [] };
}

function parseDimensions(s: TokenStream): (CConstant | undefined)[] {
  const dimensions: (CConstant | undefined)[] = [];
  while (s.at('[')) {
    const open = s.take();
    skipQualifiers(s);
    dimensions.push(s.at(']') ? undefined : parseConstant(s, parseType));
    s.expect(']', { open });
  }
  return dimensions;
}

/** A type in parentheses whose `(` is taken; undefined when it is an expression. */
export function parseType(s: TokenStream, certain: boolean): CType | undefined {
  const token = s.peek();
  if (token.kind !== 'word') return undefined;
  const sure =
    certain ||
    TAGS.some(tag => tag === token.text) ||
    BASE_WORDS.includes(token.text) ||
    QUALIFIERS.has(token.text);
  let end = 1;
  while (s.at('*', end)) end++;
  const behind = s.peek(end + 1);
  const operand = behind.kind === 'integer' || behind.kind === 'word' || behind.text === '(';
  if (!sure && !(s.at(')', end) && (end > 1 || operand))) return undefined;
  const base = parseBase(s);
  return parseDeclarator(s).typeOf(plain(s, base, token.span.start));
}

function skipParentheses(s: TokenStream): void {
  for (let depth = 0; s.peek().kind !== 'end'; ) {
    const { text } = s.take();
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return;
  }
}

function parseEnum(s: TokenStream, name: string, start: number): EnumDefinition {
  const open = s.take();
  const enumerators: { name: string; value: CConstant | undefined }[] = [];
  while (!s.accept('}')) {
    const word = s.peek();
    if (word.kind !== 'word') throw s.unexpected("expected an enumerator's name", { open });
    s.take();
    attributes(s, { packed: false, align: undefined });
    const value = s.accept('=') ? parseConstant(s, parseType) : undefined;
    enumerators.push({ name: word.text, value });
    if (!s.accept(',') && !s.at('}')) throw s.unexpected('expected "," or "}"', { open });
  }
  attributes(s, { packed: false, align: undefined });
  return { kind: 'enum-definition', span: s.spanFrom(start), name, enumerators };
}

/** `__attribute__((packed, aligned(8)))`, any number of them; others are passed over. */
function attributes(s: TokenStream, into: Attributes): void {
  while (s.accept('__attribute__') || s.accept('__attribute')) {
    const outer = s.expect('(');
    const open = s.expect('(');
    while (!s.accept(')')) {
      if (s.peek().kind === 'end') throw s.unexpected('expected ")" to end the attributes', { open });
      const name = s.take().text.replace(/^__|__$/g, '');
      if (name === 'packed') into.packed = true;
      if (name === 'aligned') {
        const parenthesis = s.accept('(');
        into.align = parenthesis
          ? parseConstant(s, parseType)
          : { kind: 'number', value: 16n, span: s.spanFrom(open.span.start) };
        if (parenthesis) s.expect(')', { open: parenthesis });
      } else if (s.at('(')) skipParentheses(s);
    }
    s.expect(')', { open: outer });
  }
}
