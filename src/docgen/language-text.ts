// What the manual says of the language beside its words: the shape of a program, statements, operators, types, maps, output.
// Builtins, functions, probe types and settings are not here: they come from the registry.
import { code, type Section, terms, text } from './page.js';

export const SHAPE: Section = {
  title: 'PROGRAMS',
  blocks: [
    ...text(
      'A program is a list of probes. A probe names one or more attach points, may have a predicate between slashes, and has a block of statements.',
    ),
    code(
      'tracepoint:syscalls:sys_enter_openat,',
      'tracepoint:syscalls:sys_enter_openat2',
      '/comm != "tsbpf"/',
      '{',
      '  @opens[comm] = count();',
      '}',
    ),
    ...text(
      'The block runs each time one of the attach points is reached and the predicate is not 0. Attach points are separated by commas. An attach point may hold the wildcards `*`, `?` and `[...]`; it then stands for every match.',
      'Attach points joined by `||` are alternatives: the first that this kernel has, and that can be attached, serves (`-v` says which). The block must make sense in each of them.',
      'A probe may be without a block, with nothing or another probe on a line of its own behind it. Then it prints its event, a line for each: time, probe, name and id of the process, and all arguments that are known there by name (of USDT probes, by number), with what a function returns. Text is read where the declaration says that it is text. In JSON an event is a message of its own; in tables and CSV each argument is a column.',
      'Comments are `// to the end of the line` and `/* between marks */`.',
      'Before the first probe may stand a block of settings (see CONFIGURATION), imports, declarations of maps, definitions of C types, and lines for the preprocessor (see C IN SCRIPTS).',
      '`import "file.bt";` brings in the probes, macros and types of another script, each file once, before those of this one; `import "folder";` all scripts of a folder, `import "types.h";` a header. They are looked for beside the script (with -e in the current folder) and beside the file that imports them, then among the tools: what they share is in `shared/`. What everybody may write to is not imported.',
      'The first comment of a script may be a header, from which its help and its man page are made: see SCRIPT HEADERS.',
    ),
  ],
};

export const C_CODE: Section = {
  title: 'C IN SCRIPTS',
  blocks: [
    ...text(
      'A script may define its own `struct`, `union`, `enum` and `typedef` as C does, with bitfields, arrays, pointers to functions, nested and anonymous members, flexible arrays, and the attributes `packed` and `aligned`.',
      'Lines that start with `#` are those of C: `#define` with and without parameters, `#undef`, `#if`, `#ifdef`, `#ifndef`, `#elif`, `#else`, `#endif`, `#include`, `#error`, `#warning`. They stand between probes and within definitions. Of the macros that are defined from the start `BPFTRACE_HAVE_BTF` tells that the kernel gives type information; `LINUX_VERSION_CODE`, `KERNEL_VERSION(a, b, c)`, `__x86_64__` and `__aarch64__` tell what it is.',
      'In an expression a defined name stands for its own expression: with `#define SUM 1 + 2`, `SUM * 3` is 9. Builtins and functions keep their meaning.',
      '`#include "file.h"` reads a header, which is looked for in the current folder, beside the script, and in the folders of -I; functions and variables in it are passed over. `#include <linux/file.h>` needs no header to be there: types come from the running kernel, common constants from a table. The header itself is read only when something is asked for that is in neither: from the folders of -I, of CPATH and C_INCLUDE_PATH, the kernel that was built in /lib/modules (or BPFTRACE_KERNEL_SOURCE, BPFTRACE_KERNEL_BUILD), and /usr/include.',
    ),
    code(
      '#include <linux/fcntl.h>',
      '#define LIMIT (1 << 20)',
      'struct pair { int first; int second; };',
      'BEGIN { print((LIMIT, sizeof(struct pair), O_CREAT)); }',
    ),
  ],
};

