// spin SECONDS: keeps one CPU busy in user space, in spin_here(), so that a profile has one hot function.
#include "workload.h"

static volatile unsigned long turns;

__attribute__((noinline)) void spin_here(void)
{
	for (int i = 0; i < 100000; i++)
		turns++;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		usage("spin SECONDS");
	gate();
	double end = seconds() + atof(argv[1]);
	while (seconds() < end)
		spin_here();
	printf("turns=%lu pid=%d\n", turns, getpid());
}
