// All of tsbpf's C: raw system calls, mappings, the two ring readers, a walk over BTF, libuv wake-ups and a held fork.
// Every function returns its result or -errno and decides nothing; structs are packed and read in
// TypeScript (src/kernel/sys). N-API is ABI-stable, so one binary per arch and libc serves every Node.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <node_api.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#define ARGS(n)                                                                                              \
  size_t argc = (n);                                                                                         \
  napi_value arg[n];                                                                                         \
  napi_get_cb_info(env, info, &argc, arg, NULL, NULL)

static napi_value number(napi_env env, int64_t value) {
  napi_value result;
  napi_create_int64(env, value, &result);
  return result;
}

// The memory of a typed array (from its byteOffset) or ArrayBuffer; NULL for any other value.
// length counts elements: bytes for a Uint8Array.
static void *memory(napi_env env, napi_value value, size_t *length) {
  bool is;
  void *data = NULL;
  if (napi_is_typedarray(env, value, &is) == napi_ok && is)
    napi_get_typedarray_info(env, value, NULL, length, &data, NULL, NULL);
  else if (napi_is_arraybuffer(env, value, &is) == napi_ok && is)
    napi_get_arraybuffer_info(env, value, &data, length);
  return data;
}

// One machine word: a number or bigint (modulo 2^64) by value, memory by its address, else 0.
static uint64_t word(napi_env env, napi_value value) {
  napi_valuetype type;
  int64_t i = 0;
  uint64_t u = 0;
  size_t length;
  bool lossless;
  napi_typeof(env, value, &type);
  if (type == napi_number) return napi_get_value_int64(env, value, &i), (uint64_t)i;
  if (type == napi_bigint) return napi_get_value_bigint_uint64(env, value, &u, &lossless), u;
  return type == napi_object ? (uint64_t)(uintptr_t)memory(env, value, &length) : 0;
}

static void *external(napi_env env, napi_value value) {
  napi_valuetype type;
  void *data = NULL;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_external)
    napi_get_value_external(env, value, &data);
  return data;
}

static void free_external(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  free(data);
}

// syscall(nr, ...up to six words) -> result | -errno
static napi_value sys_call(napi_env env, napi_callback_info info) {
  uint64_t w[7] = {0};
  ARGS(7);
  for (size_t i = 0; i < argc && i < 7; i++) w[i] = word(env, arg[i]);
  long result = syscall((long)w[0], w[1], w[2], w[3], w[4], w[5], w[6]);
  return number(env, result < 0 ? -errno : result);
}

// ptr(memory) -> bigint; valid while the caller keeps the view alive
static napi_value pointer(napi_env env, napi_callback_info info) {
  napi_value result;
  ARGS(1);
  napi_create_bigint_uint64(env, word(env, arg[0]), &result);
  return result;
}

static void unmap(napi_env env, void *data, void *length) {
  (void)env;
  munmap(data, (size_t)(uintptr_t)length);
}

// mmap(fd, length, offset, prot, flags) -> ArrayBuffer | -errno. The ArrayBuffer owns the mapping:
// unmapping under a living view would be a SIGSEGV.
static napi_value map_memory(napi_env env, napi_callback_info info) {
  napi_value result;
  ARGS(5);
  size_t length = word(env, arg[1]);
  void *data = mmap(NULL, length, (int)word(env, arg[3]), (int)word(env, arg[4]), (int)word(env, arg[0]),
                    (off_t)word(env, arg[2]));
  if (data == MAP_FAILED) return number(env, -errno);
  if (napi_create_external_arraybuffer(env, data, length, unmap, (void *)(uintptr_t)length, &result) == napi_ok)
    return result;
  munmap(data, length);
  return number(env, -ENOMEM);
}

// Since Node 20.4; node_api.h of Node 20 has it for NAPI_EXPERIMENTAL only, which would change other things too.
NAPI_EXTERN napi_status NAPI_CDECL node_api_create_external_string_latin1(napi_env env, char *text, size_t length,
                                                                          napi_finalize finalize, void *hint,
                                                                          napi_value *result, bool *copied);

// mapText(fd, length) -> string | -errno. The file's bytes as Latin-1, in place: the string owns the mapping.
// Whoever truncates the file meanwhile makes reading it a SIGBUS.
static napi_value map_text(napi_env env, napi_callback_info info) {
  napi_value result;
  bool copied;
  ARGS(2);
  size_t length = word(env, arg[1]);
  void *data = mmap(NULL, length, PROT_READ, MAP_PRIVATE, (int)word(env, arg[0]), 0);
  if (data == MAP_FAILED) return number(env, -errno);
  if (node_api_create_external_string_latin1(env, data, length, unmap, (void *)(uintptr_t)length, &result, &copied) ==
      napi_ok)
    return result;
  munmap(data, length);
  return number(env, -ENOMEM);
}

