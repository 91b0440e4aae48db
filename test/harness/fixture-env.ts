// A small machine as data, for tests of the compiler that need no more: a few tracepoints (formats of Linux 6.18, x86_64) and a
// BTF of a handful of types. Whole recorded machines are in replay-env.ts.
import type { BtfView, Prototype } from '../../src/compiler/btf/btf-view.js';
import type {
  Env,
  FeatureName,
  KernelFunction,
  KernelFunctions,
  TracepointField,
  TracepointFormat,
} from '../../src/compiler/env.js';
import {
  type Field,
  INT32,
  integer,
  type StructType,
  type Type,
  UINT64,
} from '../../src/compiler/types/type.js';
import { fixtureUserSpace } from './fixture-user-space.js';
import { sourceFiles } from './source-files.js';

export interface SmallEnvOptions {
  readonly params?: readonly string[];
  readonly options?: Readonly<Record<string, string | true>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly kernelVersion?: readonly [number, number, number];
  /** Features the kernel lacks. */
  readonly lacks?: readonly FeatureName[];
  /** Of the checker: --unsafe. */
  readonly unsafe?: boolean;
  readonly arch?: Env['arch'];
  readonly kernelOptions?: Readonly<Record<string, string>>;
  /** A kernel without BTF. */
  readonly noBtf?: boolean;
}

export function smallEnv(given: SmallEnvOptions = {}): Env {
  return {
    arch: given.arch ?? 'x86_64',
    kernelVersion: given.kernelVersion ?? [6, 18, 0],
    btf: module => (given.noBtf === true || module !== undefined ? undefined : BTF),
    kernelFunctions: () => KERNEL_FUNCTIONS,
    kernelOption: name => given.kernelOptions?.[name],
    tracepoint: (category, name) => TRACEPOINTS.get(`${category}:${name}`),
    tracepoints: () => [...TRACEPOINTS.keys()].sort(),
    interfaces: () => ['lo', 'eth0', 'eth1', 'veth0', 'veth1'],
    has: feature => given.lacks?.includes(feature) !== true,
    files: sourceFiles(),
    get userSpace() {
      return fixtureUserSpace();
    },
    params: given.params ?? [],
    options: new Map(Object.entries(given.options ?? {})),
    targetPid: undefined,
    variables: new Map(Object.entries(given.variables ?? {})),
  };
}

/** `declaration name @offset size`, `s` behind it when signed. */
function format(name: string, id: number, ...rows: readonly string[]): [string, TracepointFormat] {
  const [category = '', event = ''] = name.split(':');
  const fields: TracepointField[] = [
    { name: 'common_type', declaration: 'unsigned short', offset: 0, size: 2, signed: false, common: true },
    ...rows.map(row => {
      const [, declaration = '', field = '', offset, size, sign] =
        /^(.*) (\S+) @(\d+) (\d+)(s?)$/.exec(row) ?? [];
      return {
        name: field,
        declaration,
        offset: Number(offset),
        size: Number(size),
        signed: sign === 's',
        common: false,
      };
    }),
  ];
  return [name, { category, name: event, id, fields }];
}

const WAKEUP = ['char[16] comm @8 16s', 'pid_t pid @24 4s', 'int prio @28 4s', 'int target_cpu @32 4s'];

const TRACEPOINTS: ReadonlyMap<string, TracepointFormat> = new Map([
  format(
    'syscalls:sys_enter_openat',
    1,
    'int __syscall_nr @8 4s',
    'int dfd @16 8',
    'const char * filename @24 8',
    'int flags @32 8',
    'umode_t mode @40 8',
  ),
  format('syscalls:sys_enter_close', 2, 'int __syscall_nr @8 4s', 'unsigned int fd @16 8'),
  format('syscalls:sys_exit_read', 3, 'int __syscall_nr @8 4s', 'long ret @16 8s'),
  format(
    'sched:sched_switch',
    4,
    'char[16] prev_comm @8 16s',
    'pid_t prev_pid @24 4s',
    'int prev_prio @28 4s',
    'long prev_state @32 8s',
    'char[16] next_comm @40 16s',
    'pid_t next_pid @56 4s',
    'int next_prio @60 4s',
  ),
  format('sched:sched_wakeup', 5, ...WAKEUP),
  format('sched:sched_wakeup_new', 6, ...WAKEUP),
  format('user_events:located', 8, '__rel_loc char[] near @8 4', '__data_loc char[] far @12 4'),
  format('sched:sched_process_exec', 7, '__data_loc char[] filename @8 4s', 'pid_t pid @12 4s'),
  format(
    'sock:inet_sock_set_state',
    8,
    'const void * skaddr @8 8',
    'int oldstate @16 4s',
    'int newstate @20 4s',
    '__u16 sport @24 2',
    '__u16 dport @26 2',
    '__u16 family @28 2',
    '__u16 protocol @30 2',
    '__u8[4] saddr @32 4',
    '__u8[4] daddr @36 4',
    '__u8[16] saddr_v6 @40 16',
    '__u8[16] daddr_v6 @56 16',
  ),
]);

const TASK: StructType = {
  kind: 'struct',
  tag: 'struct',
  name: 'task_struct',
  size: 3264,
  layout: { from: 'btf', id: 1 },
};
const CRED: StructType = {
  kind: 'struct',
  tag: 'struct',
  name: 'cred',
  size: 64,
  layout: { from: 'btf', id: 2 },
};

/** Empty without lockdep, as on most machines. */
const LOCK_CLASS: StructType = { ...CRED, name: 'lock_class_key', size: 0, layout: { from: 'btf', id: 3 } };

