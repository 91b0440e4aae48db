// turns N: threads on as many CPUs as there are, at most 8, take turns at calling getpriority(2), whose first argument counts
// the calls: 0 to N-1. Each call happens after the one before it has ended, whichever CPUs they are on.
#include "workload.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static long calls;
static int threads;
static atomic_long turn;

static void *take_turns(void *argument)
{
	long own = (long)argument;
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(own, &one);
	if (sched_setaffinity(0, sizeof one, &one) != 0)
		fail("sched_setaffinity");
	for (long next = own; next < calls; next += threads) {
		for (int spins = 0; atomic_load(&turn) != next; spins++)
			if (spins > 10000)
				sched_yield();
		syscall(SYS_getpriority, next, 0);
		atomic_store(&turn, next + 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread[8];
	if (argc != 2)
		usage("turns N");
	calls = number(argv[1]);
	threads = sysconf(_SC_NPROCESSORS_ONLN);
	if (threads > 8)
		threads = 8;
	gate();
	for (long i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, take_turns, (void *)i) != 0)
			fail("pthread_create");
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	printf("calls=%ld cpus=%d pid=%d\n", calls, threads, getpid());
}
