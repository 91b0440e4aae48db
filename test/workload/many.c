// many N: calls each of 4096 functions f_0000 to f_7777 (octal) N times. Prints how many calls that was.
#include "workload.h"
#define ONE(n) __attribute__((noinline, noclone)) int f_##n(int x) { __asm__ volatile("" ::: "memory"); return x + 1; }
#define EIGHT(n) ONE(n##0) ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7)
#define SIXTY_FOUR(n) EIGHT(n##0) EIGHT(n##1) EIGHT(n##2) EIGHT(n##3) EIGHT(n##4) EIGHT(n##5) EIGHT(n##6) EIGHT(n##7)
#define MORE(n) SIXTY_FOUR(n##0) SIXTY_FOUR(n##1) SIXTY_FOUR(n##2) SIXTY_FOUR(n##3) SIXTY_FOUR(n##4) SIXTY_FOUR(n##5) SIXTY_FOUR(n##6) SIXTY_FOUR(n##7)
MORE(0) MORE(1) MORE(2) MORE(3) MORE(4) MORE(5) MORE(6) MORE(7)
#undef ONE
#define ONE(n) f_##n,
static int (*const all[])(int) = { MORE(0) MORE(1) MORE(2) MORE(3) MORE(4) MORE(5) MORE(6) MORE(7) };

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? number(argv[1]) : 1, calls = 0;
	gate();
	for (long i = 0; i < rounds; i++)
		for (unsigned f = 0; f < sizeof all / sizeof all[0]; f++, calls++)
			all[f](f);
	fprintf(stderr, "calls=%ld\n", calls);
}
