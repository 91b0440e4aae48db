#!/bin/bash
# Second half of a test kernel's start, already on the host's root: mounts what a Linux box has, runs the command that
# `run` left in /run/guest, leaves its exit status there, and switches the machine off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /tmp
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

. /run/guest/env
# The kernel's modules, where modprobe and the kernel's own on-demand loading look for them.
mkdir -p /lib/modules
ln -sfn "$GUEST_KERNEL/lib/modules/$(uname -r)" "/lib/modules/$(uname -r)"
# From here only warnings and worse reach the console, where `run` looks for them.
dmesg -n 5

# virtio ports are plain byte pipes: no terminal between the command and the host that would rewrite line ends.
port() { echo "/dev/$(basename "$(dirname "$(grep -lx "$1" /sys/class/virtio-ports/*/name)")")"; }
out=$(port out)
err=$(port err)
touch /run/guest/booted
cd "$GUEST_CWD" && setsid --wait bash /run/guest/command </dev/null >"$out" 2>"$err"
status=$?
echo $status >/run/guest/status
echo o >/proc/sysrq-trigger
sleep 60
