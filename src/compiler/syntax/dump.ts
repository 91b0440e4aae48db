// Syntax tree -> an indented outline, a node a line: what `-d ast` prints and what the parser's goldens show.
import { assertNever } from '../diagnostics/diagnostic.js';
import type { Expression, Program, Statement, TypeName } from './ast.js';
import { definitionText } from './definition-text.js';
import { printAttachPoint, printString, printType } from './printer.js';

/** A line of the outline and what hangs below it. */
interface Outline {
  readonly label: string;
  readonly children: readonly Outline[];
}

export function dumpAst(program: Program): string {
  const lines: string[] = [];
  const write = (node: Outline, depth: number) => {
    lines.push(`${'  '.repeat(depth)}${node.label}`);
    for (const child of node.children) write(child, depth + 1);
  };
  write(outlineProgram(program), 0);
  return `${lines.join('\n')}\n`;
}

function node(label: string, ...children: (Outline | undefined)[]): Outline {
  return { label, children: children.filter(c => c !== undefined) };
}

function outlineProgram(program: Program): Outline {
  const config = program.config.map(({ key, value }) => {
    const text = typeof value === 'string' ? JSON.stringify(value) : value.toString();
    return node(`config ${key} = ${text}`);
  });
  const maps = program.mapDeclarations.map(m => node(`map ${m.name} = ${m.mapType}(${m.maxEntries})`));
  const definitions = program.definitions.map(definition => node(definitionText(definition)));
  const macros = program.macros.map(({ name, params, body }) =>
    node(`macro ${name}(${params.map(param => param.name).join(', ')})`, outlineStatement(body)),
  );
  const probes = program.probes.map(({ attachPoints, predicate, bare, body }) =>
    node(
      'probe',
      ...attachPoints.map(point => node(`attach ${printAttachPoint(point)}`)),
      predicate && node('predicate', outlineExpression(predicate)),
      bare === true ? undefined : outlineStatement(body),
    ),
  );
  return node('program', ...config, ...definitions, ...maps, ...macros, ...probes);
}

function outlineStatement(s: Statement): Outline {
  switch (s.kind) {
    case 'block':
      return node('block', ...s.statements.map(outlineStatement));
    case 'expression-statement':
      return outlineExpression(s.expression);
    case 'assignment':
    case 'member-assignment':
      return node(`assign ${s.operator ?? ''}=`, outlineExpression(s.target), outlineExpression(s.value));
    case 'declaration': {
      const type = s.type ? `: ${printType(s.type)}` : '';
      return node(`let ${s.variable.name}${type}`, s.value && outlineExpression(s.value));
    }
    case 'discard':
      return node('discard', outlineExpression(s.expression));
    case 'if':
      return node(
        'if',
        outlineExpression(s.condition),
        outlineStatement(s.then),
        s.else && node('else', outlineStatement(s.else)),
      );
    case 'unroll':
      return node('unroll', outlineExpression(s.count), outlineStatement(s.body));
    case 'while':
      return node('while', outlineExpression(s.condition), outlineStatement(s.body));
    case 'for-range':
      return node(
        `for ${s.variable.name} in range`,
        outlineExpression(s.from),
        outlineExpression(s.to),
        outlineStatement(s.body),
      );
    case 'for-map':
      return node(`for ${s.variable.name} in map`, outlineExpression(s.map), outlineStatement(s.body));
    case 'break':
    case 'continue':
      return node(s.kind);
    case 'return':
      return node('return', s.value && outlineExpression(s.value));
    default:
      return assertNever(s);
  }
}

function outlineExpression(e: Expression): Outline {
  switch (e.kind) {
    case 'variable':
      return node(`variable ${e.name}`);
    case 'map-access':
      return node(`map ${e.name}${e.keys ? '[]' : ''}`, ...(e.keys ?? []).map(outlineExpression));
    case 'integer-literal': {
      const value = e.text === e.value.toString() ? '' : ` (${e.text})`;
      return node(`integer ${e.value}${e.unsigned ? 'u' : ''}${value}`);
    }
    case 'string-literal':
      return node(`string ${printString(e.bytes)}`);
    case 'boolean-literal':
      return node(`boolean ${e.value}`);
    case 'identifier':
      return node(`identifier ${e.name}`);
    case 'parameter':
      return node(`parameter ${e.index}`);
    case 'call':
      return node(`call ${e.name}`, ...e.args.map(outlineExpression));
    case 'unary':
      return node(`unary ${e.operator}`, outlineExpression(e.operand));
    case 'update':
      return node(`update ${e.prefix ? `${e.operator}x` : `x${e.operator}`}`, outlineExpression(e.target));
    case 'binary':
      return node(`binary ${e.operator}`, outlineExpression(e.left), outlineExpression(e.right));
    case 'ternary':
      return node(
        e.then ? 'ternary' : 'ternary ?:',
        outlineExpression(e.condition),
        e.then && outlineExpression(e.then),
        outlineExpression(e.else),
      );
    case 'cast':
      return node(`cast ${printType(e.type)}`, outlineExpression(e.operand));
    case 'member':
      return node(`member ${e.arrow ? '->' : '.'}${e.name}`, outlineExpression(e.object));
    case 'index':
      return node('index', outlineExpression(e.object), outlineExpression(e.index));
    case 'tuple':
      return node('tuple', ...e.elements.map(outlineExpression));
    case 'record':
      return node(
        'record',
        ...e.fields.map(f =>
          node(
            `field ${f.name}`,
            outlineExpression(f.value),
            ...(f.when === undefined ? [] : [node('if', outlineExpression(f.when))]),
          ),
        ),
      );
    case 'block-expression':
      return node('block', ...e.statements.map(outlineStatement), outlineExpression(e.value));
    case 'if-expression':
      return node('if', outlineExpression(e.condition), outlineExpression(e.then), outlineExpression(e.else));
    case 'comptime':
      return node('comptime', outlineExpression(e.operand));
    case 'type-value':
      return node(`type ${printType(e.type)}`);
    case 'typeinfo':
    case 'sizeof':
      return node(e.kind, outlineTypeOr(e.of));
    case 'offsetof':
      return node(`offsetof ${e.path.join('.')}`, outlineTypeOr(e.of));
    default:
      return assertNever(e);
  }
}

function outlineTypeOr(of: TypeName | Expression): Outline {
  return of.kind === 'type-name' ? node(`type ${printType(of)}`) : outlineExpression(of);
}
