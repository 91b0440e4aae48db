#!/bin/busybox sh
# First process of a test kernel: reaches the host's root over 9p, lays a tmpfs over it, and goes on with guest-init.sh there.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do
	insmod "/modules/$module.ko" || echo "initramfs: cannot load $module"
done </modules/order

nine='trans=virtio,version=9p2000.L,msize=1048576'
mount -t 9p -o "$nine,ro,cache=loose" host /host || poweroff -f
mount -t tmpfs -o size=75% tmpfs /upper
mkdir /upper/upper /upper/work
mount -t overlay -o lowerdir=/host,upperdir=/upper/upper,workdir=/upper/work overlay /root || poweroff -f
mkdir -p /root/run/guest
# A tmpfs first, so that nothing depends on what the host has under /run.
mount -t tmpfs tmpfs /root/run && mkdir /root/run/guest
mount -t 9p -o "$nine,cache=none" guest /root/run/guest || poweroff -f
# What comes next runs busybox from memory: every program started over 9p costs the emulated machine 0.1 s and more.
mkdir /root/run/busybox
cp /bin/busybox /root/run/busybox/
for directory in /proc /sys /dev; do mount --move $directory /root$directory; done
exec switch_root /root /run/busybox/busybox sh /run/guest/init
