// stacks N [VARIETY [MS]]: for stacks. Calls outer() -> middle() -> inner() N times; inner() makes the system call
// getppid(2) itself. Before that it calls deeper() i % VARIETY times over, so that there are VARIETY different stacks. Then it
// makes the system call getpgid(2), and stays for a tracer to look at it, until SIGUSR1 comes or for MS milliseconds.
#include "workload.h"
#include <signal.h>
#include <sys/syscall.h>

__attribute__((noinline)) long inner(long n)
{
	long result;
#ifdef __x86_64__
	__asm__ volatile("syscall" : "=a"(result) : "a"((long)SYS_getppid) : "rcx", "r11", "memory");
#else
	result = syscall(SYS_getppid);
#endif
	return result + n;
}

// What follows the call keeps it from becoming a jump.
__attribute__((noinline)) long middle(long n)
{
	long result = inner(n);
	__asm__ volatile("" : "+r"(result));
	return result + 1;
}

__attribute__((noinline)) long outer(long n)
{
	long result = middle(n);
	__asm__ volatile("" : "+r"(result));
	return result + 2;
}

__attribute__((noinline)) long deeper(long levels, long n)
{
	long result = levels == 0 ? outer(n) : deeper(levels - 1, n);
	__asm__ volatile("" : "+r"(result));
	return result;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 4)
		usage("stacks N [VARIETY [MS]]");
	long count = number(argv[1]), variety = argc > 2 ? number(argv[2]) : 1, sum = 0;
	long ms = argc > 3 ? number(argv[3]) : 0;
	sigset_t enough;
	sigemptyset(&enough);
	sigaddset(&enough, SIGUSR1);
	sigprocmask(SIG_BLOCK, &enough, NULL);
	gate();
	for (long i = 0; i < count; i++)
		sum += deeper(i % (variety ? variety : 1), i);
	getpgid(0);
	struct timespec most = { ms / 1000, ms % 1000 * 1000000 };
	sigtimedwait(&enough, NULL, &most);
	printf("calls=%ld variety=%ld sum=%ld pid=%d\n", count, variety, sum, getpid());
}
