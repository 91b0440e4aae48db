// uaddr("symbol"): address of a function or variable of the traced program, where the process has it. What a position-independent
// file was moved by shows in where the probe itself is.

import type { BinarySymbol } from '../../binary-view.js';
import type { CheckContext, TypedCall, TypedExpression } from '../../check/typed.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import type { Env } from '../../env.js';
import type { ValueId } from '../../ir/ir.js';
import type { Lowering } from '../../lower/lowering.js';
import { type IntegerType, integer, type Type } from '../../types/type.js';
import { architectureOf } from '../architecture/architecture.js';
import type { ValueFunction } from '../entry.js';
import type { ExpandedTarget } from '../probe-type.js';
import { loadRegister } from '../probes/registers.js';
import { dataOf } from '../probes/user-target.js';
import { literalText } from './argument.js';

const USER_PROBES: readonly string[] = ['uprobe', 'uretprobe', 'usdt'];

export const uaddr: ValueFunction = {
  name: 'uaddr',
  role: 'value',
  pure: true,
  contextual: true,
  signatures: [{ params: [{ name: 'symbol', kind: 'string-literal' }], returns: pointerTo }],
  check: ({ args, span }, context) => {
    const { probeType, target, env, diagnostics } = context;
    if (!USER_PROBES.includes(probeType.name)) {
      diagnostics.error('not-in-probe', span, `uaddr() cannot be used in a ${probeType.name} probe`, {
        hint: `it looks into the program of a probe: ${USER_PROBES.join(', ')}`,
      });
      return;
    }
    const name = literalText(args[0]);
    const { path } = dataOf(target);
    if (symbolOf(target, name, env) === undefined) {
      const near = didYouMean(name, env.userSpace?.functions(path) ?? []);
      diagnostics.error(
        'unknown-symbol',
        span,
        `${path} has no symbol "${name}"`,
        near === undefined ? {} : { hint: near },
      );
    } else if (probeType.name === 'uretprobe' && needsEntry(target, env) && !knowsEntry(env)) {
      const message = 'uaddr() in a uretprobe of a program that can be loaded anywhere needs Linux 6.6';
      diagnostics.error('kernel-too-old', span, message, {
        hint: 'keep the address in a map in a uprobe of the function',
      });
    }
  },
  doc: {
    summary: 'Address of a function or variable of the program that the probe is in, as a pointer to it.',
    detail: 'It points to a signed integer of the size that the symbol has, else to 8 bytes.',
    example: 'uprobe:libc:malloc { printf("%p\\n", uaddr("environ")); }',
    seeAlso: ['usym', 'uprobe', 'usdt'],
  },
  lower: (lowering, call) => ({ kind: 'word', value: lowerAddress(lowering, call) }),
};

function symbolOf(target: ExpandedTarget, name: string, env: Env): BinarySymbol | undefined {
  return env.userSpace?.symbols(dataOf(target).path, name)[0];
}

function pointerTo(args: readonly TypedExpression[], { target, env, probeType }: CheckContext): Type {
  const known = USER_PROBES.includes(probeType.name) && args[0]?.kind === 'string';
  const size = known ? symbolOf(target, literalText(args[0]), env)?.size : undefined;
  const width: IntegerType['size'] = size === 1 || size === 2 || size === 4 ? size : 8;
  return { kind: 'pointer', to: integer(width, true), space: 'user' };
}

function needsEntry(target: ExpandedTarget, env: Env): boolean {
  return env.userSpace?.isFixed(dataOf(target).path) === false;
}

/** bpf_get_func_ip in programs on uprobes. */
function knowsEntry({ kernelVersion: [major, minor] }: Env): boolean {
  return major > 6 || (major === 6 && minor >= 6);
}

function lowerAddress(lowering: Lowering, { args }: TypedCall): ValueId {
  const { builder, env, targets, context, probeType } = lowering;
  const [target] = targets;
  const address = (target && symbolOf(target, literalText(args[0]), env)?.address) ?? 0;
  if (target === undefined || !needsEntry(target, env)) return builder.const(BigInt(address));
  // A program at a function's return sees where it returns to; the kernel knows where it was entered.
  const here =
    probeType.name === 'uretprobe'
      ? builder.call('get_func_ip', [context], { pure: true })
      : wordOf(lowering, architectureOf(env).registers.ip === undefined ? 'pc' : 'ip');
  return builder.binary('add', here, builder.const(BigInt(address - dataOf(target).address)));
}

function wordOf(lowering: Lowering, register: string): ValueId {
  const operand = loadRegister(lowering, register);
  return operand.kind === 'word' ? operand.value : lowering.builder.const(0);
}
