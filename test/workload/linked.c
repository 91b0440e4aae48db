// linked N: calls the functions of libshared.so N times each. Prints how often that was.
#include "workload.h"
int scale(int);
int indirect(int);
int shared_call(int, const char *);
int main(int argc, char **argv)
{
	long rounds = argc > 1 ? number(argv[1]) : 1, sum = 0;
	gate();
	for (long i = 0; i < rounds; i++)
		sum += scale(i) + indirect(i) + shared_call(i, "shared text");
	fprintf(stderr, "rounds=%ld sum=%ld\n", rounds, sum);
}