export const STATEMENTS: Section = {
  title: 'STATEMENTS',
  blocks: [
    ...text('Statements end in a semicolon; after the last one of a block it may be left out.'),
    terms([
      ['`$x = value;`', 'Assigns a variable. It belongs to the block it is first assigned in.'],
      [
        '`let $x;` `let $x: uint64 = value;`',
        'Declares a variable in this block, with a type when one is given.',
      ],
      ['`@x = value;` `@x[key, ...] = value;`', 'Assigns a value of a map.'],
      [
        '`+=` `-=` `*=` `/=` `%=` `&=` `|=` `^=` `<<=` `>>=`',
        'Assigns the result of an operator. On integer values of maps `+=` and `-=` are atomic.',
      ],
      [
        '`++` `--`',
        'Adds or subtracts 1, before or after the name. On integer values of maps they are atomic.',
      ],
      ['`@x[key] = count();`', 'Adds to an aggregation: see FUNCTIONS.'],
      ['`if (condition) { ... } else if (condition) { ... } else { ... }`', 'Branches.'],
      ['`unroll (N) { ... }`', 'Repeats a block N times, 1 to 100; N is known when the program is compiled.'],
      [
        '`for ($i : a..b) { ... }`',
        'Runs the block for each integer from a to one before b; both are evaluated once, before the first turn.',
      ],
      [
        '`for ($kv : @x) { ... }`',
        'Runs the block for each entry of a map with keys, in no order: `$kv.0` is the key, `$kv.1` the value. Counts and other aggregations give the integer they read as; histograms and `stats()` have none.',
      ],
      ['`while (condition) { ... }`', 'Repeats a block as long as the condition holds.'],
      ['`break;` `continue;`', 'Leaves the innermost loop, or goes on with its next turn.'],
      ['`return;`', 'Leaves the probe, from within loops too. Packet probes return verdicts: see PACKETS.'],
      ['`_ = value;`', 'Evaluates and forgets.'],
    ]),
    ...text(
      'A loop reads and changes the variables around it; those it begins itself start anew on each turn. `exit()` cannot be called in a `for` loop: leave it with `break` first.',
      'Loops have 8388608 turns at most; one that wants more is ended, and says so. Before Linux 5.17 it is 256, and the bounds of a range must be constants. Going over a map needs Linux 5.13, over aggregations 5.19.',
      'A block and an `if` can be values: that of the last expression in them, which has no semicolon.',
    ),
    code('BEGIN { $x = { $a = 20; $a + 1 }; print(if ($x > 20) { "large" } else { "small" }); }'),
    ...text(
      'A macro, outside of the probes, is a block that stands for its calls, as a statement or, when it ends in an expression, as a value. A parameter `$v` stands for a variable, `@m` for a map, a bare word for any expression, which is evaluated wherever the word stands. Variables of the macro are its own; maps reach it as parameters only. Macros of one name may differ by their parameters. A call without arguments may omit the parentheses.',
    ),
    code('macro record(@times, key) { @times[key] = nsecs; }', 'BEGIN { record(@start, tid); }'),
  ],
};

export const OPERATORS: Section = {
  title: 'OPERATORS',
  blocks: [
    ...text('From the tightest to the loosest. Those in one line bind alike, from left to right.'),
    terms([
      ['`++` `--` `.` `->` `[]` `()`', 'Update, member, index, call.'],
      ['`-` `!` `~` `(type)`', 'Negation, logical not, complement, cast.'],
      [
        '`*` `&`',
        'What a pointer points to; the address of a variable, of a map without keys, or of a member of what a pointer points to.',
      ],
      ['`*` `/` `%`', 'Product, quotient, remainder. Division by zero gives 1 and is counted.'],
      ['`+` `-`', 'Sum, difference. A pointer steps by the size of what it points to.'],
      ['`<<` `>>`', 'Shifts. A shift of a signed number to the right keeps its sign.'],
      ['`<` `<=` `>` `>=`', 'Order.'],
      [
        '`in`',
        'Whether an integer is in a list of values and inclusive ranges: `args.dport in "80,443,8000-8010"`. The list is a literal, or an option with `getopt()`.',
      ],
      [
        '`=~` `!~`',
        'Whether all of a text matches a pattern in quotes, or does not: `comm =~ "kworker*"`. `*` takes any bytes, `?` one, `[a-z_]` one of a set, `[!a-z]` one of no set; a backslash before a character takes its meaning away (`"\\\\*"` in quotes). 63 characters at most, stars apart. Before anything but text in quotes, `=~` is `= ~`.',
      ],
      ['`==` `!=`', 'Equality, of integers, strings, pointers, tuples, records and addresses.'],
      ['`&`', 'Bitwise and.'],
      ['`^`', 'Bitwise exclusive or.'],
      ['`|`', 'Bitwise or.'],
      ['`&&`', 'Logical and; the right side is evaluated only when it matters.'],
      ['`||`', 'Logical or, likewise.'],
      ['`? :`', 'Choice. `a ?: b` is `a` unless it is 0.'],
    ]),
    ...text(
      'Arithmetic is done in 64 bits and wraps around. It is signed when either side is, or when the operator is `-`; a literal takes the sign of what it meets. `sizeof(type)` and `offsetof(type, field)` are constants.',
    ),
  ],
};

