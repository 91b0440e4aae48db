// IR as text, for `-d ir` and goldens. Constants and addresses are shown where they are used, so a line reads like the
// operation it is: `v5 = add v3, 8`, `store.4 [stack12+8] = v5`, `branch ult v5, 10 -> b1, b2`.
import { assertNever, type Span } from '../diagnostics/diagnostic.js';
import type { Instr, IrFunction, IrProgram, Terminator, ValueId } from './ir.js';
import { type Definitions, definitions } from './operands.js';

/** `place` turns a span into what is shown at the end of a line (`1:24`); lines of one place show it once. */
export function printProgram(program: IrProgram, place?: (span: Span) => string): string {
  return `program ${program.name}\n${program.functions.map(fn => printFunction(fn, place)).join('\n')}`;
}

export function printFunction(fn: IrFunction, place?: (span: Span) => string): string {
  const defs = definitions(fn);
  const name = (value: ValueId) => operand(defs, value);
  const lines = [`function ${fn.name}(${fn.params})`];
  let shown = '';
  const add = (text: string, span: Span | undefined) => {
    const where = span === undefined || place === undefined ? '' : place(span);
    lines.push(where === '' || where === shown ? `  ${text}` : `${`  ${text}`.padEnd(60)} ; ${where}`);
    if (where !== '') shown = where;
  };
  for (const block of fn.blocks) {
    lines.push(`b${block.id}:`);
    for (const instr of block.instrs) {
      if (isInline(instr)) continue;
      add(instruction(instr, name), instr.span);
    }
    add(terminator(block.end, name), block.end.span);
  }
  return `${lines.join('\n')}\n`;
}

/** Shown at each use instead of as a line. */
function isInline(instr: Instr): boolean {
  return instr.op === 'const' || instr.op === 'map' || instr.op === 'function' || instr.op === 'ksym';
}

function operand(defs: Definitions, value: ValueId): string {
  const instr = defs[value];
  if (instr?.op === 'const') return constant(instr.value);
  if (instr?.op === 'map') return `map(${instr.map})`;
  if (instr?.op === 'function') return `&${instr.name}`;
  if (instr?.op === 'ksym') return `ksym(${instr.name})`;
  return `v${value}`;
}

function constant(value: bigint): string {
  const signed = BigInt.asIntN(64, value);
  return signed > -4096n && signed < 65536n ? String(signed) : `0x${value.toString(16)}`;
}

function address(base: string, offset: number): string {
  return `[${base}${offset === 0 ? '' : offset < 0 ? offset : `+${offset}`}]`;
}

function instruction(instr: Instr, name: (value: ValueId) => string): string {
  const as = (text: string) => `v${instr.id} = ${text}`;
  const narrow = (width: 32 | 64) => (width === 32 ? '.32' : '');
  switch (instr.op) {
    case 'const':
      return as(constant(instr.value));
    case 'param':
      return as(`param ${instr.index} ${instr.kind}`);
    case 'binary':
      return as(`${instr.fn}${narrow(instr.width)} ${name(instr.a)}, ${name(instr.b)}`);
    case 'compare':
      return as(`compare ${instr.fn}${narrow(instr.width)} ${name(instr.a)}, ${name(instr.b)}`);
    case 'extend':
      return as(`${instr.signed ? 'sext' : 'zext'}.${instr.from} ${name(instr.a)}`);
    case 'bswap':
      return as(`bswap.${instr.bits} ${name(instr.a)}`);
    case 'load': {
      const marks = `${instr.kind === 'scalar' ? '' : ` ${instr.kind}`}${instr.invariant ? ' invariant' : ''}`;
      return as(
        `load.${instr.signed ? 's' : ''}${instr.size} ${address(name(instr.base), instr.offset)}${marks}`,
      );
    }
    case 'store':
      return `store.${instr.size} ${address(name(instr.base), instr.offset)} = ${name(instr.value)}`;
    case 'atomic': {
      const expected = instr.expected === undefined ? '' : ` if ${name(instr.expected)}`;
      const text = `atomic.${instr.size} ${instr.fn} ${address(name(instr.base), instr.offset)}, ${name(instr.value)}${expected}`;
      return instr.fn === 'add' ? text : as(text);
    }
    case 'call': {
      const marks = `${instr.kind === 'scalar' ? '' : ` ${instr.kind}`}${instr.pure ? ' pure' : ''}`;
      return as(`call ${instr.helper}(${instr.args.map(name).join(', ')})${marks}`);
    }
    case 'call-function':
      return as(`call &${instr.name}(${instr.args.map(name).join(', ')})`);
    case 'map':
      return as(`map(${instr.map})`);
    case 'map-value':
      return as(`map-value(${instr.map}, ${instr.offset})`);
    case 'function':
      return as(`&${instr.name}`);
    case 'ksym':
      return as(`ksym(${instr.name})`);
    case 'stack':
      return as(`stack ${instr.size} align ${instr.align}`);
    case 'phi': {
      const inputs = instr.inputs.map(input => `b${input.block}: ${name(input.value)}`).join(', ');
      return as(`phi ${inputs}${instr.kind === 'scalar' ? '' : ` ${instr.kind}`}`);
    }
    default:
      return assertNever(instr);
  }
}

function terminator(end: Terminator, name: (value: ValueId) => string): string {
  if (end.op === 'jump') return `jump b${end.to}`;
  if (end.op === 'return') return `return ${name(end.value)}`;
  const likely = end.likely === undefined ? '' : ` likely ${end.likely}`;
  const width = end.width === 32 ? '.32' : '';
  return `branch ${end.fn}${width} ${name(end.a)}, ${name(end.b)} -> b${end.then}, b${end.else}${likely}`;
}
