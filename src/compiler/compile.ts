// The compiler, as a list of its stages: source text and env in, ObjectSpec and diagnostics out. Nothing else is read and
// nothing is printed; a stage with errors is the last one.
import { disassembleProgram } from './bpf/disassemble.js';
import { check } from './check/check.js';
import { dumpTypes } from './check/dump.js';
import type { TypedProgram } from './check/typed.js';
import { generate, type Target } from './codegen/generate.js';
import {
  type Diagnostic,
  Diagnostics,
  InternalError,
  type SourceFile,
  type Span,
} from './diagnostics/diagnostic.js';
import { type Limit, LimitError } from './diagnostics/limit-error.js';
import type { Env } from './env.js';
import { assertWellFormed } from './ir/check.js';
import { printProgram } from './ir/printer.js';
import { type LoweredObject, type LoweredProgram, lowerProgram } from './lower/program.js';
import type { ObjectSpec, ProgramSpec } from './object-spec.js';
import { optimize } from './optimize/pipeline.js';
import { filtered } from './packet-filter.js';
import { type Guard, guarded } from './packet-guard.js';
import { checkPageColumns } from './page-columns.js';
import { dumpAst } from './syntax/dump.js';
import { Lexer } from './syntax/lexer.js';
import { parse } from './syntax/parse.js';
import { predefinedMacro } from './syntax/preprocess/predefined.js';

/** Called after each stage; `render` makes its dump, which costs something only when it is called. */
export type Observer = (stage: CompileStage, render: () => string) => void;

/** In order. 'ir' is what lowering made, 'ir-opt' what the optimizer left of it. */
export type CompileStage = 'tokens' | 'ast' | 'types' | 'ir' | 'ir-opt' | 'asm' | 'spec' | 'maps';

export interface CompileOptions {
  readonly observe?: Observer | undefined;
  /** Functions that change the system may be used (--unsafe). */
  readonly unsafe?: boolean;
  /** Which targets are wanted, by name (--probe-filter); default: all. */
  readonly keep?: ((target: string) => boolean) | undefined;
  /** Programs tell of each helper that fails, beside counting it (-k). */
  readonly tellFailures?: boolean;
  /** Check the IR after lowering and optimizing (default). A millisecond that a session need not spend: tests do. */
  readonly checkIr?: boolean;
  /**
   * Packets of which it holds pass before a program that decides sees them. Asked for such a program only; it gives undefined
   * where there is nothing to let pass.
   */
  readonly guard?: (() => Guard | undefined) | undefined;
  /** What packets must be for packet probes to see them: a text of pcap-filter(7) (--filter). */
  readonly filter?: string | undefined;
  /** Maps that the script only fills are to be printed and cleared now and then (--interval). */
  readonly periodic?: boolean;
  /**
   * The verifier found a program too complex, having to walk too many ways through it: packets are parsed anew for each statement,
   * so that all ways meet before it. Slower.
   */
  readonly simple?: boolean;
  /** Packet programs count what they return (--verdicts). */
  readonly countVerdicts?: boolean;
  /** ... by rule too (--live). */
  readonly countRules?: boolean;
  /** ratelimit() goes by the time of packets in a capture (--packets). */
  readonly captureClock?: boolean;
  /** To be tried beside the program itself: with its sets, in which nothing is counted. */
  readonly rehearsal?: boolean;
  /** It ends by itself (--for): packets pass from then on, whatever becomes of the tracer. */
  readonly ends?: boolean;
}

export interface Compilation {
  /** The guard is part of the program. */
  readonly guarded?: boolean;
  /** There is no packet probe for the filter that was asked for. */
  readonly nothingToFilter?: boolean;
  /** Undefined when there are errors. */
  readonly spec: ObjectSpec | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The script and all files that it included and imported: what spans are places in. */
  readonly source: SourceFile;
}

