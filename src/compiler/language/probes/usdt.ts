// usdt: static probes that a program or library brings along. A probe may be at several places, each with its arguments elsewhere:
// places that differ there have programs of their own.
import type { UsdtLocation } from '../../binary-view.js';
import type { CheckContext } from '../../check/typed.js';
import type { Diagnostics, Span } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env } from '../../env.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering, Operand } from '../../lower/lowering.js';
import type { AttachPoint } from '../../syntax/ast.js';
import { globPattern, hasWildcard } from '../../types/glob.js';
import { INT64, integer, type Type } from '../../types/type.js';
import type { ExpandedTarget, ListPattern, ProbeTypeEntry } from '../probe-type.js';
import { operands } from './attach-point.js';
import { loadRegister, registerByName } from './registers.js';
import { parseUsdtArguments, splitArguments, type UsdtArgument } from './usdt-argument.js';
import {
  attachMode,
  dataOf,
  haveCookies,
  placeOf,
  resolveTarget,
  typeNamed,
  type UserProbeData,
  userProgram,
  userSpaceOf,
} from './user-target.js';

const USAGE = 'usdt:PROGRAM:[PROVIDER:]NAME';

export const usdt: ProbeTypeEntry = {
  name: 'usdt',
  aliases: ['U'],
  program: userProgram,
  origin: 'event',
  process: 'attach',
  usage: USAGE,
  doc: {
    summary: 'A static probe of a program or library; wildcards allowed.',
    detail:
      'The program is named as for uprobe. Where the traced program asks whether anybody listens (a semaphore), it is told so in all processes, those started later included.',
    example: 'usdt:libstdc++:libstdcxx:throw { @[comm, ustack(5)] = count(); }',
    seeAlso: ['uprobe', 'argN'],
  },
  expand,
  cookies: haveCookies,
  space: () => 'user',
  typeNamed,
  arg: { type: argumentType, lower: lowerArgument },
  numbered: (target, env) =>
    argumentsOf(target, env).flatMap(({ operand }, i) => (operand.kind === 'unknown' ? [] : [i])),
  reg: registerByName,
  noArgs: () => 'arguments of a usdt probe have no names: use argN',
  shareKey(target, env, words) {
    const { path, address } = dataOf(target);
    if (words.has('uaddr')) return `${path} ${address}`;
    return [...words].some(word => word.startsWith('arg')) ? JSON.stringify(argumentsOf(target, env)) : '';
  },
  list,
  describe(listed, env) {
    const [, path = '', provider, name] = listed.split(':');
    const found = userSpaceOf(env)
      .usdt(path)
      .filter(each => each.provider === provider && each.name === name);
    const texts = [...new Set(found.map(each => each.arguments))];
    return texts.flatMap(text => {
      const lines = describeArguments(text);
      const places = found
        .filter(each => each.arguments === text)
        .map(each => `0x${each.address.toString(16)}`);
      return texts.length === 1 ? lines : [`at ${places.join(', ')}:`, ...lines.map(line => `  ${line}`)];
    });
  },
};

function expand(point: AttachPoint, env: Env, diagnostics: Diagnostics): readonly ExpandedTarget[] {
  const parts = operands(point, 2, 3, USAGE, diagnostics);
  if (parts === undefined) return [];
  const [, program, ...rest] = point.parts;
  const name = rest.at(-1);
  if (program === undefined || name === undefined) return [];
  const provider = rest.length > 1 && rest[0]!.text !== '' ? rest[0]!.text : '*';
  const paths = resolveTarget('usdt', program.text, program.span, env, diagnostics);
  const matches = matcher(provider, name.text);
  const targets = paths.flatMap(path =>
    userSpaceOf(env)
      .usdt(path)
      .filter(matches)
      .flatMap(location => targetOf(path, location, name.span, env, diagnostics)),
  );
  if (targets.length === 0 && paths.length > 0 && !diagnostics.hasErrors) {
    reportUnknown(provider, name.text, paths, name.span, env, diagnostics);
  }
  return targets;
}

function matcher(provider: string, name: string): (location: UsdtLocation) => boolean {
  const [providers, names] = [globPattern(provider), globPattern(name)];
  return location => providers.test(location.provider) && names.test(location.name);
}

function targetOf(
  path: string,
  location: UsdtLocation,
  span: Span,
  env: Env,
  diagnostics: Diagnostics,
): readonly ExpandedTarget[] {
  const { provider, name, address } = location;
  const full = `usdt:${path}:${provider}:${name}`;
  const place = placeOf(path, address, full, span, env, diagnostics);
  if (place === undefined) return [];
  const semaphore =
    location.semaphore === 0 ? undefined : userSpaceOf(env).fileOffset(path, location.semaphore)?.offset;
  const data: UserProbeData = {
    ...place,
    arguments: location.arguments,
    ...(semaphore === undefined ? {} : { semaphore }),
  };
  return [{ name: full, parts: ['usdt', path, provider, name], mode: attachMode(env), data }];
}