export const TYPES: Section = {
  title: 'TYPES',
  blocks: [
    terms([
      ['`int8` `int16` `int32` `int64` `uint8` `uint16` `uint32` `uint64`', 'Integers.'],
      ['`bool`', '`true` or `false`.'],
      [
        '`string`',
        'Text of a known greatest size, as in `"text"`, `comm` and `str()`. Escapes in quotes are those of C.',
      ],
      [
        '`struct NAME *` `TYPE *`',
        'A pointer. `->` and `.` both read a member, and follow pointers on the way.',
      ],
      ['`TYPE[N]`', "An array, a member of the kernel's structs or of `args`."],
      ['`(a, b)`', 'A tuple. Its members are `.0`, `.1` and so on; they may differ in type.'],
      [
        '`(name=a, other=b)`',
        'A record: a tuple with names. `print()` of a record is a row of a table. Any word may be a name. `name=a if condition` is a field that is there only if the condition holds, which must be known before the program runs: `tid=tid if getopt("threads", false)`. `page(20, "bytes")` makes a page of the rows that the probe has printed so far: the 20 with the most bytes, in that order; on a terminal it takes the place of the page before.',
      ],
      ['`inet`', 'An address of IPv4 or IPv6, as `ntop()` gives it.'],
    ]),
    ...text(
      'Literals are decimal (`1000`, `1_000`, `1e6`), hexadecimal (`0xff`) or octal (`0777`), with the suffixes of C (`u`, `l`, `ul`, `ull`) or one of time (`ns`, `us`, `ms`, `s`, `m`, `h`, `d`), which gives nanoseconds.',
      'Types of the running kernel are known from its BTF: `struct task_struct`, enumerators such as `TCP_ESTABLISHED`, typedefs. `typeof(x)` stands for the type of x. A cast is written `(type)value`, as in `((struct sock *)args.skaddr).__sk_common.skc_dport`. Reading memory that cannot be read gives 0 or an empty string, and is counted.',
      'Integers cast to each other, to pointers, to `bool`, to enums and to arrays of as many bytes (`(uint8[4])$address`, `(uint8[])n`), arrays of up to 8 bytes to integers, text to arrays and to text of another size (`(string[16])x`). `container_of()` gives the struct around a member. `kptr()` and `uptr()` tell which memory an address is of: without them it is that of the pointer it was calculated from, or what the probe reads by default.',
      '`comptime` before an expression requires that it is known while compiling; of `if comptime` only the branch taken has to be right. `sizeof`, `typeinfo`, `config`, literals, options and what is calculated from them are known.',
      'A whole struct can be assigned, stored in a map, used as a key, compared and printed: `$load = curtask.se.load; print($load)`.',
      'Variables, map keys and map values get their types from what is assigned to them in the whole program. A value of another type is an error; integers of different sizes are widened.',
    ),
  ],
};

export const MAPS: Section = {
  title: 'MAPS',
  blocks: [
    ...text(
      'A map is written `@name`, or `@` alone, and lives as long as the session. It holds one value, or with `@name[key, ...]` a value for each key. A map is used with keys everywhere or nowhere, and with keys and values of the same types. A key that is absent reads as 0 or as an empty string.',
      'Integers, strings, tuples, records, addresses and pointers may be values. Assigned from `count()`, `sum()`, `avg()`, `min()`, `max()`, `stats()`, `hist()` or `lhist()`, a map is an aggregation: every CPU has values of its own, which are merged when the map is printed. An aggregation other than `stats()` and the histograms can be read as an integer.',
      'A map has room for `max_map_keys` keys. A declaration before the probes gives it a kind and a size of its own: `hash`, `lruhash`, which drops the key used least recently when it is full, or, of aggregations, `percpuhash` or `percpulruhash`. `lpmtrie` and `backends` are none of these: they are sets of prefixes and of backends, see PACKETS.',
    ),
    code('let @recent = lruhash(1000);'),
    ...text('At the end of the session all maps are printed, unless `print_maps_on_exit` is false.'),
  ],
};

