#!/bin/sh
# Compiles every workload program into build/workload/, those only that are older than their source.
set -eu
cd "$(dirname "$0")"
out=../../build/workload
mkdir -p "$out"
for source in *.c; do
	program=$out/${source%.c}
	[ -n "$(find "$program" -newer "$source" -newer workload.h 2>/dev/null)" ] && continue
	# Under a name of its own first: several test processes may build at the same time.
	# -g and the frame pointer are for tests that read DWARF or walk stacks.
	"${CC:-cc}" -std=gnu11 -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror -pthread -o "$program.$$" "$source"
	mv "$program.$$" "$program"
done
