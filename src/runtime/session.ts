// A session, from an ObjectSpec to an exit code: open, load, attach, run, tear down. Whatever it made is gone afterwards,
// in reverse order, also when a step fails half-way.

import { unlinkSync } from 'node:fs';
import { InternalError } from '../compiler/diagnostics/diagnostic.js';
import type { ProbeTypeName, TargetSpec } from '../compiler/object-spec.js';
import { attachDeadline } from '../kernel/attach/deadline.js';
import { type Link, type SessionProbeType, withChild } from '../kernel/attach/link.js';
import { type LoadedObject, openObject } from '../kernel/load/object.js';
import { type HeldChild, spawnHeld } from '../kernel/sys/child.js';
import { waitForPrograms } from '../kernel/sys/grace-period.js';
import { progTestRun } from '../kernel/sys/program-run.js';
import { raiseMemlock } from '../kernel/sys/rlimit.js';
import { BrokenPipe, WriteError } from '../output/byte-output.js';
import { attachPace } from './attach-pace.js';
import { Attachments } from './attachments.js';
import { CaptureFiles } from './capture-files.js';
import { ProbeChoice } from './choice.js';
import { Delivery } from './delivery.js';
import { sessionEffects } from './effects.js';
import { type Ending, watchEndings } from './ending.js';
import type { Family } from './family.js';
import { openFilters } from './filters.js';
import { Globals } from './globals.js';
import { iterate, roomFor } from './iterate.js';
import { LeftOut } from './left-out.js';
import { describeLoad, type Stage } from './lifecycle.js';
import { lossesOf } from './losses.js';
import { periodicMaps, printPeriodically } from './periodic.js';
import type { RuleWatch } from './rule-watch.js';
import { ScriptMaps } from './script-maps.js';
import { listenToSignals } from './self-signal.js';
import { NO_SETS, type SessionOptions, type SessionResult } from './session-options.js';
import type { SetFiles } from './set-files.js';
import { Trial } from './trial.js';
import { verdictCounts } from './verdicts.js';

/** Entries whose events go into capture files. */
const CAPTURING: readonly string[] = ['packet', 'capture'];

/** Throws (a Rejection, SyscallError or AttachError) when it cannot start; nothing is left attached then. */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const session = new Session(options);
  try {
    const result = await session.run();
    await options.onEnd?.(result);
    await session.detach();
    session.throwFailure();
    return result;
  } finally {
    session.close();
  }
}

