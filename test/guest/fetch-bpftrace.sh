#!/usr/bin/env bash
# Fetches bpftrace 0.27 (the reference for the language) from Debian sid with its libraries into a folder of its own,
# beside whatever bpftrace this machine has, and prints the path of a wrapper that runs it. Does nothing when it is there.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/debian-archive.sh"

version=0.27
target=$cache/bpftrace-$version
wrapper=$target/bpftrace

if [ ! -x "$wrapper" ]; then
	lock_cache
fi
if [ ! -x "$wrapper" ]; then
	suite_refresh sid
	found=$(suite_apt sid apt-cache show --no-all-versions bpftrace | sed -n 's/^Version: //p')
	case $found in "$version".*) ;; *) say "sid has bpftrace $found, not $version"; exit 1 ;; esac
	say "fetching bpftrace $found and its libraries"
	suite_apt sid apt-get -qq -y --download-only install bpftrace >&2
	rm -rf "$target.new"
	mkdir -p "$target.new/root"
	for package in "$cache"/apt/sid/cache/archives/*.deb; do
		dpkg-deb -x "$package" "$target.new/root"
	done
	rm -f "$cache"/apt/sid/cache/archives/*.deb
	# The loader and libraries come from sid as well: this machine's libc may be older than the binary wants.
	# The link gives the process the name "bpftrace" instead of the loader's.
	mkdir "$target.new/loader"
	ln -s ../root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$target.new/loader/bpftrace"
	cat >"$target.new/bpftrace" <<'WRAPPER'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/loader/bpftrace" --library-path "$here/root/usr/lib/x86_64-linux-gnu" --argv0 "$0" "$here/root/usr/bin/bpftrace" "$@"
WRAPPER
	chmod +x "$target.new/bpftrace"
	"$target.new/bpftrace" --version >&2
	rm -rf "$target"
	mv "$target.new" "$target"
fi
echo "$wrapper"
