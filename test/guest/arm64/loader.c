// The only process of an emulated arm64 machine: loads the programs that pack.js put into /programs, attaches those of kprobes,
// does what they count, and prints what the verifier said and what the maps hold. No libc: system calls only.
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdint.h>

#define N 25
#define SYS_ioctl 29
#define SYS_mount 40
#define SYS_openat 56
#define SYS_read 63
#define SYS_write 64
#define SYS_reboot 142
#define SYS_perf_event_open 241
#define SYS_bpf 280

static long call(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c, x3 __asm__("x3") = d, x4 __asm__("x4") = e;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
	return x0;
}

void *memset(void *to, int byte, unsigned long size)
{
	for (unsigned long i = 0; i < size; i++)
		((char *)to)[i] = byte;
	return to;
}

void *memcpy(void *to, const void *from, unsigned long size)
{
	for (unsigned long i = 0; i < size; i++)
		((char *)to)[i] = ((const char *)from)[i];
	return to;
}

static void print(const char *text)
{
	unsigned long size = 0;
	while (text[size])
		size++;
	call(SYS_write, 1, (long)text, size, 0, 0);
}

static void print_number(int64_t number)
{
	char digits[24], *at = digits + 23;
	uint64_t rest = number < 0 ? -(uint64_t)number : number;
	*at = 0;
	do
		*--at = '0' + rest % 10;
	while (rest /= 10);
	if (number < 0)
		*--at = '-';
	print(at);
}

// The file that pack.ts writes; everything is u32 in this machine's byte order.
struct map {
	uint32_t type, key, value, entries, flags, initial;
	char name[16];
};
struct program {
	uint32_t type, attach_type, insns, kprobe, counted; // kprobe: 0 none, 1 entry, 2 return; counted: map, or ~0
	char name[16], function[32];
};

static char file[1 << 20] __attribute__((aligned(8)));
static char log_buffer[1 << 20];
static char value[1 << 16] __attribute__((aligned(8)));
static int fds[64];

static long bpf(int command, union bpf_attr *attr)
{
	return call(SYS_bpf, command, (long)attr, sizeof *attr, 0, 0);
}

static long load(struct program *program, struct bpf_insn *insns)
{
	for (uint32_t i = 0; i < program->insns; i++)
		if (insns[i].code == (BPF_LD | BPF_IMM | BPF_DW) && insns[i].src_reg)
			insns[i].imm = fds[insns[i].imm];
	union bpf_attr attr;
	memset(&attr, 0, sizeof attr);
	attr.prog_type = program->type;
	attr.expected_attach_type = program->attach_type;
	attr.insns = (long)insns;
	attr.insn_cnt = program->insns;
	attr.license = (long)"GPL";
	attr.log_buf = (long)log_buffer;
	attr.log_size = sizeof log_buffer;
	attr.log_level = 1;
	log_buffer[0] = 0;
	return bpf(BPF_PROG_LOAD, &attr);
}

