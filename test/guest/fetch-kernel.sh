#!/usr/bin/env bash
# Fetches a Debian kernel, builds an initramfs for it, and prints the folder that holds both. Does nothing when they are there.
#
#   fetch-kernel.sh 5.10|6.1|6.12|6.18|...|newest
#
# The folder: vmlinuz, initramfs.gz, release (what uname -r will say), lib/modules/RELEASE.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/debian-archive.sh"

wanted=${1:?usage: fetch-kernel.sh KERNEL}
target=$cache/kernels/$wanted
layout=4 # raised when what is built below changes, so that old cache folders are made again

print_when_ready() {
	if [ "$(cat "$target/layout" 2>/dev/null)" = $layout ]; then
		echo "$target"
		exit
	fi
}
print_when_ready
lock_cache
print_when_ready # somebody else may have fetched it meanwhile

case $wanted in
5.10) suites='bullseye-security bullseye' ;;
6.1) suites='bookworm-security bookworm' ;;
6.12) suites='bookworm-security trixie-security trixie' ;;
newest) suites='sid trixie-backports' ;;
[0-9]*.[0-9]*) suites='trixie-backports sid' ;;
*) say "no such kernel: $wanted"; exit 2 ;;
esac
case $wanted in
newest) pattern='[0-9]+\.[0-9]+\.[0-9]' ;;
*) pattern="${wanted//./\\.}\\.[0-9]" ;;
esac

# The full flavour only: -cloud- kernels have no 9p.
for suite in $suites; do
	suite_refresh "$suite" || continue
	image=$(suite_apt "$suite" apt-cache pkgnames linux-image- | grep -E "^linux-image-$pattern" |
		grep -E -- '-amd64$' | grep -vE 'cloud|-rt-|unsigned|dbg' | sort -V | tail -1) || continue
	break
done
[ -n "${image:-}" ] || { say "no linux-image for $wanted in: $suites"; exit 1; }
release=${image#linux-image-}
say "fetching Linux $release from $suite"

rm -rf "$target.new"
mkdir -p "$target.new"/{download,root,initramfs}
# From 6.19 the image is split: linux-base has the list of built-in modules.
for package in "$image" "linux-base-$release" "linux-binary-$release" "linux-modules-$release"; do
	[ -n "$(suite_apt "$suite" apt-cache madison "$package" 2>/dev/null)" ] || continue
	(cd "$target.new/download" && suite_apt "$suite" apt-get -qq download "$package" >&2)
done
for package in "$target.new"/download/*.deb; do dpkg-deb -x "$package" "$target.new/root"; done
rm -r "$target.new/download"

root=$target.new/root
mkdir -p "$target.new/lib/modules/$release"
mv "$(find "$root" -name 'vmlinuz*' -type f | head -1)" "$target.new/vmlinuz"
# The packages disagree on /lib and /usr/lib.
for modules in "$root"/lib/modules/"$release" "$root"/usr/lib/modules/"$release"; do
	[ ! -d "$modules" ] || cp -al "$modules/." "$target.new/lib/modules/$release/"
done
rm -r "$root"
echo "$release" >"$target.new/release"
depmod -b "$target.new" "$release"

# The initramfs holds what it takes to reach the host's root over 9p: busybox and the modules, in loading order.
initramfs=$target.new/initramfs
mkdir -p "$initramfs"/{bin,modules,proc,sys,dev,host,upper,root}
cp "$(command -v busybox)" "$initramfs/bin/busybox"
cp "$(dirname "$(readlink -f "$0")")/initramfs-init.sh" "$initramfs/init"
modules='virtio_pci virtio_console 9pnet_virtio 9p overlay'
# modprobe lists a module after what it depends on; built-in ones have no "insmod" line.
for module in $modules; do
	modprobe -d "$target.new" -S "$release" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
done | awk '!seen[$0]++' | while read -r file; do
	name=$(basename "$file" | sed 's/\.ko.*//')
	case $file in
	*.xz) xz -dc "$file" ;;
	*.zst) zstd -qdc "$file" ;;
	*) cat "$file" ;;
	esac >"$initramfs/modules/$name.ko"
	echo "$name" >>"$initramfs/modules/order"
done
(cd "$initramfs" && find . | cpio -o -H newc --quiet | gzip -1) >"$target.new/initramfs.gz"
rm -r "$initramfs"

echo $layout >"$target.new/layout"
rm -rf "$target"
mv "$target.new" "$target"
echo "$target"
