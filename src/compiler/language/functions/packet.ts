// skboutput(): packets into a capture file.
import { ProgType } from '../../bpf/uapi.js';
import { InternalError } from '../../diagnostics/diagnostic.js';
import { integer, VOID } from '../../types/type.js';
import type { AsyncFunction, ValueFunction } from '../entry.js';

/** SiteSpec.data of a packet: where it is written, and from which byte on. */
export interface PacketData {
  readonly path: string;
  readonly offset: number;
}

/** Both architectures we know are little-endian. */
const LITTLE_ENDIAN = true;

export const skboutput: ValueFunction = {
  name: 'skboutput',
  role: 'value',
  pure: false,
  signatures: [
    {
      params: [
        { name: 'path', kind: 'string-literal' },
        { name: 'skb', kind: 'pointer' },
        { name: 'length', kind: 'integer' },
        { name: 'offset', kind: 'integer-literal' },
      ],
      returns: integer(4, false),
    },
  ],
  programTypes: [ProgType.BPF_PROG_TYPE_TRACING],
  doc: {
    summary:
      'Appends a packet (struct sk_buff) to a capture file that tcpdump and Wireshark read; 0, or a negative error.',
    detail:
      'The packet is taken from its data pointer on, so many bytes, of which the first <offset> are left out: 14 where the data' +
      ' begins with an Ethernet header, since the file is of raw IP packets. It works where the kernel vouches for the' +
      ' pointer: args of fentry, fexit and rawtracepoint. Events of such a script come by perf buffers.',
    example: 'rawtracepoint:net_dev_queue { $r = skboutput("out.pcap", args.skb, args.skb.len, 14); }',
    seeAlso: ['args'],
  },
  check: (call, { diagnostics }) => {
    const [, skb, , offset] = call.args;
    const type = skb?.type;
    const isPacket = type?.kind === 'pointer' && type.to.kind === 'struct' && type.to.name === 'sk_buff';
    if (skb !== undefined && !isPacket) {
      diagnostics.error('no-packet', skb.span, 'skboutput() takes a pointer to struct sk_buff', {
        hint: 'e.g. args.skb of rawtracepoint:net_dev_queue',
      });
    }
    if (offset?.kind === 'integer' && (offset.value < 0n || offset.value > 65_535n)) {
      diagnostics.error('no-packet', offset.span, `a packet has no byte ${offset.value}`);
    }
  },
  lower: (lowering, call) => {
    const [path, , , offset] = call.args;
    if (path?.kind !== 'string' || offset?.kind !== 'integer')
      throw new InternalError('skboutput() without a file');
    const data: PacketData = { path: new TextDecoder().decode(path.bytes), offset: Number(offset.value) };
    return lowering.sendPacket(call, data);
  },
};

/** The event of skboutput(): time, bytes of the packet, then these. */
export const packet: AsyncFunction = {
  name: 'packet',
  role: 'async',
  signatures: [{ params: [], returns: VOID }],
  doc: { summary: 'A packet for a capture file.' },
  lower: () => {},
  onEvent: (view, effects, site) => {
    const [time, length] = site.layout.fields;
    const { path, offset } = site.data as PacketData;
    const at = view.offset + site.layout.size;
    const bytes = view.data.getUint32(view.offset + length!.offset, LITTLE_ENDIAN);
    effects.packet(
      path,
      view.data.getBigUint64(view.offset + time!.offset, LITTLE_ENDIAN),
      view.bytes.subarray(at + Math.min(offset, bytes), at + bytes),
    );
  },
};