export const PARAMETERS: Section = {
  title: 'PARAMETERS AND OPTIONS',
  blocks: [
    ...text(
      '`$1`, `$2` and so on are the words that follow the script on the command line, `$#` is how many there are. A word that looks like a number is one; `str($1)` is its text. A parameter that is not given is 0, or an empty string in `str()`.',
      '`getopt("name", default, "help")` declares a flag `--name` of the script. The default tells its type: a number, a string, or `false` for a flag without a value. A part of an attach point may be an option, too: `profile:hz:getopt("frequency", 49)`. `expression($1)` stands for the expression that a positional parameter holds, `expression($1, default)` for another one where it is not given.',
    ),
    code('BEGIN { printf("%d\\n", getopt("count", 5, "how many")); exit(); }'),
  ],
};

export const PRINTING: Section = {
  title: 'PRINTING',
  blocks: [
    ...text(
      '`printf()` follows a format. An integer without a length modifier is taken as 32 bits, as in C; `%lld` and its like take all 64. `%s` prints any value as text. `%r` prints bytes, those that are not printable as `\\xNN`; `%rx` all as `\\xNN`, `%rh` all in hexadecimal.',
      '`%f` prints a quotient of two integers in decimals, which bpftrace has not: `printf("%.3f ms", $ns / 1e6)`, `printf("%.1f%%", 100 * @hits / @all)`. When its argument is a division, both sides go to user space in 64 bits, each with its own sign, and are divided there; a division further inside is one of integers as everywhere. Any other integer is printed with zeros. The quotient is exact, rounded to the decimals asked for (6 unless the precision says so, 100 at most), halves away from zero; what rounds to zero has no sign. A division by zero prints `inf`, `-inf` or `nan`, and is no runtime error.',
      '`print()` prints a value on a line, or a whole map: `print(@x, 5)` its last five entries, the largest values, `print(@x, 0, 1000)` all values divided by 1000. Tuples are printed as `(1, a)`, records as `{ .name = 1 }`.',
      'What the formats other than text make of this is told in `tsbpf`(8).',
    ),
    ...text(
      "In tables a suffix of a record's field names its unit, and values are shown in a readable scale: `_ns`, `_us`, `_ms`, `_s`, `_bytes`, `_kb`, `_pct`, and `_ppm` (parts per million, shown in per cent). In text, JSON and CSV the number is printed as it is.",
    ),
  ],
};

export const HEADERS: Section = {
  title: 'SCRIPT HEADERS',
  blocks: [
    ...text(
      'The first comment of a script is its header when it begins with a name, a hyphen and a summary. Paragraphs of description follow, then lines of these keys, regardless of case; what belongs to a line goes on below it, indented.',
    ),
    terms([
      ['`Short:` <letter>=<name> ...', 'Short flags and the `getopt()` names they stand for.'],
      [
        '`Preset:` <name>=<value>',
        'An option of what it imports that has this value here, and that the user is not asked for.',
      ],
      ['`Requires:` <text>', 'What it needs, one thing a line.'],
      ['`Overhead:` <text>', 'What it costs.'],
      ['`Column:` <head> <text>', 'The meaning of a column.'],
      ['`Example:` <command>', 'A command; what it shows stands below it.'],
      ['`See also:` <list>', 'Other pages, separated by commas.'],
    ]),
    code(
      '/*',
      ' * opens - count opens by process',
      ' *',
      ' * Counts calls of openat(2) until it is ended.',
      ' *',
      ' * Short: c=comm',
      ' * Example: tsbpf ./opens.bt -c bash',
      ' *   Only those of bash.',
      ' */',
    ),
  ],
};
