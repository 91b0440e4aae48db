// net WHAT TIMES [BYTES [4|6 [ADDRESS]]]: sockets that do a known thing so many times, for tests of tools about the network; both
// ends are in this process and on the loopback, unless an address is given. Prints pid=P port=P clients=P,P,... done=N.
//
//   talk     connections one after the other: the client sends BYTES, the server twice as many, the client closes first
//   queue    so many connections before the first is accepted, then all of them
//   rush     connections that the client resets at once, and another thread accepts the moment there is one
//   refuse   connections to a port that is bound but does not listen
//   listen   sockets that listen on ports of their own, with a backlog of BYTES
//   unix     UNIX sockets that listen by abstract names, net-P-0 and so on, with a backlog of BYTES, from before the gate to the end
//   rights   descriptors of a file that are passed over a UNIX socket: sent until it is full, which is an error, then received
//   datagram datagrams of BYTES to a UDP socket that reads them, from one that is connected to it
//   unheard  datagrams of BYTES to a UDP port that nobody has
//   send     datagrams of BYTES to ADDRESS, port 9
//   retry    connections to ADDRESS, port 9, all at once, until the kernel gives each up
//   answer   connections on which the server sends 100 bytes BYTES ms after they were accepted
//   late     connections whose 100 bytes are read BYTES ms after they were sent
#include "workload.h"
#include <arpa/inet.h>
#include <poll.h>
#include <stddef.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static int family = AF_INET;
static long bytes = 100;
static const char *where;
static char text[65536];

static union address address(int port)
{
	union address a = { 0 };
	a.any.sa_family = family;
	if (family == AF_INET) {
		a.v4.sin_port = htons(port);
		inet_pton(AF_INET, where ? where : "127.0.0.1", &a.v4.sin_addr);
	} else {
		a.v6.sin6_port = htons(port);
		inet_pton(AF_INET6, where ? where : "::1", &a.v6.sin6_addr);
	}
	return a;
}

