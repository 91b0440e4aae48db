// machine N: a virtual machine of KVM, of one page, that writes N times to an I/O port, N up to 65535, and then halts.
#include "workload.h"
#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define PAGE 4096

static int call(int fd, unsigned long request, void *argument, const char *what)
{
	int got = ioctl(fd, request, argument);
	if (got < 0)
		fail(what);
	return got;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		usage("machine N");
	long n = number(argv[1]), outputs = 0;
	int kvm = open("/dev/kvm", O_RDWR);
	if (kvm < 0)
		fail("/dev/kvm");
	int machine = call(kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = PAGE, .memory_size = PAGE, .userspace_addr = (unsigned long)memory};
	call(machine, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
	int cpu = call(machine, KVM_CREATE_VCPU, NULL, "KVM_CREATE_VCPU");
	int size = call(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
	struct kvm_run *run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);

	// mov cx, N; again: out 0x10, al; loop again; hlt
	unsigned char code[] = {0xb9, n & 0xff, n >> 8, 0xe6, 0x10, 0xe2, 0xfc, 0xf4};
	memcpy(memory, code, sizeof code);
	struct kvm_sregs segments;
	call(cpu, KVM_GET_SREGS, &segments, "KVM_GET_SREGS");
	segments.cs.base = segments.cs.selector = 0;
	call(cpu, KVM_SET_SREGS, &segments, "KVM_SET_SREGS");
	struct kvm_regs registers = {.rip = PAGE, .rflags = 2};
	call(cpu, KVM_SET_REGS, &registers, "KVM_SET_REGS");

	do {
		call(cpu, KVM_RUN, NULL, "KVM_RUN");
		outputs += run->exit_reason == KVM_EXIT_IO;
	} while (run->exit_reason == KVM_EXIT_IO);
	printf("done=%ld pid=%d\n", run->exit_reason == KVM_EXIT_HLT ? outputs : -1, getpid());
}
