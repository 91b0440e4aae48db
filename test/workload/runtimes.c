// runtimes N: the probes of runtimes of languages, each N times: a function of Python that calls another, a method of Ruby, a function of
// PHP, one of Perl and a method of Java; a collection of Python and one of Java; a new object of Ruby and one of Java, of 24 bytes;
// a thread of Java that starts and ends.
#include "workload.h"
#include "usdt.h"

#define THREE(provider, name, a, b, c) \
	USDT(provider, name, "0", "8@%%rdi 8@%%rsi -4@%%edx", "D"(a), "S"(b), "d"(c))
#define FOUR(provider, name, a, b, c, d) \
	USDT(provider, name, "0", "8@%%rdi 8@%%rsi -4@%%edx 8@%%rcx", "D"(a), "S"(b), "d"(c), "c"(d))
#define JAVA(name, thread, class, class_length, method, method_length)                                              \
	USDT("hotspot", name, "0", "8@%%rdi 8@%%rsi -4@%%edx 8@%%rcx -4@%%eax", "D"(thread), "S"(class), "d"(class_length), \
	     "c"(method), "a"(method_length))

__attribute__((noinline, noclone)) static void once(long i)
{
	THREE("python", "function__entry", "job.py", "outer", 1);
	THREE("python", "function__entry", "job.py", "inner", 2);
	usleep(10);
	THREE("python", "function__return", "job.py", "inner", 3);
	THREE("python", "function__return", "job.py", "outer", 4);
	FOUR("ruby", "method__entry", "Array", "each", 1, "job.rb");
	FOUR("ruby", "method__return", "Array", "each", 1, "job.rb");
	FOUR("php", "function__entry", "index", "job.php", 1, "Page");
	FOUR("php", "function__return", "index", "job.php", 1, "Page");
	FOUR("perl", "sub__entry", "run", "job.pl", 1, "main");
	FOUR("perl", "sub__return", "run", "job.pl", 1, "main");
	JAVA("method__entry", i, "java/util/ListXX", 14, "addXX", 3);
	JAVA("method__return", i, "java/util/ListXX", 14, "addXX", 3);
	USDT("python", "gc__start", "0", "-4@%%edi", "D"(2));
	usleep(10);
	USDT("python", "gc__done", "0", "-8@%%rdi", "D"(17L));
	USDT("hotspot", "gc__begin", "0", "1@%%dil", "D"(1));
	USDT("hotspot", "gc__end", "0", "", "D"(1));
	THREE("ruby", "object__create", "Point", "job.rb", 1);
	USDT("hotspot", "object__alloc", "0", "8@%%rdi 8@%%rsi -4@%%edx 8@%%rcx", "D"(i), "S"("java/lang/StringXX"), "d"(16), "c"(24L));
	USDT("hotspot", "thread__start", "0", "8@%%rdi -4@%%esi 8@%%rdx 8@%%rcx", "D"("poolXX"), "S"(4), "d"(i), "c"(i));
	USDT("hotspot", "thread__stop", "0", "8@%%rdi -4@%%esi 8@%%rdx 8@%%rcx", "D"("poolXX"), "S"(4), "d"(i), "c"(i));
}

int main(int argc, char **argv)
{
	if (argc != 2)
		usage("runtimes N");
	long count = number(argv[1]);
	gate();
	for (long i = 0; i < count; i++)
		once(i);
	printf("rounds=%ld pid=%d\n", count, getpid());
}
