// execs N PROGRAM: forks N children one after the other, each executing PROGRAM without arguments, and waits for each.
#include "workload.h"
#include <sys/wait.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		usage("execs N PROGRAM");
	long count = number(argv[1]), failed = 0;
	gate();
	for (long i = 0; i < count; i++) {
		pid_t child = fork();
		if (child < 0)
			fail("fork");
		if (child == 0) {
			execl(argv[2], argv[2], (char *)NULL);
			_exit(127);
		}
		int status;
		waitpid(child, &status, 0);
		failed += status != 0;
	}
	printf("execs=%ld failed=%ld pid=%d\n", count, failed, getpid());
}
