// Fields of a tracepoint's record as our types. The declared size and sign rule (tracefs widens syscall arguments to
// 8 bytes); the declaration tells arrays, pointers and strings apart.
import type { Env, TracepointField, TracepointFormat } from '../../env.js';
import { type AddressSpace, BOOL, type Field, integer, type Type, VOID } from '../../types/type.js';

/** The record's own fields, without the common ones, in order. */
export function tracepointFields(format: TracepointFormat, env: Env): readonly Field[] {
  const space = format.category === 'syscalls' ? 'user' : 'kernel';
  return format.fields.filter(field => !field.common).map(field => fieldOf(field, space, env));
}

function fieldOf(field: TracepointField, space: AddressSpace, env: Env): Field {
  const { name, offset, declaration } = field;
  const located = /^__(data|rel)_loc\b/.exec(declaration);
  if (located !== null) {
    const element = declaration.slice(located[0].length).replace('[]', '').trim();
    // The data lies in the record itself, which is kernel memory.
    const type: Type = { kind: 'pointer', to: pointee(element, 'kernel', env), space: 'kernel' };
    const dataLoc = located[1] === 'data' ? 'record' : 'field';
    return { name, offset, dataLoc, declared: element === 'char' ? 'text' : 'bytes', type };
  }
  const declared = declaredAs(field, space, env);
  let known: Type | undefined;
  return {
    name,
    offset,
    get type() {
      known ??= typeOf(field, space, env);
      return known;
    },
    ...(declared === undefined ? {} : { declared }),
  };
}

/** Arguments of system calls that are `const char *` but hold what has no NUL at its end. */
const DATA: readonly string[] = ['buf', 'ubuf', 'u_buf', 'optval', 'image', 'uargs', '_payload'];

/** What the place of a field does not tell: text behind a pointer, a number that tracefs widens to 8 bytes. */
function declaredAs(
  { declaration, name, size }: TracepointField,
  space: AddressSpace,
  env: Env,
): Field['declared'] {
  if (/^const char \*$/.test(declaration)) return DATA.includes(name) ? undefined : 'text';
  if (/^char \*$/.test(declaration)) return space === 'kernel' ? 'text' : undefined;
  if (space !== 'user' || size !== 8 || /[*[]/.test(declaration)) return undefined;
  const type = BASIC[declaration] ?? env.btf()?.typeByName(declaration);
  return type?.kind === 'integer' && type.size < 8 ? type : undefined;
}

function typeOf(field: TracepointField, space: AddressSpace, env: Env): Type {
  const declaration = field.declaration.replace(/\b(const|volatile)\b/g, '').trim();
  const array = /^(.*?)\s*\[([^\]]*)\]$/.exec(declaration);
  if (array !== null) return arrayOf(array[1] ?? '', field, space, env);
  if (declaration.endsWith('*')) {
    return { kind: 'pointer', to: pointee(declaration.slice(0, -1).trim(), space, env), space };
  }
  if (declaration === 'bool' && field.size === 1) return BOOL;
  return scalar(field.size, field.signed, declaration, env);
}

/** A scalar of 1, 2, 4 or 8 bytes; anything else as bytes. */
function scalar(size: number, signed: boolean, declaration: string, env: Env): Type {
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
    return { kind: 'array', of: integer(1, false), count: size };
  }
  if (declaration.startsWith('enum ')) {
    const known = env.btf()?.typeByName(declaration);
    if (known?.kind === 'integer' && known.enum !== undefined)
      return { ...integer(size, signed), enum: known.enum };
  }
  return integer(size, signed);
}

function arrayOf(element: string, field: TracepointField, space: AddressSpace, env: Env): Type {
  if (element === 'char') return { kind: 'string', size: field.size };
  const of = pointee(element, space, env);
  const count = Number(/\[(\d+)\]/.exec(field.declaration)?.[1] ?? Number.NaN);
  if (of.kind === 'integer' && count * of.size === field.size) return { kind: 'array', of, count };
  if (of.kind === 'pointer' && count * 8 === field.size) return { kind: 'array', of, count };
  // The element is a type we do not know: its size follows from the count.
  const size = field.size / count;
  if (size === 1 || size === 2 || size === 4 || size === 8) {
    return { kind: 'array', of: integer(size, field.signed), count };
  }
  return { kind: 'array', of: integer(1, false), count: field.size };
}

const BASIC: Readonly<Record<string, Type>> = {
  void: VOID,
  char: integer(1, false),
  'unsigned char': integer(1, false),
  'signed char': integer(1, true),
  short: integer(2, true),
  'unsigned short': integer(2, false),
  int: integer(4, true),
  unsigned: integer(4, false),
  'unsigned int': integer(4, false),
  long: integer(8, true),
  'unsigned long': integer(8, false),
  'long long': integer(8, true),
  'unsigned long long': integer(8, false),
  u8: integer(1, false),
  __u8: integer(1, false),
  s8: integer(1, true),
  u16: integer(2, false),
  __u16: integer(2, false),
  __be16: integer(2, false),
  s16: integer(2, true),
  u32: integer(4, false),
  __u32: integer(4, false),
  __be32: integer(4, false),
  s32: integer(4, true),
  u64: integer(8, false),
  __u64: integer(8, false),
  s64: integer(8, true),
};

/** What a pointer of this spelling points to, or an array of it holds. Unknown types are void. */
function pointee(declaration: string, space: AddressSpace, env: Env): Type {
  const name = declaration
    .replace(/\b(const|volatile)\b/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const basic = BASIC[name];
  if (basic !== undefined) return basic;
  if (name.endsWith('*')) return { kind: 'pointer', to: pointee(name.slice(0, -1), space, env), space };
  return env.btf()?.typeByName(name) ?? VOID;
}
