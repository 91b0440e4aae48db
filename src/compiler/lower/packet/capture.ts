// capture(): what the calls leave behind is a mark, a variable for each file with the bytes that are wanted of the packet. All ways
// out of such a program meet in one place, where the verdict is known; there a record is sent for each file that has a mark, with
// the packet's bytes behind it, which only a perf buffer takes (bpf_xdp_event_output, 4.8).
import type { TypedCall, VariableInfo } from '../../check/typed.js';
import { InternalError, type Span } from '../../diagnostics/diagnostic.js';
import type { IrBuilder, Local } from '../../ir/builder.js';
import type { BlockId, ValueId } from '../../ir/ir.js';
import type { FunctionEntry } from '../../language/entry.js';
import { type CaptureData, captureArguments } from '../../language/functions/capture.js';
import { UINT32, UINT64 } from '../../types/type.js';
import { visit } from '../capture.js';
import { CURRENT_CPU, MOST_PERF_BYTES, ringDoorbell } from '../channel.js';
import { layoutRecord } from '../event.js';
import { PACKET_TIME } from '../limit.js';
import { clear } from '../memory.js';
import type { ClauseInput, ProgramLowering } from '../program-lowering.js';
import { countVerdict } from '../verdict-count.js';

/** A file that a program's packets are written to. */
export interface Capture {
  readonly path: string;
  /** Bytes wanted of the packet at hand; 0: it is not captured. */
  readonly mark: VariableInfo;
  /** The first that captures to it: losses are its. */
  readonly clause: ClauseInput;
  readonly span: Span;
  /** The most that any call wants. */
  snaplen: number;
}

/** Where all ways out of the program meet. */
export interface WayOut {
  readonly block: BlockId;
  readonly verdict: Local;
  /** What decided, where that is counted. */
  readonly rule: Local;
}

const LAYOUT = layoutRecord([
  { name: 'time', type: UINT64 },
  { name: 'bytes', type: UINT32 },
  { name: 'length', type: UINT32 },
  { name: 'interface', type: UINT32 },
  { name: 'queue', type: UINT32 },
  { name: 'verdict', type: UINT32 },
  { name: 'tagged', type: UINT32 },
  { name: 'control', type: UINT32 },
  { name: 'tag', type: UINT32 },
]);

const NAME = 'capture';

/** What a program captures: nothing, where there are no packets. */
export class Captures {
  /** By path, in the order of the source. */
  readonly files = new Map<string, Capture>();
  #wayOut: WayOut | undefined;

  constructor(clauses: readonly ClauseInput[]) {
    for (const clause of clauses) {
      const { predicate, body, probeType } = clause.variant;
      if (probeType.packet === undefined) return;
      forEachCall([predicate, body], (path, snaplen, span) => {
        const known = this.files.get(path);
        if (known === undefined) {
          const mark: VariableInfo = { name: `capture ${path}`, type: UINT64, span };
          this.files.set(path, { path, mark, clause, span, snaplen });
        } else known.snaplen = Math.max(known.snaplen, snaplen);
      });
    }
  }

  get none(): boolean {
    return this.files.size === 0;
  }

  wayOut(builder: IrBuilder): WayOut {
    this.#wayOut ??= {
      block: builder.newBlock(),
      verdict: builder.newLocal('verdict'),
      rule: builder.newLocal('rule'),
    };
    return this.#wayOut;
  }
}

/** The marks that a part of the program's text sets. */
export function marksIn({ captures }: ProgramLowering, part: unknown): VariableInfo[] {
  const marks = new Set<VariableInfo>();
  if (!captures.none) forEachCall(part, path => marks.add(captures.files.get(path)!.mark));
  return [...marks];
}

function forEachCall(part: unknown, each: (path: string, snaplen: number, span: Span) => void): void {
  visit(part, node => {
    if (node.kind !== 'call' || (node.entry as FunctionEntry).name !== NAME) return;
    const { call, span } = node as { call: TypedCall; span: Span };
    const { path, snaplen } = captureArguments(call);
    each(path, snaplen, span);
  });
}

