// Attaching to many targets, and to the first alternative that can be: all or nothing, nothing left, nothing loaded in vain.
import { compile } from '../../src/compiler/compile.js';
import type { ObjectSpec, ProbeSpec } from '../../src/compiler/object-spec.js';
import type { AttachOptions } from '../../src/kernel/attach/attachers.js';
import { openHost } from '../../src/kernel/host/host.js';
import { type LoadedObject, openObject } from '../../src/kernel/load/object.js';
import { raiseMemlock } from '../../src/kernel/sys/rlimit.js';
import { ProbeChoice } from '../../src/runtime/choice.js';
import { kernelTest, openFds } from '../harness/kernel-test.js';

const host = () => openHost({ params: [], options: new Map(), targetPid: undefined });

function opened(text: string, change: (probe: ProbeSpec) => ProbeSpec) {
  raiseMemlock();
  const machine = host();
  const { spec, diagnostics } = compile({ name: 'stdin', text }, machine.env);
  if (spec === undefined) throw new Error(diagnostics.map(d => d.message).join());
  const changed: ObjectSpec = { ...spec, probes: spec.probes.map(change) };
  const object = openObject(changed, { btf: machine.btf, possibleCpus: machine.possibleCpus });
  return { object, machine, probe: changed.probes[0]! };
}

function optionsFor(
  object: LoadedObject,
  machine: ReturnType<typeof host>,
  more: Partial<AttachOptions> = {},
): AttachOptions {
  const program = (index: number) => object.program(index);
  return { context: machine.attach, program, pace: () => true, skip: () => false, ...more };
}

/** A probe whose first alternative has a target that is gone when it is attached. */
function goneAt(index: number) {
  return (probe: ProbeSpec): ProbeSpec => {
    const [first, ...rest] = probe.alternatives;
    const targets = first!.targets.map((target, i) =>
      i === index
        ? { ...target, name: 'tracepoint:sched:gone', parts: ['tracepoint', 'sched', 'gone'] }
        : target,
    );
    return { ...probe, alternatives: [{ ...first!, targets }, ...rest] };
  };
}

const THREE =
  'tracepoint:sched:sched_switch, tracepoint:sched:sched_wakeup, tracepoint:sched:sched_process_exit { @ = count(); }';

kernelTest('a target that fails takes those before it along, and the message says how many', async t => {
  const { object, machine, probe } = opened(THREE, goneAt(2));
  object.program(0);
  const before = openFds();
  const choice = new ProbeChoice(probe, () => {});
  const error = await t.throwsAsync(choice.attach(optionsFor(object, machine)));
  t.regex(
    error?.message ?? '',
    /^cannot attach tracepoint:sched:gone: it is gone \(of 3 targets; the 2 attached before/,
  );
  t.is(openFds(), before);
  object.close();
});

kernelTest('missing_probes lets a session go on without a target', async t => {
  const { object, machine, probe } = opened(THREE, goneAt(1));
  const skipped: string[] = [];
  const attachments = await new ProbeChoice(probe, () => {}).attach(
    optionsFor(object, machine, { skip: ({ name }) => skipped.push(name) > 0 }),
  );
  t.deepEqual(skipped, ['tracepoint:sched:gone']);
  t.deepEqual(
    attachments.flatMap(({ targets }) => targets.map(target => target.parts[2])),
    ['sched_switch', 'sched_process_exit'],
  );
  for (const { link } of attachments) link.close();
  object.close();
});

kernelTest('a session that ends while it attaches leaves nothing attached', async t => {
  const { object, machine, probe } = opened(THREE, probe => probe);
  object.program(0);
  const before = openFds();
  const pace = (done: number) => Promise.resolve(done < 2);
  t.deepEqual(await new ProbeChoice(probe, () => {}).attach(optionsFor(object, machine, { pace })), []);
  t.is(openFds(), before);
  object.close();
});

kernelTest('a || b: b serves when a cannot be attached, and is loaded only then', async t => {
  const text = 'tracepoint:sched:sched_switch || tracepoint:sched:sched_wakeup { @ = count(); }';
  const said: string[] = [];
  const { object, machine, probe } = opened(text, goneAt(0));
  const choice = new ProbeChoice(probe, line => said.push(line));
  choice.load(object);
  t.deepEqual([object.programs[0] !== undefined, object.programs[1] !== undefined], [true, false]);
  const [attachment] = await choice.attach(optionsFor(object, machine));
  t.is(attachment?.targets[0]?.name, 'tracepoint:sched:sched_wakeup');
  t.true(object.programs[1] !== undefined);
  t.deepEqual(said, [
    'tracepoint:sched:gone does not serve: cannot attach tracepoint:sched:gone: it is gone',
    'tracepoint:sched:sched_wakeup is tried instead',
  ]);
  attachment?.link.close();
  object.close();
});

kernelTest('a || b: b costs nothing when a serves', async t => {
  const text = 'tracepoint:sched:sched_switch || tracepoint:sched:sched_wakeup { @ = count(); }';
  const { object, machine, probe } = opened(text, probe => probe);
  const choice = new ProbeChoice(probe, () => {});
  choice.load(object);
  const attachments = await choice.attach(optionsFor(object, machine));
  t.is(attachments.length, 1);
  t.is(object.programs[1], undefined);
  for (const { link } of attachments) link.close();
  object.close();
});
