// offload IFACE: the interface sums up nothing that it sends any more: the kernel does that, so that what a program made of a
// checksum is what arrives.
#include "workload.h"
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	if (argc != 2 || strlen(argv[1]) >= IFNAMSIZ)
		usage("offload IFACE");
	struct ethtool_value value = { .cmd = ETHTOOL_STXCSUM, .data = 0 };
	struct ifreq request = { .ifr_data = (char *)&value };
	strcpy(request.ifr_name, argv[1]);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &request) != 0)
		fail("SIOCETHTOOL");
	value.cmd = ETHTOOL_GTXCSUM;
	if (ioctl(fd, SIOCETHTOOL, &request) != 0 || value.data != 0)
		fail("it still sums up");
}