static socklen_t size(void)
{
	return family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

static int port_of(int fd)
{
	union address a;
	socklen_t length = sizeof(a);
	if (getsockname(fd, &a.any, &length) < 0)
		fail("getsockname");
	return ntohs(family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
}

static int bound(int type)
{
	union address a = address(0);
	int fd = socket(family, type, 0);
	if (fd < 0 || bind(fd, &a.any, size()) < 0)
		fail("bind");
	return fd;
}

static int listener(int backlog)
{
	int fd = bound(SOCK_STREAM);
	if (listen(fd, backlog) < 0)
		fail("listen");
	return fd;
}

static int connected(int type, int port)
{
	union address a = address(port);
	int fd = socket(family, type, 0);
	if (fd < 0 || connect(fd, &a.any, size()) < 0)
		fail("connect");
	return fd;
}

static void pass(int from, int to, long count)
{
	if (send(from, text, count, 0) != count)
		fail("send");
	for (long got = 0; got < count;) {
		long n = recv(to, text, sizeof(text), 0);
		if (n <= 0)
			fail("recv");
		got += n;
	}
}

static char clients[1 << 20];
static size_t noted;

static void note(int fd)
{
	noted += snprintf(clients + noted, sizeof(clients) - noted, "%s%d", noted ? "," : "", port_of(fd));
}

static void end(int client, int server)
{
	char byte;
	close(client);
	if (recv(server, &byte, 1, 0) != 0)
		fail("recv at the end");
	close(server);
}

static int talk(long n)
{
	int listening = listener(16);
	for (long i = 0; i < n; i++) {
		int client = connected(SOCK_STREAM, port_of(listening));
		int server = accept(listening, NULL, NULL);
		note(client);
		pass(client, server, bytes);
		pass(server, client, 2 * bytes);
		end(client, server);
	}
	return port_of(listening);
}

static int queue(long n)
{
	int listening = listener(n), client[n];
	for (long i = 0; i < n; i++) {
		client[i] = connected(SOCK_STREAM, port_of(listening));
		note(client[i]);
	}
	for (long i = 0; i < n; i++)
		end(client[i], accept(listening, NULL, NULL));
	return port_of(listening);
}

static int rushed;

static void *accept_at_once(void *times)
{
	for (long i = 0; i < *(long *)times;) {
		int fd = accept4(rushed, NULL, NULL, 0);
		if (fd < 0 && errno != EAGAIN)
			fail("accept");
		i += fd >= 0;
		close(fd);
	}
	return NULL;
}

static int rush(long n)
{
	struct linger none = {1, 0};
	pthread_t thread;
	rushed = listener(4096);
	fcntl(rushed, F_SETFL, O_NONBLOCK);
	if (pthread_create(&thread, NULL, accept_at_once, &n) != 0)
		fail("pthread_create");
	for (long i = 0; i < n; i++) {
		int client = connected(SOCK_STREAM, port_of(rushed));
		note(client);
		setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
		close(client);
	}
	pthread_join(thread, NULL);
	return port_of(rushed);
}

static int refuse(long n)
{
	int closed = bound(SOCK_STREAM), port = port_of(closed);
	for (long i = 0; i < n; i++) {
		union address a = address(port);
		int fd = socket(family, SOCK_STREAM, 0);
		if (connect(fd, &a.any, size()) == 0 || errno != ECONNREFUSED)
			fail("connect");
		note(fd);
		close(fd);
	}
	return port;
}

static int listens(long n)
{
	int port = 0;
	for (long i = 0; i < n; i++) {
		int fd = listener(bytes);
		note(fd);
		port = port_of(fd);
	}
	return port;
}

static void listen_by_name(long n)
{
	struct rlimit most;
	getrlimit(RLIMIT_NOFILE, &most);
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
	for (long i = 0; i < n; i++) {
		struct sockaddr_un name = { .sun_family = AF_UNIX };
		int length = sprintf(name.sun_path + 1, "net-%d-%ld", getpid(), i);
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (fd < 0 || bind(fd, (void *)&name, offsetof(struct sockaddr_un, sun_path) + 1 + length) < 0 ||
		    listen(fd, bytes) < 0)
			fail("unix");
	}
}

// 1 when it is done, 0 when the socket is full, or empty.
static int pass_right(int over, int fd, int way)
{
	char byte = 0, room[CMSG_SPACE(sizeof fd)];
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
	*rights = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(rights), &fd, sizeof fd);
	long done = way ? sendmsg(over, &message, MSG_DONTWAIT) : recvmsg(over, &message, MSG_DONTWAIT);
	if (done < 0 && errno != EAGAIN)
		fail("message");
	if (done == 1 && !way) {
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
		close(fd);
	}
	return done == 1;
}

static int pass_rights(long n)
{
	int ends[2], file = open("/proc/self/comm", O_RDONLY);
	if (file < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0)
		fail("socketpair");
	for (long sent = 0, received = 0; received < n;) {
		while (sent < n && pass_right(ends[0], file, 1))
			sent++;
		while (pass_right(ends[1], 0, 0))
			received++;
	}
	return 0;
}

static int nothing(long n)
{
	(void)n;
	return 0;
}

static int datagram(long n)
{
	int server = bound(SOCK_DGRAM), client = connected(SOCK_DGRAM, port_of(server));
	note(client);
	for (long i = 0; i < n; i++)
		pass(client, server, bytes);
	return port_of(server);
}

static int unheard(long n)
{
	int other = bound(SOCK_DGRAM), port = port_of(other);
	close(other);
	union address a = address(port);
	for (long i = 0; i < n; i++) {
		int fd = socket(family, SOCK_DGRAM, 0);
		if (sendto(fd, text, bytes, 0, &a.any, size()) != bytes)
			fail("sendto");
		note(fd);
		close(fd);
	}
	return port;
}

static int send_away(long n)
{
	union address a = address(9);
	int fd = socket(family, SOCK_DGRAM, 0);
	for (long i = 0; i < n; i++)
		if (sendto(fd, text, bytes, 0, &a.any, size()) != bytes)
			fail("sendto");
	return 9;
}

// All at once.
static int retry(long n)
{
	struct pollfd all[n];
	for (long i = 0; i < n; i++) {
		union address a = address(9);
		all[i].fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		all[i].events = POLLOUT;
		if (connect(all[i].fd, &a.any, size()) < 0 && errno != EINPROGRESS)
			fail("connect");
		note(all[i].fd);
	}
	for (long i = 0; i < n; i++) {
		while (poll(&all[i], 1, -1) != 1)
			;
		close(all[i].fd);
	}
	return 9;
}

static int late(long n)
{
	struct timespec nap = { bytes / 1000, bytes % 1000 * 1000000 };
	int listening = listener(16);
	for (long i = 0; i < n; i++) {
		int client = connected(SOCK_STREAM, port_of(listening));
		int server = accept(listening, NULL, NULL);
		note(client);
		if (send(client, text, 100, 0) != 100)
			fail("send");
		nanosleep(&nap, NULL);
		if (recv(server, text, sizeof(text), 0) != 100)
			fail("recv");
		end(client, server);
	}
	return port_of(listening);
}

static int answer(long n)
{
	struct timespec nap = { bytes / 1000, bytes % 1000 * 1000000 };
	int listening = listener(16);
	for (long i = 0; i < n; i++) {
		int client = connected(SOCK_STREAM, port_of(listening));
		int server = accept(listening, NULL, NULL);
		note(client);
		nanosleep(&nap, NULL);
		pass(server, client, 100);
		end(client, server);
	}
	return port_of(listening);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*act)(long);
	} all[] = {
		{ "talk", talk }, { "queue", queue }, { "rush", rush }, { "unix", nothing }, { "rights", pass_rights }, { "refuse", refuse }, { "listen", listens },
		{ "datagram", datagram }, { "unheard", unheard }, { "retry", retry },
		{ "late", late }, { "answer", answer }, { "send", send_away },
	};
	if (argc < 3)
		usage("net WHAT TIMES [BYTES [4|6 [ADDRESS]]]");
	if (argc > 3)
		bytes = number(argv[3]);
	if (argc > 4 && strcmp(argv[4], "6") == 0)
		family = AF_INET6;
	if (argc > 5)
		where = argv[5];
	long n = number(argv[2]);
	if (strcmp(argv[1], "unix") == 0)
		listen_by_name(n);
	gate();
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(argv[1], all[i].name) != 0)
			continue;
		int port = all[i].act(n);
		printf("pid=%d port=%d clients=%s done=%ld\n", getpid(), port, *clients ? clients : "0", n);
		return 0;
	}
	usage("net talk|queue|rush|unix|rights|refuse|listen|datagram|unheard|retry|late|answer|send ...");
}
