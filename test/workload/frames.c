// frames IFACE < HEX: sends each line of hexadecimal bytes as a frame out of an interface, as it is (packet(7)): the receiver
// takes its checksums for what they are.
#include "workload.h"
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	if (argc != 2)
		usage("frames IFACE < HEX");
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(argv[1]) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 || to.sll_ifindex == 0) {
		perror(argv[1]);
		return 1;
	}
	static char line[20000];
	static unsigned char frame[10000];
	long sent = 0;
	while (fgets(line, sizeof(line), stdin)) {
		size_t length = 0;
		while (length < sizeof(frame) && sscanf(line + 2 * length, "%2hhx", frame + length) == 1)
			length++;
		if (length == 0)
			continue;
		if (sendto(fd, frame, length, 0, (struct sockaddr *)&to, sizeof(to)) != (ssize_t)length) {
			perror("sendto");
			return 1;
		}
		sent++;
	}
	printf("sent=%ld\n", sent);
}
