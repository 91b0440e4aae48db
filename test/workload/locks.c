// locks N USEC: N times each: a mutex is waited for by another thread while it is held for USEC more (contended); one is taken
// within itself (nested); one is left to a condition that does not come (left); two are taken in one order (first, second). Then
// these two are taken once in the other order. Prints the addresses of the mutexes.
#include "workload.h"
#include <pthread.h>

static pthread_mutex_t contended = PTHREAD_MUTEX_INITIALIZER, nested = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP,
		       left = PTHREAD_MUTEX_INITIALIZER, first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static volatile int held;

static void *waits(void *unused)
{
	while (!held)
		usleep(100);
	pthread_mutex_lock(&contended);
	pthread_mutex_unlock(&contended);
	return unused;
}

// 2 says that somebody sleeps until it is free, or is about to (nptl/lowlevellock.h of glibc).
static void contend(long us)
{
	pthread_t thread;
	held = 0;
	if (pthread_create(&thread, NULL, waits, NULL) != 0)
		fail("pthread_create");
	pthread_mutex_lock(&contended);
	held = 1;
	while (*(volatile int *)&contended.__data.__lock != 2)
		usleep(100);
	usleep(us);
	pthread_mutex_unlock(&contended);
	pthread_join(thread, NULL);
}

static inline __attribute__((always_inline)) void both(pthread_mutex_t *one, pthread_mutex_t *other)
{
	pthread_mutex_lock(one);
	pthread_mutex_lock(other);
	pthread_mutex_unlock(other);
	pthread_mutex_unlock(one);
}

int main(int argc, char **argv)
{
	struct timespec past = {0, 0};
	if (argc != 3)
		usage("locks N USEC");
	long count = number(argv[1]), us = number(argv[2]);
	gate();
	for (long i = 0; i < count; i++) {
		contend(us);
		pthread_mutex_lock(&nested);
		pthread_mutex_trylock(&nested);
		pthread_mutex_unlock(&nested);
		pthread_mutex_unlock(&nested);
		pthread_mutex_lock(&left);
		pthread_cond_timedwait(&never, &left, &past);
		pthread_mutex_unlock(&left);
		both(&first, &second);
	}
	both(&second, &first);
	printf("rounds=%ld contended=%p nested=%p left=%p first=%p second=%p pid=%d\n", count, (void *)&contended,
	       (void *)&nested, (void *)&left, (void *)&first, (void *)&second, getpid());
}
