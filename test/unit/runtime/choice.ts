// Which alternative serves when the code of one is more than a kernel takes, which is found when it is made: at its load.
import test from 'ava';
import { LimitError } from '../../../src/compiler/diagnostics/limit-error.js';
import type { ProbeSpec } from '../../../src/compiler/object-spec.js';
import type { LoadedObject } from '../../../src/kernel/load/object.js';
import { ProbeChoice } from '../../../src/runtime/choice.js';

function choiceOf(count: number) {
  const said: string[] = [];
  const alternatives = Array.from({ length: count }, (_, program) => ({
    type: 'tracepoint' as const,
    targets: [{ name: `event${program}`, parts: ['tracepoint', 'a', `event${program}`], program }],
  }));
  const spec: ProbeSpec = { span: [0, 1], alternatives };
  return { choice: new ProbeChoice(spec, text => said.push(text)), said };
}

/** An object of which the programs below `first` are too large. */
const largeBelow = (first: number) =>
  ({
    program(index: number) {
      if (index < first) throw new LimitError('stack', `program ${index} needs 600 bytes of stack`);
    },
  }) as unknown as LoadedObject;

test('the next one serves, and it is told why', t => {
  const { choice, said } = choiceOf(3);
  choice.load(largeBelow(2));
  t.is(choice.serving?.targets[0]?.name, 'event2');
  t.deepEqual(said, [
    'event0 does not serve: program 0 needs 600 bytes of stack',
    'event1 is tried instead',
    'event1 does not serve: program 1 needs 600 bytes of stack',
    'event2 is tried instead',
  ]);
});

test('the last one fails as it is', t => {
  const { choice } = choiceOf(2);
  t.throws(() => choice.load(largeBelow(2)), { instanceOf: LimitError, message: /program 1 needs/ });
});
