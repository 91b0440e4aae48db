// Making room in front of a packet, and taking it away: bpf_xdp_adjust_head() (4.10), which moves the packet's start; in socket
// buffers the tag is the kernel's (bpf_skb_vlan_push(), bpf_skb_vlan_pop(), 4.3), and so is the room for a header
// (bpf_skb_adjust_room(), for this use 5.2). Each gives 1 when it was done, else 0, and the packet is as it was.
import { BPF_ADJ_ROOM_MAC, RoomFlag } from '../../bpf/uapi.js';
import type { BlockId, ValueId } from '../../ir/ir.js';
import type { HeaderEntry } from '../../language/packet/header.js';
import { IP, IP6, VLAN } from '../../language/packet/headers.js';
import type { ProgramLowering } from '../program-lowering.js';
import { swapped } from './word-order.js';

const ETH_SIZE = 14;
const TAG_SIZE = 4;
const [ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6] = [0x8100, 0x0800, 0x86dd];
/** Protocols of what is within: IPv4, IPv6. */
const [IPIP, IPV6] = [4, 41];
const [DONT_FRAGMENT, HOPS] = [0x4000, 64];

export function lowerPushVlan(lowering: ProgramLowering, id: ValueId, pcp: ValueId): ValueId {
  const { builder, packet, context, probeType } = lowering;
  const priority = builder.binaryImm('shl', builder.binaryImm('and', pcp, 7), 13);
  const tci = builder.binary('or', builder.binaryImm('and', id, 0xfff), priority);
  return outcome(lowering, fail => {
    if (probeType.packet?.buffered === true) {
      const failed = builder.call('skb_vlan_push', [context, builder.const(swapped(ETH_P_8021Q)), tci]);
      packet.forget();
      require(lowering, failed, fail);
      return;
    }
    moveStart(lowering, -TAG_SIZE, fail);
    requireBytes(lowering, ETH_SIZE + TAG_SIZE, fail);
    const data = packet.data();
    moveAddresses(lowering, data, TAG_SIZE, 0);
    builder.store(2, data, 12, builder.const(swapped(ETH_P_8021Q)));
    builder.store(2, data, 14, builder.bswap(tci, 16));
  });
}

export function lowerPopVlan(lowering: ProgramLowering): ValueId {
  const { builder, packet, context, probeType } = lowering;
  return outcome(lowering, fail => {
    const present = builder.newBlock();
    packet.locate(VLAN, present, fail);
    builder.enter(present);
    if (probeType.packet?.buffered === true) {
      const failed = builder.call('skb_vlan_pop', [context]);
      packet.forget();
      require(lowering, failed, fail);
      return;
    }
    requireBytes(lowering, ETH_SIZE + TAG_SIZE, fail);
    moveAddresses(lowering, packet.data(), 0, TAG_SIZE);
    moveStart(lowering, TAG_SIZE, fail);
  });
}

/** `around`: the header that is put before the packet's own. */
export function lowerPushIp(lowering: ProgramLowering, around: HeaderEntry): ValueId {
  const { builder, packet } = lowering;
  const [length, protocol] = [builder.newLocal('length'), builder.newLocal('protocol')];
  return outcome(lowering, fail => {
    const [untagged, v4, next, v6, join] = [0, 0, 0, 0, 0].map(() => builder.newBlock()) as [
      BlockId,
      BlockId,
      BlockId,
      BlockId,
      BlockId,
    ];
    packet.locate(VLAN, fail, untagged);
    builder.enter(untagged);
    packet.locate(IP, v4, next);
    builder.enter(v4);
    builder.write(length, builder.bswap(builder.load(2, packet.address(IP), 2), 16));
    builder.write(protocol, builder.const(IPIP));
    builder.jump(join);
    builder.enter(next);
    packet.locate(IP6, v6, fail);
    builder.enter(v6);
    const payload = builder.bswap(builder.load(2, packet.address(IP6), 4), 16);
    builder.write(length, builder.binaryImm('add', payload, IP6.size));
    builder.write(protocol, builder.const(IPV6));
    builder.jump(join);
    builder.enter(join);

    const { size } = around;
    const buffered = lowering.probeType.packet?.buffered === true;
    if (buffered) makeRoom(lowering, around, fail);
    else moveStart(lowering, -size, fail);
    requireBytes(lowering, ETH_SIZE + size, fail);
    const data = packet.data();
    if (!buffered) moveAddresses(lowering, data, size, 0);
    const type = around === IP ? ETH_P_IP : ETH_P_IPV6;
    builder.store(2, data, 12, builder.const(swapped(type)));
    const at = builder.offset(data, ETH_SIZE);
    const [bytes, number] = [builder.read(length), builder.read(protocol)];
    if (around === IP) writeIp(lowering, at, bytes, number);
    else writeIp6(lowering, at, bytes, number);
  });
}

