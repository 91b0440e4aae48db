// Parameters of a function: names, types, and where the calling convention puts them when the function is entered. DWARF's own
// locations are not used: they begin behind the prologue.
import type { FunctionParameter, ParameterPlace } from '../../../compiler/binary-view.js';
import { type ArgumentClass, type Classifier, classifier, type Leaf } from './calling-convention.js';
import { Attribute, Tag } from './constants.js';
import { type DebugInfo, number } from './debug-info.js';
import { isComposite, plain, type TypeReader, unreadable } from './type-reader.js';
import { typeText } from './type-text.js';
import type { Entry } from './unit.js';

const PARAMETERS: ReadonlySet<number> = new Set([Tag.formal_parameter]);
const MEMBERS: ReadonlySet<number> = new Set([Tag.member, Tag.inheritance]);
const CLASS_PARTS: ReadonlySet<number> = new Set([Tag.subprogram, Tag.inheritance, Tag.member]);
const DW_CC_pass_by_reference = 4;
const DW_DEFAULTED_in_class = 1;
const MOST_LEAVES = 64;
const DEPTH = 16;

/** Undefined when the entry tells of no parameters and returns nothing either (assembly). */
export function functionParameters(
  info: DebugInfo,
  types: TypeReader,
  entry: Entry,
  arch: 'x86_64' | 'aarch64',
): readonly FunctionParameter[] {
  const convention = classifier(arch);
  const result = typeOf(info, entry);
  if (result !== undefined) convention.result(classOf(info, types, result));
  return parametersOf(info, entry).map(parameter => {
    const type = typeOf(info, parameter);
    const name = textOf(info, parameter) ?? '';
    const floating = unreadable(info, type);
    return {
      name,
      type: types.typeOf(type),
      text: typeText(info, types, type),
      place: placeOf(info, types, type, convention),
      ...(floating === undefined ? {} : { unreadable: floating }),
    };
  });
}

/** Those of the instance; a bare instance has its declaration's. */
function parametersOf(info: DebugInfo, entry: Entry): readonly Entry[] {
  let current: Entry | undefined = entry;
  for (let hop = 0; current !== undefined && hop < DEPTH; hop++) {
    const own: Entry[] = [...current.unit.children(current, PARAMETERS)];
    if (own.length > 0) return own;
    current =
      info.refersTo(current, Attribute.abstract_origin) ?? info.refersTo(current, Attribute.specification);
  }
  return [];
}

function typeOf(info: DebugInfo, entry: Entry): Entry | undefined {
  const found = info.integrated(entry, Attribute.type);
  return found && info.refersTo(found.entry, Attribute.type);
}

function textOf(info: DebugInfo, entry: Entry): string | undefined {
  const found = info.integrated(entry, Attribute.name);
  return found && info.text(found.entry, Attribute.name);
}

function placeOf(
  info: DebugInfo,
  types: TypeReader,
  type: Entry | undefined,
  convention: Classifier,
): ParameterPlace {
  return convention.argument(classOf(info, types, type));
}

/** What the convention asks of a type: size, and which of its bytes are floating-point. */
function classOf(info: DebugInfo, types: TypeReader, type: Entry | undefined): ArgumentClass {
  const own = plain(info, type);
  const size = types.sizeOf(own);
  if (own === undefined || !isComposite(own)) {
    const float = unreadable(info, own) !== undefined;
    return { size: size || 8, aggregate: false, leaves: [{ offset: 0, size: size || 8, float }] };
  }
  const byReference = isPassedByReference(info, own);
  const leaves: Leaf[] = [];
  collect(info, types, own, 0, leaves, DEPTH);
  return { size, aggregate: true, leaves, byReference };
}

/**
 * A C++ class that is not copied bit by bit: it has a destructor, a copy constructor or virtual functions, or a base or member
 * that has. Newer compilers say so (DW_AT_calling_convention).
 */
function isPassedByReference(info: DebugInfo, type: Entry, seen = new Set<number>()): boolean {
  if (seen.has(type.offset)) return false;
  seen.add(type.offset);
  const said = number(type.values.get(Attribute.calling_convention));
  if (said !== undefined) return said === DW_CC_pass_by_reference;
  const name = info.text(type, Attribute.name);
  for (const child of type.unit.children(type, CLASS_PARTS)) {
    const own = info.text(child, Attribute.name) ?? '';
    if (child.tag === Tag.subprogram) {
      if (number(child.values.get(Attribute.defaulted)) === DW_DEFAULTED_in_class) continue;
      if (own.startsWith('~') || number(child.values.get(Attribute.virtuality))) return true;
      if (own === name && isCopy(info, type, child)) return true;
    } else if (child.tag === Tag.inheritance || own !== '') {
      const inner = plain(info, info.refersTo(child, Attribute.type));
      if (inner !== undefined && isComposite(inner) && isPassedByReference(info, inner, seen)) return true;
    }
  }
  return false;
}

/** A constructor that takes another of its class, by reference. */
function isCopy(info: DebugInfo, type: Entry, maker: Entry): boolean {
  const [, other] = [...maker.unit.children(maker, PARAMETERS)];
  const reference = other && info.refersTo(other, Attribute.type);
  if (reference?.tag !== Tag.reference_type && reference?.tag !== Tag.rvalue_reference_type) return false;
  return plain(info, info.refersTo(reference, Attribute.type))?.offset === type.offset;
}

function collect(
  info: DebugInfo,
  types: TypeReader,
  entry: Entry | undefined,
  base: number,
  leaves: Leaf[],
  depth: number,
): void {
  const type = plain(info, entry);
  if (type === undefined || depth === 0 || leaves.length >= MOST_LEAVES) return;
  if (isComposite(type)) {
    for (const member of type.unit.children(type, MEMBERS)) {
      if (member.values.has(Attribute.external) || member.values.has(Attribute.declaration)) continue;
      const at =
        number(member.values.get(Attribute.data_member_location)) ??
        Math.floor((number(member.values.get(Attribute.data_bit_offset)) ?? 0) / 8);
      collect(info, types, info.refersTo(member, Attribute.type), base + at, leaves, depth - 1);
    }
  } else if (type.tag === Tag.array_type) {
    const element = info.refersTo(type, Attribute.type);
    const size = types.sizeOf(element);
    const count = types.dimensions(type).reduce((product, n) => product * n, 1);
    for (let i = 0; i < count && size > 0 && leaves.length < MOST_LEAVES; i++) {
      const before = leaves.length;
      collect(info, types, element, base + i * size, leaves, depth - 1);
      if (leaves.length === before) break; // nothing in it
    }
  } else {
    leaves.push({ offset: base, size: types.sizeOf(type) || 8, float: unreadable(info, type) !== undefined });
  }
}
