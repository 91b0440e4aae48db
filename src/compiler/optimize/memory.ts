// What memory accesses may touch. A place is a root and a range of bytes from it. The stack areas whose address only serves
// loads, stores and arguments are known apart from everything else; a call touches those it is given the address of.
import { HELPERS } from '../bpf/helper.js';
import type { Instr, IrFunction, ValueId } from '../ir/ir.js';
import { type Definitions, visitEndOperands, visitOperands } from '../ir/operands.js';

export interface Place {
  /** The value that the address is counted from. */
  readonly root: ValueId;
  readonly offset: number;
  readonly size: number;
}

/** Follows additions of constants to where the address comes from. */
export function rootOf(
  defs: Definitions,
  base: ValueId,
): { readonly root: ValueId; readonly offset: number } {
  let root = base;
  let offset = 0;
  for (;;) {
    const instr = defs[root]!;
    if (instr.op !== 'binary' || instr.fn !== 'add' || instr.width !== 64) return { root, offset };
    const step = defs[instr.b]!;
    if (step.op !== 'const') return { root, offset };
    offset += Number(BigInt.asIntN(64, step.value));
    root = instr.a;
  }
}

export function placeOf(
  defs: Definitions,
  instr: { readonly base: ValueId; readonly offset: number; readonly size: number },
): Place {
  const { root, offset } = rootOf(defs, instr.base);
  return { root, offset: offset + instr.offset, size: instr.size };
}

/** Stack areas that nothing reaches but accesses and calls that name them, by value id. */
export function privateAreas(fn: IrFunction, defs: Definitions): ReadonlySet<ValueId> {
  const areas = new Set<ValueId>();
  for (const instr of defs) if (instr?.op === 'stack') areas.add(instr.id);
  if (areas.size === 0) return areas;
  const leak = (value: ValueId) => {
    if (areas.size > 0) areas.delete(rootOf(defs, value).root);
  };
  for (const block of fn.blocks) {
    for (const instr of block.instrs) {
      if (instr.op === 'load') continue;
      if (instr.op === 'store') leak(instr.value);
      else if (instr.op === 'atomic') {
        leak(instr.value);
        if (instr.expected !== undefined) leak(instr.expected);
      } else if (instr.op === 'binary' && instr.fn === 'add' && defs[instr.b]!.op === 'const') {
        // A step: judged by what is done with the sum.
      } else if (instr.op !== 'call' && instr.op !== 'call-function') visitOperands(instr, leak);
    }
    visitEndOperands(block.end, leak);
  }
  return areas;
}

/** True when the two places may share a byte. */
export function mayAlias(defs: Definitions, areas: ReadonlySet<ValueId>, a: Place, b: Place): boolean {
  if (a.root === b.root) return a.offset < b.offset + b.size && b.offset < a.offset + a.size;
  if (areas.has(a.root) || areas.has(b.root)) return false;
  const x = defs[a.root]!;
  const y = defs[b.root]!;
  return !(x.op === 'map-value' && y.op === 'map-value' && x.map !== y.map);
}

export interface CallEffect {
  /** It may write memory other than private stack areas. */
  readonly elsewhere: boolean;
  /** Private areas that it may write. */
  readonly writes: readonly ValueId[];
  /** Private areas that it may read. */
  readonly reads: readonly ValueId[];
  /** Bytes of a private area that it surely overwrites without reading them. */
  readonly fills: Place | undefined;
}

/** Helpers that write all of [r1, r1 + r2), even when they fail. */
const FILLS: ReadonlySet<string> = new Set([
  'probe_read',
  'probe_read_kernel',
  'probe_read_user',
  'get_current_comm',
]);
/** Helpers that write behind r1 and nowhere else. */
const WRITES_FIRST: ReadonlySet<string> = new Set([
  ...FILLS,
  'probe_read_str',
  'probe_read_kernel_str',
  'probe_read_user_str',
]);
/** Helpers that only read what their arguments point to, and write nothing else that a program can load. */
const READS_ONLY: ReadonlySet<string> = new Set([
  'map_lookup_elem',
  'map_lookup_percpu_elem',
  'ringbuf_output',
  'ringbuf_reserve',
  'perf_event_output',
  'trace_printk',
  'send_signal',
]);
/** Helpers that only read their arguments but change memory that other pointers may reach. */
const READS_ARGUMENTS: ReadonlySet<string> = new Set([
  'map_update_elem',
  'map_delete_elem',
  'map_push_elem',
  'ringbuf_submit',
  'ringbuf_discard',
]);

export function effectOf(
  defs: Definitions,
  areas: ReadonlySet<ValueId>,
  instr: Instr & { op: 'call' | 'call-function' },
): CallEffect {
  const roots = instr.args.map(arg => rootOf(defs, arg));
  const passed = roots.map(({ root }) => root).filter(root => areas.has(root));
  if (instr.op === 'call-function')
    return { elsewhere: true, writes: passed, reads: passed, fills: undefined };
  const { helper } = instr;
  if (WRITES_FIRST.has(helper)) {
    const { root, offset } = roots[0]!;
    const own = areas.has(root);
    const size = defs[instr.args[1]!]!;
    const others = roots.slice(1).map(other => other.root);
    const fills = own && FILLS.has(helper) && size.op === 'const' && !others.includes(root);
    return {
      elsewhere: !own,
      writes: own ? [root] : [],
      reads: fills ? others.filter(other => areas.has(other)) : passed,
      fills: fills ? { root, offset, size: Number(size.value) } : undefined,
    };
  }
  const name = `BPF_FUNC_${helper}`;
  const known = name in HELPERS ? HELPERS[name as keyof typeof HELPERS] : undefined;
  if (READS_ONLY.has(helper) || (known !== undefined && known.purity !== 'effect')) {
    return { elsewhere: false, writes: [], reads: passed, fills: undefined };
  }
  const writes = READS_ARGUMENTS.has(helper) ? [] : passed;
  return { elsewhere: true, writes, reads: passed, fills: undefined };
}