function reportUnknown(
  provider: string,
  name: string,
  paths: readonly string[],
  span: Span,
  env: Env,
  diagnostics: Diagnostics,
): void {
  const all = paths.flatMap(path => userSpaceOf(env).usdt(path));
  const where = paths.length === 1 ? paths[0]! : `the ${paths.length} files that match`;
  const full = provider === '*' ? name : `${provider}:${name}`;
  if (all.length === 0) {
    diagnostics.error(
      'unknown-probe',
      span,
      `${where} ${paths.length === 1 ? 'has' : 'have'} no USDT probes`,
      { hint: `functions are traced without: tsbpf -l "uprobe:${paths[0]}:*" lists them` },
    );
    return;
  }
  const verb = hasWildcard(full) ? 'matches' : 'is called';
  const others = all.filter(each => each.name === name).map(each => `${each.provider}:${each.name}`);
  const hint =
    (others[0] === undefined ? undefined : `did you mean "${others[0]}"?`) ??
    didYouMean(name, new Set(all.map(each => each.name))) ??
    `tsbpf -l "usdt:${paths[0]}:*" lists them`;
  const code = hasWildcard(full) ? 'unmatched-probe' : 'unknown-probe';
  diagnostics.error(code, span, `no USDT probe of ${where} ${verb} ${full}`, { hint });
}

function argumentsOf(target: ExpandedTarget, env: Env): readonly UsdtArgument[] {
  const { path, address, arguments: text = '' } = dataOf(target);
  return parseUsdtArguments(text, { userSpace: userSpaceOf(env), path, address, arch: env.arch });
}

/** As in bpftrace a 64-bit integer, whatever its size there; one that the probe has not is 0. */
function argumentType(
  { target, env, diagnostics }: CheckContext,
  index: number,
  span: Span,
): Type | undefined {
  const all = argumentsOf(target, env);
  const argument = all[index];
  if (argument === undefined) {
    const count = all.length === 1 ? '1 argument' : `${all.length} arguments`;
    diagnostics.warn('missing-argument', span, `${target.name} has ${count}: arg${index} is 0`);
  } else if (argument.operand.kind === 'unknown') {
    const message = `arg${index} of ${target.name} cannot be read: ${argument.operand.reason}`;
    diagnostics.error('argument-place', span, message);
    return undefined;
  }
  return INT64;
}

function lowerArgument(lowering: Lowering, index: number): Operand {
  const { builder, env, targets } = lowering;
  const argument = argumentsOf(targets[0]!, env)[index];
  if (argument === undefined) return { kind: 'word', value: builder.const(0) };
  const { operand, size, signed } = argument;
  const type = integer(size, signed);
  const inUser = (address: ValueId, offset: number): Operand => ({
    kind: 'word',
    value: lowering.read({ kind: 'memory', address, offset, space: 'user', btf: false }, type),
  });
  const register = (name: string) => {
    const loaded = loadRegister(lowering, name);
    return loaded.kind === 'word' ? loaded.value : builder.const(0);
  };
  switch (operand.kind) {
    case 'constant': {
      const value = BigInt(operand.value);
      return {
        kind: 'word',
        value: builder.const(signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value)),
      };
    }
    case 'register': {
      const word = register(operand.register);
      const low = operand.shift === 0 ? word : builder.binaryImm('lshr', word, operand.shift);
      // %ah has one byte, whatever size is claimed.
      const width = operand.shift === 0 ? size : 1;
      return { kind: 'word', value: width === 8 ? low : builder.extend(low, width, signed) };
    }
    case 'memory': {
      const base = register(operand.base);
      if (operand.index === undefined) return inUser(base, operand.offset);
      const scaled = builder.binaryImm('mul', register(operand.index), operand.scale);
      return inUser(builder.binary('add', base, scaled), operand.offset);
    }
    case 'relative':
      return inUser(register(env.arch === 'x86_64' ? 'ip' : 'pc'), operand.distance);
    case 'unknown':
      return { kind: 'word', value: builder.const(0) };
  }
}

function* list({ parts }: ListPattern, env: Env): Iterable<string> {
  const [program, ...rest] = parts;
  if (program === undefined) return;
  const name = rest.at(-1) ?? '*';
  const provider = rest.length > 1 && rest[0] !== '' ? rest[0]! : '*';
  const matches = matcher(provider, name);
  const userSpace = userSpaceOf(env);
  for (const path of userSpace.resolve(program)) {
    const found = userSpace.usdt(path).filter(matches);
    yield* new Set(found.map(each => `usdt:${path}:${each.provider}:${each.name}`).sort());
  }
}

/** `int32 arg0 (-4@%edi)`, a line for each. */
function describeArguments(text: string): readonly string[] {
  return splitArguments(text).map(({ whole, size, signed, float }, i) => {
    const bits = size * 8;
    return `${float ? `float${bits}` : `${signed ? '' : 'u'}int${bits}`} arg${i} (${whole})`;
  });
}
