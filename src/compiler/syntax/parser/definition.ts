// C type definitions as scripts and headers have them: struct, union, enum and typedef, nested, with bitfields, arrays,
// pointers to functions, and the attributes packed and aligned. Names are looked up by the checker.
import type { CType, Definition, EnumDefinition, MemberDeclaration, StructDefinition } from '../ast.js';
import { parseConstant } from './c-constant.js';
import type { TokenStream } from './token-stream.js';

interface Attributes {
  packed: boolean;
  align: number; // bytes, 0: none
}

const QUALIFIERS = ['const', 'volatile', 'restrict', '__restrict', 'register', 'extern', 'static'];
const BASE_WORDS = ['unsigned', 'signed', 'long', 'short', 'int', 'char', '__signed__'];
const MOST_ELEMENTS = 0x7fff_ffffn;

/** With `struct`, `union`, `enum` or `typedef` next; undefined for a mere declaration (`struct a;`). Enumerators are added. */
export function parseDefinition(s: TokenStream, constants: Map<string, bigint>): Definition | undefined {
  const { start } = s.peek().span;
  const typedef = s.accept('typedef') !== undefined;
  const base = parseBase(s, constants);
  if (!typedef) {
    // `struct a { ... };`, as bpftrace has it also without the semicolon.
    s.accept(';');
    return base.kind === 'named' ? undefined : base;
  }
  const { name, type } = parseDeclarator(s, base, constants, start);
  if (name === '') throw s.unexpected('expected a name for this type');
  attributes(s, constants, { packed: false, align: 0 });
  s.expect(';', { where: `after typedef ${name}` });
  return { kind: 'typedef', span: s.spanFrom(start), name, type };
}

