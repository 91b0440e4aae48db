// syscalls N: exactly N getppid(2) calls, straight to the kernel.
#include "workload.h"
#include <sys/syscall.h>

int main(int argc, char **argv)
{
	if (argc != 2)
		usage("syscalls N");
	long count = number(argv[1]);
	gate();
	for (long i = 0; i < count; i++)
		syscall(SYS_getppid);
	printf("syscalls=%ld pid=%d\n", count, getpid());
}