export function compile(script: SourceFile, env: Env, options: CompileOptions = {}): Compilation {
  const observe = options.observe ?? (() => {});

  observe('tokens', () => dumpTokens(script));
  const parsed = parse(script, {
    params: env.params,
    options: env.options,
    files: env.files,
    predefined: name => predefinedMacro(name, env),
  });
  const { headers } = parsed;
  observe('ast', () => dumpAst(parsed.program));
  if (parsed.diagnostics.hasErrors)
    return { spec: undefined, diagnostics: parsed.diagnostics.list, source: parsed.source };

  const { unsafe = false, keep = () => true } = options;
  const asked =
    options.filter === undefined ? undefined : filtered(parsed.program, parsed.source, options.filter);
  const { program: written, source } = asked ?? parsed;
  const program = options.guard === undefined ? written : guarded(written, options.guard);
  const checked = check(program, source, env, { unsafe, keep, headers });
  const diagnostics = [...parsed.diagnostics.list, ...checked.diagnostics.list];
  observe('types', () => dumpTypes(checked.value));
  if (checked.diagnostics.hasErrors) return { spec: undefined, diagnostics, source };

  const fitted = lowerToFit(checked.value, env, observe, source, options);
  if ('limit' in fitted) {
    const own = new Diagnostics();
    const [message, hint] = LIMITS[fitted.limit];
    own.error(`${fitted.limit}-limit`, fitted.span, message, { hint });
    return { spec: undefined, diagnostics: [...diagnostics, ...own.list], source };
  }
  const { lowered, programs } = fitted;
  const pages = new Diagnostics();
  checkPageColumns(lowered.sites, pages);
  if (pages.hasErrors) return { spec: undefined, diagnostics: [...diagnostics, ...pages.list], source };
  observe('asm', () => dumpAssembly(programs, source));

  const spec = assemble(checked.value, lowered, programs);
  observe('maps', () => JSON.stringify(spec.maps, null, 1));
  observe('spec', () => JSON.stringify(spec, null, 1));
  const nothingToFilter = asked?.applies === false;
  return { spec, diagnostics, source, guarded: program !== written, nothingToFilter };
}

/** What a probe asks too much of, and what to do about it. */
const LIMITS: Readonly<Record<Limit, readonly [message: string, hint: string]>> = {
  stack: [
    'this needs more than the 512 bytes of stack that the kernel gives a program',
    'nest loops less deeply, or keep some of the variables in maps',
  ],
  jump: [
    'this is more code than a jump of the kernel can pass: 32767 instructions',
    'make loops of what is written out, or several probes of it',
  ],
  maps: [
    'this uses more than the 64 maps that the kernel allows one program',
    'one map with a key can take the place of several, or several probes that of one',
  ],
};

interface Fitted {
  readonly lowered: LoweredObject;
  readonly programs: readonly ProgramSpec[];
}

/**
 * Lowering to machine code, or what is too much for the kernel, and where. Where a program overflows the stack, temporaries
 * move to scratch memory.
 */
function lowerToFit(
  typed: TypedProgram,
  env: Env,
  observe: Observer,
  source: SourceFile,
  {
    checkIr = true,
    periodic = false,
    tellFailures = false,
    simple = false,
    countVerdicts = false,
    countRules = false,
    captureClock = false,
    rehearsal = false,
    ends = false,
  }: CompileOptions,
): Fitted | { limit: Limit; span: Span } {
  for (const stackBudget of [undefined, 128, 0]) {
    const lowered = lowerProgram(typed, env, {
      stackBudget,
      periodic,
      tellsFailures: tellFailures,
      simple,
      countsVerdicts: countVerdicts,
      countsRules: countRules,
      captureClock,
      countsHits: !rehearsal,
      ends,
    });
    const spare = sparesOf(lowered);
    const optimized = lowered.programs.map(program => () => optimizeProgram(program, checkIr));
    const programs: ProgramSpec[] = [];
    try {
      for (const [index, make] of optimized.entries()) {
        const code = () => generateProgram(make(), env, checkIr);
        programs.push(spare.has(index) ? whenAsked(lowered.programs[index]!.spec, code) : code());
      }
      observe('ir', () => dumpPrograms(lowered.programs, source));
      observe('ir-opt', () =>
        dumpPrograms(
          optimized.map(make => make()),
          source,
        ),
      );
      return { lowered, programs };
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
      if (error.limit !== 'stack' || stackBudget === 0)
        return { limit: error.limit, span: spanOf(lowered, programs.length) };
    }
  }
  throw new InternalError('no stack budget was tried');
}