// A BPF ring buffer or one CPU's perf buffer. `control` is the page that user space writes.
struct ring {
  uint8_t *control, *data;
  size_t control_length, data_length, size;
  _Atomic uint64_t *head, *tail;
};

static napi_value wrap_ring(napi_env env, struct ring ring) {
  napi_value result;
  struct ring *copy = malloc(sizeof ring);
  if (!copy) return number(env, -ENOMEM);
  *copy = ring;
  napi_create_external(env, copy, free_external, NULL, &result);
  return result;
}

// ringClose(handle) for both kinds; idempotent. The fd stays the caller's.
static napi_value ring_close(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct ring *ring = external(env, arg[0]);
  if (!ring || !ring->control) return number(env, -EBADF);
  munmap(ring->control, ring->control_length);
  if (ring->data_length) munmap(ring->data, ring->data_length);
  ring->control = NULL;
  return number(env, 0);
}

// rbOpen(fd, size) -> handle | -errno; size: max_entries of the map, in bytes. The kernel maps the data
// twice in a row, so that a record which wraps is contiguous (kernel/bpf/ringbuf.c).
static napi_value rb_open(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd = (int)word(env, arg[0]);
  size_t size = word(env, arg[1]), page = (size_t)sysconf(_SC_PAGESIZE);
  uint8_t *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (consumer == MAP_FAILED) return number(env, -errno);
  uint8_t *producer = mmap(NULL, page + 2 * size, PROT_READ, MAP_SHARED, fd, (off_t)page);
  if (producer == MAP_FAILED) {
    int error = errno;
    munmap(consumer, page);
    return number(env, -error);
  }
  // data points at the producer page here; the records start one page later
  return wrap_ring(env, (struct ring){consumer, producer, page, page + 2 * size, size,
                                      (_Atomic uint64_t *)producer, (_Atomic uint64_t *)consumer});
}

// rbDrain(handle, dst) -> bytes copied | -errno. dst receives whole committed records, each with its
// 8-byte header, in order; discarded ones are skipped; a busy one ends the drain. -EMSGSIZE: dst cannot
// hold the next record.
static napi_value rb_drain(napi_env env, napi_callback_info info) {
  const uint32_t busy = 1u << 31, discard = 1u << 30;
  size_t room = 0, copied = 0, run = 0;
  ARGS(2);
  struct ring *ring = external(env, arg[0]);
  uint8_t *dst = memory(env, arg[1], &room), *start = NULL;
  if (!ring || !ring->control || !dst) return number(env, -EBADF);
  uint8_t *records = ring->data + ring->control_length;
  uint64_t tail = atomic_load_explicit(ring->tail, memory_order_relaxed), first = tail;
  uint64_t head = atomic_load_explicit(ring->head, memory_order_acquire);
  bool full = false;
  while (tail < head && !full) {
    uint8_t *record = records + (tail & (ring->size - 1));
    uint32_t header = atomic_load_explicit((_Atomic uint32_t *)record, memory_order_acquire);
    size_t length = ((size_t)(header & ~(busy | discard)) + 8 + 7) & ~(size_t)7;
    if (header & busy) break;
    if (header & discard) {
      if (run) memcpy(dst + copied - run, start, run);
      run = 0;
    } else if (length > room - copied) {
      full = true;
      break;
    } else {
      if (!run) start = record;
      run += length, copied += length;
    }
    tail += length;
    // Copy while the run is still in the cache that reading its headers has filled.
    if (run >= 16384) memcpy(dst + copied - run, start, run), run = 0;
  }
  if (run) memcpy(dst + copied - run, start, run);
  if (tail != first) atomic_store_explicit(ring->tail, tail, memory_order_release);
  return number(env, full && tail == first ? -EMSGSIZE : (int64_t)copied);
}

// rbPending(handle) -> bytes between consumer and producer (busy and discarded records included) | -errno
static napi_value rb_pending(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct ring *ring = external(env, arg[0]);
  if (!ring || !ring->control) return number(env, -EBADF);
  uint64_t tail = atomic_load_explicit(ring->tail, memory_order_relaxed);
  return number(env, (int64_t)(atomic_load_explicit(ring->head, memory_order_acquire) - tail));
}

