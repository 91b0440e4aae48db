// What the manual says of packet probes beside their words.
import { code, type Section, terms, text } from './page.js';

export const PACKETS: Section = {
  title: 'PACKETS',
  blocks: [
    ...text(
      'Packet probes (`xdp`) see each packet, and may decide what becomes of it. All blocks on one interface are one program, in the order of the source. A block that runs to its end leaves the packet to the next block; behind the last one the packet passes. A verdict decides at once:',
    ),
    terms([
      ['`return XDP_PASS;`', 'The packet goes on to the network stack.'],
      ['`return XDP_DROP;`', 'It is dropped.'],
      ['`return XDP_TX;`', 'It is sent out of the interface it came from.'],
      ['`return XDP_ABORTED;`', 'It is dropped, and `tracepoint:xdp:xdp_exception` tells of it.'],
      [
        '`return redirect("eth1");` `return redirect_cpu(2);`',
        'It goes to another interface or CPU: see FUNCTIONS.',
      ],
      ['`return;`', 'Leaves the block: the packet is left to the next one.'],
    ]),
    code('xdp:eth0 { @packets = count(); }', 'xdp:eth0 /rand % 100 == 0/ { return XDP_DROP; }'),
    ...text(
      'Programs are attached by links: an interface is as it was when the tracer has ended, however it ends. A program that another process has attached is never replaced: the message names it and its owner. Whatever fails within a program, and a program that has been stopped, lets packets pass. With `--dry-run` programs are loaded, but attached nowhere.',
    ),
  ],
};
