// opens N PATH: exactly N openat(2) calls of PATH, read-only. The path should not exist, so that nothing is left open;
// where it does, each descriptor is closed again.
#include "workload.h"
#include <fcntl.h>
#include <sys/syscall.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		usage("opens N PATH");
	long count = number(argv[1]), failed = 0;
	gate();
	for (long i = 0; i < count; i++) {
		long fd = syscall(SYS_openat, AT_FDCWD, argv[2], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			failed++;
		else
			close(fd);
	}
	printf("opens=%ld failed=%ld pid=%d\n", count, failed, getpid());
}
