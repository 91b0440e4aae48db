// Programs compiled for arm64, in the form that loader.c reads: `node pack.js FILE` writes them there and prints what each is, and
// what its map is to hold when the loader has made its N calls.
import { writeFileSync } from 'node:fs';
import { encodeProgram } from '../../../src/compiler/bpf/encode.js';
import { ProgType } from '../../../src/compiler/bpf/uapi.js';
import { compile } from '../../../src/compiler/compile.js';
import type { MapSpec, ObjectSpec } from '../../../src/compiler/object-spec.js';
import { fixtureEnv } from '../../harness/replay-env.js';

/** Calls that loader.c makes: openat(-77, "nothing", 0x88000, 0644), which gives -EBADF. */
const N = 25;

/** A program, and what @ then holds; undefined: it is only loaded. */
const PROGRAMS: readonly (readonly [source: string, expected: number | undefined])[] = [
  ['kprobe:do_sys_openat2 /(int32)arg0 == -77/ { @ = count(); }', N],
  ['kprobe:do_sys_openat2 /(int32)reg("x0") == -77 && reg("r0") == arg0/ { @ = count(); }', N],
  ['kprobe:do_sys_openat2 /(int32)args.dfd == -77/ { @ = sum(args.dfd == -77 ? 2 : 0); }', 2 * N],
  ['kretprobe:do_sys_openat2 /(int64)retval == -9/ { @ = count(); }', N],
  ['kprobe:do_sys_openat2 /(int32)arg0 == -77 && pid == 1 && tid == 1/ { @ = count(); }', N],
  ['kprobe:do_sys_openat2 { print((func, probe, arg7, reg("sp"), reg("pc"), reg("pstate"))); }', undefined],
  ['kprobe:do_sys_openat2 { @a[arg1, str(arg1, 16)] = hist(arg2); @s[kstack(3)] = count(); }', undefined],
  ['tracepoint:syscalls:sys_enter_openat { printf("%d %s\\n", args.dfd, str(args.filename)); }', undefined],
  ['rawtracepoint:sys_enter { @[arg1] = count(); @b = avg(arg0); }', undefined],
  ['interval:ms:100 { @[usermode, cpu] = count(); printf("%d\\n", nsecs / 1000 % 7); }', undefined],
];

const base = fixtureEnv('6.12');
const env = {
  ...base,
  arch: 'aarch64' as const,
  // Places of members are those of another machine: what is told by them is left out here.
  has: (feature: Parameters<typeof base.has>[0]) => feature !== 'get_current_task_btf' && base.has(feature),
};

const maps: MapSpec[] = [];
const packedPrograms: Uint8Array[] = [];
const told: string[] = [];
for (const [source, expected] of PROGRAMS) {
  const { spec, diagnostics } = compile({ name: 'stdin', text: source }, env);
  if (spec === undefined) throw new Error(`${source}: ${diagnostics.map(d => d.message).join()}`);
  pack(spec);
  told.push(`${expected ?? '-'} ${source}`);
}
writeFileSync(
  process.argv[2]!,
  Buffer.concat([words(maps.length, packedPrograms.length), ...maps.map(packMap), ...packedPrograms]),
);
process.stdout.write(`${told.join('\n')}\n`);

function pack(spec: ObjectSpec): void {
  const first = maps.length;
  maps.push(...spec.maps.map(map => (map.name === 'ring' ? { ...map, maxEntries: 4096 } : map)));
  const indexOf = (name: string) => first + spec.maps.findIndex(map => map.name === name);
  const [program] = spec.programs;
  const [target] = spec.probes[0]!.alternatives[0]!.targets;
  const { bytes } = encodeProgram(program!.functions, reference => {
    if (reference.kind === 'map') return { imm: indexOf(reference.map) };
    if (reference.kind === 'map-value') return { imm: indexOf(reference.map), high: reference.offset };
    throw new Error(`a ${reference.kind} is not packed`);
  });
  const kprobe =
    program!.type !== ProgType.BPF_PROG_TYPE_KPROBE ? 0 : target!.parts[0] === 'kretprobe' ? 2 : 1;
  const counted = spec.maps.some(map => map.name === '@' && map.user?.key === undefined)
    ? indexOf('@')
    : 0xffff_ffff;
  packedPrograms.push(
    Buffer.concat([
      words(program!.type, program!.expectedAttachType ?? 0, bytes.length / 8, kprobe, counted),
      text(program!.name, 16),
      text(target!.parts.at(-1)!, 32),
      bytes,
    ]),
  );
}

function packMap({ type, keySize, valueSize, maxEntries, flags, name, initial = [] }: MapSpec): Uint8Array {
  const bytes = Buffer.alloc(Math.ceil(initial.length / 8) * 8);
  bytes.set(initial);
  return Buffer.concat([
    words(type, keySize, valueSize, maxEntries, flags, initial.length),
    text(name, 16),
    bytes,
  ]);
}

function words(...numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}

function text(value: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode(value).subarray(0, size - 1));
  return bytes;
}
