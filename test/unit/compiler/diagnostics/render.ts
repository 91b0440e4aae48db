// The caret renderer: columns, widths, long lines, several lines, colours.
import test from 'ava';
import type { Diagnostic } from '../../../../src/compiler/diagnostics/diagnostic.js';
import { renderDiagnostics } from '../../../../src/compiler/diagnostics/render.js';

function diagnostic(text: string, part: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = text.indexOf(part);
  return {
    severity: 'error',
    code: 'x',
    span: { start, end: start + part.length },
    message: 'message',
    notes: [],
    ...more,
  };
}

const rendered = test.macro<[string, string, readonly string[], number?]>({
  exec(t, text: string, part: string, expected: readonly string[], width = 200) {
    const out = renderDiagnostics([diagnostic(text, part)], { name: 'stdin', text }, undefined, width);
    t.deepEqual(out.split('\n'), [...expected, '']);
  },
  title: name => name!,
});

test('one line', rendered, 'BEGIN { foo }', 'foo', [
  'stdin:1:9-12: ERROR: message',
  'BEGIN { foo }',
  '        ^^^',
]);
test('columns count bytes, carets count columns', rendered, '"é日" foo', 'foo', [
  'stdin:1:9-12: ERROR: message',
  '"é日" foo',
  '      ^^^',
]);
test('a wide character has a wide caret', rendered, 'a 日 b', '日', [
  'stdin:1:3-6: ERROR: message',
  'a 日 b',
  '  ^^',
]);
test(
  'a tab is one column in the place and reaches to the next eighth in the line',
  rendered,
  'a\tfoo',
  'foo',
  ['stdin:1:3-6: ERROR: message', 'a       foo', '        ^^^'],
);
test('control characters are shown, not sent', rendered, 'a\u001b[31m foo', 'foo', [
  'stdin:1:8-11: ERROR: message',
  'a\\x1b[31m foo',
  '          ^^^',
]);
test('direction overrides are shown', rendered, '\u202e foo', 'foo', [
  'stdin:1:5-8: ERROR: message',
  '\\u{202e} foo',
  '         ^^^',
]);
test('the second line, with CR LF', rendered, 'a\r\n foo\r\n', 'foo', [
  'stdin:2:2-5: ERROR: message',
  ' foo',
  ' ^^^',
]);
test('several lines have no carets', rendered, 'a\nb\nc', 'b\nc', ['stdin:2-3: ERROR: message', 'b', 'c']);
test('many lines are cut', rendered, '1\n2\n3\n4\n5\n6\n7\n8', '1\n2\n3\n4\n5\n6\n7\n8', [
  'stdin:1-8: ERROR: message',
  ...['1', '2', '3', '4', '5', '6', '...'],
]);
test(
  'a long line is cut around the span',
  rendered,
  `${'a'.repeat(100)}foo${'b'.repeat(100)}`,
  'foo',
  ['stdin:1:101-104: ERROR: message', `...${'a'.repeat(8)}foo${'b'.repeat(13)}...`, `${' '.repeat(11)}^^^`],
  30,
);
test(
  'a long span is cut with its line',
  rendered,
  `x ${'a'.repeat(100)}`,
  'a'.repeat(100),
  ['stdin:1:3-103: ERROR: message', `x ${'a'.repeat(22)}...`, `  ${'^'.repeat(22)}`],
  30,
);

test('an empty span has one caret', t => {
  const text = 'foo';
  const at = { span: { start: 3, end: 3 } };
  const out = renderDiagnostics([diagnostic(text, 'f', at)], { name: 'stdin', text });
  t.is(out, 'stdin:1:4-4: ERROR: message\nfoo\n   ^\n');
});

test('warnings, hints and notes', t => {
  const text = 'a b';
  const d = diagnostic(text, 'b', {
    severity: 'warning',
    hint: 'do this.',
    notes: [{ span: { start: 0, end: 1 }, message: 'the first' }],
  });
  t.is(
    renderDiagnostics([d, d], { name: 's.bt', text }),
    's.bt:1:3-4: WARNING: message\na b\n  ^\nHINT: do this.\ns.bt:1:1-2: NOTE: the first\na b\n^\n'.repeat(2),
  );
});

test('paint sees the pieces and changes no text', t => {
  const roles: string[] = [];
  const text = 'a';
  const out = renderDiagnostics(
    [diagnostic(text, 'a', { hint: 'h' })],
    { name: 's', text },
    (role, piece) => {
      roles.push(`${role} ${piece}`);
      return `<${piece}>`;
    },
  );
  t.deepEqual(roles, ['error ERROR:', 'location s:1:1-2:', 'caret ^', 'hint HINT:']);
  t.is(out, '<s:1:1-2:> <ERROR:> message\na\n<^>\n<HINT:> h\n');
});

test('messages cannot send control characters', t => {
  const d = diagnostic('a', 'a', { message: 'x\u001by' });
  t.true(renderDiagnostics([d], { name: 's\n', text: 'a' }).startsWith('s\\x0a:1:1-2: ERROR: x\\x1by\n'));
});