class Session {
  readonly #options: SessionOptions;
  readonly #choices: readonly ProbeChoice[];
  readonly #attachments: Attachments;
  #object: LoadedObject | undefined;
  #globals: Globals | undefined;
  #maps: ScriptMaps | undefined;
  #sets: SetFiles | undefined;
  #delivery: Delivery | undefined;
  #captures: CaptureFiles | undefined;
  #child: HeldChild | undefined;
  #family: Family | undefined;
  #ending: Ending | undefined;
  #silent = false;
  #failure: WriteError | undefined;
  /** No program runs any more, nor will. */
  #quiet = false;
  #stopListening: () => void = () => {};
  #trialExit: number | undefined;
  #lastWord: number | undefined;
  #endingArrived: () => void = () => {};
  #stopPeriodic: () => void = () => {};
  /** Printed as often as was asked for: what they hold now is of an interval that is not whole. */
  #told: readonly string[] = [];
  /** What packet programs have decided, since it was asked last. */
  #verdicts: ReturnType<typeof verdictCounts>;
  #rules: RuleWatch | undefined;
  #deadline: Link | undefined;
  #lastLost = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#choices = options.spec.probes.map(
      probe => new ProbeChoice(probe, text => this.#say('attach', text)),
    );
    this.#attachments = new Attachments(this.#choices);
  }

  async run(): Promise<SessionResult> {
    const { sink, command, dryRun } = this.#options;
    raiseMemlock();
    if (command !== undefined) this.#child = spawnHeld(command);
    const object = this.#load();
    const ended = new Promise<void>(resolve => {
      this.#endingArrived = resolve;
    });
    const { deadline, filters } = this.#options;
    const pid = filters?.follow === true ? undefined : this.#options.pid;
    const stopWatching = watchEndings({ pid, deadline }, ending => this.#end(ending));
    const alive = setInterval(() => {}, 2 ** 30); // an object without a ring gives the event loop nothing to wait for
    try {
      this.#open(object);
      await this.#loadSets(object);
      // Nothing has begun.
      if (this.#ending !== undefined) return this.#finish(object, true);
      if (filters !== undefined)
        this.#family = openFilters(object, filters, this.#child?.pid ?? this.#options.pid, this.#globals!);
      if (dryRun !== true) this.#runOnce(object, 'begin');
      if (this.#options.instead !== undefined) return await this.#runTrials(object, this.#options.instead);
      await this.#rehearse(object);
      this.#attachDeadline(object);
      const attached = await this.#attach(object);
      if (dryRun !== true) sink.attached(attached);
      this.#options.onAttached?.();
      if (dryRun === true) this.#end({ kind: 'exit', code: 0 });
      else this.#release();
      if (this.#options.pid !== undefined) this.#family?.watch(() => this.#end({ kind: 'exit', code: 0 }));
      if (dryRun !== true) {
        this.#delivery?.release();
        this.#delivery?.start();
        this.#guard(() => this.#delivery?.drain());
      }
      this.#startPeriodic(object);
      await this.#watchRules(object);
      // Nothing can fire after BEGIN: as in bpftrace, the session is over. A command is waited for.
      await this.#iterate();
      const waits = this.#attachments.count > 0 || this.#targets('self').length > 0 || command !== undefined;
      if (!waits) this.#end({ kind: 'exit', code: 0 });
      await ended;
      this.#stopPeriodic();
      this.#rules?.close();
      return this.#finish(object, dryRun === true);
    } finally {
      clearInterval(alive);
      this.#stopPeriodic();
      this.#rules?.close();
      stopWatching();
    }
  }

  /** All links together, after the last output. */
  async detach(): Promise<void> {
    const others = this.#deadline === undefined ? [] : [this.#deadline];
    this.#deadline = undefined;
    await this.#attachments.detach(others, this.#options.notice);
    this.#say('tear down', 'links closed');
  }

  /** What is left of the links (last made, first closed), then the ring, then programs and maps. */
  close(): void {
    this.#globals?.stop();
    this.#stopListening();
    this.#attachments.close();
    this.#deadline?.close();
    this.#family?.close();
    this.#sets?.close();
    this.#delivery?.close();
    this.#guard(() => this.#captures?.close());
    this.#options.symbols?.close();
    this.#object?.close();
    this.#child?.close();
    this.#say('tear down', 'links, programs and maps closed');
  }

  #load(): LoadedObject {
    const { spec, host, ringSize, verifierLog } = this.#options;
    this.#say('open', `${spec.programs.length} programs, ${spec.maps.length} maps`);
    const object = openObject(spec, {
      btf: host.btf,
      moduleBtf: module => host.moduleBtf?.(module),
      possibleCpus: host.possibleCpus,
      ringSize,
      ...(verifierLog === undefined ? {} : { logLevel: verifierLog.level }),
      onStep: step => {
        if (this.#options.lifecycle !== undefined) this.#say('load', describeLoad(step));
        if (step.kind === 'program') verifierLog?.write(step.program.spec.title, step.log);
      },
    });
    this.#object = object;
    for (const choice of this.#choices) choice.load(object);
    return object;
  }

  #open(object: LoadedObject): void {
    const { spec, sink, host, ringSize } = this.#options;
    const globals = object.maps.get('globals');
    if (globals === undefined) throw new InternalError('the object has no globals map');
    this.#globals = new Globals(globals, spec.globals, spec.probes.length);
    if (this.#options.verdicts !== false) this.#verdicts = verdictCounts(object.maps);
    this.#maps = new ScriptMaps({
      maps: object.maps,
      globals: this.#globals,
      wait: () => this.#waitForPrograms(),
      set: name => this.#sets?.read(name),
    });
    this.#globals.start = host.now();
    if (spec.globals.words.some(word => word.name === 'wallOffset'))
      this.#globals.setWord('wallOffset', host.wallClockOffset());
    this.#globals.setWord('ncpus', BigInt(host.possibleCpus));
    if (this.#child !== undefined) this.#globals.setWord('cpid', BigInt(this.#child.pid));
    this.#options.symbols?.open(object.maps);
    let offset: bigint | undefined;
    if (this.#options.dryRun !== true && spec.sites.some(({ entry }) => CAPTURING.includes(entry)))
      this.#captures = new CaptureFiles(spec.sites, () => (offset ??= host.wallClockOffset()));
    this.#guard(() => this.#captures?.flush()); // who reads from a pipe waits for the head
    this.throwFailure();
    const effects = sessionEffects({
      maps: this.#maps,
      mapStyle: this.#options.mapStyle,
      symbols: this.#options.symbols,
      eventText: this.#options.eventText,
      notice: this.#options.notice,
      warnings: this.#options.warnings,
      maxCatBytes: spec.config.maxCatBytes,
      sink,
      onExit: code => this.#exit(code),
      captures: this.#captures,
      onUnwatch: address => this.#attachments.unwatch(address),
      onRuntimeError: (message, site) => sink.error('runtime_error', message, site.span),
    });
    if (spec.sites.length === 0) return;
    this.#delivery = new Delivery({
      spec,
      maps: object.maps,
      ringSize,
      globals: this.#globals,
      effects,
      events: this.#options.events,
      onLimit: () => this.#end({ kind: 'exit', code: 0 }),
      isSilent: () => this.#silent,
      afterBatch: () => this.#afterBatch(),
      guard: act => this.#guard(act),
    });
  }

  /** Before BEGIN: no program runs so far. */
  async #loadSets({ spec, maps }: LoadedObject): Promise<void> {
    const { sets = NO_SETS } = this.#options;
    if (spec.sets === undefined) return;
    const { SetFiles } = await import('./set-files.js');
    const drain = () => this.#guard(() => this.#delivery?.drain());
    const ended = () => this.#ending !== undefined;
    this.#sets = new SetFiles({
      ...sets,
      sets: spec.sets,
      source: spec.source,
      maps,
      globals: this.#globals!,
      wait: () => this.#waitForPrograms(),
      pace: told => attachPace({ progress: told ? sets.progress : undefined, drain, ended }),
    });
    for (const words of await this.#sets.load()) this.#say('load', words);
  }

  /** Run here, once each, in source order. */
  #runOnce(object: LoadedObject, type: SessionProbeType): void {
    for (const target of this.#targets(type)) {
      progTestRun(object.program(target.program).fd);
      this.#guard(() => this.#delivery?.drain());
    }
  }

  async #runTrials(
    object: LoadedObject,
    instead: NonNullable<SessionOptions['instead']>,
  ): Promise<SessionResult> {
    this.#delivery?.release();
    const hooks = {
      resume: () => this.#globals?.resume(),
      setPacketTime: (time: bigint) => void this.#globals?.setWord('packetTime', time),
      drain: () => this.#guard(() => this.#delivery?.drain()),
      takeExit: () => {
        const code = this.#trialExit;
        this.#trialExit = undefined;
        return code;
      },
    };
    const targets = instead.probes.flatMap(type => this.#targets(type));
    // Interfaces may share a program.
    const own = targets.filter(({ program }, i) => targets.findIndex(each => each.program === program) === i);
    const trials = own.map(target => new Trial(target, object.program(target.program), hooks));
    try {
      this.#end({ kind: 'exit', code: await instead.run(trials, () => this.#ending !== undefined) });
    } catch (error) {
      if (!(error instanceof BrokenPipe)) throw error;
      this.#end({ kind: 'broken-pipe' });
    }
    return this.#finish(object, false);
  }

  #targets(type: ProbeTypeName): TargetSpec[] {
    return this.#choices.flatMap(({ serving }) => (serving?.type === type ? serving.targets : []));
  }

  /** What it cannot tell is no reason not to go on. */
  async #rehearse({ maps }: LoadedObject): Promise<void> {
    const { rehearsal, host } = this.#options;
    if (rehearsal === undefined) return;
    const { rehearse } = await import('./rehearsal.js');
    try {
      rehearse(rehearsal, host, { maps, globals: this.#globals! });
    } catch (error) {
      this.#say('attach', `nothing is known of packets of the SSH session: ${(error as Error).message}`);
    }
  }

  /** Before packet programs are: should the tracer not be there to end in time, they let go of packets all the same. */
  #attachDeadline(object: LoadedObject): void {
    const { spec, host, deadline, dryRun } = this.#options;
    if (spec.deadline === undefined || deadline === undefined || dryRun === true) return;
    const { fd } = object.program(spec.deadline);
    this.#deadline = attachDeadline(fd, BigInt(Math.round(deadline * 1e9)), host.attach);
    this.#say('attach', `--for: ${this.#deadline.description}`);
  }

  /** How many targets there are: those attached, and BEGIN and END. */
  async #attach(object: LoadedObject): Promise<number> {
    const { host, notice, progress, spec, dryRun, withoutPackets } = this.#options;
    const { missingProbes: missing = 'error' } = spec.config;
    const attached = await this.#attachments.attach({
      context: withChild(host.attach, this.#family === undefined ? this.#child?.pid : undefined),
      program: index => object.program(index),
      pace: attachPace({
        progress,
        drain: () => this.#guard(() => this.#delivery?.drain()),
        ended: () => this.#ending !== undefined,
      }),
      missing,
      leftOut: new LeftOut(missing, notice),
      withoutPackets: dryRun === true && withoutPackets !== true,
      onAttached: ({ link, targets }) => {
        const more = targets.length > 1 ? ` and ${targets.length - 1} more` : '';
        this.#say('attach', `${targets[0]?.name}${more}: ${link.description}`);
        if (link.notice !== undefined) notice?.(`${targets[0]?.name}: ${link.notice}\n`);
      },
    });
    this.#say('run', `${this.#attachments.count} links`);
    const own = this.#targets('self');
    this.#stopListening = listenToSignals(own, () => this.#guard(() => this.#runOnce(object, 'self')));
    return attached + own.length + this.#targets('begin').length + this.#targets('end').length;
  }

  /** A session of iterators ends with the last object. */
  async #iterate(): Promise<void> {
    const iterators = this.#attachments.links.filter(
      link => link.open !== undefined || link.pin !== undefined,
    );
    for (const { pin } of iterators) {
      if (pin === undefined) continue;
      if (this.#options.dryRun === true) unlinkSync(pin);
      else this.#options.notice?.(`Program pinned to ${pin}\n`);
    }
    if (iterators.length === 0 || this.#ending !== undefined) return;
    await iterate(iterators, {
      room: roomFor(this.#options.spec, this.#options.ringSize),
      drain: () => this.#guard(() => this.#delivery?.drain()),
      ended: () => this.#ending !== undefined || this.#globals?.stopped === true,
    });
    this.#end({ kind: 'exit', code: 0 });
  }

  #startPeriodic(object: LoadedObject): void {
    const { interval, prints, mapStyle, sink } = this.#options;
    if (interval === undefined) return;
    const names = periodicMaps(object.maps.values());
    this.#stopPeriodic = printPeriodically({
      seconds: interval,
      times: prints,
      onLast: () => {
        this.#told = names;
        this.#end({ kind: 'exit', code: 0 });
      },
      names,
      maps: this.#maps!,
      verdicts: this.#verdicts,
      style: mapStyle,
      sink,
      drain: () => this.#delivery?.drain(),
      guard: act => this.#guard(act),
    });
  }

  async #watchRules({ spec, maps }: LoadedObject): Promise<void> {
    const { rulesEvery: seconds, sink, dryRun, host } = this.#options;
    const counts = maps.get('verdicts');
    if (seconds === undefined || dryRun === true || spec.rules === undefined || counts === undefined) return;
    const { watchRules } = await import('./rule-watch.js');
    const { rules } = spec;
    const wallClock = () => host.now() + host.wallClockOffset();
    const guard = (act: () => void) => this.#guard(act);
    this.#rules = watchRules({ seconds, rules, counts, sink, wallClock, guard });
  }

  #release(): void {
    const child = this.#child;
    if (child === undefined) return;
    child.release();
    void child.exited.then(({ status, signal }) => {
      this.#say('run', `child ${child.pid} ended: ${signal ?? `status ${status}`}`);
      const end = () => this.#end({ kind: 'exit', code: 0 });
      if (this.#family === undefined) end();
      else this.#family.watch(end);
    });
  }

  /** Of a test or benchmark, exit() is a result; of END, the last word. */
  #exit(code: number): void {
    if (this.#quiet) this.#lastWord = code;
    else if (this.#options.instead?.exitIsResult === true && this.#ending === undefined)
      this.#trialExit = code;
    else this.#end({ kind: 'exit', code });
  }

  #end(ending: Ending): void {
    if (ending.kind === 'abort') process.exit(130);
    if (ending.kind === 'broken-pipe') this.#silent = true;
    this.#ending ??= ending;
    this.#endingArrived();
  }

  /** A reader that has gone ends the session, and so does a full disk; any other failure is ours. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof BrokenPipe) this.#end({ kind: 'broken-pipe' });
      else if (error instanceof WriteError) {
        this.#failure ??= error;
        this.#end({ kind: 'exit', code: 1 });
      } else throw error;
    }
  }

  /** What could not be written, once everything else has been told. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** After each batch: hand output on, tell of new losses, and see whether exit() was called while the ring was full. */
  #afterBatch(): void {
    const globals = this.#globals;
    if (globals === undefined) return;
    const total = globals.totalLoss('ringFull') + globals.totalLoss('scratchBusy');
    if (total > this.#lastLost) {
      this.#options.sink.lost({ lost: total - this.#lastLost, total });
      this.#lastLost = total;
    }
    this.#options.sink.flush();
    this.#captures?.flush();
    const goesOn = this.#ending === undefined && this.#options.instead === undefined;
    if (globals.stopped && goesOn && this.#delivery !== undefined) {
      // exit() was called: its event follows, unless the ring was full.
      setImmediate(() => {
        this.#guard(() => this.#delivery?.drain());
        this.#end({ kind: 'exit', code: Number(globals.word('exitCode') ?? 0n) });
      });
    }
  }

  /** Closes the books: programs stop, what they still sent is printed, END runs, maps are printed, losses are told. */
  #finish(object: LoadedObject, dryRun: boolean): SessionResult {
    const { spec, sink } = this.#options;
    const globals = this.#globals!;
    const ending = this.#ending!;
    globals.stop();
    this.#waitForPrograms();
    this.#quiet = true;
    if (!dryRun) {
      this.#guard(() => {
        this.#delivery?.drain();
        this.#runOnce(object, 'end');
        if (ending.kind !== 'broken-pipe') this.#rules?.tell();
        sink.ending();
        const { instead } = this.#options;
        const printsMaps =
          spec.config.printMapsOnExit && (instead === undefined || instead.printsMaps === true);
        if (printsMaps && ending.kind !== 'broken-pipe') {
          const maps = this.#maps!;
          for (const name of maps.names.filter(each => !this.#told.includes(each)))
            sink.map(maps.read(name), { top: 0, div: 0n, ...this.#options.mapStyle });
        }
        if (this.#verdicts !== undefined && ending.kind !== 'broken-pipe')
          sink.map(this.#verdicts(), { top: 0, div: 0n });
        this.#afterBatch();
      });
    }
    const losses = lossesOf(
      spec,
      this.#choices.map(choice => choice.serving),
      this.#attachments.missed(),
      globals,
      object.programs,
    );
    this.#say('tear down', `${this.#attachments.count} links to close`);
    const code = this.#lastWord ?? (ending.kind === 'exit' ? ending.code : 0);
    return { code, losses, ending, captured: this.#captures?.captured ?? [] };
  }

  /** Returns when the programs that run now have ended; they are not left alone where the kernel cannot tell. */
  #waitForPrograms(): void {
    if (this.#quiet || this.#attachments.count === 0 || waitForPrograms()) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }

  #say(stage: Stage, text: string): void {
    this.#options.lifecycle?.step(stage, text);
  }
}
