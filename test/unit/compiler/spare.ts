// Programs that serve only where what is written before them cannot: their code is made when it is first looked at.
import test from 'ava';
import { compile } from '../../../src/compiler/compile.js';
import { smallEnv } from '../../harness/fixture-env.js';

const BODY = '{ @[pid, comm] = count(); @n = max(args.prio); }';

function programsOf(points: string) {
  const { spec } = compile({ name: 'stdin', text: `${points} ${BODY}` }, smallEnv({}));
  return spec!.programs;
}

const isMadeLater = (program: object) =>
  Object.getOwnPropertyDescriptor(program, 'functions')?.get !== undefined;

test('the code of an alternative is that which it has by itself, made later', t => {
  const programs = programsOf('tracepoint:sched:sched_wakeup || tracepoint:sched:sched_wakeup_new');
  t.deepEqual(programs.map(isMadeLater), [false, true]);
  const [alone] = programsOf('tracepoint:sched:sched_wakeup_new');
  t.false(isMadeLater(alone!));
  const instructions = (program: typeof alone) => program!.functions.map(({ insns }) => insns);
  t.deepEqual(instructions(programs[1]), instructions(alone));
  t.is(programs[1]!.functions, programs[1]!.functions);
});

test('the alternative that is left where the first cannot be is no spare', t => {
  const programs = programsOf('tracepoint:sched:no_such_event || tracepoint:sched:sched_wakeup');
  t.deepEqual(programs.map(isMadeLater), [false]);
});