function writeIp(lowering: ProgramLowering, at: ValueId, length: ValueId, protocol: ValueId): void {
  const { builder } = lowering;
  const total = builder.bswap(builder.binaryImm('add', length, IP.size), 16);
  const hops = builder.binaryImm('or', builder.binaryImm('shl', protocol, 8), HOPS); // as it lies there
  const words = [total, hops, ...addressesWithin(lowering, at, IP, [12, 16], protocol, IPIP)];
  let sum = builder.const(swapped(0x4500) + swapped(DONT_FRAGMENT));
  for (const word of words) sum = builder.binary('add', sum, word);
  for (let fold = 0; fold < 3; fold++) {
    const low = builder.binaryImm('and', sum, 0xffff);
    sum = builder.binary('add', low, builder.binaryImm('lshr', sum, 16));
  }
  builder.store(2, at, 0, builder.const(swapped(0x4500)));
  builder.store(2, at, 2, total);
  builder.store(4, at, 4, builder.const(swapped(DONT_FRAGMENT) << 16));
  builder.store(2, at, 8, hops);
  builder.store(2, at, 10, builder.binaryImm('xor', sum, 0xffff));
  for (const [i, word] of words.slice(2).entries()) builder.store(4, at, 12 + 4 * i, word);
}

function writeIp6(lowering: ProgramLowering, at: ValueId, length: ValueId, protocol: ValueId): void {
  const { builder } = lowering;
  builder.store(4, at, 0, builder.const(0x60));
  builder.store(2, at, 4, builder.bswap(length, 16));
  builder.store(1, at, 6, protocol);
  builder.store(1, at, 7, builder.const(HOPS));
  const places = [8, 12, 16, 20, 24, 28, 32, 36];
  for (const [i, word] of addressesWithin(lowering, at, IP6, places, protocol, IPV6).entries())
    builder.store(4, at, places[i]!, word);
}

/** Words of the addresses of the header behind the one at `at`, where that is of the same family (`same`); else zeros. */
function addressesWithin(
  { builder, packet }: ProgramLowering,
  at: ValueId,
  header: HeaderEntry,
  places: readonly number[],
  protocol: ValueId,
  same: number,
): ValueId[] {
  const [alike, inside, none, join] = [0, 0, 0, 0].map(() => builder.newBlock()) as [
    BlockId,
    BlockId,
    BlockId,
    BlockId,
  ];
  const words = places.map(place => builder.newLocal(`word ${place}`));
  const inner = builder.offset(at, header.size);
  builder.branch('eq', protocol, builder.const(same), alike, none);
  builder.enter(alike);
  builder.branch('ugt', builder.offset(inner, header.size), packet.end(), none, inside, { likely: 'else' });
  builder.enter(inside);
  for (const [i, place] of places.entries()) builder.write(words[i]!, builder.load(4, inner, place));
  builder.jump(join);
  builder.enter(none);
  for (const word of words) builder.write(word, builder.const(0));
  builder.jump(join);
  builder.enter(join);
  return words.map(word => builder.read(word));
}

/** 1 at the end of what is done, 0 where it goes to `fail`. */
function outcome(lowering: ProgramLowering, reshape: (fail: BlockId) => void): ValueId {
  return lowering.builder.truth((done, fail) => {
    reshape(fail);
    lowering.packet.forget();
    lowering.builder.jump(done);
  });
}

/** The packet starts so many bytes later (earlier). */
function moveStart(lowering: ProgramLowering, bytes: number, fail: BlockId): void {
  const { builder, packet, context } = lowering;
  const failed = builder.call('xdp_adjust_head', [context, builder.const(bytes)]);
  packet.forget();
  require(lowering, failed, fail);
}

/** Behind the hardware addresses and the type, for a header of IP. */
function makeRoom(lowering: ProgramLowering, around: HeaderEntry, fail: BlockId): void {
  const { builder, packet, context } = lowering;
  const { BPF_F_ADJ_ROOM_ENCAP_L3_IPV4, BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 } = RoomFlag;
  const flags = around === IP ? BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 : BPF_F_ADJ_ROOM_ENCAP_L3_IPV6;
  const args = [around.size, BPF_ADJ_ROOM_MAC, flags].map(value => builder.const(value));
  const failed = builder.call('skb_adjust_room', [context, ...args]);
  packet.forget();
  require(lowering, failed, fail);
}

/** Goes on when a helper gave 0. */
function require(lowering: ProgramLowering, failed: ValueId, fail: BlockId): void {
  const { builder } = lowering;
  const next = builder.newBlock();
  builder.branch('ne', failed, builder.const(0), fail, next, { likely: 'else' });
  builder.enter(next);
}

/** Goes on when the packet has them: for the verifier, which knows nothing of it any more. */
function requireBytes(lowering: ProgramLowering, bytes: number, fail: BlockId): void {
  const { builder, packet } = lowering;
  const next = builder.newBlock();
  builder.branch('ugt', builder.offset(packet.data(), bytes), packet.end(), fail, next, { likely: 'else' });
  builder.enter(next);
}

/** The two hardware addresses, which are all read before the first is written. */
function moveAddresses({ builder }: ProgramLowering, data: ValueId, from: number, to: number): void {
  const [first, rest] = [builder.load(8, data, from), builder.load(4, data, from + 8)];
  builder.store(8, data, to, first);
  builder.store(4, data, to + 8, rest);
}
