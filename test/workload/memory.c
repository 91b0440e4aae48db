// memory WHAT N [FILE|SIZE]: does one thing with memory N times, for tests of tools about memory; prints done=N and what else
// there is to know.
//
//   brk N         extends the heap by a page
//   touch N       touches pages of new memory for the first time
//   faults N FILE touches pages of a mapped file for the first time
//   maps N FILE   maps a file
//   leaks N SIZE  allocates pieces in leaky() and as many in tidy(), which frees them
//   shm N         makes, attaches, detaches and removes a System V segment of 64 KiB
//   eats N        touches N MiB, and keeps them
#include "workload.h"
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static const char *what, *other;

static char *mapped(int *fd)
{
	struct stat found;
	*fd = open(other, O_RDONLY);
	if (*fd < 0 || fstat(*fd, &found) != 0)
		fail(other);
	char *start = mmap(NULL, found.st_size, PROT_READ, MAP_SHARED, *fd, 0);
	if (start == MAP_FAILED)
		fail("mmap");
	return start;
}

__attribute__((noinline)) static void *leaky(size_t size)
{
	char *piece = malloc(size);
	piece[0] = 1;
	return piece;
}

__attribute__((noinline)) static void tidy(size_t size)
{
	char *piece = malloc(size);
	piece[0] = 1;
	__asm__ volatile("" : : "r"(piece) : "memory");
	piece = realloc(piece, 2 * size);
	__asm__ volatile("" : : "r"(piece) : "memory");
	free(piece);
}

static void leaks(long n)
{
	size_t size = number(other);
	static void *kept;
	for (long i = 0; i < n; i++) {
		void **piece = leaky(size);
		*piece = kept;
		kept = piece;
		tidy(size);
	}
}

static void segment(void)
{
	int id = shmget(IPC_PRIVATE, 65536, IPC_CREAT | 0600);
	if (id < 0)
		fail("shmget");
	void *at = shmat(id, NULL, 0);
	if (at == (void *)-1)
		fail("shmat");
	shmdt(at);
	shmctl(id, IPC_RMID, NULL);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		usage("memory WHAT N [FILE|SIZE]");
	what = argv[1];
	long n = number(argv[2]);
	other = argc > 3 ? argv[3] : NULL;
	int fd;
	gate();
	if (!strcmp(what, "brk")) {
		for (long i = 0; i < n; i++)
			syscall(SYS_brk, syscall(SYS_brk, 0L) + 4096);
	} else if (!strcmp(what, "touch") || !strcmp(what, "eats")) {
		size_t step = *what == 't' ? 4096 : 1 << 20;
		char *start = mmap(NULL, n * step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(start, n * step, MADV_NOHUGEPAGE);
		for (char *at = start; at < start + n * step; at += 4096)
			*at = 1;
	} else if (!strcmp(what, "faults")) {
		volatile char *start = mapped(&fd);
		madvise((void *)start, n * 4096, MADV_RANDOM);
		for (long i = 0; i < n; i++)
			start[i * 4096];
	} else if (!strcmp(what, "maps")) {
		for (long i = 0; i < n; i++) {
			mapped(&fd);
			close(fd);
		}
	} else if (!strcmp(what, "leaks")) {
		leaks(n);
	} else if (!strcmp(what, "shm")) {
		for (long i = 0; i < n; i++)
			segment();
	} else
		usage("memory brk|touch|faults|maps|leaks|shm|eats N [FILE|SIZE]");
	printf("done=%ld pid=%d\n", n, getpid());
}
