#!/bin/sh
# Compiles every workload program into build/workload/, those only that are older than their source. Beside the programs are
# libshared.so, and of `probes` one that is not position-independent, one stripped whose symbols are in .debug/, one stripped bare.
set -eu
cd "$(dirname "$0")"
out=../../build/workload
mkdir -p "$out/.debug"
cc=${CC:-cc}
# -g and the frame pointer are for tests that read DWARF or walk stacks.
flags="-O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror -pthread"

# make PROGRAM SOURCE COMMAND...: under a name of its own first, since several test processes may build at the same time.
make() {
	program=$out/$1 source=$2
	shift 2
	[ -n "$(find "$program" -newer "$source" -newer workload.h -newer usdt.h -newer build.sh 2>/dev/null)" ] && return
	"$@" -o "$program.$$" "$source"
	mv "$program.$$" "$program"
}

make libshared.so libshared.c "$cc" -std=gnu11 $flags -shared -fPIC -Wl,-soname,libshared.so -Wl,--version-script=libshared.map
for source in *.c; do
	case $source in
	libshared.c) ;;
	linked.c) make linked linked.c "$cc" -std=gnu11 $flags -Wl,-rpath,'$ORIGIN' -Wl,--no-as-needed "$out/libshared.so" ;;
	*) make "${source%.c}" "$source" "$cc" -std=gnu11 $flags ;;
	esac
done
if command -v "${CXX:-c++}" >/dev/null; then make shapes shapes.cpp "${CXX:-c++}" $flags; fi
make probes-fixed probes.c "$cc" -std=gnu11 $flags -no-pie
if [ -z "$(find "$out/probes-split" -newer "$out/probes" 2>/dev/null)" ]; then
	objcopy --only-keep-debug "$out/probes" "$out/.debug/probes-split.debug"
	objcopy --strip-all --add-gnu-debuglink="$out/.debug/probes-split.debug" "$out/probes" "$out/probes-split.$$"
	mv "$out/probes-split.$$" "$out/probes-split"
	strip -o "$out/probes-bare.$$" "$out/probes"
	mv "$out/probes-bare.$$" "$out/probes-bare"
fi
