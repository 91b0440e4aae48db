// transfers N BYTES: N write(2) calls of BYTES bytes each into a pipe of its own, each read back by one read(2).
// BYTES is at most 4096, so that every call moves all of it at once.
#include "workload.h"
#include <sys/syscall.h>

int main(int argc, char **argv)
{
	static char buffer[4096];
	int ends[2];
	if (argc != 3)
		usage("transfers N BYTES");
	long count = number(argv[1]), size = number(argv[2]);
	if (size < 1 || size > (long)sizeof buffer)
		usage("transfers N BYTES (1 to 4096)");
	if (pipe(ends))
		fail("pipe");
	gate();
	for (long i = 0; i < count; i++) {
		if (syscall(SYS_write, ends[1], buffer, size) != size)
			fail("write");
		if (syscall(SYS_read, ends[0], buffer, size) != size)
			fail("read");
	}
	printf("writes=%ld reads=%ld bytes=%ld read_fd=%d write_fd=%d pid=%d\n", count, count, count * size, ends[0], ends[1],
	       getpid());
}
