// A shared library for linked.c: functions with versions, an indirect function, an alias, a USDT probe.
#include "usdt.h"
#define BODY __asm__ volatile("" ::: "memory")
__attribute__((noinline)) int old_scale(int x) { BODY; return x * 2; }
__attribute__((noinline)) int new_scale(int x) { BODY; return x * 3; }
__asm__(".symver old_scale,scale@V1");
__asm__(".symver new_scale,scale@@V2");
static int chosen(int x) { return x + 1; }
static int (*choose(void))(int) { return chosen; }
int indirect(int x) __attribute__((ifunc("choose")));
__attribute__((noinline)) int shared_call(int x, const char *text) { USDT("shared", "call", "0", "-4@%%edi 8@%%rsi", "D"(x), "S"(text)); return x; }
int alias_of_call(int x, const char *text) __attribute__((alias("shared_call")));
int shared_data = 77;