static long attach(long fd, struct program *program)
{
	char text[16] = "";
	long type_file = call(SYS_openat, -100, (long)"/sys/bus/event_source/devices/kprobe/type", 0, 0, 0);
	if (type_file < 0 || call(SYS_read, type_file, (long)text, sizeof text - 1, 0, 0) < 1)
		return -1000;
	struct perf_event_attr attr;
	memset(&attr, 0, sizeof attr);
	attr.size = sizeof attr;
	for (char *digit = text; *digit >= '0' && *digit <= '9'; digit++)
		attr.type = attr.type * 10 + *digit - '0';
	attr.config = program->kprobe == 2;
	attr.kprobe_func = (long)program->function;
	long event = call(SYS_perf_event_open, (long)&attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return event;
	long result = call(SYS_ioctl, event, PERF_EVENT_IOC_SET_BPF, fd, 0, 0);
	return result < 0 ? result : call(SYS_ioctl, event, PERF_EVENT_IOC_ENABLE, 0, 0, 0);
}

/** First word of key 0, over all CPUs. */
static int64_t counted(int fd, struct map *map)
{
	uint32_t key = 0;
	union bpf_attr attr;
	memset(&attr, 0, sizeof attr);
	attr.map_fd = fd;
	attr.key = (long)&key;
	attr.value = (long)value;
	if (bpf(BPF_MAP_LOOKUP_ELEM, &attr) < 0)
		return -1;
	int64_t sum = 0;
	for (uint32_t at = 0; at < (map->type == BPF_MAP_TYPE_PERCPU_ARRAY ? 2 : 1) * map->value; at += map->value)
		sum += *(int64_t *)(value + at);
	return sum;
}

static void run(void)
{
	call(SYS_mount, (long)"none", (long)"/sys", (long)"sysfs", 0, 0);
	long packed = call(SYS_openat, -100, (long)"/programs", 0, 0, 0);
	for (long size = 0, got; (got = call(SYS_read, packed, (long)file + size, sizeof file - size, 0, 0)) > 0;)
		size += got;
	char *at = file;
	uint32_t maps = *(uint32_t *)at, programs = *(uint32_t *)(at + 4);
	struct map *map[64];
	at += 8;
	for (uint32_t i = 0; i < maps; i++) {
		map[i] = (struct map *)at;
		at += sizeof **map;
		union bpf_attr attr;
		memset(&attr, 0, sizeof attr);
		attr.map_type = map[i]->type;
		attr.key_size = map[i]->key;
		attr.value_size = map[i]->value;
		attr.max_entries = map[i]->entries;
		attr.map_flags = map[i]->flags;
		fds[i] = bpf(BPF_MAP_CREATE, &attr);
		if (fds[i] < 0) {
			print("map ");
			print(map[i]->name);
			print_number(fds[i]);
			print("\n");
		}
		if (map[i]->initial) {
			uint32_t key = 0;
			memset(&attr, 0, sizeof attr);
			attr.map_fd = fds[i];
			attr.key = (long)&key;
			attr.value = (long)at;
			bpf(BPF_MAP_UPDATE_ELEM, &attr);
			at += (map[i]->initial + 7) / 8 * 8;
			memset(&attr, 0, sizeof attr);
			attr.map_fd = fds[i];
			if (map[i]->flags & BPF_F_RDONLY_PROG)
				bpf(BPF_MAP_FREEZE, &attr);
		}
	}
	struct program *all[64];
	for (uint32_t i = 0; i < programs; i++) {
		struct program *program = all[i] = (struct program *)at;
		at += sizeof *program;
		long fd = load(program, (struct bpf_insn *)at);
		at += program->insns * 8;
		long attached = fd < 0 || !program->kprobe ? 0 : attach(fd, program);
		print("PROGRAM ");
		print_number(i);
		print(" load ");
		print_number(fd < 0 ? fd : 0);
		print(" attach ");
		print_number(attached);
		print("\n");
		if (fd < 0)
			print(log_buffer);
	}
	// What the kprobes count: a directory that no process has open, and a path that cannot be.
	for (int i = 0; i < N; i++)
		call(SYS_openat, -77, (long)"nothing", 0x88000, 0644, 0);
	for (uint32_t i = 0; i < programs; i++) {
		if (all[i]->counted == ~0u)
			continue;
		print("COUNT ");
		print_number(i);
		print(" ");
		print_number(counted(fds[all[i]->counted], map[all[i]->counted]));
		print("\n");
	}
	print("DONE\n");
	call(SYS_reboot, 0xfee1dead, 672274793, 0x4321fedc, 0, 0);
	for (;;)
		;
}

__attribute__((naked)) void _start(void)
{
	__asm__ volatile("mov x29, xzr\n mov x30, xzr\n bl run\n");
}

__attribute__((used)) static void (*const keep)(void) = run;
