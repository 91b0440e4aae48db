// Tokens: one row, one fact.
import test from 'ava';
import { Diagnostics } from '../../../../src/compiler/diagnostics/diagnostic.js';
import { Lexer } from '../../../../src/compiler/syntax/lexer.js';
import type { Token } from '../../../../src/compiler/syntax/token.js';

function lex(text: string): { tokens: Token[]; codes: string[] } {
  const diagnostics = new Diagnostics();
  const lexer = new Lexer(text, diagnostics);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) tokens.push(token);
  return { tokens, codes: diagnostics.list.map(d => d.code) };
}

const kinds = test.macro({
  exec(t, text: string, expected: string) {
    const { tokens, codes } = lex(text);
    t.is(tokens.map(x => `${x.kind[0]}:${x.text}`).join(' '), expected);
    t.deepEqual(codes, []);
  },
  title: (_, text) => `tokens of ${JSON.stringify(text)}`,
});

test(kinds, 'pid == 1', 'w:pid p:== i:1');
test(kinds, '$x->a.b', 'v:$x p:-> w:a p:. w:b');
test(kinds, '@ @x[1]', 'm:@ m:@x p:[ i:1 p:]');
test(kinds, '@if $if', 'm:@if v:$if');
test(kinds, '$x--1', 'v:$x p:-- i:1');
test(kinds, '0..10', 'i:0 p:.. i:10');
test(kinds, '$t.0.1', 'v:$t p:. i:0 p:. i:1');
test(kinds, 'a<<=1>>=2', 'w:a p:<<= i:1 p:>>= i:2');
test(kinds, '$1 $23 $#', 'p:$1 p:$23 p:$#');
test(kinds, 'a // b\nc /* d\n */ e', 'w:a w:c w:e');
test(kinds, '#!/usr/bin/tsbpf\nBEGIN', 'w:BEGIN');
test(kinds, '"a // b"', 's:"a // b"');

const integer = test.macro<[string, bigint, boolean?]>({
  exec(t, text: string, value: bigint, unsigned = false) {
    const { tokens, codes } = lex(text);
    t.deepEqual(codes, []);
    const [token] = tokens;
    if (token?.kind !== 'integer') return t.fail();
    t.is(tokens.length, 1);
    t.is(token.value, value);
    t.is(token.unsigned, unsigned);
  },
  title: (_, text) => `integer ${text}`,
});

test(integer, '0', 0n);
test(integer, '1_000', 1000n);
test(integer, '1__0', 10n);
test(integer, '0xff', 255n);
test(integer, '0X1f', 31n);
test(integer, '0x1_0', 16n);
test(integer, '0777', 511n);
test(integer, '01_0', 8n);
test(integer, '1e6', 1_000_000n);
test(integer, '1E6', 1_000_000n);
test(integer, '10e3', 10_000n);
test(integer, '18446744073709551615', 18446744073709551615n);
test(integer, '0xFFFFFFFFFFFFFFFF', 18446744073709551615n);
test(integer, '10u', 10n, true);
test(integer, '10UL', 10n, true);
test(integer, '10ull', 10n, true);
test(integer, '10LLU', 10n, true);
test(integer, '0x10ULL', 16n, true);
test(integer, '10L', 10n);
test(integer, '10ll', 10n);
test(integer, '5ns', 5n);
test(integer, '5us', 5000n);
test(integer, '1_000ms', 1_000_000_000n);
test(integer, '1e3ms', 1_000_000_000n);
test(integer, '1s', 1_000_000_000n);
test(integer, '1m', 60_000_000_000n);
test(integer, '2h', 7_200_000_000_000n);
test(integer, '1d', 86_400_000_000_000n);
test(integer, '0x1d', 29n);

const string = test.macro({
  exec(t, text: string, bytes: readonly number[]) {
    const { tokens, codes } = lex(text);
    t.deepEqual(codes, []);
    const [token] = tokens;
    if (token?.kind !== 'string') return t.fail();
    t.deepEqual([...token.bytes], [...bytes]);
  },
  title: (_, text) => `string ${text}`,
});

test(string, '""', []);
test(string, '"aB"', [97, 66]);
test(string, String.raw`"\n\t\r\\\""`, [10, 9, 13, 92, 34]);
test(string, String.raw`"\x4g"`, [4, 103]);
test(string, String.raw`"\x414"`, [65, 52]);
test(string, String.raw`"\0017"`, [1, 55]);
test(string, String.raw`"\12z\377"`, [10, 122, 255]);
test(string, '"é"', [0xc3, 0xa9]);

const mistake = test.macro({
  exec(t, text: string, ...codes: string[]) {
    t.deepEqual(lex(text).codes, codes);
  },
  title: (_, text, ...codes) => `${JSON.stringify(text)} is ${codes.join(', ')}`,
});

test(mistake, '08', 'bad-integer');
test(mistake, '0x', 'bad-integer');
test(mistake, '1_', 'bad-integer');
test(mistake, '1e', 'bad-integer-suffix');
test(mistake, '10foo', 'bad-integer-suffix');
test(mistake, '10uu', 'bad-integer-suffix');
test(mistake, '10lul', 'bad-integer-suffix');
test(mistake, '0x10ms', 'bad-integer-suffix');
test(mistake, '0b11', 'bad-integer-suffix');
test(mistake, '1e30', 'integer-overflow');
test(mistake, '1e99999999', 'integer-overflow');
test(mistake, '18446744073709551616', 'integer-overflow');
test(mistake, '1000000d', 'integer-overflow');
test(mistake, '"abc', 'unterminated-string');
test(mistake, '"abc\ndef', 'unterminated-string');
test(mistake, String.raw`"\q"`, 'bad-escape');
test(mistake, String.raw`"\xzz \777"`, 'bad-escape', 'bad-escape');
test(mistake, '/* abc', 'unterminated-comment');
test(mistake, '$ a', 'bad-variable');
test(mistake, '$0', 'bad-parameter');
test(mistake, "'a' 'bc'", 'single-quotes', 'single-quotes');
test(mistake, "'", 'unexpected-character');
test(mistake, '` \\ é', 'unexpected-character', 'unexpected-character', 'unexpected-character');
test(mistake, '\u0000\u0001\ufffd', 'unexpected-character');

test('scanning a text twice reports its mistakes and keeps its comments once', t => {
  const diagnostics = new Diagnostics();
  const lexer = new Lexer('// c\n08 /* d */', diagnostics);
  while (lexer.next().kind !== 'end');
  lexer.position = 0;
  while (lexer.next().kind !== 'end');
  t.is(diagnostics.list.length, 1);
  t.deepEqual(
    lexer.comments.map(c => c.text),
    [' c', ' d '],
  );
});
