// Statements and blocks. A mistake costs its statement only: parsing goes on behind the next `;`, at the block's `}`,
// or at a line that starts a new probe (then the `}` was forgotten).
import type { Block, Expression, Statement, Variable } from '../ast.js';
import { blockValue } from '../block-value.js';
import { KEYWORDS, type Token } from '../token.js';
import { startsProbe } from './attach-point.js';
import { parseExpression } from './expression.js';
import { ParseFailure, type TokenStream } from './token-stream.js';
import { parseTypeName } from './type.js';

type Assignment = Extract<Statement, { kind: 'assignment' }>;

const ASSIGNMENTS: Readonly<Record<string, Assignment['operator']>> = {
  '=': undefined,
  '+=': '+',
  '-=': '-',
  '*=': '*',
  '/=': '/',
  '%=': '%',
  '&=': '&',
  '|=': '|',
  '^=': '^',
  '<<=': '<<',
  '>>=': '>>',
};

/** `{ ... }`; gives up only when no `{` is there. `where` says what the block belongs to. */
export function parseBlock(s: TokenStream, where?: string): Block {
  const hint = s.peek().kind === 'end' ? {} : { hint: 'a block is written { ... }.' };
  const open = s.expect('{', where === undefined ? hint : { where, ...hint });
  const statements: Statement[] = [];
  while (!s.accept('}')) {
    const token = s.peek();
    if (token.kind === 'end' || startsProbe(s.text, token)) {
      const span = { start: s.lastEnd, end: s.lastEnd };
      const at = token.kind === 'end' ? token.span : span;
      if (!s.diagnostics.list.some(d => d.span.start === at.start)) {
        s.fail('unclosed-block', at, 'expected "}" to end the block', {
          notes: [{ span: open.span, message: 'the block starts here' }],
        });
      }
      break;
    }
    if (s.accept(';')) continue;
    try {
      statements.push(s.nested(() => parseStatement(s)));
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      if (s.peek() === token) s.take(); // it stands at a keyword that starts no statement
      skipStatement(s);
    }
  }
  return { kind: 'block', span: s.spanFrom(open.span.start), statements };
}

/** `{ a; b }` where a value belongs: that of the last expression. */
export function parseBlockValue(s: TokenStream): Expression {
  const block = parseBlock(s);
  const value = blockValue(block);
  if (value !== undefined) return value;
  const at = block.statements.at(-1)?.span ?? block.span;
  throw s.fail('block-without-value', at, 'this block is used as a value, but gives none', {
    hint: 'its last part is the value, as in { $a = 1; $a + 1 }.',
  });
}

function parseStatement(s: TokenStream): Statement {
  s.startStatement();
  const token = s.peek();
  const { start } = token.span;
  if (s.at('{')) return parseBlock(s);
  if (token.kind === 'word') {
    switch (token.text) {
      case 'if':
        return parseIf(s);
      case 'for':
        return parseFor(s);
      case 'while':
      case 'unroll': {
        s.take();
        const head = parseExpression(s);
        const body = parseBlock(s, `after the head of "${token.text}"`);
        const span = s.spanFrom(start);
        if (token.text === 'while') return { kind: 'while', span, condition: head, body };
        return { kind: 'unroll', span, count: head, body };
      }
    }
  }
  const statement = parseSimple(s, token);
  endStatement(s);
  return statement;
}

/** Statements that a `;` ends. */
function parseSimple(s: TokenStream, token: Token): Statement {
  const { start } = token.span;
  if (token.kind === 'word') {
    switch (token.text) {
      case 'let':
        return parseDeclaration(s);
      case 'break':
      case 'continue': {
        const kind = token.text;
        s.take();
        return { kind, span: token.span };
      }
      case 'return': {
        s.take();
        const value = s.at(';') || s.at('}') ? undefined : parseExpression(s);
        return { kind: 'return', span: s.spanFrom(start), value };
      }
      case '_':
        if (!s.at('=', 1)) break;
        s.take();
        s.take();
        return { kind: 'discard', expression: parseExpression(s), span: s.spanFrom(start) };
      case 'else':
        throw s.unexpected('expected a statement', { hint: '"else" comes right behind the } of its "if".' });
    }
  }
  const expression = parseExpression(s);
  const operator = s.peek();
  if (operator.kind !== 'punctuation' || !Object.hasOwn(ASSIGNMENTS, operator.text)) {
    return { kind: 'expression-statement', span: s.spanFrom(start), expression };
  }
  const { kind } = expression;
  const isPart = kind === 'identifier' || (kind === 'member' && expression.object.kind === 'identifier');
  if (kind !== 'variable' && kind !== 'map-access' && !isPart) throw badTarget(s, expression);
  s.take();
  const value = parseExpression(s);
  if (s.at('=')) throw s.unexpected('expected ";"', { hint: 'an assignment has no value: write two.' });
  const more = { span: s.spanFrom(start), operator: ASSIGNMENTS[operator.text], value };
  // What a name stands for is known later.
  if (kind === 'identifier' || kind === 'member')
    return { kind: 'member-assignment', target: expression, ...more };
  return { kind: 'assignment', target: expression, ...more };
}

