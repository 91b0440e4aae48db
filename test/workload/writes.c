// writes N THREADS: at the address 0x70000000 main and each of its threads write a word N times, one after the other; main
// reads it N times more. At 0x70001000 lies a function that main calls N times. Then a process that it forks writes N times.
#include "workload.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static long times;
static volatile long *const word = (volatile long *)0x70000000;
static void (*const function)(void) = (void (*)(void))0x70001000;

static void *write_word(void *unused)
{
	(void)unused;
	for (long i = 0; i < times; i++)
		*word = i;
	return NULL;
}

static void map(void *address)
{
	if (mmap(address, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != address)
		fail("mmap");
}

int main(int argc, char **argv)
{
	pthread_t thread;
	long sum = 0;
	if (argc != 3)
		usage("writes N THREADS");
	times = number(argv[1]);
	long threads = number(argv[2]);
	map((void *)word);
	map((void *)function);
#if defined(__x86_64__)
	*(unsigned char *)function = 0xc3; // ret
#elif defined(__aarch64__)
	*(unsigned *)function = 0xd65f03c0; // ret
	__builtin___clear_cache((char *)function, (char *)function + 4);
#endif
	*word = 0;
	gate();
	prctl(PR_SET_NAME, "watched");
	write_word(NULL);
	for (long i = 0; i < threads; i++) {
		if (pthread_create(&thread, NULL, write_word, NULL) != 0)
			fail("pthread_create");
		pthread_join(thread, NULL);
	}
	for (long i = 0; i < times; i++)
		sum += *word;
	for (long i = 0; i < times; i++)
		function();
	prctl(PR_SET_NAME, "writes");
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_NAME, "forked");
		write_word(NULL);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	printf("written=%ld read=%ld called=%ld pid=%d sum=%ld\n", times * (1 + threads), times, times, getpid(), sum);
}
