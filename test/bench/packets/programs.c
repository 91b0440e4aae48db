// What one writes in C for what the scripts of packet-cost.ts say: one program each, compiled by clang -O2. Headers are found as
// tsbpf finds them, IPv4 with options, two VLAN tags, first fragments only; of IPv6 extension headers are not followed.
#include <linux/bpf.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
#define __uint(name, value) int(*name)[value]
#define __type(name, value) typeof(value) *name
#define htons(x) ((u16)(((x) << 8) | ((x) >> 8)))
#define likely(x) __builtin_expect(!!(x), 1)

static void *(*bpf_map_lookup_elem)(void *, const void *) = (void *)1;
static long (*bpf_map_update_elem)(void *, const void *, const void *, u64) = (void *)2;
static u64 (*bpf_ktime_get_ns)(void) = (void *)5;

struct eth { u8 daddr[6], saddr[6]; u16 type; } __attribute__((packed));
struct tag { u16 tci, type; };
struct ip { u8 form, tos; u16 length, id, fragment; u8 ttl, protocol; u16 checksum; u32 saddr, daddr; };
struct ip6 { u32 first; u16 length; u8 next, hops; u8 saddr[16], daddr[16]; };
struct udp { u16 sport, dport, length, checksum; };

struct packet {
	struct eth *eth;
	struct ip *ip;
	struct ip6 *ip6;
	int protocol; // -1: none
	void *transport; // 0: none
};

INLINE void parse(struct xdp_md *ctx, struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	p->eth = 0;
	p->ip = 0;
	p->ip6 = 0;
	p->protocol = -1;
	p->transport = 0;
	if (data + sizeof(struct eth) > end)
		return;
	p->eth = data;
	u16 type = p->eth->type;
	void *at = data + sizeof(struct eth);
#pragma unroll
	for (int i = 0; i < 2; i++) {
		if (type != htons(0x8100) && type != htons(0x88a8))
			break;
		if (at + sizeof(struct tag) > end)
			return;
		type = ((struct tag *)at)->type;
		at += sizeof(struct tag);
	}
	if (type == htons(0x0800)) {
		if (at + sizeof(struct ip) > end)
			return;
		p->ip = at;
		p->protocol = p->ip->protocol;
		u8 form = p->ip->form;
		if (form < 0x45 || form > 0x4f || (p->ip->fragment & htons(0x1fff)))
			return;
		p->transport = at + (form & 15) * 4;
	} else if (type == htons(0x86dd)) {
		if (at + sizeof(struct ip6) > end)
			return;
		p->ip6 = at;
		p->protocol = p->ip6->next;
		p->transport = at + sizeof(struct ip6);
	}
}

INLINE struct udp *udp_of(struct xdp_md *ctx, struct packet *p)
{
	void *end = (void *)(long)ctx->data_end;
	if (p->protocol != 17 || !p->transport || p->transport + sizeof(struct udp) > end)
		return 0;
	return p->transport;
}

SEC("xdp") int empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp") int drop(struct xdp_md *ctx)
{
	struct packet p;
	parse(ctx, &p);
	struct udp *udp = udp_of(ctx, &p);
	return udp && udp->dport == htons(53) ? XDP_DROP : XDP_PASS;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, u64);
	__type(value, u64);
} counts SEC(".maps");

SEC("xdp") int count(struct xdp_md *ctx)
{
	struct packet p;
	parse(ctx, &p);
	u64 key = p.protocol < 0 ? 0 : p.protocol, one = 1;
	u64 *value = bpf_map_lookup_elem(&counts, &key);
	if (value)
		*value += 1;
	else
		bpf_map_update_elem(&counts, &key, &one, BPF_NOEXIST);
	return XDP_PASS;
}

struct prefix { u32 length; u32 address; };

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1000);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, u32);
} prefixes SEC(".maps");

SEC("xdp") int block(struct xdp_md *ctx)
{
	struct packet p;
	parse(ctx, &p);
	if (!p.ip)
		return XDP_PASS;
	struct prefix key = { 32, p.ip->saddr };
	return bpf_map_lookup_elem(&prefixes, &key) ? XDP_DROP : XDP_PASS;
}

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, u64);
} buckets SEC(".maps");

#define INTERVAL 1000ull
#define BURST 1000ull

SEC("xdp") int limit(struct xdp_md *ctx)
{
	struct packet p;
	parse(ctx, &p);
	if (!p.ip)
		return XDP_PASS;
	u32 key = p.ip->saddr;
	u64 now = bpf_ktime_get_ns(), none = 0;
	u64 *until = bpf_map_lookup_elem(&buckets, &key);
	if (!until) {
		bpf_map_update_elem(&buckets, &key, &none, BPF_NOEXIST);
		until = bpf_map_lookup_elem(&buckets, &key);
		if (!until)
			return XDP_PASS;
	}
	for (int i = 0; i < 4; i++) {
		u64 before = *until, from = before > now ? before : now;
		if (from - now > (BURST - 1) * INTERVAL)
			return XDP_DROP;
		if (__sync_val_compare_and_swap(until, before, from + INTERVAL) == before)
			return XDP_PASS;
	}
	return XDP_DROP;
}

