// What the manual says of packet probes.
import { HEADERS } from '../compiler/language/packet/headers.js';
import {
  MOST_EXTENSIONS,
  NEUTRAL_WORDS,
  PACKET_CONSTANTS,
  PACKET_FACTS,
} from '../compiler/language/packet/words.js';
import { code, type Section, terms, text } from './page.js';
import { XDP_EXERCISES } from './xdp-exercises.js';

const FIXED = HEADERS.flatMap(({ name, fields }) =>
  fields.filter(field => field.fixed === true).map(field => `\`${name}.${field.name}\``),
);

export const PACKETS: Section = {
  title: 'PACKETS',
  blocks: [
    ...text(
      'Packet probes see each packet, and may decide what becomes of it: `xdp` what an interface receives, before the network stack does; `tc` what comes in behind that, and what goes out. All blocks on one interface are one program, in the order of the source. A block that runs to its end leaves the packet to the next block; behind the last one the packet passes. A verdict decides at once:',
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
      [
        '`return TC_ACT_SHOT;` `return TC_ACT_OK;` `return TC_ACT_UNSPEC;`',
        'In `tc` probes: it is dropped; passes without the programs behind this one; is left to them, as at the end of the last block.',
      ],
      ['`return;`', 'Leaves the block: the packet is left to the next one.'],
    ]),
    code(
      'xdp:eth0 { @packets = count(); }',
      'xdp:eth0 /rand % 100 == 0/ { return XDP_DROP; }',
      'tc:eth0:egress { @sent[dst] = sum(pkt.len); }',
    ),
    ...text(
      'Headers are words of packet probes, and their fields are read with a dot, integers in host order. Fields have the names that nftables gives them:',
    ),
    terms(
      HEADERS.map(({ name, aliases, doc, fields }): [string, string] => [
        [name, ...aliases].map(each => `\`${each}\``).join(', '),
        `${doc}: ${fields.map(field => `\`${field.name}\``).join(', ')}.`,
      ]),
    ),
    terms([
      ...NEUTRAL_WORDS.map(({ name, doc }): [string, string] => [`\`${name}\``, `The ${doc}.`]),
      ['`proto`', 'The protocol behind the IP headers, extension headers of IPv6 passed over.'],
      [
        '`payload`, `payload.len`, `payload[i]`',
        'What lies behind the header of TCP, UDP or ICMP: whether there is any, its bytes as far as the IP header says, one of them; `payload_at()` makes a number of several, `payload_address()` says where they are.',
      ],
      ...PACKET_FACTS.map(({ name, doc }): [string, string] => [`\`pkt.${name}\``, `The ${doc}.`]),
      [
        [...PACKET_CONSTANTS.keys()].map(name => `\`${name}\``).join(' '),
        'Bits of `tcp.flags`: `tcp.flags & SYN`.',
      ],
    ]),
    ...text(
      `A header is there when it lies wholly inside the packet; \`if (tcp) { }\` asks that. Tags are followed twice, and ${MOST_EXTENSIONS} extension headers of IPv6; fragments but the first have no transport header. A comparison that reads of a header which is not there is false, \`!=\` and \`in\` included; any other read of it gives 0, and \`!\` turns what it is given around: \`!(tcp.flags & ACK)\` is true of UDP.`,
      'Addresses are compared with text, with lists of addresses, prefixes and ranges, and with each other. They print as addresses and are keys of maps:',
    ),
    ...text(
      'A device may take the outer tag out of a packet and hand it on beside it. `tc` probes read it there; `xdp` probes do not see it, on a veth either, unless the device is told to leave it in (`ethtool -K eth0 rxvlan off`).',
    ),
    code(
      'xdp:eth0 /tcp.dport in "22,80,8000-8010" && src in "10.0.0.0/8,fd00::/8"/ { @[src] = count(); }',
      'xdp:eth0 /tcp.flags & SYN && !(tcp.flags & ACK)/ { @syn[ip.saddr, tcp.dport] = count(); }',
    ),
    ...text(
      'Lists that are long, or change, are sets: `let @block = lpmtrie(100000);` before the probes declares one with room for so many prefixes, `--set block=FILE` loads it. In the file is a prefix or an address a line, of IPv4 and IPv6 alike; `#` begins a comment, and bits behind the length of a prefix do not count. `src in @block` is true when a prefix of the set holds the address; of IPv4 `0.0.0.0/0` holds all, and no address of IPv6. Any probe may ask for any address: `ntop(args.daddr) in @block`.',
      'A file that has changed is read again, half a second after it was last written to, and SIGUSR1 reads all of them; a file that is moved into the place of the old one is never seen half written. Programs ask the old list until the new one is complete, and all of that from one moment on. When a file cannot be read, or has a mistake, the old list stays, and a warning tells why. A set is not printed at the end: `print(@block)` prints the prefixes that were met and how many addresses each was the longest match of, since the start, whether it is still in the file or not. Only a set that is printed counts, which costs some nanoseconds for each match.',
    ),
    code(
      'let @block = lpmtrie(1000000);',
      'xdp:eth0 /src in @block/ { return XDP_DROP; }',
      'interval:s:10 { print(@block, 5); }',
    ),
    code('tsbpf --set block=/etc/blocklist.txt drop.bt'),
    ...text(
      'Load balancers choose from sets of another kind: `let @web = backends(100);` declares one with room for so many backends, and its file has an address a line, behind it `weight=N` (1 when it is not said; 0: no new flows) and `mac=ADDRESS` as wanted. `backend(@web, hash(src, sport))` is the one that a flow goes to, `backend_at(@web, 1)` tells what each was given. Files are read again like those of prefixes; one without a backend, or whose last line has no end, is taken for half written.',
      'Most flows of a backend stay with it when another comes or goes, and all of them when the program remembers its id:',
    ),
    code(
      'let @web = backends(100);',
      'let @flows = lruhash(100000);',
      'xdp:eth0 /ip.daddr == "192.0.2.10" && tcp.dport == 443/ {',
      '  $flow = hash(src, sport);',
      '  $b = backend(@web, $flow, @flows[$flow]);',
      '  if ($b.id != 0) { @flows[$flow] = $b.id; eth.daddr = $b.mac; return XDP_TX; }',
      '}',
    ),
    ...text(
      `Fields can be assigned, also by \`-=\` and its like, but for those that tell the form of a header (${FIXED.join(', ')}). The checksums of IPv4, TCP, UDP and ICMP that cover a field are adjusted, that of a pseudo header included. Assigning to a header that is not there does nothing, nor does an address of another family than the field is of. \`swap()\` exchanges two fields. In \`tc\` probes the checksum that a device is to make comes out right as well; the fields of tags cannot be assigned there.`,
      'Packets become longer and shorter: `push_vlan(id)` and `pop_vlan()` put a VLAN tag into them and take it out, `push_ip()` and `push_ip6()` put a header around an IP packet, whose fields are assigned then. Each is true when it was done.',
    ),
    code(
      'xdp:eth0 /udp.dport == 53/ { udp.dport = 5353; ip.ttl -= 1; eth.daddr = "02:00:00:00:00:02"; }',
      'xdp:eth0 /tcp.dport == 80/ { if (push_ip()) { ip.daddr = "192.0.2.7"; eth.daddr = "02:00:00:00:00:02"; return XDP_TX; } }',
      'xdp:eth0 /icmp.type == 8/ { icmp.type = 0; swap(ip.saddr, ip.daddr); swap(eth.saddr, eth.daddr); return XDP_TX; }',
    ),
    ...text(
      'Who thinks in filters of tcpdump says so: `pcap("tcp port 443 and host 10.0.0.1")` is a condition like any other, and `--filter TEXT` is one for all packet probes of a script, before their own: what does not match passes by as if they were not there. The text is that of pcap-filter(7), compiled into the program: all primitives of Ethernet but mpls, pppoes, geneve, ipx, atalk, aarp, protochain, gateway and those that a packet does not tell, like inbound. It decides as tcpdump does about a capture, which is not always what the words of the language mean: `tcp` and `port` do not look behind VLAN tags unless `vlan` was asked for before, nor behind extension headers of IPv6. `ip broadcast` is 255.255.255.255 and 0.0.0.0. Of a packet that ends within a header tcpdump itself may decide otherwise where several alternatives ask for bytes that are not there, since its optimizer changes their order. In a program a backslash is written twice: `pcap("ip proto \\\\tcp")`, though here `ip proto tcp` does as well.',
    ),
    code(
      'xdp:eth0 /pcap("tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn")/ { @syn[src] = count(); }',
      "tsbpf --filter 'udp port 53 and not net 10.0.0.0/8' -e 'xdp:eth0 { @[src, dst] = count(); }'",
    ),
    ...text('What one learns XDP by is a line each:'),
    code(...XDP_EXERCISES.flatMap(([task, program]) => [`// ${task}`, program])),
    ...text('A source is kept within a rate by `ratelimit()`, a part of the packets is taken by `rand`:'),
    code(
      'xdp:eth0 /icmp && !ratelimit(src, 10, 20)/ { return XDP_DROP; }',
      'xdp:eth0 /rand % 1000 == 0/ { printf("%s %s %d\\n", src, dst, pkt.len); }',
    ),
    ...text(
      'Packets are kept by `capture("file.pcap"[, snaplen])`, which marks the packet. When all blocks have run and the verdict is known, it is written as the program leaves it: dropped packets too, and changed ones with their changes (where a packet is to be seen as it came, nothing may be assigned to it). A `.pcapng` has the verdict of each packet (epb_verdict), its interface, queue and direction, a `.pcap` the bytes and the time in nanoseconds; `tcpdump` and Wireshark read both. Several blocks may capture to one file, and one packet to several files; in each it is once. What is in the files is told at the end on standard error, and so are packets that found no room on their way there (`config = { perf_rb_pages = 4096 }` makes more of it, a snaplen needs less). `--events 10` ends a script that prints nothing after ten packets. `"-"` is standard output, for what reads a capture there; whatever else the script prints then goes to standard error.',
    ),
    code(
      'xdp:eth0 /udp.dport == 53/ { capture("dns.pcapng"); }',
      'xdp:eth0 { capture("all.pcapng", 96); } xdp:eth0 /ip.ttl < 5/ { return XDP_DROP; }',
    ),
    code(
      `tsbpf -e 'xdp:eth0 /icmp/ { capture("-"); }' | tcpdump -nr -`,
      `tsbpf --filter 'tcp port 443 and net 10' -e 'xdp:eth0 { capture("https.pcapng"); }'`,
    ),
    ...text(
      'A program is tried first on a capture: `--packets in.pcap` (pcap or pcapng, of Ethernet) has the kernel run it on each packet, without an interface; the name in the program need not be that of one. It prints the verdict of each packet, then how many had which, and the time that a run takes beside that of an empty program; `--repeat 1000` runs it so often on each packet, which its maps count too. `--write-passed out.pcap` (or `.pcapng`) keeps the packets that pass, as the program left them, and `capture()` those that it names, with the times of the capture that is read, once for each run. BEGIN, END, printf() and maps work as they do on an interface, `pkt.ifindex` is that of the loopback.',
      '`--verdicts` counts packets and bytes by interface and verdict, and prints that after the maps. It costs a look-up in a map for each packet. With `--interval 1s` it prints each second what came since the last time, on a terminal with `-f table` as a live table.',
      '`--live` shows what a program is doing while it does it: a row for each interface, and one for each of its rules, the packet probes of the script in their order, with the text of the predicate. A row has packets and bytes per second, as of the last second (or `--interval`), and from the start how many packets came to which verdict by it, how many it let go on undecided (`next`: to the next rule, and behind the last to the stack), and how many it met in all; `guard` is the SSH guard. On a terminal it is a live table; through a pipe the rows come with the time, as columns or by `-f json`, `-f csv`, and a last time when all is over. It costs a look-up in a map for each packet and rule that holds for it.',
    ),
    code(
      'tsbpf --packets in.pcap --write-passed out.pcap drop.bt',
      "tsbpf --verdicts -e 'xdp:eth0 /udp.dport == 53/ { return XDP_DROP; }'",
      "tsbpf --live -e 'xdp:eth0 /icmp/ { return XDP_DROP; } xdp:eth0 /tcp/ { @ = count(); }'",
    ),
    ...text(
      'Over SSH a program could cut the very session that it was typed in. So before a program that decides about packets or changes them, those of this session pass (from the address of the client to the port of the server, and back where the program sees what goes out), and so do ARP and neighbour discovery (ICMPv6 133 to 137): it does not see them, and cannot capture them. A line on standard error says so. The session is the one that `SSH_CONNECTION` names in our environment, or in that of a process we descend from; `--no-ssh-guard` does without. Programs that only look see everything. Before it is attached, and by `--dry-run`, a program is tried without the guard on packets such as the session has, a segment of TCP and what finds neighbours, sixteen of each in a row: when it would drop or change any, or send it elsewhere, that is said first. This is done by a copy of the program with maps of its own, so that it leaves no trace in those of the script.',
      'Programs are attached by links: an interface is as it was when the tracer has ended, however it ends. Before Linux 6.6 there are no links for `tc` programs; with `--persist` they are attached as filters of the queueing discipline clsact, behind the filters that are there. The tracer takes them away when it ends, with clsact if that was its own, but they stay, and go on deciding about packets, when it is killed by SIGKILL: it says beforehand by which command they are removed (`tc filter del dev eth0 ingress pref 49152`), and the next tracer that attaches there with `--persist` removes those whose makers are gone. A program that another process has attached is never replaced: the message names it and its owner. Whatever fails within a program, and a program that has been stopped, lets packets pass. So does one whose time is over (`--for 60s`), even while the tracer itself is stopped or hangs: the kernel keeps the deadline too. With `--dry-run` programs are loaded, but attached nowhere.',
    ),
  ],
};
