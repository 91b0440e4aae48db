// database N USEC: functions and probes of database servers, by their names, called a known number of times. N times each: a query
// of MySQL, one of MariaDB, one of PostgreSQL that all return at once; a ping of both; then a query of each that takes USEC.
#include "workload.h"
#include "usdt.h"

struct com_query {
	const char *query;
	unsigned length;
};

enum { QUERY = 3, PING = 14 };

#define CALLED __attribute__((noinline, noclone))

CALLED int mysql(void *thd, const struct com_query *data, int command, long us) __asm__("_Z16dispatch_commandP3THDPK8COM_DATA19enum_server_command");
CALLED int mariadb(int command, void *thd, char *packet, unsigned length, long us) __asm__("_Z16dispatch_command19enum_server_commandP3THDPcjb");

int mysql(void *thd, const struct com_query *data, int command, long us)
{
	__asm__ volatile("" ::"r"(data) : "memory");
	if (us)
		usleep(us);
	return thd != NULL && command;
}

int mariadb(int command, void *thd, char *packet, unsigned length, long us)
{
	__asm__ volatile("" ::"r"(packet) : "memory");
	if (us)
		usleep(us);
	return thd != NULL && length && command;
}

CALLED void postgresql(const char *query, long us)
{
	USDT("postgresql", "query__start", "0", "8@%%rdi", "D"(query));
	if (us)
		usleep(us);
	USDT("postgresql", "query__done", "0", "8@%%rdi", "D"(query));
}

static void all(long us, const char *how)
{
	char text[64];
	snprintf(text, sizeof text, "SELECT %s FROM mysql", how);
	struct com_query query = { text, strlen(text) };
	mysql("", &query, QUERY, us);
	snprintf(text, sizeof text, "SELECT %s FROM mariadb", how);
	mariadb(QUERY, "", text, strlen(text), us);
	snprintf(text, sizeof text, "SELECT %s FROM postgresql", how);
	postgresql(text, us);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		usage("database N USEC");
	long count = number(argv[1]);
	struct com_query none = { NULL, 0 };
	gate();
	for (long i = 0; i < count; i++) {
		all(0, "fast");
		mysql("", &none, PING, 0);
		mariadb(PING, "", "", 0, 0);
	}
	all(number(argv[2]), "slow");
	printf("queries=%ld pid=%d\n", 3 * (count + 1), getpid());
}
