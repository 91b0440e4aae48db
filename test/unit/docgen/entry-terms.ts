// Entries of the registry as terms of the manual.
import test from 'ava';
import { findFunction } from '../../../src/compiler/language/registry.js';
import { brokenAtProbes, functionTerm, needs, signatureText } from '../../../src/docgen/entry-terms.js';

const signature = test.macro((t, name: string, expected: string) => {
  t.is(signatureText(name, findFunction(name)!.signatures[0]!), expected);
});

test('no parameters', signature, 'count', '`count`()');
test('one', signature, 'sum', '`sum`(<n>)');
test('an optional one', signature, 'hist', '`hist`(<n>[, <k>])');
test('several optional ones', signature, 'print', '`print`(<map>[, <top>[, <div>]])');
test('only an optional one', signature, 'exit', '`exit`([<code>])');
test('any number', signature, 'printf', '`printf`(<format>[, <args>...])');

test('every way to call a function is in its term', t => {
  t.is(functionTerm(findFunction('ntop')!).term, '`ntop`(<address>), `ntop`(<family>, <address>)');
});

test('requirements name the release and the way around', t => {
  t.is(needs(undefined), undefined);
  t.is(needs({}), undefined);
  t.is(needs({ features: ['loop'] }), 'Needs Linux 5.17.');
  t.is(needs({ kernel: [6, 1], alternative: 'do without' }), 'Needs Linux 6.1; on older kernels do without.');
  t.is(needs({ features: ['kprobe'] }), 'Needs CONFIG_KPROBES.');
});

test('an example of several probes is broken between them', t => {
  t.deepEqual(brokenAtProbes('interval:s:1 { if (1) { exit(); } } END { print(1); }'), [
    'interval:s:1 { if (1) { exit(); } }',
    'END { print(1); }',
  ]);
  t.deepEqual(brokenAtProbes('t:a:b /pid == 1/ { @ = 1; } t:a:c { @ = 2; }'), [
    't:a:b /pid == 1/ { @ = 1; }',
    't:a:c { @ = 2; }',
  ]);
});
