// Script headers: the whole form once, and what departs from it.
import test from 'ava';
import { parseScriptHeader } from '../../../../src/compiler/syntax/script-header.js';

const BLOCK = `#!/usr/bin/env tsbpf
/*
 * tcpstates - trace TCP state changes
 *
 * A row for each change of state,
 * with its duration.
 *
 *   kept  as
 *   written
 *
 * Topic: networking
 * Parameter: IFACE the interface
 *   that is watched
 * short: t=timestamp p=pid
 * Requires: tracepoint sock:inet_sock_set_state
 * Requires: BTF
 * Column: MS time spent
 *   in the old state
 * Example: tsbpf tcpstates --lport 443
 *   Only local port 443.
 * See also: tcpconnect(8), ss(8)
 */
BEGIN { }
`;

test('a block comment gives all sections', t => {
  const { header, diagnostics } = parseScriptHeader({ name: 'x', text: BLOCK });
  t.deepEqual(diagnostics.list, []);
  t.deepEqual(header, {
    name: 'tcpstates',
    summary: 'trace TCP state changes',
    description: ['A row for each change of state, with its duration.', '  kept  as\n  written'],
    topic: 'networking',
    preset: new Map(),
    short: new Map([
      ['t', 'timestamp'],
      ['p', 'pid'],
    ]),
    requires: ['tracepoint sock:inet_sock_set_state', 'BTF'],
    overhead: undefined,
    columns: [{ name: 'MS', meaning: 'time spent in the old state' }],
    parameters: [{ name: 'IFACE', meaning: 'the interface that is watched' }],
    examples: [{ command: 'tsbpf tcpstates --lport 443', explanation: 'Only local port 443.' }],
    seeAlso: ['tcpconnect(8)', 'ss(8)'],
  });
});

test('line comments without a gap are one header', t => {
  const text = '// a - b\n//\n// text\n// Overhead: small.\n\n// not the header: x\nBEGIN {}';
  const { header } = parseScriptHeader({ name: 'x', text });
  t.is(header?.summary, 'b');
  t.deepEqual(header?.description, ['text']);
  t.is(header?.overhead, 'small.');
});

test('a comment that starts on its first line is a header too', t => {
  const { header } = parseScriptHeader({ name: 'x', text: '/* a - b\n * text\n */ BEGIN {}' });
  t.is(header?.name, 'a');
  t.deepEqual(header?.description, ['text']);
});

test('scripts without a header have none', t => {
  for (const text of ['', 'BEGIN { }', '// just words\nBEGIN { }', 'BEGIN { } // a - b']) {
    t.is(parseScriptHeader({ name: 'x', text }).header, undefined);
  }
});

test('a topic is one of ours, however it is written', t => {
  const topicOf = (text: string) => parseScriptHeader({ name: 'x', text: `// a - b\n//\n// ${text}\n` });
  t.is(topicOf('Topic: File Systems').header?.topic, 'file systems');
  t.is(topicOf('topic: xdp').header?.topic, 'XDP');
  t.is(topicOf('Overhead: none').header?.topic, undefined);
  const { header, diagnostics } = topicOf('Topic: netwroking');
  t.is(header?.topic, undefined);
  t.deepEqual(
    diagnostics.list.map(d => [d.severity, d.code]),
    [['warning', 'header-topic']],
  );
  t.regex(diagnostics.list[0]!.hint!, /did you mean "networking".*topics are processes, CPU/);
});

test('mistakes in a header are warnings at their line', t => {
  const text = '// a - b\n// Short: tt=x t=y t=z\n// Exmaple: a\n';
  const { diagnostics } = parseScriptHeader({ name: 'x', text });
  t.deepEqual(
    diagnostics.list.map(d => [d.severity, d.code, text.slice(d.span.start, d.span.end)]),
    [
      ['warning', 'header-line', ' Exmaple: a'],
      ['warning', 'header-short', ' Short: tt=x t=y t=z'],
    ],
  );
  t.regex(diagnostics.list[0]!.hint!, /did you mean "example"/);
});
