// deeds WHAT [ARGUMENTS]: does one thing a known number of times, for tests of tools; prints done=N pid=P and how often the kernel
// counted that it left the CPU meanwhile and, where pages go to swap, waited for one.
#include "workload.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sched.h>

static const char *other;

// What a deed has to say beyond that.
static char more[100];

static void *nothing(void *unused)
{
	return unused;
}

static void threads(long n)
{
	for (long i = 0; i < n; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, nothing, NULL) != 0)
			fail("pthread_create");
		pthread_join(thread, NULL);
	}
}

static void forks(long n)
{
	for (long i = 0; i < n; i++) {
		pid_t child = fork();
		if (child == 0)
			_exit(0);
		waitpid(child, NULL, 0);
	}
}

// Microseconds each.
static void naps(long n)
{
	struct timespec nap = {0, 1000 * number(other ? other : "1000")};
	for (long i = 0; i < n; i++)
		syscall(SYS_nanosleep, &nap, NULL);
}

static void statistics(long n)
{
	struct stat found;
	for (long i = 0; i < n; i++)
		syscall(SYS_newfstatat, AT_FDCWD, other, &found, 0);
}

// Files of consecutive names: ARGUMENT0, ARGUMENT1 and so on.
static void names(long n)
{
	struct stat found;
	char name[4096];
	for (long i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%s%ld", other, i);
		syscall(SYS_newfstatat, AT_FDCWD, name, &found, 0);
	}
}

