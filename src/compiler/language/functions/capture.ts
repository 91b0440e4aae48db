// capture(): packets of a packet probe into a capture file, with what became of them.
import type { CheckContext, TypedCall } from '../../check/typed.js';
import { VOID } from '../../types/type.js';
import type { AsyncFunction } from '../entry.js';
import { argument, literalText } from './argument.js';

/** SiteSpec.data of captured packets: one site for each file of a program. */
export interface CaptureData {
  readonly path: string;
  /** Bytes of a packet that are kept at most. */
  readonly snaplen: number;
  /** Of pcapng's epb_verdict: what a verdict is a number of. */
  readonly verdictType: number;
  /** The packets go out. */
  readonly outbound: boolean;
  /** Times are ns since 1970 already: those of the capture that a trial runs on. */
  readonly epoch: boolean;
}

/** Standard output, as a pcap. */
export const STDOUT = '-';
/** MAXIMUM_SNAPLEN of libpcap: more is taken for a damaged file. */
export const MOST_SNAPLEN = 262_144;
const LITTLE_ENDIAN = true;

/** Undefined: the name says nothing of a format. */
export function captureFormat(path: string): 'pcap' | 'pcapng' | undefined {
  if (path === STDOUT || /\.(pcap|cap)$/.test(path)) return 'pcap';
  return path.endsWith('.pcapng') ? 'pcapng' : undefined;
}

export const capture: AsyncFunction = {
  name: 'capture',
  role: 'async',
  packet: true,
  withoutPackets:
    'skboutput() writes packets that the kernel hands to fentry, fexit and rawtracepoint probes',
  signatures: [
    {
      params: [
        { name: 'file', kind: 'string-literal' },
        { name: 'snaplen', kind: 'integer-literal', optional: true },
      ],
      returns: VOID,
    },
  ],
  check: (call, context) => checkCapture(call, context),
  doc: {
    summary:
      'Writes the packet to a capture file that tcpdump and Wireshark read, once its verdict is known.',
    detail:
      'A `.pcap` has the time in nanoseconds and the bytes; a `.pcapng` also the interface, the queue, the direction and the ' +
      'verdict (epb_verdict); "-" is standard output, as a pcap, and what else the script prints then goes to standard error. The packet ' +
      'is written as the program leaves it: dropped ones too, changed ones with their changes, a VLAN tag that the kernel keeps beside it in its place. Of a packet at most snaplen bytes ' +
      'are kept (all, if it is not given; never more than 65000), beside the length that it had. However often a packet is ' +
      'captured it is in a file once, with the largest snaplen. Packets that the SSH guard lets pass are not seen by the ' +
      'program, and not captured. With --packets, times are those of the packets that are read. Packets that find no room are ' +
      'counted as lost events; events of such a script come by perf buffers.',
    example: 'xdp:lo /icmp/ { capture("icmp.pcapng"); }',
    seeAlso: ['skboutput'],
  },
  lower: (lowering, call) => {
    const { path, snaplen } = captureArguments(call);
    lowering.onPacket.capture(path, snaplen);
  },
  onEvent: (view, effects, site) => {
    const { data, offset } = view;
    const [time, bytes, length, index, queue, verdict, tagged, tci, tagType] = site.layout.fields;
    const word = (field: typeof bytes) => data.getUint32(offset + field!.offset, LITTLE_ENDIAN);
    const at = offset + site.layout.size;
    effects.capture(site.data as CaptureData, {
      time: data.getBigUint64(offset + time!.offset, LITTLE_ENDIAN),
      bytes: view.bytes.subarray(at, at + word(bytes)),
      length: word(length),
      interface: word(index),
      queue: word(queue),
      verdict: word(verdict) | 0,
      tag: word(tagged) === 0 ? undefined : { type: word(tagType), control: word(tci) },
    });
  },
};

export function captureArguments({ args }: TypedCall): { path: string; snaplen: number } {
  const snaplen = args[1]?.kind === 'integer' ? Number(args[1].value) : MOST_SNAPLEN;
  return { path: literalText(args[0]), snaplen };
}

function checkCapture(call: TypedCall, { diagnostics }: CheckContext): void {
  const [file, snaplen] = [argument(call, 0), call.args[1]];
  if (captureFormat(literalText(file)) === undefined) {
    diagnostics.error(
      'capture-file',
      file.span,
      `the name of a capture tells its format, and "${literalText(file)}" has none`,
      {
        hint: 'name it *.pcap, or *.pcapng to have verdicts and interfaces in it; "-" is a pcap on standard output',
      },
    );
  }
  if (snaplen?.kind === 'integer' && (snaplen.value < 1n || snaplen.value > MOST_SNAPLEN))
    diagnostics.error(
      'capture-length',
      snaplen.span,
      `a snaplen is a number of bytes from 1 to ${MOST_SNAPLEN}`,
    );
}
