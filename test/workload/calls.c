// calls N: for uprobes, uretprobes and USDT. Calls called(i, "text-i", &pair) for i = 0 .. N-1 and fires the USDT probe
// tsbpf:tick(i, "text-i") once in each; the sums of what went in and came out are printed.
#include "workload.h"

struct pair {
	int first;
	long second;
};

// One USDT probe, as <sys/sdt.h> makes it: a nop and a note that names provider, probe and where the arguments are.
// No semaphore. Both arguments are kept in registers: a signed int and a pointer.
#define TICK(number, text)                                                                                                 \
	__asm__ volatile("990: nop\n"                                                                                          \
	                 ".pushsection .note.stapsdt,\"?\",\"note\"\n"                                                         \
	                 ".balign 4\n"                                                                                         \
	                 ".4byte 992f-991f, 994f-993f, 3\n"                                                                    \
	                 "991: .asciz \"stapsdt\"\n"                                                                           \
	                 "992: .balign 4\n"                                                                                    \
	                 "993: .8byte 990b\n"                                                                                  \
	                 ".8byte _.stapsdt.base\n"                                                                             \
	                 ".8byte 0\n"                                                                                          \
	                 ".asciz \"tsbpf\"\n"                                                                                  \
	                 ".asciz \"tick\"\n"                                                                                   \
	                 ".asciz \"-4@%0 8@%1\"\n"                                                                             \
	                 "994: .balign 4\n"                                                                                    \
	                 ".popsection\n"                                                                                       \
	                 ".ifndef _.stapsdt.base\n"                                                                            \
	                 ".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"                               \
	                 ".weak _.stapsdt.base\n"                                                                              \
	                 ".hidden _.stapsdt.base\n"                                                                            \
	                 "_.stapsdt.base: .space 1\n"                                                                          \
	                 ".size _.stapsdt.base, 1\n"                                                                           \
	                 ".popsection\n"                                                                                       \
	                 ".endif\n" ::"r"(number),                                                                             \
	                 "r"(text))

__attribute__((noinline)) long called(int number, const char *text, const struct pair *pair)
{
	TICK(number, text);
	return number + pair->second;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		usage("calls N");
	long count = number(argv[1]), sum = 0, returned = 0;
	gate();
	for (long i = 0; i < count; i++) {
		char text[32];
		struct pair pair = { .first = i, .second = 2 * i };
		snprintf(text, sizeof text, "text-%ld", i);
		sum += i;
		returned += called(i, text, &pair);
	}
	printf("calls=%ld sum=%ld returned=%ld pid=%d\n", count, sum, returned, getpid());
}