static void syncs(long n)
{
	int fd = open(other, O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		fail(other);
	for (long i = 0; i < n; i++) {
		fsync(fd);
		fdatasync(fd);
		sync_file_range(fd, 0, 0, 0);
	}
	close(fd);
}

// pwritev(2), preadv(2), pwritev2(2) and preadv2(2), each of two halves.
static void vectors(long n)
{
	static char bytes[2048];
	struct iovec halves[] = {{bytes, 1024}, {bytes + 1024, 1024}};
	int fd = open(other, O_RDWR | O_CREAT, 0600);
	for (long i = 0; i < n; i++)
		if (pwritev(fd, halves, 2, 0) != 2048 || preadv(fd, halves, 2, 0) != 2048 ||
		    syscall(SYS_pwritev2, fd, halves, 2, 0, 0, 0) != 2048 || syscall(SYS_preadv2, fd, halves, 2, 0, 0, 0) != 2048)
			fail(other);
	close(fd);
}

static void *writes_and_syncs(void *fd)
{
	for (int i = 0; i < 5; i++)
		if (write(*(int *)fd, "synced", 6) != 6 || fsync(*(int *)fd) != 0)
			fail(other);
	return NULL;
}

// Threads that wait for the same file system, five times each.
static void thread_syncs(long n)
{
	pthread_t *started = calloc(n, sizeof *started);
	int fd = open(other, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		fail(other);
	for (long i = 0; i < n; i++)
		if (pthread_create(&started[i], NULL, writes_and_syncs, &fd) != 0)
			fail("pthread_create");
	for (long i = 0; i < n; i++)
		pthread_join(started[i], NULL);
	free(started);
	close(fd);
}

// Files that live for 20 ms.
static void mayflies(long n)
{
	for (long i = 0; i < n; i++) {
		int fd = open(other, O_RDWR | O_CREAT, 0600);
		if (fd < 0)
			fail(other);
		usleep(20000);
		close(fd);
		unlink(other);
	}
}

// 4096 bytes each are written, then read.
static void blocks(long n)
{
	static char block[4096];
	int fd = open(other, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		fail(other);
	for (long i = 0; i < n; i++)
		if (write(fd, block, sizeof block) != sizeof block)
			fail("write");
	lseek(fd, 0, SEEK_SET);
	for (long i = 0; i < n; i++)
		if (read(fd, block, sizeof block) != sizeof block)
			fail("read");
	close(fd);
}

// Each so many times, of a file that is opened once: 4096 bytes written, synced, read, its size asked for by its name.
static void operations(long n)
{
	static char block[4096];
	struct stat found;
	int fd = open(other, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		fail(other);
	for (long i = 0; i < n; i++)
		if (pwrite(fd, block, sizeof block, 0) != sizeof block || fsync(fd) != 0 ||
		    pread(fd, block, sizeof block, 0) != sizeof block || stat(other, &found) != 0)
			fail(other);
	close(fd);
}

// A read that waits 50 ms each, of a FIFO that a child writes to.
static void slow_reads(long n)
{
	int ends[2];
	char byte;
	if (pipe(ends) != 0)
		fail("pipe");
	if (fork() == 0) {
		for (long i = 0; i < n; i++) {
			usleep(50000);
			if (write(ends[1], "x", 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	for (long i = 0; i < n; i++)
		if (read(ends[0], &byte, 1) != 1)
			fail("read");
	wait(NULL);
}

static void identities(long n)
{
	for (long i = 0; i < n; i++) {
		syscall(SYS_setuid, getuid());
		syscall(SYS_setreuid, -1, getuid());
		syscall(SYS_setresuid, -1, getuid(), -1);
	}
}

static void breaks(long n)
{
	for (long i = 0; i < n; i++)
		syscall(SYS_brk, (char *)sbrk(0) + 4096 * (i + 1));
}

static void maps(long n)
{
	for (long i = 0; i < n; i++) {
		void *place = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		munmap(place, 16384);
	}
}

static void faults(long n)
{
	char *place = mmap(NULL, 4096 * n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(place, 4096 * n, MADV_NOHUGEPAGE);
	for (long i = 0; i < n; i++)
		place[4096 * i] = 1;
}

static long major_faults(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return used.ru_majflt;
}

static long major;

// Pages are written out to swap, where there is any, and needed again.
static void pageouts(long n)
{
	char *place = mmap(NULL, 4096 * n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(place, 4096 * n, MADV_NOHUGEPAGE);
	for (long i = 0; i < n; i++)
		place[4096 * i] = 1 + i % 100;
	madvise(place, 4096 * n, 21); // MADV_PAGEOUT
	long before = major_faults();
	for (long i = 0; i < n; i++)
		if (place[4096 * i] != 1 + i % 100)
			fail("page");
	major = major_faults() - before;
}

static void mounts(long n)
{
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		fail("unshare");
	for (long i = 0; i < n; i++) {
		if (mount(other, "/mnt", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k") != 0)
			fail("mount");
		if (umount2("/mnt", MNT_DETACH) != 0)
			fail("umount");
	}
}

// Each asks for CAP_SYS_CHROOT.
static void chroots(long n)
{
	for (long i = 0; i < n; i++)
		if (chroot("/") != 0)
			fail("chroot");
}

static int word;

static void *waker(void *turns)
{
	for (long i = 0; i < *(long *)turns; i++) {
		usleep(20000);
		__atomic_store_n(&word, i + 1, __ATOMIC_SEQ_CST);
		syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	return NULL;
}

// Waits of 20 ms, one after the other.
static void futexes(long n)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, waker, &n) != 0)
		fail("pthread_create");
	for (long i = 0; i < n; i++)
		while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == i)
			syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, i, NULL, NULL, 0);
	pthread_join(thread, NULL);
}

static void *wakes_others(void *times)
{
	long n = *(long *)times;
	while (n > 0) {
		if (syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 1)
			n--;
		else
			sched_yield();
	}
	return NULL;
}

// The main thread waits, and is woken, as often as that, with nothing between.
static void wakes(long n)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, wakes_others, &n) != 0)
		fail("pthread_create");
	for (long i = 0; i < n; i++)
		syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static ino_t namespace_of(const char *path)
{
	struct stat found;
	if (stat(path, &found) != 0)
		fail(path);
	return found.st_ino;
}

// This process and a child in a namespace of process ids of its own, on one CPU, wait for each other
// in turn. Prints both namespaces and how often the child left the CPU.
static void turns_apart(long n)
{
	int here[2], there[2];
	char byte = 0;
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &one);
	if (pipe(here) != 0 || pipe(there) != 0 || sched_setaffinity(0, sizeof one, &one) != 0)
		fail("pipe");
	if (unshare(CLONE_NEWPID) != 0)
		fail("unshare");
	pid_t child = fork();
	if (child == 0) {
		for (long i = 0; i < n; i++)
			if (read(here[0], &byte, 1) != 1 || write(there[1], &byte, 1) != 1)
				fail("child");
		// Until it is killed: what it does at its end is no turn.
		if (write(there[1], &byte, 1) != 1)
			fail("child");
		pause();
	}
	ino_t own = namespace_of("/proc/self/ns/pid"), apart = namespace_of("/proc/self/ns/pid_for_children");
	for (long i = 0; i < n; i++)
		if (write(here[1], &byte, 1) != 1 || read(there[0], &byte, 1) != 1)
			fail("turn");
	if (read(there[0], &byte, 1) != 1)
		fail("turn");
	struct rusage of;
	kill(child, SIGKILL);
	wait4(child, NULL, 0, &of);
	snprintf(more, sizeof more, " own=%ld apart=%ld left=%ld", own, apart, of.ru_nvcsw + of.ru_nivcsw);
}

// Not allowed: sends signals that only a privileged process may.
static void forbidden(long n)
{
	if (setuid(65534) != 0)
		fail("setuid");
	for (long i = 0; i < n; i++)
		kill(1, 0);
}

// Milliseconds on the CPU.
static void burns(long n)
{
	struct timespec used;
	do {
		for (volatile int i = 0; i < 100000; i++)
			;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	} while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < n);
}

static pid_t second;

static void burn_alone(long milliseconds)
{
	struct timespec used;
	do {
		for (volatile int i = 0; i < 100000; i++)
			;
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	} while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < milliseconds);
}

static void *burns_more(void *milliseconds)
{
	second = gettid();
	burn_alone(3 * *(long *)milliseconds);
	return NULL;
}

// Milliseconds on the CPU of the main thread; another has three times as much.
static void shares(long n)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, burns_more, &n) != 0)
		fail("pthread_create");
	burn_alone(n);
	pthread_join(thread, NULL);
	snprintf(more, sizeof more, " second=%d", second);
}

