// unwrap ADDRESS: takes packets of IPv4 out of those (IPIP) that are sent to the address, and gives them to this machine, as a device of
// type ipip does. Prints "ready", then at the end of its input unwrapped=N.
#include "workload.h"
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <poll.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in own = { .sin_family = AF_INET };
	if (argc != 2 || inet_pton(AF_INET, argv[1], &own.sin_addr) != 1)
		usage("unwrap ADDRESS");
	int in = socket(AF_INET, SOCK_RAW, IPPROTO_IPIP), out = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (in < 0 || out < 0 || bind(in, (struct sockaddr *)&own, sizeof own) != 0)
		fail("socket");
	puts("ready");
	fflush(stdout);
	unsigned long unwrapped = 0;
	struct pollfd wanted[] = { { .fd = in, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
	for (;;) {
		if (poll(wanted, 2, -1) < 0)
			fail("poll");
		if (wanted[0].revents) {
			char bytes[65536];
			ssize_t size = recv(in, bytes, sizeof bytes, 0);
			if (size < 0)
				fail("recv");
			int header = ((struct iphdr *)bytes)->ihl * 4;
			if (size < header + (ssize_t)sizeof(struct iphdr))
				continue;
			struct iphdr *inner = (struct iphdr *)(bytes + header);
			struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = inner->daddr };
			if (sendto(out, inner, size - header, 0, (struct sockaddr *)&to, sizeof to) < 0)
				fail("sendto");
			unwrapped++;
		} else if (wanted[1].revents)
			break;
	}
	printf("unwrapped=%lu\n", unwrapped);
}
