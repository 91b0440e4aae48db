// What the workload programs share: argument reading and the gate.
//
// The gate is for tests that attach to a running process: with WORKLOAD_GATE set, a program prints "ready PID" and does
// nothing until a line arrives on stdin.

#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

__attribute__((unused)) static void fail(const char *what)
{
	perror(what);
	exit(1);
}

__attribute__((unused)) static void usage(const char *text)
{
	fprintf(stderr, "usage: %s\n", text);
	exit(2);
}

__attribute__((unused)) static long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);
	if (*text == 0 || *end != 0 || value < 0) {
		fprintf(stderr, "not a count: %s\n", text);
		exit(2);
	}
	return value;
}

__attribute__((unused)) static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

__attribute__((unused)) static void gate(void)
{
	char byte;
	if (!getenv("WORKLOAD_GATE"))
		return;
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (read(0, &byte, 1) == 1 && byte != '\n')
		;
}
