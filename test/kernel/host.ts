// The live machine's facts, and the BTF of our own programs as the kernel sees it.
import {
  callFunction,
  callHelper,
  exit,
  imm,
  loadFunction,
  loadImmediate,
  mov,
  reg,
} from '../../src/compiler/bpf/assemble.js';
import { encodeProgram } from '../../src/compiler/bpf/encode.js';
import { ProgType } from '../../src/compiler/bpf/uapi.js';
import { encodeProgramBtf } from '../../src/compiler/btf/encode.js';
import { findProbeType } from '../../src/compiler/language/registry.js';
import type { FunctionSpec } from '../../src/compiler/object-spec.js';
import { openHost } from '../../src/kernel/host/host.js';
import { btfLoad } from '../../src/kernel/sys/btf.js';
import { closeFd } from '../../src/kernel/sys/fd.js';
import { createFeatures } from '../../src/kernel/sys/features.js';
import { progLoad } from '../../src/kernel/sys/program.js';
import { progTestRun } from '../../src/kernel/sys/program-run.js';
import { kernelTest, openFds } from '../harness/kernel-test.js';

const open = () => openHost({ params: [], options: new Map(), targetPid: undefined });

kernelTest('tracepoints have formats, whose offsets are those of the running kernel', t => {
  const before = openFds();
  const { env } = open();
  const format = env.tracepoint('sched', 'sched_process_exec');
  t.true(format !== undefined && format.id > 0);
  t.is(format?.fields.find(f => f.name === 'common_pid')?.offset, 4);
  t.is(env.tracepoint('sched', 'no_such_thing'), undefined);
  t.is(env.tracepoint('..', 'events'), undefined);
  t.true(env.tracepoints().includes('sched:sched_switch'));
  t.is(openFds(), before);
});

kernelTest('arguments of tracepoints are described as C declarations', t => {
  const lines = findProbeType('tracepoint')!.describe!('tracepoint:sched:sched_switch', open().env);
  t.true(lines.includes('char prev_comm[16]'));
  t.true(lines.includes('pid_t next_pid'));
  t.false(lines.some(line => line.includes('common_')));
});

kernelTest('vmlinux BTF answers, when the kernel has it', t => {
  const { btf } = open();
  if (btf === undefined) {
    t.pass();
    return;
  }
  t.is(btf.struct('task_struct')?.name, 'task_struct');
  t.is(btf.struct('no_such_struct'), undefined);
  t.is(btf.enumerator('TCP_LISTEN')?.value, 10n);
});

kernelTest('clock readings turn into wall-clock time', t => {
  const host = open();
  const before = Date.now();
  const wall = Number((host.now() + host.wallClockOffset()) / 1_000_000n);
  const after = Date.now();
  t.true(wall >= before - 1000 && wall <= after + 1000, `${before} ${wall} ${after}`);
});

const loops = createFeatures().has('loop');

kernelTest('the kernel takes our function and line information', t => {
  const text = 'BEGIN { unroll(3) { @x++; } }\nEND { @[comm] = count(); print("hällo"); }\n';
  const callback = loops
    ? [loadFunction(2, 'body'), mov(3, imm(0)), mov(4, imm(0)), callHelper('BPF_FUNC_loop')]
    : [];
  const functions: FunctionSpec[] = [
    {
      name: 'tracepoint:a:b',
      params: 1,
      insns: [mov(1, imm(10)), ...callback, mov(1, imm(3)), callFunction('sub.1'), exit()],
      lines: [
        { insn: 0, start: 8, end: 27 },
        { insn: 1, start: 37, end: 50 },
      ],
    },
    { name: 'sub.1', params: 1, insns: [mov(0, reg(1)), exit()], lines: [{ insn: 1, start: 30, end: 40 }] },
  ];
  if (loops) functions.push({ name: 'body', params: 2, insns: [loadImmediate(0, 0n), exit()], lines: [] });
  const program = { name: 'p', title: 'p', type: ProgType.BPF_PROG_TYPE_RAW_TRACEPOINT, functions };
  const { bytes, starts } = encodeProgram(functions);
  const debug = encodeProgramBtf(program, { name: 'stdin', text }, starts);
  const btfFd = btfLoad(debug.btf);
  const { fd, log } = progLoad({ type: program.type, insns: bytes, btfFd, ...debug, logLevel: 2 });
  t.regex(log, /; BEGIN \{ unroll\(3\) \{ @x\+\+; \} \}/);
  t.is(progTestRun(fd, { ctxIn: new Uint8Array(8) }).returnValue, 3);
  closeFd(fd);
  closeFd(btfFd);
});
