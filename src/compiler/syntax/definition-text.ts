// C definitions as text, on one line: for the outline of the tree and for canonical source.
import type { CType, Definition, MemberDeclaration } from './ast.js';

/** Without the `;` behind it. */
export function definitionText(definition: Definition): string {
  switch (definition.kind) {
    case 'typedef':
      return `typedef ${declaratorText(definition.type, definition.name)}`;
    case 'enum-definition': {
      const inside = definition.enumerators.map(({ name, value }) => `${name} = ${value}`).join(', ');
      return `enum ${named(definition.name)}{ ${inside} }`;
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
  const bits = member.bits === undefined ? '' : ` : ${member.bits}`;
  return `${declaratorText(member.type, member.name)}${bits}${attributesText(member)}`;
}

function declaratorText({ base, pointers, dimensions }: CType, name: string): string {
  const type = base.kind === 'named' ? [base.tag, base.name].filter(Boolean).join(' ') : definitionText(base);
  const sizes = dimensions.map(count => `[${count === 0 ? '' : count}]`).join('');
  return `${type} ${'*'.repeat(pointers)}${name}${sizes}`.trimEnd();
}

function attributesText({ packed, align }: { readonly packed: boolean; readonly align: number }): string {
  const names = [...(packed ? ['packed'] : []), ...(align === 0 ? [] : [`aligned(${align})`])];
  return names.length === 0 ? '' : ` __attribute__((${names.join(', ')}))`;
}