/** Programs that serve only where what is written before them cannot: most sessions need none of them. */
function sparesOf({ probes }: LoweredObject): ReadonlySet<number> {
  const first = new Set<number>();
  const later = new Set<number>();
  for (const { alternatives } of probes) {
    for (const [rank, { targets }] of alternatives.entries())
      for (const { program } of targets) (rank === 0 ? first : later).add(program);
  }
  for (const program of first) later.delete(program);
  return later;
}

/** A program whose code is made when it is first looked at. */
function whenAsked(spec: LoweredProgram['spec'], code: () => ProgramSpec): ProgramSpec {
  let made: ProgramSpec | undefined;
  return {
    ...spec,
    get functions() {
      made ??= code();
      return made.functions;
    },
  };
}

/** Of the probe that a program serves. */
function spanOf({ probes }: LoweredObject, program: number): Span {
  const probe = probes.find(({ alternatives }) =>
    alternatives.some(({ targets }) => targets.some(target => target.program === program)),
  );
  const [start, end] = probe?.span ?? [0, 0];
  return { start, end };
}

function optimizeProgram(program: LoweredProgram, checkIr: boolean): LoweredProgram {
  if (checkIr) assertWellFormed(program.ir, 'lower');
  return { ...program, ir: optimize(program.ir) };
}

function generateProgram({ ir, spec }: LoweredProgram, env: Env, checkIr: boolean): ProgramSpec {
  if (checkIr) assertWellFormed(ir, 'optimize');
  return { ...spec, functions: generate(ir, targetOf(env)) };
}

function targetOf(env: Env): Target {
  // Asked only when a program needs to know: on a live machine each answer is a system call.
  return {
    features: {
      get signedDivision() {
        return env.has('signed_division');
      },
      get atomicFetch() {
        return env.has('atomic_fetch');
      },
      get loop() {
        return env.has('loop');
      },
    },
  };
}

function assemble(
  { source, config }: TypedProgram,
  { maps, probes, sites, globals, tracker, deadline, sets, rules }: LoweredObject,
  programs: readonly ProgramSpec[],
): ObjectSpec {
  const {
    license,
    maxStrlen,
    printMapsOnExit,
    strTruncTrailer,
    ringPages,
    cppDemangle,
    maxCatBytes,
    missingProbes,
    mapOrder,
    percentiles,
  } = config;
  return {
    source,
    license,
    maps,
    programs,
    probes,
    ...(tracker === undefined ? {} : { tracker }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(sets.length === 0 ? {} : { sets }),
    ...(rules.length === 0 ? {} : { rules }),
    sites,
    globals,
    config: {
      maxStrlen,
      printMapsOnExit,
      strTruncTrailer,
      ringPages,
      cppDemangle,
      maxCatBytes,
      missingProbes,
      mapOrder,
      percentiles,
    },
  };
}

/** As the lexer sees the text by itself; attach points are read as raw text by the parser. */
function dumpTokens({ text }: SourceFile): string {
  const lexer = new Lexer(text, new Diagnostics());
  const lines: string[] = [];
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) {
    lines.push(`${token.span.start}-${token.span.end} ${token.kind} ${token.text}`);
  }
  return lines.join('\n');
}

function dumpPrograms(programs: readonly LoweredProgram[], source: SourceFile): string {
  const place = ({ start, end }: { start: number; end: number }) => source.text.slice(start, end);
  return programs.map(({ ir, spec }) => `${spec.title}:\n${printProgram(ir, place)}`).join('\n');
}

function dumpAssembly(programs: readonly ProgramSpec[], source: SourceFile): string {
  return programs
    .map(({ title, functions }) => `${title}:\n${disassembleProgram(functions, source.text)}`)
    .join('\n');
}
