// What one learns XDP by, each as a one-liner: for the manual and the README. A test runs them as they stand here.

/** What it does, and the program; eth0 receives, packets are sent on by eth1 and to a neighbour there. */
export const XDP_EXERCISES: readonly (readonly [task: string, program: string])[] = [
  ['pass', 'xdp:eth0 { return XDP_PASS; }'],
  ['drop', 'xdp:eth0 /icmp/ { return XDP_DROP; }'],
  ['count per protocol', 'xdp:eth0 { @packets[proto] = count(); @bytes[proto] = sum(pkt.len); }'],
  ['parse', 'xdp:eth0 /icmp.type == 8 && icmp.sequence % 2 == 0/ { return XDP_DROP; }'],
  ['rewrite ports', 'xdp:eth0 /udp.dport == 7/ { udp.dport -= 1; }'],
  ['take out VLAN tags', 'xdp:eth0 /vlan.id == 100/ { pop_vlan(); }'],
  [
    'reply to ping',
    'xdp:eth0 /icmp.type == 8/ { icmp.type = 0; swap(ip.saddr, ip.daddr); swap(eth.saddr, eth.daddr); return XDP_TX; }',
  ],
  [
    'redirect',
    'xdp:eth0 /ip.daddr == "192.0.2.7"/ { eth.daddr = "02:00:00:00:00:07"; return redirect("eth1"); }',
  ],
  ['trace drops', 'tracepoint:skb:kfree_skb { @[ksym(args.location)] = count(); }'],
  ['trace exceptions', 'tracepoint:xdp:xdp_exception { @[args.ifindex, args.act] = count(); }'],
  ['dump to pcap', 'xdp:eth0 { capture("packets.pcapng"); }'],
];
