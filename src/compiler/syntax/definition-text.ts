// C definitions as text, on one line: for the outline of the tree and for canonical source.
import type { CConstant, CType, Definition, MemberDeclaration } from './ast.js';

/** Without the `;` behind it. */
export function definitionText(definition: Definition): string {
  switch (definition.kind) {
    case 'typedef':
      return `typedef ${declaratorText(definition.type, definition.name)}`;
    case 'enum-definition': {
      const inside = definition.enumerators.map(({ name, value }) =>
        value === undefined ? name : `${name} = ${constantText(value)}`,
      );
      return `enum ${named(definition.name)}{ ${inside.join(', ')} }`;
    }
    case 'struct-definition': {
      const members = definition.members.map(member => `${memberText(member)}; `).join('');
      return `${definition.tag} ${named(definition.name)}{ ${members}}${attributesText(definition)}`;
    }
  }
}

function named(name: string): string {
  return name === '' ? '' : `${name} `;
}

function memberText(member: MemberDeclaration): string {
  const bits = member.bits === undefined ? '' : ` : ${constantText(member.bits)}`;
  return `${declaratorText(member.type, member.name)}${bits}${attributesText(member)}`;
}

function declaratorText({ base, pointers, dimensions }: CType, name: string): string {
  const sizes = dimensions.map(count => `[${count === undefined ? '' : constantText(count)}]`).join('');
  const own = `${'*'.repeat(pointers)}${name}${sizes}`;
  if (base.kind === 'c-type') return declaratorText(base, `(${own})`);
  if (base.kind === 'function') return `void (${own})()`;
  const type = base.kind === 'named' ? [base.tag, base.name].filter(Boolean).join(' ') : definitionText(base);
  return `${type} ${own}`.trimEnd();
}

function attributesText({
  packed,
  align,
}: {
  readonly packed: boolean;
  readonly align: CConstant | undefined;
}): string {
  const names = [
    ...(packed ? ['packed'] : []),
    ...(align === undefined ? [] : [`aligned(${constantText(align)})`]),
  ];
  return names.length === 0 ? '' : ` __attribute__((${names.join(', ')}))`;
}

/** Nested operators in parentheses. */
function constantText(constant: CConstant): string {
  switch (constant.kind) {
    case 'number':
      return String(constant.value);
    case 'name':
      return constant.name;
    case 'sizeof':
      return `sizeof(${declaratorText(constant.type, '')})`;
    case 'cast':
      return `(${declaratorText(constant.type, '')})${operandText(constant.operand)}`;
    case 'unary':
      return `${constant.operator}${operandText(constant.operand)}`;
    case 'binary':
      return `${operandText(constant.left)} ${constant.operator} ${operandText(constant.right)}`;
    case 'ternary': {
      const parts = [constant.condition, constant.then, constant.else].map(operandText);
      return `${parts[0]} ? ${parts[1]} : ${parts[2]}`;
    }
  }
}

function operandText(constant: CConstant): string {
  const simple = constant.kind === 'number' || constant.kind === 'name' || constant.kind === 'sizeof';
  return simple ? constantText(constant) : `(${constantText(constant)})`;
}