// pbOpen(fd, pages) -> handle | -errno; fd: a perf event; pages: data pages, a power of two
static napi_value pb_open(napi_env env, napi_callback_info info) {
  ARGS(2);
  size_t page = (size_t)sysconf(_SC_PAGESIZE), size = word(env, arg[1]) * page;
  uint8_t *map = mmap(NULL, page + size, PROT_READ | PROT_WRITE, MAP_SHARED, (int)word(env, arg[0]), 0);
  if (map == MAP_FAILED) return number(env, -errno);
  struct perf_event_mmap_page *control = (void *)map;
  return wrap_ring(env, (struct ring){map, map + page, page + size, 0, size, (_Atomic uint64_t *)&control->data_head,
                                      (_Atomic uint64_t *)&control->data_tail});
}

// pbDrain(handle, dst) -> bytes copied | -errno. dst receives whole records of every type, each with its
// struct perf_event_header; one that wraps is joined. -EMSGSIZE as in rbDrain.
static napi_value pb_drain(napi_env env, napi_callback_info info) {
  size_t room = 0, copied = 0;
  ARGS(2);
  struct ring *ring = external(env, arg[0]);
  uint8_t *dst = memory(env, arg[1], &room);
  if (!ring || !ring->control || !dst) return number(env, -EBADF);
  uint64_t tail = atomic_load_explicit(ring->tail, memory_order_relaxed);
  uint64_t head = atomic_load_explicit(ring->head, memory_order_acquire);
  size_t at = tail & (ring->size - 1);
  while (tail + copied < head) {
    // Records are multiples of 8 bytes, so a header never wraps.
    struct perf_event_header *header = (void *)(ring->data + ((at + copied) & (ring->size - 1)));
    if (header->size == 0 || header->size > room - copied) break;
    copied += header->size;
  }
  size_t straight = copied < ring->size - at ? copied : ring->size - at;
  memcpy(dst, ring->data + at, straight);
  memcpy(dst + straight, ring->data, copied - straight);
  if (copied) atomic_store_explicit(ring->tail, tail + copied, memory_order_release);
  return number(env, !copied && tail < head ? -EMSGSIZE : (int64_t)copied);
}

// btfStarts(types, fixed, each, starts, count, goal) -> id: BlobWalks.starts of src/compiler/btf/blob.ts. Interpreted, that
// loop took 8 ms for the 130,000 types of a kernel; 0 when the arrays do not fit.
static napi_value btf_starts(napi_env env, napi_callback_info info) {
  size_t total = 0, kinds = 0, more = 0, room = 0;
  ARGS(6);
  uint32_t *types = memory(env, arg[0], &total), *fixed = memory(env, arg[1], &kinds);
  uint32_t *each = memory(env, arg[2], &more), *starts = memory(env, arg[3], &room);
  size_t id = word(env, arg[4]), goal = word(env, arg[5]), at = 0;
  if (!types || !fixed || !each || !starts || kinds < 32 || more < 32 || goal > room || id < 1 || id > goal)
    return number(env, 0);
  if (id > 1) id--, at = starts[id];
  for (; id < goal && at + 3 <= total; id++) {
    uint32_t kind = types[at + 1] >> 24 & 31;
    size_t end = at + fixed[kind] + (size_t)each[kind] * (types[at + 1] & 0xffff);
    if (end > total) break;
    starts[id] = at, at = end;
  }
  return number(env, id);
}

// An fd watched for readability on Node's loop. `live` tells an open handle from a closing one; the
// struct is freed when both libuv (close callback) and JavaScript (finalizer) have let go.
struct watch {
  uv_poll_t poll;
  napi_env env;
  napi_ref callback;
  napi_async_context context;
  napi_async_cleanup_hook_handle hook;
  bool live;
  int owners;
};

static void watch_release(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  struct watch *watch = data;
  if (--watch->owners == 0) free(watch);
}

static void watch_closed(uv_handle_t *handle) {
  struct watch *watch = handle->data;
  napi_remove_async_cleanup_hook(watch->hook);
  watch_release(NULL, watch, NULL);
}

static void watch_close(struct watch *watch) {
  if (!watch->live) return;
  watch->live = false;
  uv_poll_stop(&watch->poll);
  napi_delete_reference(watch->env, watch->callback);
  napi_async_destroy(watch->env, watch->context);
  uv_close((uv_handle_t *)&watch->poll, watch_closed);
}

static void watch_cleanup(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  watch_close(data);
}

static void watch_ready(uv_poll_t *poll, int status, int events) {
  (void)events;
  struct watch *watch = poll->data;
  napi_env env = watch->env;
  napi_handle_scope scope;
  napi_value callback, receiver, argument = NULL, error;
  napi_open_handle_scope(env, &scope);
  napi_get_reference_value(env, watch->callback, &callback);
  napi_get_global(env, &receiver);
  argument = number(env, status);
  if (napi_make_callback(env, watch->context, receiver, callback, 1, &argument, NULL) == napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok)
    napi_fatal_exception(env, error);
  napi_close_handle_scope(env, scope);
}

