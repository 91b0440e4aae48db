// flood THREADS SECONDS: every thread calls getppid(2) as fast as it can; prints how many calls all of them made.
#include "workload.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static atomic_bool stop;
static atomic_long total;

static void *flood(void *unused)
{
	long calls = 0;
	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		syscall(SYS_getppid);
		calls++;
	}
	atomic_fetch_add(&total, calls);
	return unused;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		usage("flood THREADS SECONDS");
	long count = number(argv[1]);
	double duration = atof(argv[2]);
	pthread_t *threads = calloc(count ? count : 1, sizeof *threads);
	gate();
	for (long i = 0; i < count; i++)
		if ((errno = pthread_create(&threads[i], NULL, flood, NULL)))
			fail("pthread_create");
	usleep(duration * 1e6);
	atomic_store(&stop, 1);
	for (long i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	printf("calls=%ld threads=%ld pid=%d\n", atomic_load(&total), count, getpid());
}
