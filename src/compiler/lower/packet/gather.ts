// Packets in socket buffers: only the first bytes lie together, as few as the Ethernet header. What a program looks at is
// brought together before it starts, by bpf_skb_pull_data() (4.9), which does nothing where it lies together already.
import type { ClauseInput, ProgramLowering } from '../program-lowering.js';
import { readsPayload } from './mention.js';

/** Bytes: headers with tags, options and a few extension headers; those, and what is looked at of a payload. */
const [HEADERS_ONLY, WITH_PAYLOAD] = [256, 2048];

export function gatherPacket(lowering: ProgramLowering, clauses: readonly ClauseInput[]): void {
  const { builder, probeType, context } = lowering;
  const offsets = probeType.packet?.context;
  if (probeType.packet?.buffered !== true || offsets?.len === undefined) return;
  const most = builder.const(readsPayload(clauses, HEADERS_ONLY) ? WITH_PAYLOAD : HEADERS_ONLY);
  const word = (offset: number) => builder.load(4, context, offset, { kind: 'packet' });
  const together = builder.binary('sub', word(offsets.end), word(offsets.data));
  const { len } = offsets;
  builder.ifThen(
    'ult',
    together,
    most,
    () => {
      const length = builder.load(4, context, len);
      builder.ifThen('ult', together, length, () => {
        const wanted = builder.select(
          'ult',
          length,
          most,
          () => length,
          () => most,
        );
        builder.call('skb_pull_data', [context, wanted]);
      });
    },
    { likely: 'else' },
  );
}