INLINE void adjust(u16 *checksum, u32 before, u32 after)
{
	u32 sum = (u16)~*checksum + (u16)~before + after;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	*checksum = ~sum;
}

SEC("xdp") int rewrite(struct xdp_md *ctx)
{
	struct packet p;
	parse(ctx, &p);
	struct udp *udp = udp_of(ctx, &p);
	if (!udp || !p.ip || udp->dport != htons(53))
		return XDP_PASS;
	u16 *word = (u16 *)&p.ip->ttl, old = *word;
	p.ip->ttl -= 1;
	adjust(&p.ip->checksum, old, *word);
	u16 port = udp->sport, next = htons((u16)(htons(port) + 1));
	udp->sport = next;
	if (udp->checksum) {
		adjust(&udp->checksum, port, next);
		if (!udp->checksum)
			udp->checksum = 0xffff;
	}
	u8 mac[6];
	__builtin_memcpy(mac, p.eth->saddr, 6);
	__builtin_memcpy(p.eth->saddr, p.eth->daddr, 6);
	__builtin_memcpy(p.eth->daddr, mac, 6);
	return XDP_TX;
}

// Connections to 10.0.0.2, UDP port 53, shared among backends by a Maglev table and a table of connections, by MAC rewriting: as in
// Katran, whose keys, maps and hash these are like.

#define VIP ((u32)(10 | 2 << 24))
#define PLACES 65537

struct flow { u32 saddr, daddr; u16 sport, dport; u32 protocol; };
struct real { u32 address; u8 mac[6]; u16 listed; };
struct given { u64 packets, bytes, flows; };

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 262144);
	__type(key, struct flow);
	__type(value, u32);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PLACES);
	__type(key, u32);
	__type(value, u32);
} places SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 257);
	__type(key, u32);
	__type(value, struct real);
} reals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 257);
	__type(key, u32);
	__type(value, struct given);
} given SEC(".maps");

#define rotate(x, k) ((x) << (k) | (x) >> (32 - (k)))

// jhash_2words() of include/linux/jhash.h
INLINE u32 jhash(u32 a, u32 b, u32 seed)
{
	u32 c = 0xdeadbeef + 8 + seed;
	a += c;
	b += c;
	c ^= b; c -= rotate(b, 14);
	a ^= c; a -= rotate(c, 11);
	b ^= a; b -= rotate(a, 25);
	c ^= b; c -= rotate(b, 16);
	a ^= c; a -= rotate(c, 4);
	b ^= a; b -= rotate(a, 14);
	c ^= b; c -= rotate(b, 24);
	return c;
}

INLINE int forward(struct xdp_md *ctx, int remembers)
{
	struct packet p;
	parse(ctx, &p);
	struct udp *udp = udp_of(ctx, &p);
	if (!udp || !p.ip || p.ip->daddr != VIP || udp->dport != htons(53) || p.ip->fragment & htons(0x3fff))
		return XDP_PASS;
	struct flow flow = { p.ip->saddr, p.ip->daddr, udp->sport, udp->dport, 17 };
	u32 number = 0, *known = remembers ? bpf_map_lookup_elem(&flows, &flow) : 0;
	struct real *real = 0;
	if (known) {
		number = *known;
		real = bpf_map_lookup_elem(&reals, &number);
	}
	if (!real || !real->listed) {
		u32 place = jhash(flow.saddr, flow.sport, 0) % PLACES, *chosen = bpf_map_lookup_elem(&places, &place);
		if (!chosen)
			return XDP_PASS;
		number = *chosen;
		real = bpf_map_lookup_elem(&reals, &number);
		if (!real || !real->listed)
			return XDP_PASS;
		if (remembers) {
			bpf_map_update_elem(&flows, &flow, &number, 0);
			struct given *counts = bpf_map_lookup_elem(&given, &number);
			if (counts)
				counts->flows++;
		}
	}
	struct given *counts = bpf_map_lookup_elem(&given, &number);
	if (counts) {
		counts->packets++;
		counts->bytes += ctx->data_end - ctx->data;
	}
	__builtin_memcpy(p.eth->saddr, p.eth->daddr, 6);
	__builtin_memcpy(p.eth->daddr, real->mac, 6);
	return XDP_TX;
}

SEC("xdp") int balance(struct xdp_md *ctx)
{
	return forward(ctx, 1);
}

SEC("xdp") int choose(struct xdp_md *ctx)
{
	return forward(ctx, 0);
}

char _license[] SEC("license") = "GPL";
