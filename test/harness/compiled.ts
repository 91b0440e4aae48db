// Source text through the whole compiler, on the small machine, and into the interpreter.
import { compile } from '../../src/compiler/compile.js';
import type { LossKind, ObjectSpec } from '../../src/compiler/object-spec.js';
import { decodeStored } from '../../src/compiler/types/decode.js';
import { sizeOf } from '../../src/compiler/types/layout.js';
import type { Value } from '../../src/compiler/types/value.js';
import { type SmallEnvOptions, smallEnv } from './fixture-env.js';
import { Vm, type VmOptions, type VmRun } from './vm.js';

export class Compiled {
  readonly spec: ObjectSpec;
  readonly vm: Vm;

  constructor(text: string, env: SmallEnvOptions = {}, vm: VmOptions = {}) {
    const { spec, diagnostics } = compile({ name: 'stdin', text }, smallEnv(env), {
      unsafe: env.unsafe === true,
    });
    if (spec === undefined) throw new Error(diagnostics.map(d => d.message).join('\n'));
    this.spec = spec;
    this.vm = new Vm(spec, vm);
    this.setGlobal('ncpus', BigInt(vm.cpus ?? 1));
  }

  run(program = 0, ctx?: Uint8Array, packet?: Uint8Array): VmRun {
    return this.vm.run(program, ctx, packet);
  }

  get globals(): DataView {
    const bytes = this.vm.mapValue('globals')!;
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  global(name: string): bigint {
    const word = this.spec.globals.words.find(w => w.name === name)!;
    return word.size === 8
      ? this.globals.getBigUint64(word.offset, true)
      : BigInt(this.globals.getInt32(word.offset, true));
  }

  setGlobal(name: string, value: bigint): void {
    const word = this.spec.globals.words.find(w => w.name === name)!;
    if (word.size === 8) this.globals.setBigUint64(word.offset, value, true);
    else this.globals.setUint32(word.offset, Number(value), true);
  }

  loss(kind: LossKind, probe = 0): bigint {
    const { loss, lossKinds } = this.spec.globals;
    return this.globals.getBigUint64(loss + (probe * lossKinds.length + lossKinds.indexOf(kind)) * 8, true);
  }

  /** The value of a scalar map on a CPU; undefined when it was never set. */
  scalar(name: string, cpu = 0): Value {
    const { user, valueSize } = this.spec.maps.find(map => map.name === name)!;
    const bytes = this.vm.mapValue(name, new Uint8Array(4), cpu)!;
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (data.getBigUint64(valueSize - 8, true) === 0n) return undefined;
    return decodeStored(user!.value, bytes, data, 0);
  }

  /** Entries of a keyed map, decoded; values of the first CPU. */
  entries(name: string): [Value, Value][] {
    const { user } = this.spec.maps.find(map => map.name === name)!;
    return this.vm.mapEntries(name).map(({ key, values }) => {
      const decode = (type: NonNullable<typeof user>['value'], bytes: Uint8Array) =>
        decodeStored(type, bytes, new DataView(bytes.buffer, bytes.byteOffset, sizeOf(type)), 0);
      return [decode(user!.key!, key), decode(user!.value, values[0]!)];
    });
  }
}

/** NUL-terminated text as bytes. */
export function cstring(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

/** Bytes as text, up to the first NUL. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
