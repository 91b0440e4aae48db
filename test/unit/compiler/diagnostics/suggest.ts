// "Did you mean": what is near enough.
import test from 'ava';
import { didYouMean, editDistance, suggest } from '../../../../src/compiler/diagnostics/suggest.js';

const distance = test.macro({
  exec(t, a: string, b: string, expected: number) {
    t.is(editDistance(a, b), expected);
    t.is(editDistance(b, a), expected);
  },
  title: (_, a, b) => `distance of "${a}" and "${b}"`,
});

test(distance, '', '', 0);
test(distance, '', 'abc', 3);
test(distance, 'filname', 'filename', 1);
test(distance, 'ab', 'ba', 1);
test(distance, 'abcd', 'acbd', 1);
test(distance, 'kitten', 'sitting', 3);
test(distance, 'BEGIN', 'begin', 0);

const NAMES = ['printf', 'print', 'count', 'comm', 'pid', 'tid', 'filename'];
const nearest = test.macro({
  exec(t, word: string, expected: string | undefined) {
    t.is(suggest(word, NAMES), expected);
  },
  title: (_, word) => `nearest to "${word}"`,
});

test(nearest, 'filname', 'filename');
test(nearest, 'pritnf', 'printf');
test(nearest, 'cuont', 'count');
test(nearest, 'PID', 'pid');
test(nearest, 'xyzzy', undefined);
test(nearest, 'a', undefined);
test(nearest, '', undefined);

test('the phrase', t => {
  t.is(didYouMean('filname', NAMES), 'did you mean "filename"?');
  t.is(didYouMean('qqqq', NAMES), undefined);
});
