// Types as C, of a whole kernel's BTF: declarators, bitfields, anonymous members, holes, packed structs.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { CText } from '../../../../src/compiler/btf/c-text.js';
import { readBtf } from '../../../../src/compiler/btf/reader.js';
import { inProject } from '../../../harness/project.js';

const btf = readBtf(gunzipSync(readFileSync(inProject('test/fixtures/kernels/6.12/vmlinux.btf.gz'))))!;

/** Lines of a definition, without indentation. */
function linesOf(kind: 'struct' | 'union' | 'typedef', name: string): string[] {
  const text = new CText(btf.blob).definition(btf.idOf(name, kind)!);
  return text.split('\n').map(line => line.trim());
}

function has(
  title: string,
  kind: 'struct' | 'union' | 'typedef',
  name: string,
  ...lines: readonly string[]
): void {
  test(title, t => {
    const all = linesOf(kind, name);
    for (const line of lines) t.true(all.includes(line), `${line}\n${all.join('\n')}`);
  });
}

has(
  'pointers and their targets',
  'struct',
  'list_head',
  'struct list_head {',
  'struct list_head *next;',
  '}',
);
has('bitfields', 'struct', 'tcphdr', '__u16 doff: 4;', '__be16 source;');
has(
  'anonymous members stand in place',
  'struct',
  'sock_common',
  'union {',
  '__addrpair skc_addrpair;',
  'struct {',
  '};',
);
has(
  'functions',
  'struct',
  'file_operations',
  'loff_t (*llseek)(struct file *, loff_t, int);',
  'int (*open)(struct inode *, struct file *);',
);
has('functions that give pointers', 'struct', 'Qdisc_ops', 'struct sk_buff * (*dequeue)(struct Qdisc *);');
has('qualifiers', 'struct', 'task_struct', 'const struct sched_class *sched_class;');
has('arrays', 'struct', 'task_struct', 'char comm[16];');
has(
  'an array of a constant is constant once',
  'struct',
  'bpf_reg_types',
  'const enum bpf_reg_type types[10];',
);
has('holes that alignment does not explain', 'struct', 'task_struct', 'long: 64;');
has('packed', 'struct', 'desc_ptr', '} __attribute__((packed))');
has('typedefs', 'typedef', 'pid_t', 'typedef __kernel_pid_t pid_t');
has('typedefs of what has no name', 'typedef', 'atomic_t', 'typedef struct {', 'int counter;', '} atomic_t');
