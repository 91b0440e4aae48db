#!/run/busybox/sh
# Second half of a test kernel's start, already on the host's root: mounts what a Linux box has, runs the command that
# `run` left in /run/guest, leaves its exit status there, and switches the machine off.
export PATH=/run/busybox
/run/busybox/busybox --install -s /run/busybox

mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
. /run/guest/env
export PATH=/run/busybox
# The host's /tmp is not the guest's, unless the tree or the kernel lies there.
case $GUEST_CWD:$GUEST_KERNEL in
/tmp/*:* | *:/tmp/*) ;;
*) mount -t tmpfs tmpfs /tmp ;;
esac
chmod 1777 /tmp /dev/shm
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/0 /dev/stdin
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn /proc/self/fd/2 /dev/stderr
echo tsbpf-guest >/proc/sys/kernel/hostname
ip link set lo up
# From here only warnings and worse reach the console, where `run` looks for them.
dmesg -n 5

# virtio ports are plain byte pipes: no terminal between the command and the host that would rewrite line ends.
for name in /sys/class/virtio-ports/*/name; do
	device=${name%/name}
	ln -s "/dev/${device##*/}" "/run/port-$(cat "$name")"
done
# The kernel's modules, where modprobe and the kernel's own on-demand loading look for them.
mkdir -p /lib/modules
ln -sfn "$GUEST_KERNEL/lib/modules/$(uname -r)" "/lib/modules/$(uname -r)"

: >/run/guest/booted
. /run/guest/env # PATH again
cd "$GUEST_CWD" && /bin/bash /run/guest/command </dev/null >/run/port-out 2>/run/port-err
echo $? >/run/guest/status
echo o >/proc/sysrq-trigger
/run/busybox/sleep 60