/** `struct a`, `struct a { ... }`, `enum { ... }`, `unsigned long`, `u32`. */
function parseBase(s: TokenStream, constants: Map<string, bigint>): CType['base'] {
  skipQualifiers(s);
  const tag = (['struct', 'union', 'enum'] as const).find(word => s.at(word));
  if (tag !== undefined) {
    const { start } = s.take().span;
    const given: Attributes = { packed: false, align: 0 };
    attributes(s, constants, given);
    const name = s.peek().kind === 'word' ? s.take().text : '';
    if (s.at('{')) {
      const body = () =>
        tag === 'enum'
          ? parseEnum(s, name, start, constants)
          : parseStruct(s, tag, name, start, given, constants);
      const definition = s.nested(body);
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
  while (QUALIFIERS.some(word => s.at(word))) s.take();
}

function parseStruct(
  s: TokenStream,
  tag: 'struct' | 'union',
  name: string,
  start: number,
  given: Attributes,
  constants: Map<string, bigint>,
): StructDefinition {
  const open = s.take();
  const members: MemberDeclaration[] = [];
  while (!s.accept('}')) {
    if (s.accept(';')) continue;
    if (s.peek().kind === 'end') throw s.unexpected(`expected "}" to end this ${tag}`, { open });
    parseMembers(s, members, constants);
  }
  attributes(s, constants, given);
  return { kind: 'struct-definition', span: s.spanFrom(start), tag, name, members, ...given };
}

/** `int a, *b[4], c:3;` */
function parseMembers(s: TokenStream, into: MemberDeclaration[], constants: Map<string, bigint>): void {
  const { start } = s.peek().span;
  const base = parseBase(s, constants);
  do {
    const own: Attributes = { packed: false, align: 0 };
    attributes(s, constants, own);
    const { name, type } = parseDeclarator(s, base, constants, start);
    const bits = s.accept(':') ? Number(parseConstant(s, constants)) : undefined;
    attributes(s, constants, own);
    // A named struct that is only defined here is no member.
    const mere = name === '' && bits === undefined;
    if (!mere || (base.kind === 'struct-definition' && base.name === '')) {
      into.push({ span: s.spanFrom(start), name, type, bits, ...own });
    } else if (base.kind === 'named') throw s.unexpected("expected a member's name");
    else into.push({ span: s.spanFrom(start), name: '', type, bits: 0, ...own });
  } while (s.accept(','));
  s.expect(';', { where: 'after this member' });
}

/** `*name[4]`, `name`, `(*name)(int)`, or nothing. */
function parseDeclarator(
  s: TokenStream,
  base: CType['base'],
  constants: Map<string, bigint>,
  start: number,
): { name: string; type: CType } {
  let pointers = 0;
  for (; s.accept('*'); skipQualifiers(s)) pointers++;
  let name = '';
  const dimensions: number[] = [];
  const open = s.at('(') ? s.take() : undefined;
  if (open) {
    // A pointer to a function or to an array: what it points to is not told.
    s.expect('*', { where: 'in this declaration' });
    while (s.accept('*')) pointers++;
    if (s.peek().kind === 'word') name = s.take().text;
    dimensions.push(...parseDimensions(s, constants));
    s.expect(')', { open });
    if (s.at('(')) skipParentheses(s);
    else parseDimensions(s, constants);
    const untyped = { kind: 'named', tag: undefined, name: 'void' } as const;
    const span = s.spanFrom(start);
    return { name, type: { kind: 'c-type', span, base: untyped, pointers: 1, dimensions } };
  }
  if (s.peek().kind === 'word' && !s.at('__attribute__')) name = s.take().text;
  dimensions.push(...parseDimensions(s, constants));
  return { name, type: { kind: 'c-type', span: s.spanFrom(start), base, pointers, dimensions } };
}

function parseDimensions(s: TokenStream, constants: Map<string, bigint>): number[] {
  const dimensions: number[] = [];
  while (s.at('[')) {
    const open = s.take();
    const { span } = s.peek();
    const count = s.at(']') ? 0n : parseConstant(s, constants);
    if (count < 0n || count > MOST_ELEMENTS) {
      throw s.fail('array-too-large', span, `an array of ${count} elements is not possible`);
    }
    dimensions.push(Number(count));
    s.expect(']', { open });
  }
  return dimensions;
}

function skipParentheses(s: TokenStream): void {
  for (let depth = 0; s.peek().kind !== 'end'; ) {
    const { text } = s.take();
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return;
  }
}

function parseEnum(
  s: TokenStream,
  name: string,
  start: number,
  constants: Map<string, bigint>,
): EnumDefinition {
  const open = s.take();
  const enumerators: { name: string; value: bigint }[] = [];
  let next = 0n;
  while (!s.accept('}')) {
    const word = s.peek();
    if (word.kind !== 'word') throw s.unexpected("expected an enumerator's name", { open });
    s.take();
    const value = s.accept('=') ? parseConstant(s, constants) : next;
    enumerators.push({ name: word.text, value });
    constants.set(word.text, value);
    next = value + 1n;
    if (!s.accept(',') && !s.at('}')) throw s.unexpected('expected "," or "}"', { open });
  }
  attributes(s, constants, { packed: false, align: 0 });
  return { kind: 'enum-definition', span: s.spanFrom(start), name, enumerators };
}

/** `__attribute__((packed, aligned(8)))`, any number of them; others are passed over. */
function attributes(s: TokenStream, constants: Map<string, bigint>, into: Attributes): void {
  while (s.accept('__attribute__')) {
    const outer = s.expect('(');
    const open = s.expect('(');
    while (!s.accept(')')) {
      if (s.peek().kind === 'end') throw s.unexpected('expected ")" to end the attributes', { open });
      const name = s.take().text.replace(/^__|__$/g, '');
      if (name === 'packed') into.packed = true;
      if (name === 'aligned') {
        const parenthesis = s.accept('(');
        into.align = parenthesis ? Number(parseConstant(s, constants)) : 16;
        if (parenthesis) s.expect(')', { open: parenthesis });
      } else if (s.at('(')) skipParentheses(s);
    }
    s.expect(')', { open: outer });
  }
}
