// Macros: a call stands for the macro's block with the arguments in place of the parameters. Variables of the block are its own:
// each use gets names that nothing else has.
import type { Block, Expression, Macro, Program, Statement } from '../../../src/compiler/syntax/ast.js';
import { Refused } from './type.js';

type Part = Readonly<Record<string, unknown>>;

/** The program without macros. */
export function expandMacros(program: Program): Program {
  if (program.macros.length === 0) return program;
  let uses = 0;

  const expand = (part: unknown, own: (name: string) => Expression | string | undefined): unknown => {
    if (Array.isArray(part)) return part.map(item => expand(item, own));
    if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return part;
    const node = part as Part & { readonly kind?: string; readonly name?: string };
    if (node.kind === 'identifier' || node.kind === 'variable') {
      const bound = own(node.name!);
      if (typeof bound === 'string') return { ...node, name: bound };
      if (bound !== undefined) return structuredClone(bound);
    }
    if (node.kind === 'map-access') {
      const bound = own(node.name!);
      const name = typeof bound === 'object' && bound.kind === 'map-access' ? bound.name : node.name;
      return { ...node, name, keys: expand(node.keys, own) };
    }
    if (node.kind === 'expression-statement') {
      const call = node.expression as Expression;
      const macro = macroOf(call);
      if (macro !== undefined)
        return { kind: 'block', span: call.span, statements: blockOf(macro, call, own) };
    }
    const macro = macroOf(node as unknown as Expression);
    if (macro !== undefined) return blockAsValue(macro, node as unknown as Expression, own);
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, expand(value, own)]));
  };

  const macroOf = (node: Expression): Macro | undefined => {
    if (node.kind === 'call') return pick(program.macros, node.name, node.args);
    return node.kind === 'identifier' ? pick(program.macros, node.name, []) : undefined;
  };

  const blockOf = (
    macro: Macro,
    call: Expression,
    outer: (name: string) => Expression | string | undefined,
  ) => {
    const args = call.kind === 'call' ? (expand(call.args, outer) as Expression[]) : [];
    const bindings = new Map(macro.params.map((param, i) => [param.name, args[i]!]));
    const id = ++uses;
    if (id > 1000) throw new Refused('macros without end');
    const own = (name: string) => bindings.get(name) ?? (name.startsWith('$') ? `${name}·${id}` : undefined);
    return expand(macro.body.statements, own) as Statement[];
  };

  const blockAsValue = (
    macro: Macro,
    call: Expression,
    outer: (name: string) => Expression | string | undefined,
  ) => {
    const statements = blockOf(macro, call, outer);
    const last = statements.at(-1);
    // A last call that is itself a macro has become a block.
    const value = last?.kind === 'block' ? lastValue(last) : last;
    if (value?.kind !== 'expression-statement' && value?.kind !== 'block-expression') {
      throw new Refused(`${macro.name}() has no value`);
    }
    return {
      kind: 'block-expression',
      span: call.span,
      statements: statements.slice(0, -1),
      value: value.kind === 'block-expression' ? value : value.expression,
    };
  };

  const probes = expand(program.probes, () => undefined) as Program['probes'];
  return { ...program, probes, macros: [] };
}

function lastValue(block: Block): Expression | undefined {
  const last = block.statements.at(-1);
  const value =
    last?.kind === 'block'
      ? lastValue(last)
      : last?.kind === 'expression-statement'
        ? last.expression
        : undefined;
  if (value === undefined) return undefined;
  return { kind: 'block-expression', span: block.span, statements: block.statements.slice(0, -1), value };
}

/** The macro whose parameters the arguments fit: a $variable, a @map without keys, anything. */
function pick(macros: readonly Macro[], name: string, args: readonly Expression[]): Macro | undefined {
  const fitting = macros.filter(
    macro =>
      macro.name === name &&
      macro.params.length === args.length &&
      macro.params.every((p, i) => fits(p.kind, args[i]!)),
  );
  const wanted = (macro: Macro) => macro.params.filter(p => p.kind !== 'expression').length;
  return fitting.sort((a, b) => wanted(b) - wanted(a))[0];
}

function fits(kind: Macro['params'][number]['kind'], arg: Expression): boolean {
  if (kind === 'variable') return arg.kind === 'variable';
  if (kind === 'map') return arg.kind === 'map-access' && arg.keys === undefined;
  return true;
}