/** Before the first clause: nothing is wanted yet. */
export function startCaptures({ captures, variables, builder }: ProgramLowering): void {
  const marks = [...captures.files.values()].map(({ mark }) => mark);
  variables.declare(marks, []);
  for (const mark of marks) variables.setWord(mark, builder.const(0));
}

export function lowerCapture(lowering: ProgramLowering, path: string, snaplen: number): void {
  const { builder, variables } = lowering;
  const { mark } = lowering.captures.files.get(path)!;
  const before = variables.word(mark);
  const wanted = builder.const(snaplen);
  const isFirst = builder.constantOf(before) === 0n;
  variables.setWord(mark, isFirst ? wanted : larger(builder, before, wanted));
}

/** A way out of the program, with this verdict, by this rule, where one asks. */
export function leaveCapturing(
  { builder, captures }: ProgramLowering,
  value: ValueId,
  byRule: ValueId | undefined,
): void {
  const { block, verdict, rule } = captures.wayOut(builder);
  builder.write(verdict, value);
  if (byRule !== undefined) builder.write(rule, byRule);
  builder.jump(block);
}

/** Behind all clauses: the verdict is known, and every way out comes here. */
export function endCaptures(lowering: ProgramLowering): void {
  const { builder, object, packet, context, probeType, env } = lowering;
  if (probeType.packet === undefined) throw new InternalError('a packet where there is none');
  const { context: at, verdictType, outbound } = probeType.packet;
  const { block, verdict, rule } = lowering.captures.wayOut(builder);
  builder.enter(block);
  const result = builder.read(verdict);
  if (object.countsVerdicts) countVerdict(lowering, result, builder.read(rule));
  object.needPacketRing();
  const record = builder.stack(LAYOUT.size, 8);
  const epoch = object.hasWord(PACKET_TIME);
  const word = (offset: number) => builder.load(4, context, offset);
  for (const { path, mark, clause, span, snaplen } of lowering.captures.files.values()) {
    lowering.enter(clause, undefined);
    const data: CaptureData = {
      path,
      snaplen,
      verdictType,
      outbound: outbound?.(lowering.targets[0]!) === true,
      epoch,
    };
    const site = object.addSite(lowering.probeIndex, NAME, LAYOUT, span, data);
    const send = () => {
      const length = at.len === undefined ? builder.binary('sub', packet.end(), packet.data()) : word(at.len);
      const most = builder.const(MOST_PERF_BYTES);
      const bytes = smaller(builder, smaller(builder, length, lowering.variables.word(mark)), most);
      const time = epoch
        ? builder.load(8, builder.mapValue('globals', object.wordOffset(PACKET_TIME)), 0)
        : builder.call(env.has('ktime_get_boot_ns') ? 'ktime_get_boot_ns' : 'ktime_get_ns', []);
      const values = [
        time,
        bytes,
        length,
        word(at.ifindex),
        word(at.queue),
        result,
        ...(at.tag === undefined ? [] : [at.tag.present, at.tag.tci, at.tag.type].map(word)),
      ];
      clear(lowering, record, 0, LAYOUT.size);
      builder.store(4, record, 0, builder.const(site));
      for (const [i, { offset, type }] of LAYOUT.fields.entries())
        if (values[i] !== undefined) builder.store(type === UINT64 ? 8 : 4, record, offset, values[i]);
      const flags = builder.binary('or', builder.binaryImm('shl', bytes, 32), builder.const(CURRENT_CPU));
      const size = builder.const(LAYOUT.size);
      const failed = builder.call('perf_event_output', [context, builder.map('perf'), flags, record, size]);
      const lost = () => lowering.countLoss('ringFull');
      builder.ifElse('ne', failed, builder.const(0), lost, () => ringDoorbell(lowering, record));
    };
    lowering.during(span, () => builder.ifThen('ne', lowering.variables.word(mark), builder.const(0), send));
  }
  builder.ret(result);
}

function larger(builder: IrBuilder, a: ValueId, b: ValueId): ValueId {
  return builder.select(
    'ugt',
    a,
    b,
    () => a,
    () => b,
  );
}

function smaller(builder: IrBuilder, a: ValueId, b: ValueId): ValueId {
  return builder.select(
    'ult',
    a,
    b,
    () => a,
    () => b,
  );
}
