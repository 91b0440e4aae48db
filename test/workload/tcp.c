// tcp SCENARIO 4|6 [CONNECTIONS]: TCP connections over loopback, both ends in this process (but see "shared"), one after
// the other.
//
//   active   the client closes first:  ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSE   server: CLOSE_WAIT LAST_ACK CLOSE
//   passive  the server closes first:  the same with the ends exchanged
//   reset    the client sends RST:     both ends go from ESTABLISHED to CLOSE
//   refused  nobody listens:           SYN_SENT CLOSE
//   shared   as active, but two child processes listen on the server's port (SO_REUSEPORT), and the kernel chooses
//
// In front of these: the client's CLOSE SYN_SENT ESTABLISHED, the server's LISTEN SYN_RECV ESTABLISHED, and around all the
// listener's CLOSE LISTEN CLOSE. The packets are handled by whatever runs at the time, often this program but sometimes
// ksoftirqd, so a filter by pid may miss some. On 5.10 the server's LISTEN SYN_RECV has no remote port yet.
//
// Except in "refused" the client sends 1000 bytes and the server answers 300. A line for each connection, as the client
// sees it, then the total.
#include "workload.h"
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address loopback(int family)
{
	union address address = { 0 };
	address.any.sa_family = family;
	if (family == AF_INET)
		address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		address.v6.sin6_addr = in6addr_loopback;
	return address;
}

static socklen_t size_of(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
}

static int port_of(const union address *address)
{
	return ntohs(address->any.sa_family == AF_INET ? address->v4.sin_port : address->v6.sin6_port);
}

static void transfer(int from, int to, size_t size)
{
	static char buffer[1024];
	if (send(from, buffer, size, 0) != (ssize_t)size)
		fail("send");
	if (recv(to, buffer, size, MSG_WAITALL) != (ssize_t)size)
		fail("recv");
}

// Waits for the other end's FIN (or RST).
static void drain(int fd)
{
	char byte;
	if (recv(fd, &byte, 1, 0) > 0)
		fail("unexpected data");
}

static void report(int family, const union address *client, const union address *server)
{
	const char *host = family == AF_INET ? "127.0.0.1" : "::1";
	printf("family=%d laddr=%s lport=%d raddr=%s rport=%d\n", family == AF_INET ? 4 : 6, host, port_of(client), host,
	       port_of(server));
}

// One of the processes that share a port: serves until it is killed. Its listener is closed in the parent.
static pid_t serve(const union address *server)
{
	int ready[2];
	if (pipe(ready))
		fail("pipe");
	pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child) {
		char byte;
		close(ready[1]);
		if (read(ready[0], &byte, 1) != 1)
			fail("a server did not start");
		close(ready[0]);
		return child;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int on = 1, listener = socket(server->any.sa_family, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
	if (bind(listener, &server->any, size_of(server)) || listen(listener, 16) || write(ready[1], "", 1) != 1)
		fail("listen");
	for (;;) {
		int far = accept(listener, NULL, NULL);
		if (far < 0)
			fail("accept");
		drain(far);
		close(far);
	}
}

static void share(int family, long count)
{
	union address server = loopback(family);
	socklen_t length = size_of(&server);
	int on = 1, holder = socket(family, SOCK_STREAM, 0);
	setsockopt(holder, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
	// Bound but not listening: it keeps the port for the children.
	if (holder < 0 || bind(holder, &server.any, length) || getsockname(holder, &server.any, &length))
		fail("bind");
	pid_t children[2] = { serve(&server), serve(&server) };
	for (long i = 0; i < count; i++) {
		union address client = loopback(family);
		int near = socket(family, SOCK_STREAM, 0);
		if (near < 0 || bind(near, &client.any, length) || getsockname(near, &client.any, &length))
			fail("bind");
		if (connect(near, &server.any, length))
			fail("connect");
		shutdown(near, SHUT_WR);
		drain(near);
		close(near);
		report(family, &client, &server);
	}
	for (int i = 0; i < 2; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	printf("connections=%ld pid=%d servers=%d,%d\n", count, getpid(), children[0], children[1]);
}

int main(int argc, char **argv)
{
	const char *arguments = "tcp active|passive|reset|refused|shared 4|6 [CONNECTIONS]";
	if (argc != 3 && argc != 4)
		usage(arguments);
	const char *scenario = argv[1];
	int family = number(argv[2]) == 4 ? AF_INET : AF_INET6;
	long count = argc == 4 ? number(argv[3]) : 1;
	int refused = !strcmp(scenario, "refused");
	int shared = !strcmp(scenario, "shared");
	if (!refused && !shared && strcmp(scenario, "active") && strcmp(scenario, "passive") && strcmp(scenario, "reset"))
		usage(arguments);

	gate();
	if (shared) {
		share(family, count);
		return 0;
	}
	union address server = loopback(family);
	socklen_t length = size_of(&server);
	int listener = socket(family, SOCK_STREAM, 0);
	if (listener < 0 || bind(listener, &server.any, length) || getsockname(listener, &server.any, &length))
		fail("bind");
	// A bound port on which nobody listens stays ours, and refuses.
	if (!refused && listen(listener, 16))
		fail("listen");

	for (long i = 0; i < count; i++) {
		union address client = loopback(family);
		int near = socket(family, SOCK_STREAM, 0), far = -1;
		if (near < 0 || bind(near, &client.any, length) || getsockname(near, &client.any, &length))
			fail("bind");
		int failed = connect(near, &server.any, length);
		if (failed != (refused ? -1 : 0) || (refused && errno != ECONNREFUSED))
			fail("connect");
		if (!refused) {
			far = accept(listener, NULL, NULL);
			if (far < 0)
				fail("accept");
			transfer(near, far, 1000);
			transfer(far, near, 300);
		}
		int first = near, last = far;
		if (!strcmp(scenario, "passive")) {
			first = far;
			last = near;
		}
		if (!strcmp(scenario, "reset")) {
			struct linger now = { .l_onoff = 1, .l_linger = 0 };
			setsockopt(near, SOL_SOCKET, SO_LINGER, &now, sizeof now);
		}
		close(first);
		if (last >= 0) {
			drain(last);
			close(last);
		}
		report(family, &client, &server);
	}
	close(listener);
	printf("connections=%ld pid=%d\n", count, getpid());
}
