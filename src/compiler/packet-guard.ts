// The SSH guard: a clause before all others on each interface, which lets pass what a session needs that the user may be sitting
// in. It is a part of the language like any other clause. Programs that only look at packets see all of them, and get none.
import { findFunction, PROBE_TYPES } from './language/registry.js';
import { isOfPackets } from './packet-filter.js';
import type { Macro, Program } from './syntax/ast.js';
import { parse } from './syntax/parse.js';

/** Conditions in the language. */
export interface Guard {
  /** Of packets that come in. */
  readonly in: string;
  /** Of packets that go out. */
  readonly out: string;
}

/** `guard` is asked when a program decides about packets. */
export function guarded(program: Program, guard: () => Guard | undefined): Program {
  const probes = program.probes.filter(({ attachPoints }) => attachPoints.some(isOfPackets));
  const macros = new Set(program.macros);
  const passes = probes.some(probe => decides(probe, macros)) ? guard() : undefined;
  if (passes === undefined) return program;
  const points = probes.flatMap(({ attachPoints }) => attachPoints);
  const own = PROBE_TYPES.flatMap(({ name, aliases, packet }) => {
    if (packet === undefined) return [];
    const theirs = points.filter(({ parts }) => [name, ...aliases].includes(parts[0]?.text ?? ''));
    const pass = packet.verdicts.find(({ value }) => value === packet.undecided)!.name;
    return [false, true].flatMap(outwards => {
      const attachPoints = theirs.filter(({ parts }) => {
        const target = { name, parts: parts.map(part => part.text) };
        return (packet.outbound?.(target) === true) === outwards;
      });
      const text = `${name}:lo /${outwards ? passes.out : passes.in}/ { return ${pass}; }`;
      const [clause] = parse({ name: 'guard', text }, { params: [] }).program.probes;
      return clause === undefined || attachPoints.length === 0
        ? []
        : [{ ...placeless(clause), attachPoints }];
    });
  });
  return { ...program, probes: [...own, ...program.probes] };
}

/** Does it return a verdict, or change packets, by itself or in a macro? Of `macros`, those not looked at yet. */
function decides(part: unknown, macros: Set<Macro>): boolean {
  if (Array.isArray(part)) return part.some(item => decides(item, macros));
  if (typeof part !== 'object' || part === null) return false;
  const node = part as Readonly<Record<string, unknown>>;
  if (node.kind === 'return') return node.value !== undefined;
  if (node.kind === 'member-assignment') return true;
  if (node.kind === 'call' || node.kind === 'identifier') {
    if (findFunction(String(node.name))?.reshapes !== undefined) return true;
    for (const macro of macros) {
      if (macro.name !== node.name) continue;
      macros.delete(macro);
      if (decides(macro.body, macros)) return true;
    }
  }
  return Object.values(node).some(item => decides(item, macros));
}

/** It is nowhere in the script. */
function placeless<T>(part: T): T {
  if (Array.isArray(part)) return part.map(placeless) as T;
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      /span$/i.test(key) && value !== undefined ? { start: 0, end: 0 } : placeless(value),
    ]),
  ) as T;
}
