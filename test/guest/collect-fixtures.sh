#!/usr/bin/env bash
# Copies what a compile needs to know of the running kernel into a folder (see test/fixtures/kernels/README.md):
#
#   test/guest/run -o test/fixtures/kernels/5.10 5.10 -- bash -c 'test/guest/collect-fixtures.sh /run/guest/out'
set -euo pipefail
out=${1:?usage: collect-fixtures.sh FOLDER}
tracefs=/sys/kernel/tracing
events='syscalls/sys_enter_open syscalls/sys_exit_open syscalls/sys_enter_openat syscalls/sys_exit_openat
syscalls/sys_enter_read syscalls/sys_exit_read syscalls/sys_enter_write syscalls/sys_exit_write
syscalls/sys_enter_close syscalls/sys_exit_close syscalls/sys_enter_execve syscalls/sys_exit_execve
syscalls/sys_enter_nanosleep syscalls/sys_exit_nanosleep syscalls/sys_enter_clock_nanosleep
syscalls/sys_enter_connect syscalls/sys_enter_kill syscalls/sys_exit_kill syscalls/sys_enter_statfs
raw_syscalls/sys_enter raw_syscalls/sys_exit
sched/sched_switch sched/sched_wakeup sched/sched_wakeup_new sched/sched_process_exec sched/sched_process_exit
sched/sched_process_fork sched/sched_migrate_task
sock/inet_sock_set_state tcp/*
block/block_rq_issue block/block_rq_complete block/block_rq_insert block/block_io_start block/block_io_done
net/net_dev_queue net/netif_receive_skb skb/kfree_skb kmem/kmalloc kmem/kfree kmem/mm_page_alloc
signal/signal_generate signal/signal_deliver task/task_rename task/task_newtask oom/mark_victim
irq/softirq_entry irq/softirq_exit irq/softirq_raise irq/irq_handler_entry irq/irq_handler_exit
timer/hrtimer_expire_entry workqueue/workqueue_execute_start power/cpu_frequency
exceptions/page_fault_user'

mkdir -p "$out"
cd $tracefs/events
for event in $events; do
	[ -r "$event/format" ] || continue
	mkdir -p "$out/tracefs/events/$event"
	cat "$event/format" >"$out/tracefs/events/$event/format"
done
# Names only, for wildcards and "did you mean".
cat $tracefs/available_events | sort >"$out/tracefs/available_events"
uname -r >"$out/release"
# -n: no time in the header, so that collecting twice gives the same bytes.
gzip -9n </sys/kernel/btf/vmlinux >"$out/vmlinux.btf.gz"
