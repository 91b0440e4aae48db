// probes N [THREADS [FORKS [USEC]]]: functions of every kind of arguments and USDT probes in every form, each called N times in
// each of THREADS threads of each of FORKS + 1 processes (default 1 and 0), with USEC microseconds between rounds. Prints how
// often that was, and what the semaphore of tsbpf:counted was at the start and at the end.
#include "workload.h"
#include "usdt.h"
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>

#define CALLED __attribute__((noinline, noclone))
#define BODY __asm__ volatile("" ::: "memory")

typedef unsigned int count_t;
typedef struct {
	int first;
	int second;
} plain_t;
enum color { RED, GREEN = 5, BLUE = -1 };
struct inner {
	char letter;
	short number;
};
struct node {
	int value;
	long wide;
	char name[16];
	struct inner inside;
	struct node *next;
	unsigned low : 3;
	int high : 5;
	union {
		int as_int;
		unsigned char bytes[4];
	};
	int list[4];
	int grid[2][3];
	enum color color;
	double ratio;
	const char *text;
	bool flag;
};
struct pair {
	int a, b;
};
struct two {
	long a, b;
};
struct large {
	long a, b, c;
};

USDT_SEMAPHORE(counted_semaphore) = 0;
int global_int = 42;
short global_short = -5;
unsigned char global_byte = 200;
long global_long = 1L << 40;
const char *global_text = "global text";
static int table[4] = { 10, 20, 30, 40 };

CALLED long scalars(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e, uint32_t f) { BODY; return a + b + c + d + e + f; }
CALLED uint64_t wides(int64_t a, uint64_t b, long long c, count_t d, bool e, char f) { BODY; return a + b + c + d + e + f; }
CALLED int pointers(const char *text, struct node *node, void *any, int **deep, char **list, plain_t *plain) { BODY; return text && node && any && **deep && list && plain; }
CALLED int many(int a, int b, int c, int d, int e, int f, int g, long h) { BODY; return a + b + c + d + e + f + g + (int)h; }
CALLED double floating(double d, int a, float f, int b) { BODY; return d + a + f + b; }
CALLED long by_value(struct pair pair, struct two two, struct large large, int last) { BODY; return pair.a + two.a + large.a + last; }
CALLED enum color colors(enum color color, int times) { BODY; return times ? color : RED; }
CALLED int recursive(int depth) { BODY; return depth == 0 ? 0 : 1 + recursive(depth - 1); }
CALLED char *text_of(struct node *node) { BODY; return node->name; }
CALLED void nothing(void) { BODY; }
CALLED static int hidden(int x) { BODY; return x + 1; }
CALLED int counted(long round) { BODY; return round; }

CALLED void registers(long v)
{
	USDT("tsbpf", "bytes", "0", "-1@%%al 1@%%bl -1@%%cl 1@%%dl 1@%%sil 1@%%dil 1@%%ah -1@%%bh", "a"(v), "b"(v + 1), "c"(v + 2), "d"(v + 3), "S"(v + 4), "D"(v + 5));
	USDT("tsbpf", "words", "0", "-2@%%ax 2@%%bx -4@%%ecx 4@%%edx -8@%%rsi 8@%%rdi", "a"(v), "b"(v), "c"(v), "d"(v), "S"(v), "D"(v));
	register long r8 __asm__("r8") = v, r15 __asm__("r15") = v + 1;
	USDT("tsbpf", "numbered", "0", "-1@%%r8b 2@%%r8w -4@%%r15d 8@%%r15", "r"(r8), "r"(r15));
	USDT("tsbpf", "constants", "0", "-4@$-7 4@$7 8@$0x7fffffff -1@$255 -8@$-9223372036854775808", "r"(v));
}

CALLED void memory(struct node *node, long i)
{
	USDT("tsbpf", "memory", "0", "-4@(%%rdi) 8@8(%%rdi) 4@(%%rax,%%rcx,4) -4@4(%%rax,%%rcx,4) -4@-4(%%rax,%%rcx,4)", "D"(node), "a"(table), "c"(i));
	USDT("tsbpf", "symbols", "0", "-4@global_int(%%rip) -2@global_short(%%rip) 1@global_byte(%%rip) -4@table+8(%%rip) 8@global_long(%%rip)", "r"(i));
}

CALLED void places(int a, long b)
{
	USDT("tsbpf", "places", "0", "-4@%%edi", "D"(a));
	BODY;
	USDT("tsbpf", "places", "0", "8@%%rax -2@$3", "a"(b));
	BODY;
	USDT("other", "places", "0", "8@%%rax", "a"(b + 1));
}

CALLED void with_semaphore(int a, const char *text)
{
	if (counted_semaphore)
		USDT("tsbpf", "counted", "counted_semaphore", "-4@%%edi 8@%%rsi", "D"(a), "S"(text));
}

static long rounds;
static int pause_us;

static void *run(void *unused)
{
	(void)unused;
	struct node next = { .value = 9, .name = "second" };
	struct node node = { 1, -2, "first", { 'c', 7 }, &next, 5, -3, { 0x01020304 }, { 1, 2, 3, 4 }, { { 1, 2, 3 }, { 4, 5, 6 } }, GREEN, 1.5, "the text", true };
	char text[16] = "a-string";
	char *list[] = { text, node.name, NULL };
	int seven = 7, *deep = &seven;
	plain_t plain = { 3, 4 };
	volatile long touched = strlen(node.text) + strlen(global_text) + global_byte;
	(void)touched;
	for (long i = 0; i < rounds; i++) {
		scalars(-1, 255, -2, 65535, -3, 0xffffffff);
		wides(-1, 0xffffffffffffffff, -5, 12, true, 'x');
		pointers(text, &node, &node, &deep, list, &plain);
		many(1, 2, 3, 4, 5, 6, 7, -8);
		floating(2.5, 3, 4.5, 5);
		by_value((struct pair){ 1, 2 }, (struct two){ 3, 4 }, (struct large){ 5, 6, 7 }, 8);
		colors(GREEN, 1);
		recursive(3);
		text_of(&node);
		nothing();
		hidden(1);
		counted(i);
		registers(-3);
		memory(&node, 1);
		places(-11, 22);
		with_semaphore(33, text);
		if (pause_us)
			usleep(pause_us);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 5)
		usage("probes N [THREADS [FORKS [USEC]]]");
	rounds = number(argv[1]);
	long threads = argc > 2 ? number(argv[2]) : 1, forks = argc > 3 ? number(argv[3]) : 0;
	pause_us = argc > 4 ? number(argv[4]) : 0;
	gate();
	int before = counted_semaphore;
	int child = -1;
	for (long i = 0; i < forks && child != 0; i++)
		if ((child = fork()) < 0)
			fail("fork");
	if (threads == 1)
		run(NULL);
	pthread_t ids[64];
	for (long i = 0; threads > 1 && i < threads && i < 64; i++)
		if (pthread_create(&ids[i], NULL, run, NULL))
			fail("pthread_create");
	for (long i = 0; threads > 1 && i < threads && i < 64; i++)
		pthread_join(ids[i], NULL);
	if (child == 0)
		_exit(0);
	while (wait(NULL) > 0)
		;
	// A tracer that was killed meanwhile may take its time to leave.
	for (int i = 0; pause_us && counted_semaphore != 0 && i < 1000; i++)
		usleep(20000);
	fprintf(stderr, "rounds=%ld before=%d after=%d pid=%d\n", rounds * threads * (forks + 1), before, counted_semaphore, getpid());
}