// poll(fd, callback) -> handle | -errno (-EEXIST: another armed watch has fd). Starts disarmed. The callback
// gets 0 or -errno and, as the watch is level-triggered, comes again until the fd is read or disarmed.
static napi_value poll_open(napi_env env, napi_callback_info info) {
  napi_value name, result;
  uv_loop_t *loop;
  ARGS(2);
  struct watch *watch = calloc(1, sizeof *watch);
  if (!watch) return number(env, -ENOMEM);
  napi_get_uv_event_loop(env, &loop);
  int error = uv_poll_init(loop, &watch->poll, (int)word(env, arg[0]));
  if (error) return free(watch), number(env, error);
  watch->poll.data = watch, watch->env = env, watch->live = true, watch->owners = 2;
  napi_create_string_utf8(env, "tsbpf", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &watch->context);
  napi_create_reference(env, arg[1], 1, &watch->callback);
  napi_add_async_cleanup_hook(env, watch_cleanup, watch, &watch->hook);
  napi_create_external(env, watch, watch_release, NULL, &result);
  return result;
}

static napi_value poll_arm(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct watch *watch = external(env, arg[0]);
  return number(env, watch && watch->live ? uv_poll_start(&watch->poll, UV_READABLE, watch_ready) : -EBADF);
}

static napi_value poll_disarm(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct watch *watch = external(env, arg[0]);
  return number(env, watch && watch->live ? uv_poll_stop(&watch->poll) : -EBADF);
}

// pollClose(handle): idempotent. Close the fd only afterwards, since its number is reused at once.
static napi_value poll_close(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct watch *watch = external(env, arg[0]);
  if (watch) watch_close(watch);
  return number(env, watch ? 0 : -EBADF);
}

// forkHeld(path, argv, envp, gate, parentGate, deathSignal) -> pid | -errno. The child waits for a byte on
// `gate`, then executes path; EOF makes it leave with 127. When execve fails it writes errno (int32) to
// gate. argv and envp are NULL-terminated arrays of pointers. Only async-signal-safe calls in the child.
static napi_value fork_held(napi_env env, napi_callback_info info) {
  ARGS(6);
  uint64_t w[6];
  sigset_t all, before;
  for (size_t i = 0; i < 6; i++) w[i] = word(env, arg[i]);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); // no handler of Node's may run in the child
  pid_t pid = fork();
  int error = errno;
  if (pid == 0) {
    char byte;
    for (int s = 1; s < NSIG; s++) signal(s, SIG_DFL);
    for (int fd = 0; fd < 3; fd++) fcntl(fd, F_SETFD, 0); // Node marks even these close-on-exec
    prctl(PR_SET_PDEATHSIG, w[5]);
    close((int)w[4]);
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (read((int)w[3], &byte, 1) != 1) _exit(127);
    execve((char *)w[0], (char **)w[1], (char **)w[2]);
    error = errno;
    if (write((int)w[3], &error, sizeof error) < 0) _exit(126);
    _exit(127);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return number(env, pid < 0 ? -error : pid);
}

#define NR(name) {#name, SYS_##name}
static const struct {
  const char *name;
  long nr;
} numbers[] = {
    NR(bpf),         NR(perf_event_open), NR(ioctl),    NR(close),  NR(prlimit64), NR(pidfd_open), NR(pidfd_send_signal),
    NR(wait4),       NR(fcntl),           NR(write),    NR(read),   NR(prctl),     NR(membarrier), NR(memfd_create),
    NR(socket),      NR(socketpair),      NR(bind),     NR(sendto), NR(recvfrom),  NR(setns),      NR(sched_setaffinity),
    NR(unshare),     NR(exit_group),
};

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback call;
  } functions[] = {
      {"syscall", sys_call},       {"ptr", pointer},           {"mmap", map_memory},      {"mapText", map_text},
      {"ringClose", ring_close},   {"rbOpen", rb_open},        {"rbDrain", rb_drain},     {"rbPending", rb_pending},
      {"pbOpen", pb_open},         {"pbDrain", pb_drain},      {"poll", poll_open},       {"pollArm", poll_arm},
      {"pollDisarm", poll_disarm}, {"pollClose", poll_close},  {"forkHeld", fork_held},   {"btfStarts", btf_starts},
  };
  napi_value value, nr;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &value);
    napi_set_named_property(env, exports, functions[i].name, value);
  }
  napi_create_object(env, &nr);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    napi_set_named_property(env, nr, numbers[i].name, number(env, numbers[i].nr));
  napi_set_named_property(env, exports, "nr", nr);
  return exports;
}
