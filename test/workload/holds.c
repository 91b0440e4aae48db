// holds THREADS FILES: has so many threads besides main and so many open files besides its standard ones, some of them the same
// file, and a mapping at 0x70000000. Prints its pid, then waits for a line on stdin.
#include "workload.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>

static void *wait_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char byte;
	if (argc != 3)
		usage("holds THREADS FILES");
	for (long i = 0; i < number(argv[1]); i++)
		if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0)
			fail("pthread_create");
	for (long i = 0; i < number(argv[2]); i++)
		if (open(i % 2 ? "/dev/null" : "/dev/zero", O_RDONLY) < 0)
			fail("open");
	if (mmap((void *)0x70000000, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		fail("mmap");
	printf("pid=%d\n", getpid());
	fflush(stdout);
	while (read(0, &byte, 1) == 1 && byte != '\n')
		;
}
