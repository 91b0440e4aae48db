// family DEPTH WIDTH N: a tree of processes. Each process does N getppid(2) calls in its main thread and N in another one, and
// above DEPTH forks WIDTH children. Processes of odd depth wait for their children, the others exit at once and leave them
// orphans; a process of the last depth executes itself anew before it calls.
#include "workload.h"
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static long calls;

static void *call(void *unused)
{
	(void)unused;
	for (long i = 0; i < calls; i++)
		syscall(SYS_getppid);
	return NULL;
}

static void work(void)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, call, NULL) != 0)
		fail("pthread_create");
	call(NULL);
	pthread_join(thread, NULL);
}

static void grow(const char *self, long depth, long width, const char *n)
{
	if (depth == 0) {
		execl(self, self, "leaf", n, (char *)NULL);
		_exit(127);
	}
	for (long i = 0; i < width; i++) {
		pid_t child = fork();
		if (child < 0)
			fail("fork");
		if (child == 0) {
			grow(self, depth - 1, width, n);
			_exit(0);
		}
	}
	work();
	if (depth % 2 == 1)
		while (wait(NULL) > 0)
			;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "leaf") == 0) {
		calls = number(argv[2]);
		work();
		return 0;
	}
	if (argc != 4)
		usage("family DEPTH WIDTH N");
	long depth = number(argv[1]), width = number(argv[2]), processes = 0, level = 1;
	calls = number(argv[3]);
	for (long i = 0; i <= depth; i++, level *= width)
		processes += level;
	gate();
	printf("processes=%ld calls=%ld pid=%d\n", processes, 2 * calls * processes, getpid());
	fflush(stdout);
	grow("/proc/self/exe", depth, width, argv[3]);
}