/** Of the iterator over tasks. */
const ITER_TASK: StructType = { ...CRED, name: 'bpf_iter__task', size: 16, layout: { from: 'btf', id: 4 } };
const ITER_META: StructType = { ...CRED, name: 'bpf_iter_meta', size: 24, layout: { from: 'btf', id: 5 } };
const STRUCTS: readonly StructType[] = [TASK, CRED, LOCK_CLASS, ITER_TASK, ITER_META];

function pointer(to: Type): Type {
  return { kind: 'pointer', to, space: 'kernel' };
}

const FIELDS: Readonly<Record<number, readonly Field[]>> = {
  1: [
    { name: '__state', type: integer(4, false), offset: 24 },
    { name: 'pid', type: INT32, offset: 1500 },
    { name: 'tgid', type: INT32, offset: 1504 },
    { name: 'real_parent', type: pointer(TASK), offset: 1512 },
    { name: 'start_time', type: UINT64, offset: 1600 },
    { name: 'cred', type: pointer(CRED), offset: 1740 },
    { name: 'comm', type: { kind: 'array', of: integer(1, true), count: 16 }, offset: 1752 },
    { name: 'in_execve', type: integer(4, false), offset: 1480, bits: { offset: 1, width: 1 } },
  ],
  2: [
    { name: 'uid', type: integer(4, false), offset: 8 },
    { name: 'groups', type: { kind: 'array', of: integer(4, false), count: 8 }, offset: 16 },
  ],
  4: [
    { name: 'meta', type: pointer(ITER_META), offset: 0 },
    { name: 'task', type: pointer(TASK), offset: 8 },
  ],
  5: [{ name: 'seq', type: pointer(LOCK_CLASS), offset: 0 }],
};

const STATES: Type = {
  ...integer(4, false),
  enum: {
    name: '',
    values: [
      ['TCP_ESTABLISHED', '1'],
      ['TCP_CLOSE', '7'],
    ],
  },
};

const NAMED: Readonly<Record<string, Type>> = {
  pid_t: INT32,
  u32: integer(4, false),
  int: INT32,
  u64: UINT64,
};

function parameter(name: string, type: Type, loadable = true) {
  return { name, type, loadable };
}

const FUNCTIONS: Readonly<Record<string, NonNullable<ReturnType<BtfView['func']>>>> = {
  vfs_read: {
    id: 100,
    params: [
      parameter('file', pointer(CRED)),
      parameter('buf', pointer(integer(1, true))),
      parameter('count', UINT64),
      parameter('pos', pointer(integer(8, true))),
    ],
    returns: integer(8, true),
  },
  wake_up_new_task: { id: 101, params: [parameter('p', pointer(TASK))], returns: { kind: 'void' } },
  many_arguments: {
    id: 102,
    params: [
      parameter('a', integer(1, true)),
      parameter('b', integer(2, false)),
      parameter('c', INT32),
      parameter('d', { kind: 'bool' }),
      parameter('e', UINT64),
      parameter('f', STATES),
      parameter('g', INT32),
      parameter('names', pointer(pointer(integer(1, true))), false),
    ],
    returns: pointer(TASK),
  },
  btf_trace_sched_switch: {
    id: 103,
    params: [
      parameter('preempt', { kind: 'bool' }),
      parameter('prev', pointer(TASK)),
      parameter('next', pointer(TASK)),
      parameter('prev_state', integer(4, false)),
    ],
    returns: { kind: 'void' },
  },
  bpf_iter_task: { id: 104, params: [parameter('meta', pointer(ITER_META))], returns: INT32 },
};

const PROTOTYPES: Readonly<Record<string, Prototype>> = {
  vfs_read: {
    params: [
      { name: 'file', declaration: 'struct file *' },
      { name: 'buf', declaration: 'char *' },
      { name: 'count', declaration: 'size_t' },
      { name: 'pos', declaration: 'loff_t *' },
    ],
    returns: 'ssize_t',
  },
};

/** Functions of the machine, all of which can be traced. */
const TRACEABLE: readonly KernelFunction[] = [
  { name: '__x64_sys_openat', module: 'vmlinux' },
  { name: 'ghost', module: 'spooky' },
  { name: 'many_arguments', module: 'vmlinux' },
  { name: 'vfs_read', module: 'vmlinux' },
  { name: 'vfs_readv', module: 'vmlinux' },
  { name: 'wake_up_new_task', module: 'vmlinux' },
];

const KERNEL_FUNCTIONS: KernelFunctions = {
  modulesOf: name => TRACEABLE.filter(each => each.name === name).map(each => each.module),
  hasModule: name => ['vmlinux', 'spooky'].includes(name),
  sizeOf: () => 64,
  at: address => (address === 0x1010n ? { name: 'vfs_read', module: 'vmlinux', offset: 16 } : undefined),
  traceable: () => TRACEABLE,
};

const BTF: BtfView = {
  struct: name => STRUCTS.find(type => type.name === name),
  typeByName: name => NAMED[name],
  fields: id => FIELDS[id] ?? [],
  enumerator: name => {
    const values: Readonly<Record<string, bigint>> = { TCP_ESTABLISHED: 1n, TCP_CLOSE: 7n };
    const value = values[name];
    return value === undefined ? undefined : { value, type: STATES };
  },
  variable: () => undefined,
  func: name => FUNCTIONS[name],
  prototype: name => PROTOTYPES[name],
  idOf: (name, kind) =>
    name === 'task_struct' ? 1 : kind === 'func' || kind === 'typedef' ? FUNCTIONS[name]?.id : undefined,
  names: kind =>
    kind === 'func'
      ? Object.keys(FUNCTIONS)
      : kind === 'tracepoint'
        ? ['sched_switch']
        : STRUCTS.map(({ name }) => name),
};