static const struct {
	const char *name;
	void (*run)(long);
} DEEDS[] = {
	{"threads", threads}, {"forks", forks}, {"naps", naps}, {"stats", statistics}, {"syncs", syncs},
	{"thread-syncs", thread_syncs}, {"vectors", vectors},
	{"mayflies", mayflies}, {"blocks", blocks}, {"operations", operations}, {"slow-reads", slow_reads},
	{"identities", identities},
	{"breaks", breaks}, {"maps", maps}, {"faults", faults}, {"mounts", mounts}, {"chroots", chroots},
	{"futexes", futexes}, {"wakes", wakes}, {"names", names}, {"turns-apart", turns_apart}, {"forbidden", forbidden},
	{"pageouts", pageouts},
	{"burns", burns}, {"shares", shares},
};

static long switches(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return used.ru_nvcsw + used.ru_nivcsw;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		usage("deeds WHAT N [ARGUMENT]");
	long n = number(argv[2]);
	other = argv[3];
	gate();
	long before = switches();
	for (unsigned i = 0; i < sizeof DEEDS / sizeof DEEDS[0]; i++) {
		if (strcmp(DEEDS[i].name, argv[1]) != 0)
			continue;
		DEEDS[i].run(n);
		printf("done=%ld pid=%d switches=%ld major=%ld%s\n", n, getpid(), switches() - before, major, more);
		return 0;
	}
	usage("deeds: no such deed");
}
