// tcp SCENARIO 4|6 [CONNECTIONS]: TCP connections over loopback, both ends in this process, one after the other.
//
//   active   the client closes first:  ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSE   server: CLOSE_WAIT LAST_ACK CLOSE
//   passive  the server closes first:  the same with the ends exchanged
//   reset    the client sends RST:     both ends go from ESTABLISHED to CLOSE
//   refused  nobody listens:           SYN_SENT CLOSE
//
// In front of these: the client's CLOSE SYN_SENT ESTABLISHED, the server's LISTEN SYN_RECV ESTABLISHED, and around all the
// listener's CLOSE LISTEN CLOSE. The packets are handled by whatever runs at the time, often this program but sometimes
// ksoftirqd, so a filter by pid may miss some. On 5.10 the server's LISTEN SYN_RECV has no remote port yet.
//
// Except in "refused" the client sends 1000 bytes and the server answers 300. A line for each connection, as the client
// sees it, then the total.
#include "workload.h"
#include <arpa/inet.h>
#include <sys/socket.h>

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

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4)
		usage("tcp active|passive|reset|refused 4|6 [CONNECTIONS]");
	const char *scenario = argv[1];
	int family = number(argv[2]) == 4 ? AF_INET : AF_INET6;
	long count = argc == 4 ? number(argv[3]) : 1;
	int refused = !strcmp(scenario, "refused");
	if (!refused && strcmp(scenario, "active") && strcmp(scenario, "passive") && strcmp(scenario, "reset"))
		usage("tcp active|passive|reset|refused 4|6 [CONNECTIONS]");

	gate();
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
		printf("family=%d laddr=%s lport=%d raddr=%s rport=%d\n", family == AF_INET ? 4 : 6,
		       family == AF_INET ? "127.0.0.1" : "::1", port_of(&client), family == AF_INET ? "127.0.0.1" : "::1",
		       port_of(&server));
	}
	close(listener);
	printf("connections=%ld pid=%d\n", count, getpid());
}
