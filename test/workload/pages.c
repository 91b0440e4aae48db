// pages PAGES SLEEPS MOVES: first touches so many pages for the first time, then gives up the CPU so often, then has itself
// moved to another CPU so often, and is called "touching", "sleeping" and "moving" meanwhile. Prints what the kernel counted
// in each part: minor faults, context switches.
#include "workload.h"
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static struct rusage used(void)
{
	struct rusage now;
	if (getrusage(RUSAGE_SELF, &now) != 0)
		fail("getrusage");
	return now;
}

static void move_to(int cpu)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof one, &one) != 0)
		fail("sched_setaffinity");
}

int main(int argc, char **argv)
{
	if (argc != 4)
		usage("pages PAGES SLEEPS MOVES");
	long pages = number(argv[1]), sleeps = number(argv[2]), moves = number(argv[3]);
	size_t page = sysconf(_SC_PAGESIZE);
	used();
	gate();
	char *memory = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		fail("mmap");
	madvise(memory, pages * page, MADV_NOHUGEPAGE);

	struct rusage start = used();
	prctl(PR_SET_NAME, "touching");
	for (long i = 0; i < pages; i++)
		((volatile char *)memory)[i * page] = 1;
	prctl(PR_SET_NAME, "pages");
	struct rusage touched = used();

	prctl(PR_SET_NAME, "sleeping");
	struct rusage before = used();
	for (long i = 0; i < sleeps; i++)
		usleep(100);
	struct rusage after = used();
	prctl(PR_SET_NAME, "pages");

	move_to(0);
	prctl(PR_SET_NAME, "moving");
	for (long i = 0; i < moves; i++)
		move_to((i + 1) % 2);
	prctl(PR_SET_NAME, "pages");

	printf("faults=%ld switches=%ld moves=%ld pid=%d\n", touched.ru_minflt - start.ru_minflt,
	       after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw, moves, getpid());
}
