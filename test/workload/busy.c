// busy SECONDS THREADS: one thread computes for so long by the clock, and so many more for the second half of it. A process
// that it forks computes too, under the name "forked". Prints how much time its own threads got on CPUs, in ms.
#include "workload.h"
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static double end;

static void *compute(void *unused)
{
	(void)unused;
	while (seconds() < end)
		;
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread[64];
	struct rusage before, after;
	if (argc != 3)
		usage("busy SECONDS THREADS");
	int threads = number(argv[2]);
	pthread_t first;
	gate();
	double start = seconds();
	end = start + atof(argv[1]);
	getrusage(RUSAGE_SELF, &before);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_NAME, "forked");
		compute(NULL);
		_exit(0);
	}
	if (pthread_create(&first, NULL, compute, NULL) != 0)
		fail("pthread_create");
	while (seconds() < (start + end) / 2)
		;
	for (int i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, compute, NULL) != 0)
			fail("pthread_create");
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	pthread_join(first, NULL);
	getrusage(RUSAGE_SELF, &after);
	waitpid(child, NULL, 0);
	double ms = (after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e3 +
		    (after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_stime.tv_usec) / 1e3;
	printf("ms=%ld pid=%d\n", (long)ms, getpid());
}