function badTarget(s: TokenStream, target: Expression): ParseFailure {
  const hint =
    target.kind === 'member'
      ? 'records, tuples and structs cannot be changed: make a new value.'
      : 'assign to a $variable or a @map.';
  return s.fail('assignment-target', target.span, 'this cannot be assigned to', { hint });
}

function parseDeclaration(s: TokenStream): Statement {
  const { start } = s.take().span;
  const variable = parseVariable(s, 'after "let"');
  const type = s.accept(':') ? parseTypeName(s) : undefined;
  const value = s.accept('=') ? parseExpression(s) : undefined;
  return { kind: 'declaration', span: s.spanFrom(start), variable, type, value };
}

function parseVariable(s: TokenStream, where: string): Variable {
  const token = s.peek();
  if (token.kind !== 'variable' || token.broken) throw s.unexpected(`expected a variable ${where}`);
  s.take();
  return { kind: 'variable', span: token.span, name: token.text };
}

function parseIf(s: TokenStream): Statement {
  const { start } = s.take().span;
  const condition = parseExpression(s);
  const then = parseBlock(s, 'after the condition of "if"');
  let otherwise: Statement | undefined;
  if (s.accept('else')) {
    if (s.at('if')) otherwise = s.nested(() => parseIf(s));
    else if (s.at('{')) otherwise = parseBlock(s);
    else throw s.unexpected('expected "{" or "if" after "else"');
  }
  return { kind: 'if', span: s.spanFrom(start), condition, then, else: otherwise };
}

/** `for ($x : @map) {}` and `for ($i : 0..10) {}`, with or without the parentheses. */
function parseFor(s: TokenStream): Statement {
  const { start } = s.take().span;
  const open = s.accept('(');
  const variable = parseVariable(s, 'after "for"');
  s.expect(':', { where: `after ${variable.name}` });
  const from = parseExpression(s);
  const to = s.accept('..') ? parseExpression(s) : undefined;
  if (to === undefined && from.kind !== 'map-access') {
    throw s.fail('for-over', from.span, '"for" goes over a map or a range', {
      hint: 'write for ($kv : @map) { ... } or for ($i : 0..10) { ... }.',
    });
  }
  if (open) s.expect(')', { open });
  const body = parseBlock(s, 'after the head of "for"');
  const span = s.spanFrom(start);
  if (to !== undefined) return { kind: 'for-range', span, variable, from, to, body };
  if (from.kind !== 'map-access') throw new ParseFailure();
  return { kind: 'for-map', span, variable, map: from, body };
}

/** `;`, or nothing before `}`. A statement on the next line is parsed all the same after the complaint. */
function endStatement(s: TokenStream): void {
  if (s.accept(';') || s.at('}')) return;
  const token = s.peek();
  if (token.kind === 'end' || startsProbe(s.text, token)) return; // the block complains
  const failure = s.unexpected('expected ";"');
  if (!token.first || !startsStatement(token)) throw failure;
}

function startsStatement(token: Token): boolean {
  if (token.kind === 'word') return token.text !== 'else';
  return token.kind === 'variable' || token.kind === 'map';
}

/** Skips to behind the next `;`, or to a `}`, a statement's keyword on a new line, or a probe. */
function skipStatement(s: TokenStream): void {
  for (let depth = 0; ; ) {
    const token = s.peek();
    if (token.kind === 'end' || startsProbe(s.text, token)) return;
    if (depth === 0 && (s.at('}') || (token.first && token.kind === 'word' && KEYWORDS.has(token.text)))) {
      if (token.text !== 'else' && token.text !== 'struct') return;
    }
    s.take();
    if (token.kind !== 'punctuation') continue;
    if (token.text === ';' && depth === 0 && !s.at('else')) return;
    if (token.text === '{') depth++;
    if (token.text === '}') {
      depth--;
      if (depth === 0 && startsStatement(s.peek())) return;
    }
  }
}
